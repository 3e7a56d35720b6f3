import { isCancelled } from '../../../common/errors.ts'
import type { Scored } from './kept.ts'

/** What is kept, and how many questions are being answered from it: it is closed when it is dropped and idle. */
interface Kept {
  readonly key: string
  readonly scored: Promise<Scored>
  users: number
  dropped: boolean
}
let kept: Kept | null = null

/** Forgets what is kept in memory, e.g. before an analysis or a training. Questions under way finish first. */
export async function dropKeptScores(): Promise<void> {
  const old = kept
  kept = null
  if (old === null) return
  old.dropped = true
  await closeIdle(old)
}

async function closeIdle(one: Kept): Promise<void> {
  if (!one.dropped || one.users > 0) return
  const scored = await one.scored.catch(() => null)
  await scored?.model.loaded.release()
  await scored?.source.close()
}

/** Does work with what is kept under a key, opening it where that is not what the last question was about. */
export async function whileKept<T>(
  key: string,
  open: () => Promise<Scored>,
  checkpoint: () => Promise<void>,
  work: (scored: Scored) => Promise<T>,
): Promise<T> {
  for (;;) {
    if (kept?.key !== key) {
      await dropKeptScores()
      // Somebody else may have opened it while the old one was being closed.
      if ((kept as Kept | null)?.key !== key) kept = { key, scored: open(), users: 0, dropped: false }
    }
    const mine = kept!
    let opened = false
    mine.users++
    try {
      const scored = await mine.scored
      opened = true
      return await work(scored)
    } catch (error) {
      if (!opened && kept === mine) kept = null
      // Another question that was opening the same was given up; was this one too, the checkpoint says so.
      if (opened || !isCancelled(error)) throw error
      await checkpoint()
    } finally {
      mine.users--
      await closeIdle(mine)
    }
  }
}
