import type { DetectResult } from '../../common/contract/detectors.ts'
import { ShoalError } from '../../common/errors.ts'
import type { Recipe } from '../../common/recipe.ts'
import type { ComputeContext } from '../context.ts'
import { openGraph, runGraphStep } from '../graph/step.ts'
import type { AccountGraph } from '../graph/types.ts'
import { detectorById } from './index.ts'
import { parseParams } from './params.ts'
import { runDetectStep, type DetectRequest } from './step.ts'

/** Runs a detector on a graph run, or on the graph that a recipe describes. */
export async function detect(
  ctx: ComputeContext,
  request: DetectRequest & { graph: number | Recipe },
): Promise<DetectResult> {
  // What can be refused is refused before minutes go into a graph.
  parseParams(detectorById(request.detector), request.params ?? {})
  const {
    membership: _,
    count: __,
    ...result
  } = await runDetectStep(ctx, await graphOf(ctx, request.graph), request)
  return result
}

async function graphOf(ctx: ComputeContext, wanted: number | Recipe): Promise<AccountGraph> {
  if (typeof wanted !== 'number') {
    const accounts = ctx.db.prepare('SELECT count(*) FROM ready_account').pluck().get() as number
    if (accounts === 0)
      throw new ShoalError('nothing_to_analyze', 'There are no accounts yet. Import an export first.')
    return runGraphStep(ctx, wanted)
  }
  return openGraph(ctx, wanted)
}
