import { decodeFrame, encodeFrame } from '../../src-main/common/rpc/codec.ts'
import type { Frame, Transport } from '../../src-main/common/rpc/frames.ts'

/** What Electron's preload script puts on `window.shoal`. */
export interface Bridge {
  send(frame: Frame): void
  onMessage(listener: (frame: Frame) => void): void
  /** Full path of a dropped file; only Electron knows it. */
  pathOf?(file: File): string
}
declare global {
  interface Window {
    shoal?: Bridge
  }
}

const TOKEN_KEY = 'shoal.token'

/** Electron's bridge as a transport: it lives as long as the window does. */
export function bridgeTransport(bridge: Bridge): Transport {
  return {
    send: (frame) => bridge.send(frame),
    onMessage: (listener) => bridge.onMessage(listener),
    onClose: () => {},
    close: () => {},
  }
}

/**
 * The node host's token. It arrives in the address's fragment (never sent to a server, never in a log),
 * moves to this tab's session storage and leaves the address.
 */
export function takeToken(location: Location, storage: Storage, history: History): string | null {
  const given = new URLSearchParams(location.hash.replace(/^#/, '')).get('token')
  if (given) {
    storage.setItem(TOKEN_KEY, given)
    history.replaceState(null, '', location.pathname + location.search)
  }
  return storage.getItem(TOKEN_KEY)
}

/** Opens the node host's websocket; rejects when it cannot be opened. */
export function openSocket(url: string): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url)
    socket.binaryType = 'arraybuffer'
    const messages: ((frame: Frame) => void)[] = []
    const closes: (() => void)[] = []
    let opened = false
    socket.onopen = () => {
      opened = true
      resolve({
        send: (frame) => socket.send(encodeFrame(frame)),
        onMessage: (listener) => void messages.push(listener),
        onClose: (listener) => void closes.push(listener),
        close: () => socket.close(),
      })
    }
    socket.onmessage = (event: MessageEvent<ArrayBuffer>) => {
      const frame = decodeFrame(new Uint8Array(event.data))
      for (const listener of messages) listener(frame)
    }
    socket.onclose = () => {
      if (!opened) reject(new Error('The connection could not be opened.'))
      for (const listener of closes) listener()
    }
  })
}

export function socketUrl(location: Location, token: string | null): string {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  return `${scheme}://${location.host}/rpc?token=${encodeURIComponent(token ?? '')}`
}
