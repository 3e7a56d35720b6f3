import { ShoalError } from './errors.ts'

/** What long work is doing now. `phase` is a catalogue key (`phase.<phase>` in the UI), counts are in `unit`. */
export interface Progress {
  phase: string
  done: number
  /** null where the end is not known. */
  total: number | null
  unit: 'rows' | 'bytes' | 'accounts' | 'edges' | 'reports' | 'steps'
  /** What exactly is being worked on, e.g. the file; shown as it is. */
  detail?: string
  /** Rows done so far in the whole work, where `unit` is another one: an import counts bytes and rows. */
  rows?: number
  /** Which file, or table of a file, is being worked on, from 1, and of how many. */
  file?: { number: number; of: number }
}

/**
 * How long algorithms breathe: they report progress and, at checkpoints, let the process hear a cancel.
 * `checkpoint` is cheap to call often: it yields to the event loop only when ~30 ms have passed.
 */
export interface Pace {
  readonly signal: AbortSignal
  progress(progress: Progress): void
  /** Throws ShoalError('cancelled') once the signal is aborted. */
  checkpoint(): Promise<void>
}

export function createPace(
  signal: AbortSignal,
  report: (progress: Progress) => void = () => {},
  clock: () => number = () => performance.now(),
  everyMs = 30,
): Pace {
  let last = clock()
  return {
    signal,
    progress: report,
    async checkpoint() {
      if (clock() - last >= everyMs) {
        await new Promise<void>((resolve) => setImmediate(resolve))
        last = clock()
      }
      if (signal.aborted) throw new ShoalError('cancelled', 'Cancelled.')
    },
  }
}

/** A pace that never stops and tells nobody; for tests and small work. */
export function freePace(): Pace {
  return createPace(new AbortController().signal)
}
