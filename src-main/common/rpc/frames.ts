import type { ErrorShape } from '../errors.ts'

/** Everything that crosses a process boundary is one of these. */
export type Frame =
  | { t: 'call'; id: number; method: string; input: unknown }
  | { t: 'cancel'; id: number }
  | { t: 'progress'; id: number; value: unknown }
  | { t: 'ok'; id: number; value: unknown }
  | { t: 'error'; id: number; error: ErrorShape }
  | { t: 'event'; name: string; payload: unknown }

/** A way to carry frames: nothing more than sending, hearing and ending (after VS Code's ipc.ts). */
export interface Transport {
  send(frame: Frame): void
  onMessage(listener: (frame: Frame) => void): void
  onClose(listener: () => void): void
  close(): void
}
