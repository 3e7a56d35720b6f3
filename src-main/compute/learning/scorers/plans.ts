import { z } from 'zod'
import { FEW_LABELS } from '../../../common/contract/learning.ts'
import type { LabelledNodes } from '../types.ts'
import { countLabels } from './define.ts'
import { foldsFor, type EnsemblePlan, type MemberSpec } from './ensemble.ts'
import { LEARNERS, type LearnerId } from './learners.ts'
import type { ColumnChoice } from './types.ts'

/** Most rows of a fit: more labels change little, and a training should stay a matter of minutes. */
export const MOST_ROWS = 60_000

export function member(
  id: string,
  learner: LearnerId,
  columns: ColumnChoice,
  params: Record<string, unknown> = {},
): MemberSpec {
  return { id, learner, columns, params: LEARNERS[learner].params.parse(params) }
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
    mostRows: MOST_ROWS,
  }
}

/** Plain gradient boosting as anybody would start: what the default must not lose to. */
export const PLAIN_BOOSTING = {
  trees: 100,
  rate: 0.1,
  leaves: 31,
  l2: 0,
  columnsPerTree: 1,
  columnsPerSplit: 1,
}
/** Settings that held up over data sets: slow, small, strongly shrunk trees, each split looking at a fifth of the columns. */
export const BOOSTING = {
  trees: 160,
  rate: 0.05,
  leaves: 15,
  leafRows: 20,
  l2: 5,
  columnsPerTree: 1,
  columnsPerSplit: 0.2,
}
export const FOREST = { trees: 100, leafRows: 3, columnsPerSplit: 0.2 }
/** Fewer trees of fewer leaves: what a few dozen labels can bear. */
const SMALL_BOOSTING = {
  trees: 60,
  rate: 0.05,
  leaves: 4,
  leafRows: 4,
  l2: 5,
  columnsPerTree: 1,
  columnsPerSplit: 0.2,
}

/**
 * What the default scorer chooses from: boosting and extra-trees on the account's own facts (all that is left where the
 * graph brings nothing) and on all columns, logistic regression and the network. With few labels the models are smaller
 * and the network, which needs most, is left out.
 */
export function ensemblePlan(
  labelled: Pick<LabelledNodes, 'y'>,
  { folds, network }: { folds: number; network: boolean },
): EnsemblePlan {
  const few = isFew(labelled)
  const boosted = few ? SMALL_BOOSTING : BOOSTING
  return {
    candidates: [
      ...(few ? [] : [member('plain-own', 'boosting', 'own', PLAIN_BOOSTING)]),
      member('boosting-own', 'boosting', 'own', boosted),
      member('extra-trees-own', 'extra-trees', 'own', FOREST),
      member('boosting', 'boosting', 'all', boosted),
      member('extra-trees', 'extra-trees', 'all', FOREST),
      member('logistic', 'logistic', 'all'),
      ...(network && !few ? [member('network', 'network', 'all', { heads: 2 })] : []),
    ],
    folds: foldsFor(labelled, folds, MOST_ROWS),
    mostRows: MOST_ROWS,
  }
}
