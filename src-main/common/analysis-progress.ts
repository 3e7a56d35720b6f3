import type { Progress } from './pace.ts'

/** Share of the whole analysis that each step takes, measured on 100,000 simulated accounts; for time left only. */
export const STEP_SHARES = {
  graph: 0.2,
  communities: 0.1,
  layout: 0.2,
  scores: 0.3,
  series: 0.1,
  report_classes: 0.1,
} as const

/** Where a step's progress stands in the whole analysis, 0..1; phases are '<step>' or '<step>.<part>'. */
export function analysisFraction(progress: Progress): number | null {
  const step = progress.phase.split('.')[0] as keyof typeof STEP_SHARES
  let before = 0
  for (const [name, share] of Object.entries(STEP_SHARES)) {
    if (name === step)
      return before + (progress.total ? share * Math.min(1, progress.done / progress.total) : 0)
    before += share
  }
  return null
}
