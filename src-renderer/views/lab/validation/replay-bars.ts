import type { ValidationReport } from '../../../../src-main/common/contract/lab.ts'
import { axisOf, type Axis } from '../charts/scale.ts'

type Step = NonNullable<ValidationReport['replay']>['steps'][number]

export interface ReplayBar {
  step: Step
  /** Flagged upwards: found malicious, found benign, not known yet. Missed downwards. Accounts. */
  caught: number
  falseAlarms: number
  open: number
  missed: number
}

/** Steps as stacked bars around a base line, on one axis in accounts for both directions. */
export function replayBars(steps: readonly Step[]): { bars: ReplayBar[]; axis: Axis } {
  const bars = steps.map((step): ReplayBar => {
    const known = step.caught + step.falseAlarms
    return {
      step,
      caught: step.caught,
      falseAlarms: step.falseAlarms,
      open: Math.max(0, step.flagged - known),
      missed: step.missed,
    }
  })
  const up = Math.max(1, ...bars.map((bar) => bar.caught + bar.falseAlarms + bar.open))
  const down = Math.max(0, ...bars.map((bar) => bar.missed))
  return { bars, axis: axisOf([-down, up], -Infinity, Infinity, 4) }
}

/** Sums over all steps. */
export function replaySums(steps: readonly Step[]) {
  const sum = { flagged: 0, caught: 0, falseAlarms: 0, missed: 0 }
  for (const step of steps) for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += step[key]
  return sum
}
