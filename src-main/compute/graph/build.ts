import type { Recipe } from '../../common/recipe.ts'
import type { ComputeContext } from '../context.ts'
import { ShoalError } from '../../common/errors.ts'
import {
  meetingChannel,
  observedChannel,
  projectMeetings,
  sharingChannel,
  type HubStats,
} from './channels.ts'
import { capWeights, combineCsr, degreeStats, filterCsr } from './csr.ts'
import { Evidence } from './evidence.ts'
import { gatherFacts } from './gather.ts'
import { planChannels } from './plan-channels.ts'
import { projectEntities, type Projection } from './project-entities.ts'
import type { FactCounts } from './read-facts.ts'
import type { AccountGraph, Csr } from './types.ts'

export interface GraphStats extends FactCounts {
  accounts: number
  /** Undirected edges of the combined graph. */
  edges: number
  channels: ({ id: string; edges: number } & HubStats)[]
  isolated: number
  maxDegree: number
  /** Newest fact's time, milliseconds UTC; null where nothing is dated. */
  newestFact: number | null
}

export type BuiltGraph = Omit<AccountGraph, 'runId' | 'sha256'> & { readonly stats: GraphStats }

/** Edges above this many don't fit a 32-bit offset column. */
const MAX_ENTRIES = 0xffffffff

export const noAccounts = (): ShoalError =>
  new ShoalError('nothing_to_analyze', 'There are no accounts yet. Import accounts or relations first.')

/** The account graph that `recipe` makes of the ready facts. Same facts and recipe, same bytes. */
export async function buildGraph(ctx: ComputeContext, recipe: Recipe): Promise<BuiltGraph> {
  const plan = planChannels(ctx.db, recipe)
  const facts = await gatherFacts(ctx, recipe, plan)
  const n = facts.accounts.accountIds.length
  if (n === 0) throw noAccounts()
  const evidence = new Evidence(n, recipe)

  const projections: Projection[] = []
  const hubs: HubStats[] = []
  for (const [index, channel] of plan.channels.entries()) {
    const done = 50 + (40 * index) / plan.channels.length
    ctx.progress({ phase: 'graph.join', done, total: 100, unit: 'steps' })
    if (channel.kind === 'entity') {
      const found = await sharingChannel(ctx, facts, recipe, plan, index)
      projections.push(await projectEntities(found.sharing, ctx, evidence.wanted))
      hubs.push({ hubsCapped: found.hubs, hubAccounts: found.hubAccounts })
    } else if (channel.kind === 'event') {
      const found = meetingChannel(facts, recipe, channel)
      projections.push(await projectMeetings(ctx, facts, recipe, found.meetings))
      hubs.push(found.hubs)
    } else {
      const found = observedChannel(facts, recipe, channel, index)
      projections.push({ csr: found.csr, shared: null })
      hubs.push(found.hubs)
      // The pairs are in the graph now, and they may be large.
      ;(facts.relations as Map<number, unknown>).delete(index)
    }
    await ctx.checkpoint()
  }
  const relation = plan.channels.map((channel) => channel.kind === 'relation')
  const parts = withEvidence(n, projections, relation, evidence)
  if (parts.reduce((sum, part) => sum + part.targets.length, 0) > MAX_ENTRIES)
    throw new ShoalError('unsupported_here', 'The graph is too large. Lower the hub cap of the recipe.')
  const { csr, mask } = combineCsr(n, parts)
  const combined = recipe.maxWeight === null ? csr : capWeights(csr, recipe.maxWeight)
  await ctx.checkpoint()
  const channels = plan.channels.map(({ id }, k) => ({ id, csr: parts[k] }))
  return {
    accountIds: facts.accounts.accountIds,
    combined,
    channelMask: mask,
    channels,
    stats: {
      accounts: n,
      edges: combined.targets.length / 2,
      channels: channels.map(({ id, csr: part }, k) => ({ id, edges: part.targets.length / 2, ...hubs[k] })),
      ...degreeStats(combined),
      ...facts.counts,
      newestFact: facts.newest === -Infinity ? null : facts.newest,
    },
  }
}

/** The channels with only the ties that stand on enough evidence. */
function withEvidence(
  n: number,
  projections: readonly Projection[],
  relation: readonly boolean[],
  evidence: Evidence,
): Csr[] {
  if (!evidence.wanted) return projections.map((p) => p.csr)
  const keep = projections.map((p) => new Uint8Array(p.csr.targets.length))
  for (let u = 0; u < n; u++) {
    evidence.row(
      projections.map(({ csr, shared }, k) => ({
        targets: csr.targets,
        from: csr.offsets[u],
        length: csr.offsets[u + 1] - csr.offsets[u],
        shared,
        relation: relation[k],
      })),
    )
    for (const [k, { csr }] of projections.entries())
      for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++)
        keep[k][e] = evidence.stands(csr.targets[e]) ? 1 : 0
  }
  return projections.map((p, k) => filterCsr(p.csr, keep[k]))
}
