import type { Progress } from './pace.ts'

/**
 * Share of the whole analysis that each step takes, CPU seconds on 100,000 simulated accounts with 1.5M edges; for
 * time left only. In the order in which they run.
 */
export const STEP_SHARES = {
  graph: 0.06,
  communities: 0.05,
  layout: 0.07,
  scores: 0.15,
  series: 0.34,
  report_classes: 0.02,
  trust: 0.3,
  lineage: 0.01,
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
