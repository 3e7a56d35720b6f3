import type { Recipe } from '../../common/recipe.ts'
import type { ComputeContext } from '../context.ts'
import { csrFromPairs, emptyCsr } from './csr.ts'
import type { Facts } from './gather.ts'
import { crowdStats, Meetings, meetingWeight } from './meetings.ts'
import type { Pairs } from './pair-table.ts'
import type { ChannelPlan, PlannedChannel } from './plan-channels.ts'
import { SymmetricRows, type Projection } from './project-entities.ts'
import { relate } from './relate.ts'
import { sharingOf, type SharingOutcome } from './sharing-of.ts'
import type { TextKind } from './texts.ts'
import type { Csr } from './types.ts'
import { decayFactor } from './window.ts'

/** What was left out of a channel because it is too common to mean anything. */
export interface HubStats {
  /**
   * Things, or of relations accounts, that are hubs. entity: more accounts than the cap. event: things that were too
   * crowded at some time. text: texts that too many accounts have word for word.
   */
  hubsCapped: number
  /** Accounts that use one, or are one; of texts 0, since a hub's owners are not kept. */
  hubAccounts: number
}

/** The channels whose edges are at hand as a graph: relations, rhythm, texts. */
export function observedChannel(
  facts: Facts,
  recipe: Recipe,
  channel: PlannedChannel,
  index: number,
): { csr: Csr; hubs: HubStats } {
  const n = facts.accounts.accountIds.length
  if (channel.kind === 'relation') {
    const weight = recipe.relations.weight * channel.weight
    const { csr, hubs } = relate(n, facts.relations.get(index), recipe.relations, weight)
    return { csr, hubs: { hubsCapped: hubs, hubAccounts: hubs } }
  }
  if (channel.kind === 'rhythm') {
    const { a, b, similarity, lastBin } = facts.rhythm!.pairs
    const value = new Float64Array(a.length)
    for (let i = 0; i < a.length; i++)
      value[i] =
        recipe.rhythm.weight *
        similarity[i] *
        decayFactor(endOfBin(facts, recipe, lastBin[i]), facts.newest, recipe.decayHalfLifeDays)
    return { csr: fromPairs(n, { length: a.length, a, b, value }), hubs: { hubsCapped: 0, hubAccounts: 0 } }
  }
  const { a, b, similarity, hubs } = facts.texts.get(channel.id.slice('text:'.length) as TextKind)!
  const value = Float64Array.from(similarity, (s) => recipe.texts.weight * s)
  return { csr: fromPairs(n, { length: a.length, a, b, value }), hubs: { hubsCapped: hubs, hubAccounts: 0 } }
}

const fromPairs = (n: number, pairs: Pairs): Csr =>
  pairs.length === 0 ? emptyCsr(n) : csrFromPairs(n, pairs, (value) => value)

/** The last moment of a bin of the rhythm, milliseconds UTC. */
export function endOfBin(facts: Facts, recipe: Recipe, bin: number): number {
  return facts.rhythm!.activity.origin + (bin + 1) * recipe.rhythm.binMinutes * 60_000 - 1
}

/** Who shares what in an entity channel. */
export function sharingChannel(
  ctx: ComputeContext,
  facts: Facts,
  recipe: Recipe,
  plan: ChannelPlan,
  index: number,
): Promise<SharingOutcome> {
  return sharingOf(
    {
      n: facts.accounts.accountIds.length,
      incidence: facts.incidence!,
      typeOf: facts.typeOf,
      inChannel: [false, ...plan.entityTypes.map((type) => type.channel === index)],
      typeFactor: [1, ...plan.entityTypes.map((type) => type.factor)],
      newest: facts.newest,
      recipe,
      innocent: facts.innocent,
      hubUses: facts.hubUses,
    },
    ctx,
  )
}

/** Meetings on addresses or devices, and the crowds among which nobody meets. */
export function meetingChannel(
  facts: Facts,
  recipe: Recipe,
  channel: PlannedChannel,
): { meetings: Meetings; hubs: HubStats } {
  const uses = facts.events.get(channel.id.slice('event:'.length) as 'ip' | 'device')!
  const n = facts.accounts.accountIds.length
  const { hubs, hubAccounts } = crowdStats(uses, n, recipe.cooccurrence)
  return { meetings: new Meetings(uses, n, recipe.cooccurrence), hubs: { hubsCapped: hubs, hubAccounts } }
}

/** All rows of a meeting channel. */
export async function projectMeetings(
  ctx: ComputeContext,
  facts: Facts,
  recipe: Recipe,
  meetings: Meetings,
): Promise<Projection> {
  const n = facts.accounts.accountIds.length
  const { minTimes, weight } = recipe.cooccurrence
  const rows = new SymmetricRows(n, 1024, false)
  let work = 0
  for (let u = 0; u < n; u++) {
    work += meetings.row(u)
    rows.room(meetings.length)
    for (let i = 0; i < meetings.length; i++) {
      const v = meetings.targets[i]
      const decay = decayFactor(meetings.latest[v], facts.newest, recipe.decayHalfLifeDays)
      rows.put(v, weight * meetingWeight(meetings.times[v], minTimes) * decay, 0)
    }
    rows.end(u)
    if (work > 100_000) {
      work = 0
      await ctx.checkpoint()
    }
  }
  return rows.finish()
}
