import { ShoalError } from '../../../common/errors.ts'
import { gatedNetwork, gatedNetworkParams } from '../../network/index.ts'
import { boosting, boostingParams, extraTrees, extraTreesParams } from '../../trees/index.ts'
import type { Learner } from '../types.ts'
import { logistic, logisticParams } from './logistic.ts'

/** Learners that a member can be of, and their settings with defaults. */
export const LEARNERS = {
  boosting: { learner: boosting as Learner<never>, params: boostingParams },
  'extra-trees': { learner: extraTrees as Learner<never>, params: extraTreesParams },
  network: { learner: gatedNetwork as Learner<never>, params: gatedNetworkParams },
  logistic: { learner: logistic as Learner<never>, params: logisticParams },
} as const
export type LearnerId = keyof typeof LEARNERS

/** The learner of a saved choice. Throws model_invalid for one that this version does not have. */
export function learnerById(id: string): Learner<never> {
  if (!Object.hasOwn(LEARNERS, id))
    throw new ShoalError('model_invalid', `This version of Shoal has no ${id}. Train without refit.`)
  return LEARNERS[id as LearnerId].learner
}
