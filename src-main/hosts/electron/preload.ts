import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { Frame } from '../../common/rpc/frames.ts'

/**
 * The whole bridge: frames in and out over one message port, and the path of a dropped file. The renderer gets no
 * other part of Electron.
 */
interface PagePort {
  postMessage(message: unknown): void
  onmessage: ((message: { data: Frame }) => void) | null
  addEventListener(event: 'close', listener: () => void): void
  start(): void
  close(): void
}
const messageListeners: ((frame: Frame) => void)[] = []
const closeListeners: (() => void)[] = []
const waiting: Frame[] = []
let port: PagePort | null = null

ipcRenderer.on('shoal:port', (event) => {
  port = (event.ports[0] as unknown as PagePort | undefined) ?? null
  if (!port) return
  port.onmessage = (message) => {
    for (const listener of messageListeners) listener(message.data)
  }
  port.addEventListener('close', () => {
    port = null
    for (const listener of closeListeners) listener()
  })
  port.start()
  for (const frame of waiting.splice(0)) port.postMessage(frame)
})
ipcRenderer.send('shoal:connect')

const bridge = {
  send(frame: Frame) {
    if (port) port.postMessage(frame)
    else waiting.push(frame)
  },
  onMessage: (listener: (frame: Frame) => void) => void messageListeners.push(listener),
  onClose: (listener: () => void) => void closeListeners.push(listener),
  close: () => port?.close(),
  /** Where a dropped file lies. */
  pathOf: (file: File) => webUtils.getPathForFile(file),
}
export type ShoalBridge = typeof bridge

contextBridge.exposeInMainWorld('shoal', bridge)
