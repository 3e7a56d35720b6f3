import type { Frame, Transport } from './frames.ts'

/** Two joined ends in one process. Frames are structured-cloned, so what cannot cross a process cannot cross here. */
export function memoryTransports(): [Transport, Transport] {
  const ends = [0, 1].map(() => ({
    message: [] as ((frame: Frame) => void)[],
    close: [] as (() => void)[],
  }))
  let closed = false
  const make = (mine: number, other: number): Transport => ({
    send(frame) {
      if (closed) return
      const copy = structuredClone(frame)
      queueMicrotask(() => {
        if (!closed) for (const listener of ends[other]!.message) listener(copy)
      })
    },
    onMessage: (listener) => void ends[mine]!.message.push(listener),
    onClose: (listener) => void ends[mine]!.close.push(listener),
    close() {
      if (closed) return
      closed = true
      for (const end of ends) for (const listener of end.close) listener()
    },
  })
  return [make(0, 1), make(1, 0)]
}
