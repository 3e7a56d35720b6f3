import type { DesignComparison, DesignPair, DesignResult } from '../../common/contract/recipes.ts'
import { ShoalError } from '../../common/errors.ts'
import { recipeSchema } from '../../common/recipe.ts'
import { loadCommunities } from '../communities/load.ts'
import type { ComputeContext } from '../context.ts'
import { comparePartitions, NO_COMMUNITY } from '../detectors/compare.ts'
import { degreeStats } from './csr.ts'
import { knownLabels, labelFit } from './homophily.ts'
import { openGraph } from './step.ts'
import type { Csr } from './types.ts'

/** What of a design is kept in memory while others are loaded. */
interface Loaded {
  result: DesignResult
  accountIds: Uint32Array
  csr: Csr
  /** Community of each node, NO_COMMUNITY where it is in none. */
  membership: Uint32Array
}

/**
 * Compares designs: communities runs with the graphs that they were found in. Every pair in the order given. A graph
 * whose file is gone is built again. Throws run_missing; derived_missing where the facts have changed since.
 */
export async function compareDesigns(
  ctx: ComputeContext,
  communitiesRunIds: readonly number[],
): Promise<DesignComparison> {
  const designs: Loaded[] = []
  for (const [k, id] of communitiesRunIds.entries()) {
    ctx.progress({ phase: 'design.compare', done: k, total: communitiesRunIds.length, unit: 'steps' })
    designs.push(await loadDesign(ctx, id))
  }
  const pairs: DesignPair[] = []
  for (const [i, a] of designs.entries()) {
    for (const b of designs.slice(i + 1)) {
      pairs.push(comparePair(a, b))
      await ctx.checkpoint()
    }
  }
  return { designs: designs.map(({ result }) => result), pairs }
}

interface RunRow {
  id: number
  parent: number | null
  algorithm: string
  params: string
  stats: string
  ms: number
}

async function loadDesign(ctx: ComputeContext, communitiesRunId: number): Promise<Loaded> {
  const runOf = (id: number, kind: string): RunRow => {
    const run = ctx.db
      .prepare(
        `SELECT id, parent_run_id AS parent, algorithm, params, stats, finished_at - started_at AS ms FROM run
         WHERE id = ? AND kind = ? AND status = 'done'`,
      )
      .get(id, kind) as RunRow | undefined
    if (run === undefined)
      throw new ShoalError('run_missing', `There is no finished ${kind} run ${id}.`, { runId: id })
    return run
  }
  const communities = runOf(communitiesRunId, 'communities')
  const graphRun = runOf(communities.parent ?? -1, 'graph')
  const graph = await openGraph(ctx, graphRun.id)
  const { combined, accountIds } = graph
  const { membership, count } = loadCommunities(ctx, communitiesRunId, accountIds)
  const sizes = new Uint32Array(count)
  for (let u = 0; u < membership.length; u++) {
    if (membership[u] >= count) membership[u] = NO_COMMUNITY
    else sizes[membership[u]]++
  }
  const n = combined.n
  const stats = JSON.parse(communities.stats) as { modularity?: number | null }
  const edges = combined.targets.length / 2
  const result: DesignResult = {
    graphRunId: graphRun.id,
    communitiesRunId,
    recipe: recipeSchema.parse(JSON.parse(graphRun.params)),
    detector: communities.algorithm,
    accounts: n,
    edges,
    covered: n === 0 ? 0 : 1 - degreeStats(combined).isolated / n,
    meanDegree: n === 0 ? 0 : (2 * edges) / n,
    channels: graph.channels.map(({ id, csr }) => ({ id, edges: csr.targets.length / 2 })),
    communities: count,
    largest: sizes.reduce((most, size) => Math.max(most, size), 0),
    modularity: stats.modularity ?? null,
    ...labelFit(combined, knownLabels(ctx, accountIds)),
    seconds: (graphRun.ms + communities.ms) / 1000,
  }
  return { result, accountIds, csr: combined, membership }
}

function comparePair(a: Loaded, b: Loaded): DesignPair {
  const ids = mergeIds(a.accountIds, b.accountIds)
  const compared = comparePartitions(
    onto(ids, a.accountIds, a.membership),
    onto(ids, b.accountIds, b.membership),
  )
  const shared = sharedEdges(a, b)
  const onlyA = a.result.edges - shared
  const onlyB = b.result.edges - shared
  const all = shared + onlyA + onlyB
  return {
    a: a.result.communitiesRunId,
    b: b.result.communitiesRunId,
    ...compared,
    edgesShared: shared,
    edgesOnlyA: onlyA,
    edgesOnlyB: onlyB,
    edgeJaccard: all === 0 ? 1 : shared / all,
  }
}

/** All ids of two ascending lists, ascending: an import between two runs may have added accounts. */
function mergeIds(a: Uint32Array, b: Uint32Array): Uint32Array {
  if (a.length === b.length && a.every((id, u) => id === b[u])) return a
  return Uint32Array.from(new Set([...a, ...b])).sort()
}

function onto(ids: Uint32Array, own: Uint32Array, membership: Uint32Array): Uint32Array {
  if (ids === own) return membership
  const spread = new Uint32Array(ids.length).fill(NO_COMMUNITY)
  for (let u = 0, at = 0; u < own.length; u++) {
    while (ids[at] < own[u]) at++
    spread[at] = membership[u]
  }
  return spread
}

/** Edges that both have: a merge of the sorted rows of the accounts that both have. */
export function sharedEdges(
  a: Pick<Loaded, 'accountIds' | 'csr'>,
  b: Pick<Loaded, 'accountIds' | 'csr'>,
): number {
  let shared = 0
  for (let u = 0, v = 0; u < a.csr.n && v < b.csr.n;) {
    const order = a.accountIds[u] - b.accountIds[v]
    if (order < 0) u++
    else if (order > 0) v++
    else {
      let i = a.csr.offsets[u]
      let j = b.csr.offsets[v]
      const [endA, endB] = [a.csr.offsets[u + 1], b.csr.offsets[v + 1]]
      while (i < endA && j < endB) {
        const difference = a.accountIds[a.csr.targets[i]] - b.accountIds[b.csr.targets[j]]
        if (difference === 0) shared++
        if (difference <= 0) i++
        if (difference >= 0) j++
      }
      u++
      v++
    }
  }
  return shared / 2
}
