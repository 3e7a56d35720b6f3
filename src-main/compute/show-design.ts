import { loadCommunities } from './communities/load.ts'
import type { ComputeContext } from './context.ts'
import { openGraph } from './graph/step.ts'
import { runLayoutStep } from './layout/step.ts'
import { scoreGraph } from './learning/score-graph.ts'
import { runSeriesStep } from './series/step.ts'
import { runLineageStep } from './trust/lineage-step.ts'
import { runTrustStep } from './trust/step.ts'

/**
 * Everything that views need of a communities run that was built for comparing: its layout, scores, anomalies, trust
 * and lineage, each only where it has none. Answers the runs by kind. Throws run_missing.
 */
export async function showDesign(
  ctx: ComputeContext,
  communitiesRunId: number,
  model: string | null = null,
): Promise<{ layout: number; [kind: string]: number }> {
  const graphRunId = parentOf(ctx, communitiesRunId)
  const newest = (kind: string, parent: number) =>
    ctx.db
      .prepare(`SELECT max(id) FROM run WHERE kind = ? AND parent_run_id = ? AND status = 'done'`)
      .pluck()
      .get(kind, parent) as number | null
  const runs: Record<string, number | null> = {
    layout: newest('layout', communitiesRunId),
    scores: newest('scores', graphRunId),
    series: newest('series', communitiesRunId),
    trust: newest('trust', communitiesRunId),
  }
  if (Object.values(runs).includes(null)) {
    const graph = await openGraph(ctx, graphRunId)
    const communities = loadCommunities(ctx, communitiesRunId, graph.accountIds)
    runs.scores ??= (await scoreGraph(ctx, graph, model)).runId
    runs.series ??= (await runSeriesStep(ctx, communities, graph.accountIds)).runId
    if (runs.trust === null) {
      runs.trust = (await runTrustStep(ctx, graph, communities, { seed: 1 })).runId
      const lineage = await runLineageStep(ctx, { later: communitiesRunId })
      if (lineage) runs.lineage = lineage.runId
    }
    // The layout comes last: only then is everything there that the views show with it.
    runs.layout ??= (await runLayoutStep(ctx, graph, communities)).runId
  }
  return { graph: graphRunId, communities: communitiesRunId, ...(runs as { layout: number }) }
}

function parentOf(ctx: ComputeContext, communitiesRunId: number): number {
  return loadCommunities(ctx, communitiesRunId, new Uint32Array(0)).graphRunId
}
