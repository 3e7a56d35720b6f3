import type { Recipe } from '../../common/recipe.ts'
import type { ComputeContext } from '../context.ts'
import { ShoalError } from '../../common/errors.ts'
import { combineCsr, csrFromPairs, degreeStats, emptyCsr, filterCsr } from './csr.ts'
import { planChannels } from './plan-channels.ts'
import { projectEntities, type Projection, type Sharing } from './project-entities.ts'
import { readAccounts, readFacts, type FactCounts, type Facts } from './read-facts.ts'
import type { AccountGraph, Csr } from './types.ts'
import { decayFactor } from './window.ts'

export interface GraphStats extends FactCounts {
  accounts: number
  /** Undirected edges of the combined graph. */
  edges: number
  channels: { id: string; edges: number; hubsCapped: number }[]
  isolated: number
  maxDegree: number
  /** Newest fact's time, milliseconds UTC; null where nothing is dated. */
  newestFact: number | null
}

export type BuiltGraph = Omit<AccountGraph, 'runId' | 'sha256'> & { readonly stats: GraphStats }

/** Edges above this many don't fit a 32-bit offset column. */
const MAX_ENTRIES = 0xffffffff

/** Weight of a pair whose rows' decayed weights sum to s: log2(1 + s), so one fresh row of weight 1 gives 1. */
export function dampedWeight(s: number): number {
  return Math.log2(1 + s)
}

/** The account graph that `recipe` makes of the ready facts. Same facts and recipe, same bytes. */
export async function buildGraph(ctx: ComputeContext, recipe: Recipe): Promise<BuiltGraph> {
  const accounts = await readAccounts(ctx)
  const n = accounts.accountIds.length
  if (n === 0) {
    throw new ShoalError(
      'nothing_to_analyze',
      'There are no accounts yet. Import accounts or relations first.',
    )
  }
  const plan = planChannels(ctx.db, recipe)
  const facts = await readFacts(ctx, recipe, accounts, plan)

  const projections: Projection[] = []
  const hubsCapped: number[] = []
  for (const [channel, id] of plan.ids.entries()) {
    const done = 50 + (40 * channel) / plan.ids.length
    ctx.progress({ phase: 'graph.join', done, total: 100, unit: 'steps' })
    const pairs = facts.relations.get(channel)
    if (id.startsWith('relation:')) {
      const weight = recipe.relations.weight
      const csr = pairs === undefined ? emptyCsr(n) : csrFromPairs(n, pairs, (s) => weight * dampedWeight(s))
      projections.push({ csr, shared: null })
      hubsCapped.push(0)
    } else {
      const { sharing, hubs } = sharingOf(facts, plan.entityChannel, channel + 1, n, recipe)
      const wantShared = recipe.entities.minShared > 1
      projections.push(await projectEntities(sharing, recipe.entities.weight, ctx, wantShared))
      hubsCapped.push(hubs)
    }
    await ctx.checkpoint()
  }
  const parts = requireShared(projections, recipe.entities.minShared)
  if (parts.reduce((sum, part) => sum + part.targets.length, 0) > MAX_ENTRIES) {
    throw new ShoalError('unsupported_here', 'The graph is too large. Lower the hub cap of the recipe.')
  }
  const { csr: combined, mask } = combineCsr(n, parts)
  await ctx.checkpoint()
  const channels = plan.ids.map((id, k) => ({ id, csr: parts[k] }))
  return {
    accountIds: accounts.accountIds,
    combined,
    channelMask: mask,
    channels,
    stats: {
      accounts: n,
      edges: combined.targets.length / 2,
      channels: channels.map(({ id, csr }, k) => ({
        id,
        edges: csr.targets.length / 2,
        hubsCapped: hubsCapped[k],
      })),
      ...degreeStats(combined),
      ...facts.counts,
      newestFact: facts.newest === -Infinity ? null : facts.newest,
    },
  }
}

/** One channel's entities with 2..hubCap accounts; larger ones are counted and left out. */
function sharingOf(
  facts: Facts,
  entityChannel: Uint8Array,
  wanted: number,
  n: number,
  recipe: Recipe,
): { sharing: Sharing; hubs: number } {
  const { a, b, value, length } = facts.incidence
  let hubs = 0
  let entities = 0
  let members = 0
  const eachEntity = (visit: (from: number, to: number) => void): void => {
    for (let from = 0; from < length;) {
      let to = from + 1
      while (to < length && a[to] === a[from]) to++
      const d = to - from
      if (entityChannel[a[from]] === wanted && d >= 2) visit(from, to)
      from = to
    }
  }
  eachEntity((from, to) => {
    if (to - from > recipe.entities.hubCap) return void hubs++
    entities++
    members += to - from
  })
  const offsets = new Uint32Array(entities + 1)
  const accounts = new Uint32Array(members)
  const factor = new Float32Array(members)
  let e = 0
  let at = 0
  eachEntity((from, to) => {
    if (to - from > recipe.entities.hubCap) return
    for (let i = from; i < to; i++) {
      accounts[at] = b[i]
      factor[at++] = decayFactor(value[i], facts.newest, recipe.decayHalfLifeDays)
    }
    offsets[++e] = at
  })
  return { sharing: { n, offsets, accounts, factor }, hubs }
}

/**
 * Drops entity edges of pairs that share fewer than `minShared` entities of the type, unless the pair is joined
 * by a relation or shares enough entities of another type.
 */
function requireShared(projections: readonly Projection[], minShared: number): Csr[] {
  if (minShared <= 1) return projections.map((p) => p.csr)
  const keep = projections.map((p) => new Uint8Array(p.csr.targets.length))
  const n = projections[0]?.csr.n ?? 0
  const strongSince = new Uint32Array(n)
  for (let u = 0; u < n; u++) {
    for (const { csr, shared } of projections) {
      for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
        if (shared === null || shared[e] >= minShared) strongSince[csr.targets[e]] = u + 1
      }
    }
    for (const [k, { csr }] of projections.entries()) {
      for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
        keep[k][e] = strongSince[csr.targets[e]] === u + 1 ? 1 : 0
      }
    }
  }
  return projections.map((p, k) => filterCsr(p.csr, keep[k]))
}
