import { calibrated } from './calibration.ts'
import { MARGIN_CLIP } from './combine.ts'
import { partOf } from './table-data.ts'
import type { Choices, FittedMember, TrainedScorer } from './types.ts'

/** Members and choices as one scorer. */
export function scorerOf(
  columns: TrainedScorer['columns'],
  choices: Choices,
  members: readonly FittedMember[],
): TrainedScorer {
  return {
    columns,
    choices,
    members,
    score(x, rows) {
      const z = jointMargins(members, choices.intercept, columns.length, x, rows)
      return Float32Array.from(z, (value) => calibrated(choices.calibration, value))
    },
  }
}

/** Joint log-odds of all members: what the calibration is applied to. */
export function jointMargins(
  members: readonly FittedMember[],
  intercept: number,
  width: number,
  x: Float32Array,
  rows: number,
): Float64Array {
  const z = new Float64Array(rows).fill(intercept)
  const mean = new Float64Array(rows)
  for (const { choice, models, columns } of members) {
    const part = partOf(x, width, rows, columns)
    mean.fill(0)
    for (const model of models) {
      const margins = model.predict(part, rows)
      for (let i = 0; i < rows; i++) mean[i] += margins[i] / models.length
    }
    for (let i = 0; i < rows; i++)
      z[i] += choice.coefficient * Math.max(-MARGIN_CLIP, Math.min(MARGIN_CLIP, mean[i]))
  }
  return z
}
