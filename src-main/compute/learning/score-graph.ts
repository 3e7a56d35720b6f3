import type { ComputeContext } from '../context.ts'
import type { AccountGraph } from '../graph/types.ts'
import { runScoresStep } from './account-gnn/step.ts'

/** Scores every account of a graph: with the model in `folder`, or with the one that ships with the app. */
export async function scoreGraph(
  ctx: ComputeContext,
  graph: AccountGraph,
  folder: string | null,
): Promise<{ runId: number; scored: number; provider: string }> {
  if (folder === null) return runScoresStep(ctx, graph)
  const { scoreWithModel } = await import('./scorers/score.ts')
  return scoreWithModel(ctx, { graphRunId: graph.runId, folder })
}
