import { recipeSchema, type Recipe } from '../../../common/recipe.ts'
import type { ComputeContext } from '../../context.ts'
import { explainEdge, requireEvidence } from '../../graph/explain-edge.ts'
import { rarityWeight } from '../../graph/rarity.ts'
import { decayFactor } from '../../graph/window.ts'
import type { Ties } from './ties.ts'
import { crowdsOf, usedThings, usersOf } from './uses.ts'

/** One thing that the account uses. */
export interface Thing {
  readonly id: number
  readonly type: string
  readonly key: string
  /** Accounts that use it, the account itself among them. */
  readonly crowd: number
  /** Positions in ego.neighbours of those that use it too; empty for what is too common to make ties. */
  readonly ties: readonly number[]
  /** What it gives each of these ties by the recipe, but for a factor of the channel. */
  readonly gives: readonly number[]
}

/** What of a tie comes from where. */
interface Part {
  readonly channel: number
  readonly entity: number | null
  readonly kind: 'relation' | 'sharing' | 'meeting' | 'rhythm' | 'text'
  readonly weight: number
}

/** Ties taken apart by explainEdge, strongest first; of others their things count alike. */
const MOST_TAKEN_APART = 300
/** Users of a thing that are listed at most where hubs make ties too. */
const MOST_USERS = 100_000

const CLASSES = ['device', 'ip', 'other'] as const

/** What an account uses, what that adds to its ties, and what its sharing columns are without some of it. */
export class Things {
  readonly list: readonly Thing[]
  private readonly ego: Ties
  private readonly recipe: Recipe
  private readonly parts: ReadonlyMap<number, readonly Part[]>
  private readonly columns: ReadonlyMap<string, number>

  private constructor(
    ego: Ties,
    recipe: Recipe,
    list: readonly Thing[],
    parts: ReadonlyMap<number, readonly Part[]>,
  ) {
    this.ego = ego
    this.recipe = recipe
    this.list = list
    this.parts = parts
    const { columns } = ego
    this.columns = new Map(
      Array.from(columns.entries())
        .filter(([, { family, relation }]) => family === 'sharing' && relation === null)
        .map(([k, { name }]) => [name, k]),
    )
  }

  static async open(ctx: ComputeContext, ego: Ties): Promise<Things> {
    const { graph } = ego
    const { params, stats } = ctx.db
      .prepare('SELECT params, stats FROM run WHERE id = ?')
      .get(graph.runId) as { params: string; stats: string }
    const recipe = recipeSchema.parse(JSON.parse(params))
    const { newestFact } = JSON.parse(stats) as { newestFact?: number | null }
    const list = await usedBy(ctx, ego, recipe, newestFact ?? -Infinity)
    return new Things(ego, recipe, list, await takeApart(ctx, ego, recipe, list))
  }

  /** What is left of each tie over each channel when the account does not use these: [channel][tie], 0..1. */
  kept(without: ReadonlySet<number>): Float64Array[] {
    const { ego } = this
    const out = ego.channels.map(() => new Float64Array(ego.neighbours.length).fill(1))
    const rules = this.recipe.entities.minShared > 1 || this.recipe.minEvidence > 1
    const touched = new Set(this.list.filter(({ id }) => without.has(id)).flatMap(({ ties }) => ties))
    for (const tie of touched) {
      const parts = this.parts.get(tie)!
      const left = parts
        .filter(({ entity }) => entity === null || !without.has(entity))
        .map((part) => ({ ...part, at: part.channel, channel: ego.channels[part.channel].id }))
      if (rules) requireEvidence(left, this.recipe)
      for (const c of out.keys()) {
        const before = parts.reduce((sum, part) => sum + (part.channel === c ? part.weight : 0), 0)
        if (before === 0) continue
        const after = left.reduce((sum, part) => sum + (part.at === c ? part.weight : 0), 0)
        out[c][tie] = after < 1e-9 * before ? 0 : after / before
      }
    }
    return out
  }

  /** Puts the sharing columns as they are without these into a row: facts/sharing.ts over what is left. */
  putFacts(without: ReadonlySet<number>, row: Float32Array): void {
    const before = sharingOf(this.list)
    const after = sharingOf(this.list.filter(({ id }) => !without.has(id)))
    for (const [name, value] of after) {
      const k = this.columns.get(name)
      if (k !== undefined && !Object.is(value, before.get(name))) row[k] = value
    }
  }
}

const classOf = (type: string): number => {
  const known = CLASSES.indexOf(type.toLowerCase() as (typeof CLASSES)[number])
  return known < 0 ? 2 : known
}

function sharingOf(things: readonly Thing[]): Map<string, number> {
  const out = new Map<string, number>()
  for (const [c, name] of CLASSES.entries()) {
    const crowds = things.filter(({ type }) => classOf(type) === c).map(({ crowd }) => crowd)
    const any = crowds.length > 0
    out.set(`${name}s`, any ? crowds.length : NaN)
    out.set(`${name}_crowd`, any ? crowds.reduce((most, d) => Math.max(most, d)) : NaN)
    out.set(`${name}_rarity`, any ? crowds.reduce((sum, d) => sum + (d > 1 ? 1 / (d - 1) : 0), 0) : NaN)
    if (name === 'ip') out.set('ip_crowd_least', any ? crowds.reduce((least, d) => Math.min(least, d)) : NaN)
  }
  return out
}

async function usedBy(ctx: ComputeContext, ego: Ties, recipe: Recipe, newest: number): Promise<Thing[]> {
  const { accountIds } = ego.graph
  const account = accountIds[ego.node]
  const rows = usedThings(ctx, account)
  const crowds = crowdsOf(
    ctx,
    ego,
    rows.map(({ id }) => id),
  )
  await ctx.checkpoint()
  const { entities, window, decayHalfLifeDays } = recipe
  const most = entities.hub === 'drop' ? entities.hubCap * (window === null ? 1 : 50) : MOST_USERS
  const makesTies = ({ id, type }: { id: number; type: string }): boolean => {
    const crowd = crowds.get(id) ?? 1
    const event = recipe.cooccurrence.on.some((on) => on === type)
    const shared = entities.types === null || entities.types.includes(type)
    return crowd > 1 && ((shared && crowd <= most) || (event && crowd <= MOST_USERS))
  }
  const tieOf = new Map(Array.from(ego.neighbours, (v, i) => [accountIds[v], i]))
  const users = new Map<number, { ties: number[]; at: number[]; own: number }>()
  usersOf(
    ctx,
    rows.filter(makesTies).map(({ id }) => id),
    (thing, who, at) => {
      const tie = tieOf.get(who)
      if (tie === undefined && who !== account) return
      const of = users.get(thing) ?? { ties: [], at: [], own: -Infinity }
      users.set(thing, of)
      if (tie === undefined) of.own = at
      else {
        of.ties.push(tie)
        of.at.push(at)
      }
    },
  )
  await ctx.checkpoint()
  return rows.map((row): Thing => {
    const crowd = crowds.get(row.id) ?? 1
    const { ties, at, own } = users.get(row.id) ?? { ties: [], at: [], own: 0 }
    const scale = (entities.byType[row.type] ?? 1) * rarityWeight(crowd, accountIds.length, entities.rarity)
    const decay = (moment: number): number => decayFactor(moment, newest, decayHalfLifeDays)
    return { ...row, crowd, ties, gives: at.map((moment) => scale * Math.min(decay(own), decay(moment))) }
  })
}

/**
 * What each tie of somebody who uses the same thing is made of. Recipes without special rules give each thing what
 * `gives` says, and where one thing is all there is to a channel it is all of it; else explainEdge says, for the strongest
 * ties.
 */
async function takeApart(
  ctx: ComputeContext,
  ego: Ties,
  recipe: Recipe,
  things: readonly Thing[],
): Promise<Map<number, Part[]>> {
  const channelAt = new Map(ego.channels.map(({ id }, c) => [id, c]))
  const shared = new Map<number, Part[]>()
  for (const { id, type, ties, gives } of things) {
    const channel = channelAt.get(`entity:${type}`) ?? channelAt.get('entity:*')
    for (const [i, tie] of ties.entries()) {
      const parts = shared.get(tie) ?? []
      shared.set(tie, parts)
      if (channel === undefined || !(ego.channels[channel].weights[tie] > 0)) continue
      parts.push({ channel, entity: id, kind: 'sharing', weight: gives[i] })
    }
  }
  const rules = recipe.entities.minShared > 1 || recipe.minEvidence > 1
  const meets = recipe.cooccurrence.on.some((on) => channelAt.has(`event:${on}`))
  const { hub, discountInnocent } = recipe.entities
  const plain = hub === 'drop' && !discountInnocent && recipe.window === null && !rules && !meets
  if (plain) return shared
  const unclear = [...shared]
    .filter(([, parts]) => rules || meets || new Set(parts.map(({ channel }) => channel)).size < parts.length)
    .map(([tie]) => tie)
  const weight = (tie: number): number => ego.channels.reduce((sum, { weights }) => sum + weights[tie], 0)
  unclear.sort((a, b) => weight(b) - weight(a) || a - b)
  const { graph } = ego
  const own = graph.accountIds[ego.node]
  for (const tie of unclear.slice(0, MOST_TAKEN_APART)) {
    const reasons = await explainEdge(ctx, graph.runId, own, graph.accountIds[ego.neighbours[tie]])
    const parts = reasons.flatMap(({ channel, kind, entityId, weight: part }): Part[] => {
      const c = channelAt.get(channel)
      return c === undefined || !(part > 0)
        ? []
        : [{ channel: c, entity: entityId ?? null, kind: kind ?? 'relation', weight: part }]
    })
    shared.set(tie, parts)
    await ctx.checkpoint()
  }
  return shared
}
