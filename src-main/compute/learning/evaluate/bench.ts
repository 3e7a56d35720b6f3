import type { computeLearningMethods } from '../../../common/contract/compute-learning.ts'
import type { OutputOf, ParsedInputOf } from '../../../common/contract/method.ts'
import { ShoalError } from '../../../common/errors.ts'
import type { ComputeContext } from '../../context.ts'

type M = (typeof computeLearningMethods)['compute.bench']

/** Placeholder of the lead until its owner writes it. */
export async function runBench(_ctx: ComputeContext, _input: ParsedInputOf<M>): Promise<OutputOf<M>> {
  throw new ShoalError('unsupported_here', 'Not built yet.')
}
