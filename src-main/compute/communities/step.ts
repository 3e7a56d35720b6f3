import { z } from 'zod'
import { isCancelled } from '../../common/errors.ts'
import type { ComputeContext } from '../context.ts'
import { degreeStats } from '../graph/csr.ts'
import type { AccountGraph, Csr } from '../graph/types.ts'
import { abandonRun, beginRun, finishRun } from '../store/runs.ts'
import { leiden, leidenParamsSchema, MAX_RESOLUTION } from './leiden.ts'
import { qualityOf, type Objective } from './partition.ts'
import { describeCommunities, dropCommunities, storeCommunities } from './store.ts'

export const LEIDEN_VERSION = '2'

/**
 * Modularity can't see a group whose inner weight is small beside the whole graph's (resolution limit, Fortunato &
 * Barthélemy 2007), so at γ = 1 the rings of a large export vanish in huge communities. Here γ is chosen so that
 * two average accounts are expected to share this fraction of an average edge: a community must be tied more
 * densely than that, however large the export is (the idea of the constant Potts model, Traag et al. 2011;
 * docs/graph.md has what it does to simulated rings).
 */
export const LEAST_DENSITY = 0.1

/**
 * Modularity: γ with γ k²/2m = LEAST_DENSITY × mean edge weight for the mean strength k of the linked accounts; at
 * least 1. Potts model: LEAST_DENSITY × mean edge weight, which says the same for accounts of any strength.
 */
export function automaticResolution(csr: Csr, objective: Objective = 'modularity'): number {
  const entries = csr.targets.length
  if (entries === 0) return 1
  if (objective === 'cpm') {
    let total = 0
    for (let e = 0; e < entries; e++) total += csr.weights[e]
    return Math.min(MAX_RESOLUTION, (LEAST_DENSITY * total) / entries || 1)
  }
  const linked = csr.n - degreeStats(csr).isolated
  return Math.min(MAX_RESOLUTION, Math.max(1, (LEAST_DENSITY * linked * linked) / entries))
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
  /** Modularity at the run's resolution, or the Potts model's quality. */
  readonly quality: number
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
    resolution: asked.resolution ?? automaticResolution(graph.combined, asked.objective),
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
    const { membership, quality, iterations, hierarchy = [] } = found
    // Communities are numbered by falling size, so those of one account come last.
    const sizes = new Uint32Array(found.communities)
    for (let u = 0; u < membership.length; u++) sizes[membership[u]]++
    let count = 0
    while (count < sizes.length && sizes[count] > 1) count++
    const table = describeCommunities(graph.combined, membership, count)
    await storeCommunities(
      ctx,
      runId,
      graph,
      membership,
      table,
      (share) => steps('write', 80 + 20 * share),
      null,
      hierarchy,
    )
    let members = 0
    for (let c = 0; c < count; c++) members += sizes[c]
    finishRun(ctx, runId, {
      stats: {
        communities: count,
        members,
        unassigned: membership.length - members,
        largest: count > 0 ? sizes[0] : 0,
        modularity:
          complete.objective === 'modularity'
            ? quality
            : await qualityOf(graph.combined, membership, 'modularity', 1, undefined, ctx),
        quality,
        resolution: complete.resolution,
        iterations,
        // Communities of each coarser level, lone accounts counted.
        levels: hierarchy.slice(1).map((map) => map.reduce((most, c) => Math.max(most, c + 1), 0)),
      },
    })
    return { runId, membership, count, quality }
  } catch (error) {
    dropCommunities(ctx, runId)
    abandonRun(ctx, runId, isCancelled(error) ? 'cancelled' : 'failed')
    throw error
  }
}
