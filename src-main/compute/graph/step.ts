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
export const FACT_TABLES = ['accounts', 'relations', 'links', 'events', 'reports', 'labels']

/**
 * Builds the account graph that `recipe` describes, stores it as derived/graph-<sha256>.bin and records the run
 * (kind 'graph', stats: GraphStats). Every ready account is a node, whether joined to others or not. Where the same
 * design of the same facts was built before and its file is whole, that run is answered instead; `force` builds anew.
 * Throws nothing_to_analyze where there are no accounts, cancelled where the job was cancelled.
 */
export async function runGraphStep(
  ctx: ComputeContext,
  recipe: Recipe,
  options: { force?: boolean } = {},
): Promise<AccountGraph> {
  const complete = recipeSchema.parse(recipe)
  const facts = factsHash(ctx, FACT_TABLES)
  const before = options.force === true ? null : await builtBefore(ctx, complete, facts)
  if (before !== null) return before
  const runId = beginRun(ctx, {
    kind: 'graph',
    algorithm: GRAPH_ALGORITHM,
    algorithmVersion: GRAPH_ALGORITHM_VERSION,
    params: complete,
    inputs: { facts },
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

/** The newest finished run of the same design on the same facts whose file is whole; null where there is none. */
async function builtBefore(ctx: ComputeContext, recipe: Recipe, facts: string): Promise<AccountGraph | null> {
  const runs = ctx.db
    .prepare(
      `SELECT id, params FROM run WHERE kind = 'graph' AND status = 'done' AND derived IS NOT NULL
       AND algorithm = ? AND algorithm_version = ? AND inputs ->> 'facts' = ? ORDER BY id DESC`,
    )
    .all(GRAPH_ALGORITHM, GRAPH_ALGORITHM_VERSION, facts) as { id: number; params: string }[]
  const same = runs.find(
    ({ params }) => designKey(recipeSchema.parse(JSON.parse(params))) === designKey(recipe),
  )
  if (same === undefined) return null
  try {
    return await loadGraph(ctx, same.id)
  } catch (error) {
    if (error instanceof ShoalError && error.code === 'derived_missing') return null
    throw error
  }
}

/** The same text for recipes that design the same graph: all but the name, lists of types in any order. */
export function designKey(recipe: Recipe): string {
  return JSON.stringify({ ...recipe, name: '' }, (_key, value: unknown) => {
    if (Array.isArray(value)) return [...(value as string[])].sort()
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1)))
  })
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

/** The graph of a finished run, rebuilt from the facts where its file is gone. Throws run_missing, derived_missing. */
export async function openGraph(ctx: ComputeContext, runId: number): Promise<AccountGraph> {
  try {
    return await loadGraph(ctx, runId)
  } catch (error) {
    if (error instanceof ShoalError && error.code === 'derived_missing') return rebuildDerived(ctx, runId)
    throw error
  }
}
