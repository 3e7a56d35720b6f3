import type { ChildProcess } from 'node:child_process'
import type { Frame, Transport } from '../../common/rpc/frames.ts'

/** The parent's end of a forked child (serialization 'advanced', so columns cross as they are). */
export function childTransport(child: ChildProcess): Transport {
  const closeListeners: (() => void)[] = []
  let closed = false
  const closing = () => {
    if (closed) return
    closed = true
    for (const listener of closeListeners) listener()
  }
  child.on('exit', closing)
  child.on('disconnect', closing)
  child.on('error', closing)
  return {
    send(frame) {
      if (!closed && child.connected) child.send(frame as never, () => {})
    },
    onMessage: (listener) => void child.on('message', (frame) => listener(frame as unknown as Frame)),
    onClose: (listener) => void closeListeners.push(listener),
    close: () => child.kill('SIGKILL'),
  }
}

/** The child's end. */
export function parentTransport(): Transport {
  const closeListeners: (() => void)[] = []
  process.on('disconnect', () => {
    for (const listener of closeListeners) listener()
  })
  return {
    send(frame) {
      if (process.connected) process.send!(frame)
    },
    onMessage: (listener) => void process.on('message', (frame) => listener(frame as Frame)),
    onClose: (listener) => void closeListeners.push(listener),
    close: () => process.disconnect(),
  }
}
