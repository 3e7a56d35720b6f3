import { z } from 'zod'
import { FEW_LABELS } from '../../../common/contract/learning.ts'
import { gatedNetwork, gatedNetworkParams } from '../../network/index.ts'
import { boosting, boostingParams, extraTrees, extraTreesParams } from '../../trees/index.ts'
import type { LabelledNodes, Learner } from '../types.ts'
import { countLabels } from './define.ts'
import { foldsFor, type EnsemblePlan, type MemberSpec } from './ensemble.ts'
import { logistic, logisticParams } from './logistic.ts'
import type { ColumnChoice } from './types.ts'

/** Most rows of a fit: more labels change little, and a training should stay a matter of minutes. */
export const MOST_ROWS = 60_000

/** Learners with complete default settings; a member changes a few. */
const LEARNERS = {
  boosting: { learner: boosting as Learner<never>, params: boostingParams },
  'extra-trees': { learner: extraTrees as Learner<never>, params: extraTreesParams },
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

/** Fewer trees of fewer leaves: what a few dozen labels can bear. */
const SMALL_BOOSTING = { trees: 60, leaves: 4, leafRows: 4, l2: 10 }
const SMALL_FOREST = { trees: 200, leafRows: 2 }

/**
 * What the default scorer chooses from. Enough labels: boosting, extra-trees and the network on all columns, boosting on
 * the account's own facts (which stands alone where the graph brings nothing). Few: small models of different kinds at
 * equal shares, since there is nothing to choose by.
 */
export function ensemblePlan(
  labelled: Pick<LabelledNodes, 'y'>,
  { folds, network }: { folds: number; network: boolean },
): EnsemblePlan {
  const common = { folds: foldsFor(labelled, folds, MOST_ROWS), mostRows: MOST_ROWS }
  if (isFew(labelled))
    return {
      ...common,
      candidates: [
        member('extra-trees', 'extra-trees', 'all', SMALL_FOREST),
        member('logistic', 'logistic', 'all'),
        member('boosting-own', 'boosting', 'own', SMALL_BOOSTING),
        member('logistic-labels', 'logistic', 'labels'),
      ],
      weights: 'equal',
      plain: null,
    }
  return {
    ...common,
    candidates: [
      member('boosting', 'boosting', 'all'),
      member('extra-trees', 'extra-trees', 'all'),
      ...(network ? [member('network', 'network', 'all')] : []),
      member('logistic', 'logistic', 'all', {}, false),
      member('boosting-own', 'boosting', 'own', {}, false),
    ],
    weights: 'chosen',
    plain: 'boosting-own',
  }
}
