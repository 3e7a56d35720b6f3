import type { Frame, Transport } from '../../common/rpc/frames.ts'

/** What of Electron's MessagePortMain is used; tests hand in a fake. */
export interface PortLike {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start?(): void
  close?(): void
}

/** A transport over an Electron message port (structured clone, so columns cross as they are). */
export function portTransport(port: PortLike): Transport {
  let closed = false
  port.on('close', () => {
    closed = true
  })
  return {
    send(frame) {
      if (!closed) port.postMessage(frame)
    },
    onMessage(listener) {
      port.on('message', (event) => listener(event.data as Frame))
      port.start?.()
    },
    onClose: (listener) => void port.on('close', listener),
    close: () => port.close?.(),
  }
}
