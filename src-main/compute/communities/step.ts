import { z } from 'zod'
import { isCancelled } from '../../common/errors.ts'
import type { ComputeContext } from '../context.ts'
import { degreeStats } from '../graph/csr.ts'
import type { AccountGraph, Csr } from '../graph/types.ts'
import { ROWS_PER_TRANSACTION } from '../store/open.ts'
import { abandonRun, beginRun, finishRun } from '../store/runs.ts'
import { leiden, leidenParamsSchema, MAX_RESOLUTION } from './leiden.ts'

export const LEIDEN_VERSION = '1'

/**
 * Modularity can't see a group whose inner weight is small beside the whole graph's (resolution limit, Fortunato &
 * Barthélemy 2007), so at γ = 1 the rings of a large export vanish in huge communities. Here γ is chosen so that
 * two average accounts are expected to share this fraction of an average edge: a community must be tied more
 * densely than that, however large the export is (the idea of the constant Potts model, Traag et al. 2011;
 * docs/graph.md has what it does to simulated rings).
 */
export const LEAST_DENSITY = 0.1

/** γ with γ k²/2m = LEAST_DENSITY × mean edge weight for the mean strength k of the linked accounts; at least 1. */
export function automaticResolution(csr: Csr): number {
  const linked = csr.n - degreeStats(csr).isolated
  const entries = csr.targets.length
  return entries === 0
    ? 1
    : Math.min(MAX_RESOLUTION, Math.max(1, (LEAST_DENSITY * linked * linked) / entries))
}

export const communitiesParamsSchema = leidenParamsSchema.extend({
  /** γ; null: automaticResolution. */
  resolution: leidenParamsSchema.shape.resolution.unwrap().nullable().default(null),
})
export type CommunitiesParams = z.infer<typeof communitiesParamsSchema>

export interface Communities {
  readonly runId: number
  /**
   * Community of each node, 0.. by falling size. An account that is alone (without edges, or tied to others too
   * loosely) has a number from `count` on to itself and is not stored.
   */
  readonly membership: Uint32Array
  /** Communities stored: those of two accounts or more. */
  readonly count: number
  /** Modularity at the run's resolution. */
  readonly quality: number
}

export interface CommunityTable {
  size: Uint32Array
  /** Weight of the edges inside, each once. */
  internal: Float64Array
  /** Weight of the edges that leave. */
  boundary: Float64Array
  /** boundary / min(volume, volume of the rest); 0 where nothing leaves. */
  conductance: Float64Array
  /** Per node: share of its edge weight that stays inside its community, 0..1. */
  belonging: Float32Array
}

/** Sizes and weights of communities 0..count-1; nodes of other communities are left out. */
export function describeCommunities(csr: Csr, membership: Uint32Array, count: number): CommunityTable {
  const size = new Uint32Array(count)
  const internal = new Float64Array(count)
  const boundary = new Float64Array(count)
  const belonging = new Float32Array(csr.n)
  let total = 0
  for (let u = 0; u < csr.n; u++) {
    const c = membership[u]
    if (c >= count) continue
    let inside = 0
    let all = 0
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
      all += csr.weights[e]
      if (membership[csr.targets[e]] === c) inside += csr.weights[e]
    }
    size[c]++
    internal[c] += inside / 2
    boundary[c] += all - inside
    belonging[u] = all > 0 ? inside / all : 0
    total += all
  }
  const conductance = new Float64Array(count)
  for (let c = 0; c < count; c++) {
    const volume = 2 * internal[c] + boundary[c]
    const smaller = Math.min(volume, total - volume)
    conductance[c] = boundary[c] > 0 && smaller > 0 ? Math.min(1, boundary[c] / smaller) : 0
  }
  return { size, internal, boundary, conductance, belonging }
}

/**
 * Finds communities in the combined graph by Leiden and stores them (run kind 'communities', rows of community and
 * community_member). An account that Leiden leaves alone is in no community and gets no row: every account without
 * edges, and at γ > 1 also some whose ties are loose (stats.unassigned).
 */
export async function runCommunitiesStep(
  ctx: ComputeContext,
  graph: AccountGraph,
  params: Partial<CommunitiesParams> = {},
): Promise<Communities> {
  const asked = communitiesParamsSchema.parse(params)
  const complete = {
    ...asked,
    resolution: asked.resolution ?? automaticResolution(graph.combined),
  }
  const runId = beginRun(ctx, {
    kind: 'communities',
    algorithm: 'leiden',
    algorithmVersion: LEIDEN_VERSION,
    params: { ...complete, resolutionChosen: asked.resolution === null ? 'automatic' : 'given' },
    seed: complete.seed,
    inputs: { graph: graph.sha256 },
    parentRunId: graph.runId,
  })
  try {
    const steps = (part: string, done: number) =>
      ctx.progress({ phase: `communities.${part}`, done, total: 100, unit: 'steps' })
    steps('find', 0)
    // Most of the gain is in the first passes; the bar follows them without knowing how many there will be.
    const found = await leiden(graph.combined, complete, ctx, (done) => steps('find', 80 * (1 - 0.5 ** done)))
    const { membership, quality, iterations } = found
    // Communities are numbered by falling size, so those of one account come last.
    const sizes = new Uint32Array(found.communities)
    for (let u = 0; u < membership.length; u++) sizes[membership[u]]++
    let count = 0
    while (count < sizes.length && sizes[count] > 1) count++
    const table = describeCommunities(graph.combined, membership, count)
    await store(ctx, runId, graph, membership, table, (share) => steps('write', 80 + 20 * share))
    let members = 0
    for (let c = 0; c < count; c++) members += sizes[c]
    finishRun(ctx, runId, {
      stats: {
        communities: count,
        members,
        unassigned: membership.length - members,
        largest: count > 0 ? sizes[0] : 0,
        modularity: quality,
        resolution: complete.resolution,
        iterations,
      },
    })
    return { runId, membership, count, quality }
  } catch (error) {
    ctx.db.prepare('DELETE FROM community_member WHERE run_id = ?').run(runId)
    ctx.db.prepare('DELETE FROM community WHERE run_id = ?').run(runId)
    abandonRun(ctx, runId, isCancelled(error) ? 'cancelled' : 'failed')
    throw error
  }
}

async function store(
  ctx: ComputeContext,
  runId: number,
  graph: AccountGraph,
  membership: Uint32Array,
  table: CommunityTable,
  tell: (share: number) => void,
): Promise<void> {
  const { size, internal, boundary, conductance, belonging } = table
  const count = size.length
  const community = ctx.db.prepare('INSERT INTO community VALUES (?, ?, ?, ?, ?, ?)')
  const member = ctx.db.prepare('INSERT INTO community_member VALUES (?, ?, ?, ?)')
  const write = ctx.db.transaction((kind: 'community' | 'member', from: number, to: number) => {
    for (let i = from; i < to; i++) {
      if (kind === 'community') community.run(runId, i, size[i], internal[i], boundary[i], conductance[i])
      else if (membership[i] < count) member.run(runId, graph.accountIds[i], membership[i], belonging[i])
    }
  })
  const total = count + membership.length
  for (const [kind, rows] of [['community', count] as const, ['member', membership.length] as const]) {
    for (let from = 0; from < rows; from += STORE_CHUNK) {
      const to = Math.min(rows, from + STORE_CHUNK)
      write(kind, from, to)
      tell((kind === 'member' ? count + to : to) / total)
      await ctx.checkpoint()
    }
  }
}

/** Well under the limit, so that a cancel is heard within ~50 ms. */
const STORE_CHUNK = Math.min(ROWS_PER_TRANSACTION, 20_000)
