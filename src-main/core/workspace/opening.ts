import type { WorkspaceOpening } from '../../common/contract/workspace.ts'
import { ShoalError } from '../../common/errors.ts'
import type { Progress } from '../../common/pace.ts'
import { createTimeLeft } from '../jobs/time-left.ts'
import { workspaceName } from '../db/open.ts'

/** What the work of an opening hears and says. */
export interface Tidying {
  signal: AbortSignal
  /** `fraction`: of all that is to do before the workspace is open, 0..1; null where that is not known. */
  progress(progress: Progress, fraction: number | null): void
}

export interface Opening {
  /** Null: nothing is being opened, or it takes no longer than a moment. */
  state(): WorkspaceOpening | null
  /** Work hears of it by its signal; what it had tidied stays so, and the next opening goes on. */
  cancel(): void
  /** The same of every opening that was asked for, those that wait for their turn too. */
  cancelAll(): void
  /** An opening is asked for: call what this returns when it has its turn, once. One at a time. */
  ask<T>(path: string, work: (tidying: Tidying) => Promise<T>): () => Promise<T>
}

/** Says what opening a workspace is doing where it takes longer than a moment. */
export function createOpening(now: () => number, changed: (state: WorkspaceOpening | null) => void): Opening {
  let state: WorkspaceOpening | null = null
  const asked = new Set<AbortController>()
  let running: AbortController | null = null
  return {
    state: () => state,
    cancel: () => running?.abort(),
    cancelAll() {
      for (const controller of asked) controller.abort()
    },
    ask(path, work) {
      const mine = new AbortController()
      asked.add(mine)
      return async () => {
        try {
          if (mine.signal.aborted) throw new ShoalError('cancelled', 'Cancelled.')
          running = mine
          const startedAt = now()
          const left = createTimeLeft(startedAt)
          return await work({
            signal: mine.signal,
            progress(progress, fraction) {
              if (mine.signal.aborted) return
              const secondsLeft = left.update(fraction, now())
              state = { path, name: workspaceName(path), startedAt, progress, fraction, secondsLeft }
              changed(state)
            },
          })
        } finally {
          asked.delete(mine)
          running = null
          if (state !== null) {
            state = null
            changed(null)
          }
        }
      }
    },
  }
}
