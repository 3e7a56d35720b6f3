import type { Progress } from './pace.ts'

/**
 * Share of the whole import that each stage takes, for time left only: seconds of a 100 MB export of 2M events into
 * an empty workspace. In the order in which they run.
 */
const STAGES = { check: 0.05, store: 0.55, indexes: 0.38, publish: 0.02 } as const
/** The same of a check of 3M events. */
const CHECK_STAGES = { database: 0.62, references: 0.07, records: 0.03, content: 0.24, search: 0.04 } as const

/** Where an import's progress stands in the whole, 0..1; null while it clears something away. */
export function importFraction(progress: Progress): number | null {
  const part = progress.phase.split('.')[1] ?? ''
  if (part === 'sweep') return null
  return place(STAGES, Object.hasOwn(STAGES, part) ? part : 'store', progress)
}

/** The same of a check of the workspace. */
export function checkFraction(progress: Progress): number | null {
  return place(CHECK_STAGES, progress.phase.split('.')[1] ?? '', progress)
}

function place(stages: Record<string, number>, stage: string, { done, total }: Progress): number | null {
  let before = 0
  for (const [name, share] of Object.entries(stages)) {
    if (name === stage) return before + (total ? share * Math.min(1, done / total) : 0)
    before += share
  }
  return null
}
