import { current } from '../../common/facts/superseded.ts'
import type { Recipe } from '../../common/recipe.ts'
import type { ComputeContext } from '../context.ts'
import { eachRow, NONE, nodesById, READY } from './facts.ts'
import type { Uses } from './sharing-test.ts'

/** Entity ids looked through between two checkpoints. */
const RANGE = 20_000
/** Up to this many entities are asked for one by one; more are read by scanning the facts. */
const ONE_BY_ONE = 5_000

/**
 * Per entity type (term id): an entity of it made no edge when more accounts than this use it. Types that are not in
 * the map may have made edges at any size: where a recipe splits hubs, takes their nearest users, or joins accounts
 * that meet at a thing.
 */
function outsideAbove(types: readonly { id: number; value: string }[], recipe: Recipe): Map<number, number> {
  const above = new Map<number, number>()
  const meets = new Set<string>(recipe.cooccurrence.on)
  for (const { id, value } of types) {
    if (meets.has(value)) continue
    if (recipe.entities.types !== null && !recipe.entities.types.includes(value)) above.set(id, 1)
    else if (recipe.entities.hub === 'drop') above.set(id, recipe.entities.hubCap)
  }
  return above
}

export interface OutsideUses {
  /** Things of types that the recipe leaves out, shared by two accounts or more. */
  readonly left: Uses
  /** Hubs that it drops: more accounts than hubCap in its time window. */
  readonly hubs: Uses
}

/** Things that accounts share and that made no edge of the recipe's graph; entities and users ascend. */
export async function readOutsideUses(
  ctx: ComputeContext,
  accountIds: Uint32Array,
  recipe: Recipe,
): Promise<OutsideUses> {
  const types = ctx.db.prepare(`SELECT id, value FROM term WHERE domain = 'entity_type'`).all() as {
    id: number
    value: string
  }[]
  const above = outsideAbove(types, recipe)
  const candidates = above.size === 0 ? new Map<number, number>() : await findCandidates(ctx, above)
  const nodes = nodesById(accountIds)
  const found = new Map<number, Set<number>>()
  const add = (entity: number, account: number) => {
    const u = nodes[account] ?? NONE
    if (u === NONE) return
    const users = found.get(entity)
    if (users === undefined) found.set(entity, new Set([u]))
    else users.add(u)
  }
  if (candidates.size <= ONE_BY_ONE) await readOneByOne(ctx, recipe.window, [...candidates.keys()], add)
  else await readAll(ctx, recipe.window, candidates, add)
  const pack = (wanted: (bound: number) => boolean): Uses => {
    const ids = [...found.keys()].filter((id) => {
      const bound = candidates.get(id)!
      return wanted(bound) && found.get(id)!.size > bound
    })
    const entityIds = Uint32Array.from(ids).sort()
    const offsets = new Uint32Array(ids.length + 1)
    entityIds.forEach((id, k) => (offsets[k + 1] = offsets[k] + found.get(id)!.size))
    const users = new Uint32Array(offsets[ids.length])
    entityIds.forEach((id, k) => users.set(Uint32Array.from(found.get(id)!).sort(), offsets[k]))
    return { entityIds, offsets, users }
  }
  // A hub has more than two accounts at any cap.
  return { left: pack((bound) => bound === 1), hubs: pack((bound) => bound > 1) }
}

/**
 * Entities that may have more accounts than their type's bound, with that bound: rows are counted in the indexes
 * alone. An entity beyond the bound has more than half of it in links or in events.
 */
async function findCandidates(
  ctx: ComputeContext,
  above: ReadonlyMap<number, number>,
): Promise<Map<number, number>> {
  const candidates = new Map<number, number>()
  const least = Math.floor(Math.min(...above.values()) / 2)
  const last = (ctx.db.prepare('SELECT max(id) FROM entity').pluck().get() as number | null) ?? 0
  const typeOf = ctx.db.prepare('SELECT type_id FROM entity WHERE id = ?').pluck()
  const counts = [
    ['link', 'entity_id'],
    ['event', 'ip_id'],
    ['event', 'device_id'],
  ].map(([table, column]) =>
    ctx.db
      .prepare(
        `SELECT ${column}, count(*) AS n FROM ${table} WHERE ${column} > ? AND ${column} <= ?
         GROUP BY 1 HAVING n > ${least}`,
      )
      .raw(),
  )
  for (let from = 0; from < last; from += RANGE) {
    for (const count of counts) {
      for (const [id, rows] of count.all(from, from + RANGE) as [number, number][]) {
        const bound = above.get(typeOf.get(id) as number)
        if (bound !== undefined && rows > Math.floor(bound / 2)) candidates.set(id, bound)
      }
      await ctx.checkpoint()
    }
  }
  return candidates
}

/** SQL that lets only facts inside the window through; they are dated then. */
function inside(window: Recipe['window']): { event: string; link: string } {
  if (window === null) return { event: '', link: '' }
  return {
    event: `AND ts >= ${window.from} AND ts < ${window.to}`,
    link: `AND coalesce(last_seen, first_seen) >= ${window.from} AND coalesce(first_seen, last_seen) < ${window.to}`,
  }
}

async function readOneByOne(
  ctx: ComputeContext,
  window: Recipe['window'],
  entities: readonly number[],
  add: (entity: number, account: number) => void,
): Promise<void> {
  const { event, link } = inside(window)
  const users = [
    `SELECT DISTINCT account_id FROM link WHERE entity_id = ? AND ${READY} ${link}${current(ctx.db, 'link')}`,
    `SELECT DISTINCT account_id FROM event WHERE ip_id = ? AND ${READY} ${event}`,
    `SELECT DISTINCT account_id FROM event WHERE device_id = ? AND ${READY} ${event}`,
  ].map((sql) => ctx.db.prepare(sql).pluck())
  for (const entity of entities) {
    for (const statement of users) {
      for (const account of statement.all(entity) as number[]) add(entity, account)
    }
    await ctx.checkpoint()
  }
}

async function readAll(
  ctx: ComputeContext,
  window: Recipe['window'],
  wanted: ReadonlyMap<number, number>,
  add: (entity: number, account: number) => void,
): Promise<void> {
  const { event, link } = inside(window)
  const use = (account: number | string | null, entity: number | string | null) => {
    if (entity !== null && wanted.has(entity as number)) add(entity as number, account as number)
  }
  await eachRow(
    ctx,
    `SELECT id, account_id, entity_id FROM link WHERE id > ? AND ${READY} ${link}${current(ctx.db, 'link')}`,
    ([, account, entity]) => use(account, entity),
  )
  await eachRow(
    ctx,
    `SELECT id, account_id, ip_id, device_id FROM event
     WHERE id > ? AND (ip_id IS NOT NULL OR device_id IS NOT NULL) AND ${READY} ${event}`,
    ([, account, ip, device]) => {
      use(account, ip)
      use(account, device)
    },
  )
}
