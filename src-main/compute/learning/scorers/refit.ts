import type { ComputeContext } from '../../context.ts'
import type { TrainedMember } from '../types.ts'
import { fitAll, memberSeed } from './fitting.ts'
import { carryingColumns } from './importance.ts'
import { scorerOf } from './joint.ts'
import { tellTraining } from './progress.ts'
import { choose, type LabelBlock, type Rows } from './table-data.ts'
import type { Choices, TrainedScorer } from './types.ts'

/** Members with a smaller share take longer than they are worth when somebody waits. */
const LEAST_SHARE = 0.1

/**
 * The choices without members of less than a tenth, whose coefficients the others take over in proportion, so that
 * the joint log-odds keep their scale and calibration and threshold still fit.
 */
export function leanChoices(choices: Choices): Choices {
  const members = choices.members.filter(({ weight }) => weight >= LEAST_SHARE)
  const kept = members.reduce((sum, { weight }) => sum + weight, 0)
  if (members.length === 0 || members.length === choices.members.length) return choices
  return {
    ...choices,
    members: members.map((member) => ({
      ...member,
      weight: member.weight / kept,
      coefficient: member.coefficient / kept,
    })),
  }
}

/** Fits each chosen member once on all labels, on the columns that carry what the model says. */
export async function refitMembers(
  ctx: ComputeContext,
  choices: Choices,
  seed: number,
  { rows, labels, y, weights }: { rows: Rows; labels: LabelBlock; y: Uint8Array; weights?: Float32Array },
): Promise<TrainedScorer> {
  const refit = leanChoices(choices)
  rows.fill(labels)
  const chosen = refit.members.map((choice) => choose(rows.columns, choice.columns))
  const kept = carryingColumns(rows.columns, refit.importance, chosen)
  const place = new Int32Array(rows.columns.length).fill(-1)
  kept.forEach((column, k) => (place[column] = k))
  const everyRow = Uint32Array.from(y, (_, i) => i)
  const used = chosen.map((columns) => columns.filter((column) => place[column] >= 0))
  const models: TrainedMember[] = []
  const count = chosen.length
  let fitted = 0
  await fitAll(
    ctx,
    count,
    y.length * Math.max(...used.map((columns) => columns.length)),
    (k) => {
      const { id, learner, params, refitParams } = refit.members[k]
      tellTraining(ctx, 'fit', fitted / count, id)
      const data = rows.data(everyRow, used[k], y, weights)
      return { learner, params: refitParams ?? params, seed: memberSeed(seed, id), data }
    },
    (k, { member }) => {
      models[k] = member
      tellTraining(ctx, 'fit', ++fitted / count)
    },
  )
  return scorerOf(
    Array.from(kept, (column) => rows.columns[column]),
    refit,
    refit.members.map((choice, k) => ({
      choice,
      models: [models[k]],
      columns: used[k].map((column) => place[column]),
    })),
  )
}
