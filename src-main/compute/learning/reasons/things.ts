import { recipeSchema, type Recipe } from '../../../common/recipe.ts'
import type { ComputeContext } from '../../context.ts'
import { explainEdge, requireEvidence } from '../../graph/explain-edge.ts'
import type { Ego } from './ego.ts'

/** One thing that the account uses. */
export interface Thing {
  readonly id: number
  readonly type: string
  readonly key: string
  /** Accounts that use it, the account itself among them. */
  readonly crowd: number
  /** Positions in ego.neighbours of those that use it too; empty for what is too common to make ties. */
  readonly ties: readonly number[]
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
const READY = 'source_id IN (SELECT id FROM ready_source) AND account_id IN (SELECT id FROM ready_account)'

/** What an account uses, what that adds to its ties, and what its sharing columns are without some of it. */
export class Things {
  readonly list: readonly Thing[]
  private readonly ego: Ego
  private readonly recipe: Recipe
  private readonly parts: ReadonlyMap<number, readonly Part[]>
  private readonly columns: ReadonlyMap<string, number>

  private constructor(
    ego: Ego,
    recipe: Recipe,
    list: readonly Thing[],
    parts: ReadonlyMap<number, readonly Part[]>,
  ) {
    this.ego = ego
    this.recipe = recipe
    this.list = list
    this.parts = parts
    const { columns } = ego.scored
    this.columns = new Map(
      Array.from(columns.entries())
        .filter(([, { family, relation }]) => family === 'sharing' && relation === null)
        .map(([k, { name }]) => [name, k]),
    )
  }

  static async open(ctx: ComputeContext, ego: Ego): Promise<Things> {
    const { graph } = ego.scored.source
    const params = ctx.db.prepare('SELECT params FROM run WHERE id = ?').pluck().get(graph.runId) as string
    const recipe = recipeSchema.parse(JSON.parse(params))
    const list = await usedBy(ctx, ego, recipe)
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
    out.set(
      `${name}_rarity`,
      any ? crowds.reduce((sum, d) => sum + (d > 1 ? Math.fround(1 / (d - 1)) : 0), 0) : NaN,
    )
    if (name === 'ip') out.set('ip_crowd_least', any ? crowds.reduce((least, d) => Math.min(least, d)) : NaN)
  }
  return out
}

async function usedBy(ctx: ComputeContext, ego: Ego, recipe: Recipe): Promise<Thing[]> {
  const { graph } = ego.scored.source
  const account = graph.accountIds[ego.node]
  const rows = ctx.db
    .prepare(
      `SELECT e.id, t.value AS type, e.key FROM (
         SELECT entity_id AS id FROM link WHERE account_id = @account AND ${READY}
         UNION SELECT ip_id FROM event WHERE account_id = @account AND ip_id IS NOT NULL AND ${READY}
         UNION SELECT device_id FROM event WHERE account_id = @account AND device_id IS NOT NULL AND ${READY}
       ) used JOIN entity e ON e.id = used.id JOIN term t ON t.id = e.type_id ORDER BY e.id`,
    )
    .all({ account }) as { id: number; type: string; key: string }[]
  const crowds = crowdsOf(
    ctx,
    ego,
    rows.map(({ id }) => id),
  )
  await ctx.checkpoint()
  const { entities, window } = recipe
  const most = entities.hub === 'drop' ? entities.hubCap * (window === null ? 1 : 50) : MOST_USERS
  const makesTies = ({ id, type }: { id: number; type: string }): boolean => {
    const crowd = crowds.get(id) ?? 1
    const event = recipe.cooccurrence.on.some((on) => on === type)
    const shared = entities.types === null || entities.types.includes(type)
    return crowd > 1 && ((shared && crowd <= most) || (event && crowd <= MOST_USERS))
  }
  const ties = usersAmong(
    ctx,
    ego,
    rows.filter(makesTies).map(({ id }) => id),
  )
  return rows.map((row) => ({ ...row, crowd: crowds.get(row.id) ?? 1, ties: ties.get(row.id) ?? [] }))
}

/** (thing, account) pairs of some things, each once. */
const USES = `SELECT entity_id AS thing, account_id FROM link
    WHERE entity_id IN (SELECT value FROM json_each(@things)) AND ${READY}
  UNION SELECT ip_id, account_id FROM event
    WHERE ip_id IN (SELECT value FROM json_each(@things)) AND ${READY}
  UNION SELECT device_id, account_id FROM event
    WHERE device_id IN (SELECT value FROM json_each(@things)) AND ${READY}`

/** How many accounts use each thing; counted once for all questions. */
function crowdsOf(ctx: ComputeContext, { scored }: Ego, things: readonly number[]): Map<number, number> {
  const memo = (scored.memo.get('crowds') as Map<number, number> | undefined) ?? new Map<number, number>()
  scored.memo.set('crowds', memo)
  const unknown = things.filter((id) => !memo.has(id))
  if (unknown.length > 0) {
    const rows = ctx.db
      .prepare(`SELECT thing, count(*) FROM (${USES}) GROUP BY thing`)
      .raw()
      .all({ things: JSON.stringify(unknown) }) as [number, number][]
    for (const [id, count] of rows) memo.set(id, count)
  }
  return memo
}

function usersAmong(ctx: ComputeContext, ego: Ego, things: readonly number[]): Map<number, number[]> {
  const { accountIds } = ego.scored.source.graph
  const tieOf = new Map(Array.from(ego.neighbours, (v, i) => [accountIds[v], i]))
  const out = new Map<number, number[]>()
  if (things.length === 0) return out
  const rows = ctx.db
    .prepare(USES)
    .raw()
    .iterate({ things: JSON.stringify(things) }) as IterableIterator<[number, number]>
  for (const [thing, account] of rows) {
    const tie = tieOf.get(account)
    if (tie === undefined) continue
    const list = out.get(thing)
    if (list === undefined) out.set(thing, [tie])
    else list.push(tie)
  }
  return out
}

/**
 * What each tie of somebody who uses the same thing is made of. Where one thing is all there is to a channel, nothing
 * has to be looked up; else explainEdge says, for the strongest ties.
 */
async function takeApart(
  ctx: ComputeContext,
  ego: Ego,
  recipe: Recipe,
  things: readonly Thing[],
): Promise<Map<number, Part[]>> {
  const channelAt = new Map(ego.channels.map(({ id }, c) => [id, c]))
  const shared = new Map<number, Part[]>()
  for (const { id, type, ties } of things) {
    const channel = channelAt.get(`entity:${type}`) ?? channelAt.get('entity:*')
    for (const tie of ties) {
      const parts = shared.get(tie) ?? []
      shared.set(tie, parts)
      if (channel === undefined || !(ego.channels[channel].weights[tie] > 0)) continue
      parts.push({ channel, entity: id, kind: 'sharing', weight: 1 })
    }
  }
  const rules = recipe.entities.minShared > 1 || recipe.minEvidence > 1
  const meets = recipe.cooccurrence.on.some((on) => channelAt.has(`event:${on}`))
  const unclear = [...shared]
    .filter(([, parts]) => rules || meets || new Set(parts.map(({ channel }) => channel)).size < parts.length)
    .map(([tie]) => tie)
  const weight = (tie: number): number => ego.channels.reduce((sum, { weights }) => sum + weights[tie], 0)
  unclear.sort((a, b) => weight(b) - weight(a) || a - b)
  const { graph } = ego.scored.source
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
