import { z } from 'zod'
import { FEW_LABELS } from '../../../common/contract/learning.ts'
import { gatedNetwork, gatedNetworkParams } from '../../network/index.ts'
import type { LabelledNodes, Learner } from '../types.ts'
import { countLabels } from './define.ts'
import { foldsFor, type EnsemblePlan, type MemberSpec } from './ensemble.ts'
import { logistic, logisticParams } from './logistic.ts'
import type { ColumnChoice } from './types.ts'

/** Most rows of a fit: more labels change little, and a training should stay a matter of minutes. */
export const MOST_ROWS = 60_000

/** Learners with complete default settings; a member changes a few. */
const LEARNERS = {
  network: { learner: gatedNetwork as Learner<never>, params: gatedNetworkParams },
  logistic: { learner: logistic as Learner<never>, params: logisticParams },
} as const
export type LearnerId = keyof typeof LEARNERS

export function member(
  id: string,
  learner: LearnerId,
  columns: ColumnChoice,
  params: Record<string, unknown> = {},
  core = true,
): MemberSpec {
  const { learner: how, params: schema } = LEARNERS[learner]
  return { id, learner: how, columns, params: schema.parse(params), core }
}

/** Settings that every trained scorer has. */
export const commonParams = {
  folds: z
    .number()
    .int()
    .min(2)
    .max(10)
    .default(5)
    .describe('Inner validation folds; fewer are used where labels are few or very many.'),
  capacity: z
    .number()
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Unlabelled accounts that can be reviewed: the threshold lets that many through. Empty: best F1.',
    ),
}

export const isFew = (labelled: Pick<LabelledNodes, 'y'>): boolean => {
  const { malicious, benign } = countLabels(labelled)
  return Math.min(malicious, benign) < FEW_LABELS
}

/** One member, for scorers that are compared with. */
export function singlePlan(
  labelled: Pick<LabelledNodes, 'y'>,
  folds: number,
  only: MemberSpec,
): EnsemblePlan {
  return {
    candidates: [only],
    folds: foldsFor(labelled, folds, MOST_ROWS),
    weights: 'equal',
    mostRows: MOST_ROWS,
    plain: null,
  }
}
