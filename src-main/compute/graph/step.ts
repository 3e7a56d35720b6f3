import { ShoalError, isCancelled } from '../../common/errors.ts'
import { recipeSchema, type Recipe } from '../../common/recipe.ts'
import type { ComputeContext } from '../context.ts'
import { abandonRun, beginRun, factsHash, finishRun } from '../store/runs.ts'
import { buildGraph } from './build.ts'
import { readGraphFile, writeGraphFile } from './file.ts'
import type { AccountGraph } from './types.ts'

export const GRAPH_ALGORITHM = 'recipe'
export const GRAPH_ALGORITHM_VERSION = '1'
/** A report or a label may be where an account was first met, so every table can add nodes. */
const FACT_TABLES = ['accounts', 'relations', 'links', 'events', 'reports', 'labels']

/**
 * Builds the account graph that `recipe` describes, stores it as derived/graph-<sha256>.bin and records the run
 * (kind 'graph', stats: GraphStats). Every ready account is a node, whether joined to others or not.
 * Throws nothing_to_analyze where there are no accounts, cancelled where the job was cancelled.
 */
export async function runGraphStep(ctx: ComputeContext, recipe: Recipe): Promise<AccountGraph> {
  const complete = recipeSchema.parse(recipe)
  const runId = beginRun(ctx, {
    kind: 'graph',
    algorithm: GRAPH_ALGORITHM,
    algorithmVersion: GRAPH_ALGORITHM_VERSION,
    params: complete,
    inputs: { facts: factsHash(ctx, FACT_TABLES) },
  })
  try {
    const { stats, ...content } = await buildGraph(ctx, complete)
    ctx.progress({ phase: 'graph.write', done: 90, total: 100, unit: 'steps' })
    const { sha256, derived } = await writeGraphFile(ctx, content)
    finishRun(ctx, runId, { stats: { ...stats }, derived })
    ctx.progress({ phase: 'graph.write', done: 100, total: 100, unit: 'steps' })
    return { runId, sha256, ...content }
  } catch (error) {
    abandonRun(ctx, runId, isCancelled(error) ? 'cancelled' : 'failed')
    throw error
  }
}

interface GraphRunRow {
  params: string
  derived: string | null
  algorithm_version: string
}

function graphRun(ctx: ComputeContext, runId: number): GraphRunRow & { derived: string } {
  const row = ctx.db
    .prepare(
      `SELECT params, derived, algorithm_version FROM run
       WHERE id = ? AND kind = 'graph' AND status = 'done'`,
    )
    .get(runId) as GraphRunRow | undefined
  if (row === undefined || row.derived === null)
    throw new ShoalError('run_missing', `There is no finished graph run ${runId}.`, { runId })
  return { ...row, derived: row.derived }
}

/** The graph of a finished run. Throws run_missing, or derived_missing where its file must be rebuilt. */
export async function loadGraph(ctx: ComputeContext, runId: number): Promise<AccountGraph> {
  const { derived } = graphRun(ctx, runId)
  return { runId, ...(await readGraphFile(ctx, derived)) }
}

/**
 * Writes a graph run's file anew from the facts, for when derived/ was deleted or damaged. Only the very same
 * bytes will do: where the facts have changed since, it throws derived_missing and the analysis must run again.
 */
export async function rebuildDerived(ctx: ComputeContext, runId: number): Promise<AccountGraph> {
  const run = graphRun(ctx, runId)
  const changed = (why: string): ShoalError =>
    new ShoalError('derived_missing', `The graph of run ${runId} can't be rebuilt: ${why}. Analyze again.`, {
      runId,
    })
  if (run.algorithm_version !== GRAPH_ALGORITHM_VERSION) throw changed('another version of Shoal made it')
  const { stats: _, ...content } = await buildGraph(ctx, recipeSchema.parse(JSON.parse(run.params)))
  const { sha256, derived } = await writeGraphFile(ctx, content)
  if (derived !== run.derived) throw changed('the imported facts have changed since')
  return { runId, sha256, ...content }
}
