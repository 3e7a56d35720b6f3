import type { Recipe } from '../../common/recipe.ts'
import { runCommunitiesStep } from '../communities/step.ts'
import type { ComputeContext } from '../context.ts'
import { runDetectStep } from '../detectors/step.ts'
import { runGraphStep } from './step.ts'

export interface DesignRequest {
  recipe: Recipe
  seed: number
  /** A detector's id and parameters; missing: what the analysis uses. */
  detector?: string
  params?: Record<string, unknown>
}

/**
 * Builds the graph of a recipe, unless it is there already, and finds its communities, for comparing with others.
 * There is no layout, so nothing that the views show changes.
 */
export async function buildDesign(
  ctx: ComputeContext,
  { recipe, seed, detector, params }: DesignRequest,
): Promise<{ graphRunId: number; communitiesRunId: number }> {
  const graph = await runGraphStep(ctx, recipe)
  const { runId } =
    detector === undefined
      ? await runCommunitiesStep(ctx, graph, { ...params, seed })
      : await runDetectStep(ctx, graph, { detector, params: params ?? {}, seed, stability: false })
  return { graphRunId: graph.runId, communitiesRunId: runId }
}
