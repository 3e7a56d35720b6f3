import type { AnalyzeResult } from '../common/contract/compute.ts'
import { ShoalError } from '../common/errors.ts'
import type { Recipe } from '../common/recipe.ts'
import { runCommunitiesStep } from './communities/step.ts'
import type { ComputeContext } from './context.ts'
import { writeColumnFiles } from './explore/step.ts'
import { runGraphStep } from './graph/step.ts'
import { dropKeptGraph } from './kernels/answer.ts'
import { runLayoutStep } from './layout/step.ts'
import { scoreGraph } from './learning/score-graph.ts'
import { dropKeptScores } from './learning/reasons/keeper.ts'
import { runSeriesStep } from './series/step.ts'
import { runReportClassesStep } from './text/step.ts'
import { runLineageStep } from './trust/lineage-step.ts'
import { runTrustStep } from './trust/step.ts'

/**
 * The whole analysis of a workspace's facts: graph, communities, layout, scores, login anomalies, report classes, how
 * far the communities can be trusted, and what became of those of the earlier export.
 * Each step is a run of its own, so what was finished before a cancel stays. A step with nothing to work on
 * (no events, no reports) still records its empty run.
 */
export async function analyze(
  ctx: ComputeContext,
  options: { recipe: Recipe; seed: number; freshLayout?: boolean; model?: string | null },
): Promise<Omit<AnalyzeResult, 'peakRssBytes'>> {
  const started = performance.now()
  const accounts = (ctx.db.prepare('SELECT count(*) AS n FROM ready_account').get() as { n: number }).n
  if (accounts === 0) {
    throw new ShoalError('nothing_to_analyze', 'There are no accounts yet. Import an export first.')
  }
  // The graph that questions were answered from is about to be old, and its memory is needed.
  dropKeptGraph()
  await dropKeptScores()
  const graph = await runGraphStep(ctx, options.recipe)
  const communities = await runCommunitiesStep(ctx, graph, { seed: options.seed })
  const layout = await runLayoutStep(ctx, graph, communities, { fresh: options.freshLayout ?? false })
  const scores = await scoreGraph(ctx, graph, options.model ?? null)
  const series = await runSeriesStep(ctx, communities, graph.accountIds)
  const reports = await runReportClassesStep(ctx)
  const trust = await runTrustStep(ctx, graph, communities, { seed: options.seed })
  const lineage = await runLineageStep(ctx, { later: communities.runId })
  await writeColumnFiles(ctx, {
    layout: layout.runId,
    communities: communities.runId,
    graph: graph.runId,
    scores: scores.runId,
    series: series.runId,
    trust: trust.runId,
    report_classes: reports.runId,
  })
  return {
    accounts,
    edges: graph.combined.targets.length / 2,
    communities: communities.count,
    scored: scores.scored,
    anomalies: series.anomalies,
    reports: reports.reports,
    seconds: (performance.now() - started) / 1000,
    provider: scores.provider,
    runs: {
      graph: graph.runId,
      communities: communities.runId,
      layout: layout.runId,
      scores: scores.runId,
      series: series.runId,
      report_classes: reports.runId,
      trust: trust.runId,
      ...(lineage && { lineage: lineage.runId }),
    },
  }
}
