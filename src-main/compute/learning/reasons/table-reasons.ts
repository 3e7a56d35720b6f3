import type { ScoreReason } from '../../../common/contract/accounts.ts'
import { calibrated } from '../scorers/calibration.ts'
import { MARGIN_CLIP } from '../scorers/combine.ts'
import type { TrainedScorer } from '../scorers/types.ts'
import { groupColumns, reasonsOf } from './groups.ts'

export interface TableReasons {
  readonly score: number
  readonly baseline: number
  /** Shapley values throughout: every member is made of trees. */
  readonly exact: boolean
  readonly reasons: ScoreReason[]
}

/**
 * What each column adds to a row's joint log-odds, and the log-odds of the baseline. A member's share is its coefficient
 * times the mean of its models' contributions; where its margin is clipped, they are shrunk to the clipped margin.
 */
export function jointContributions(
  scorer: TrainedScorer,
  row: Float32Array,
): { parts: Float64Array; baseline: number; z: number } {
  const width = scorer.columns.length
  const parts = new Float64Array(width)
  let baseline = scorer.choices.intercept
  let z = baseline
  for (const { choice, models, columns } of scorer.members) {
    const own = Float32Array.from(columns, (c) => row[c])
    const sums = new Float64Array(columns.length + 1)
    for (const model of models) {
      const found = model.contributions(own, 1)
      for (let k = 0; k < sums.length; k++) sums[k] += found[k] / models.length
    }
    const from = clip(sums[columns.length])
    let change = 0
    for (let k = 0; k < columns.length; k++) change += sums[k]
    const to = clip(sums[columns.length] + change)
    const shrink = Math.abs(change) > 1e-9 ? (to - from) / change : 1
    columns.forEach((c, k) => (parts[c] += choice.coefficient * shrink * sums[k]))
    baseline += choice.coefficient * from
    z += choice.coefficient * to
  }
  return { parts, baseline, z }
}

const clip = (margin: number): number => Math.max(-MARGIN_CLIP, Math.min(MARGIN_CLIP, margin))

/**
 * Reasons of one row: contributions are grouped by quantity, relation and distance, and stretched from log-odds to
 * probabilities by the one factor (score − baseline) / (z − z of the baseline), so that they add up to score − baseline.
 */
export function tableReasons(scorer: TrainedScorer, row: Float32Array, typical: Float32Array): TableReasons {
  const { parts, baseline: z0, z } = jointContributions(scorer, row)
  const score = calibrated(scorer.choices.calibration, z)
  const baseline = calibrated(scorer.choices.calibration, z0)
  const factor = Math.abs(z - z0) > 1e-9 ? (score - baseline) / (z - z0) : 0
  const groups = groupColumns(scorer.columns)
  const sums = groups.map(({ columns }) => factor * columns.reduce((sum, k) => sum + parts[k], 0))
  return {
    score,
    baseline,
    exact: scorer.members.every(({ choice }) => ['boosting', 'extra-trees'].includes(choice.learner)),
    reasons: reasonsOf(scorer.columns, groups, sums, row, typical),
  }
}
