import type { ComputeContext } from '../context.ts'
import type { Recipe } from '../../common/recipe.ts'
import { PairTable, type Pairs } from './pair-table.ts'
import { forEachPage, packed, readyRows } from './read-columns.ts'
import { decayFactor, lastSeenInWindow } from './window.ts'

export const NONE = 0xffffffff
type Window = Recipe['window']

/** Every ready account: node u is accountIds[u]; nodeOf[id] is an account id's node, NONE where it has none. */
export interface AccountIndex {
  readonly accountIds: Uint32Array
  readonly nodeOf: Uint32Array
}

export interface FactCounts {
  relationRows: number
  linkRows: number
  eventRows: number
  selfRelations: number
  /** Relations whose weight is not above 0. */
  nonPositive: number
  /** Facts outside the window, undated ones included where a window is set. */
  outside: number
}

export const noCounts = (): FactCounts => ({
  relationRows: 0,
  linkRows: 0,
  eventRows: 0,
  selfRelations: 0,
  nonPositive: 0,
  outside: 0,
})

/** Reads the ids of all ready accounts. */
export async function readAccounts(ctx: ComputeContext): Promise<AccountIndex> {
  const rows = readyRows(ctx, 'account')
  const accountIds = new Uint32Array(rows.maxId)
  let n = 0
  await forEachPage(ctx, rows, ['id'], ([ids], length) => {
    for (let i = 0; i < length; i++) accountIds[n++] = ids[i]!
  })
  const nodeOf = new Uint32Array(rows.maxId + 1).fill(NONE)
  for (let u = 0; u < n; u++) nodeOf[accountIds[u]] = u
  return { accountIds: accountIds.slice(0, n), nodeOf }
}

/** The newest moment of any ready relation, link or event that the window lets in; -Infinity: nothing is dated. */
export function newestFact(ctx: Pick<ComputeContext, 'db'>, window: Window): number {
  let newest = -Infinity
  for (const [table, first, last] of [
    ['relation', 'coalesce(first_seen, last_seen)', 'coalesce(last_seen, first_seen)'],
    ['link', 'coalesce(first_seen, last_seen)', 'coalesce(last_seen, first_seen)'],
    ['event', 'ts', 'ts'],
  ]) {
    const { where } = readyRows(ctx, table)
    const bound = window === null ? '' : ` AND ${first} < ${window.to}`
    const max = ctx.db.prepare(`SELECT max(${last}) FROM ${table} WHERE true${where}${bound}`).pluck().get()
    if (max !== null)
      newest = Math.max(newest, window === null ? (max as number) : Math.min(max as number, window.to - 1))
  }
  return newest
}

export interface RelationRequest {
  /** Relation type's term id -> table that its rows are folded into. */
  readonly tables: ReadonlyMap<number, number>
  /** Multiplies the weight of a type's rows; missing: 1. */
  readonly factors: ReadonlyMap<number, number>
  readonly window: Window
  readonly newest: number
  readonly halfLifeDays: number | null
  /** Whether to keep the two directions apart. */
  readonly directed: boolean
}

/** Distinct pairs a < b with their summed, decayed weight, of rows from the smaller to the larger node or of all. */
export interface RelationPairs {
  readonly forward: Pairs
  /** Rows from the larger to the smaller node; null where the directions were not asked for. */
  readonly backward: Pairs | null
}

/** Reads every ready relation once, folded by table. */
export async function readRelations(
  ctx: ComputeContext,
  accounts: AccountIndex,
  request: RelationRequest,
  counts: FactCounts,
  tell: (share: number) => void,
): Promise<Map<number, RelationPairs>> {
  const { tables, window, newest, halfLifeDays } = request
  const n = accounts.accountIds.length
  const rows = readyRows(ctx, 'relation')
  const dates = timeColumns(ctx, rows.table, rows.where, window, halfLifeDays !== null)
  const [least, most] = ctx.db
    .prepare(`SELECT min(weight), max(weight) FROM relation WHERE true${rows.where}`)
    .raw()
    .get() as [number, number]
  const constant = least === most
  const types = (ctx.db.prepare('SELECT max(id) FROM term').pluck().get() as number | null) ?? 0
  const largest = accounts.nodeOf.length - 1
  const ids = packed([
    { column: 'src_id', largest },
    { column: 'dst_id', largest },
    { column: 'type_id', largest: types },
  ])
  const tableOf = new Int32Array(types + 1).fill(-1)
  const factorOf = new Float64Array(types + 1).fill(1)
  for (const [type, table] of tables) tableOf[type] = table
  for (const [type, factor] of request.factors) factorOf[type] = factor

  const forward: PairTable[] = []
  const backward: PairTable[] = []
  const { nodeOf } = accounts
  const weightAt = ids.expressions.length
  const timeAt = weightAt + (constant ? 0 : 1)
  let done = 0
  counts.relationRows = await forEachPage(
    ctx,
    rows,
    [...ids.expressions, ...(constant ? [] : ['weight']), ...dates],
    (page, length) => {
      const [src, dst, type] = ids.unpack(page, length)
      for (let i = 0; i < length; i++) {
        const t = tableOf[type[i]]
        if (t < 0) continue
        const u = nodeOf[src[i]]
        const v = nodeOf[dst[i]]
        if (u === NONE || v === NONE) continue
        if (u === v) {
          counts.selfRelations++
          continue
        }
        let weight = constant ? least : page[weightAt][i]!
        if (!(weight > 0)) {
          counts.nonPositive++
          continue
        }
        if (dates.length > 0) {
          const at = timeOf(page, timeAt, i, window)
          if (at === null) {
            counts.outside++
            continue
          }
          weight *= decayFactor(at, newest, halfLifeDays)
        }
        const side = request.directed && u > v ? backward : forward
        const table = (side[t] ??= new PairTable(n, n, 'sum'))
        if (u < v) table.push(u, v, weight * factorOf[type[i]])
        else table.push(v, u, weight * factorOf[type[i]])
      }
      tell((done += length) / rows.maxId)
    },
  )
  const none: Pairs = new PairTable(0, 0, 'sum').distinct()
  const pairs = new Map<number, RelationPairs>()
  for (const t of new Set(tables.values())) {
    if (forward[t] === undefined && backward[t] === undefined) continue
    pairs.set(t, {
      forward: forward[t]?.distinct() ?? none,
      backward: request.directed ? (backward[t]?.distinct() ?? none) : null,
    })
    delete forward[t]
    delete backward[t]
    await ctx.checkpoint()
  }
  return pairs
}

export interface IncidenceRequest {
  /** entities[id] > 0 where the entity is wanted. */
  readonly entities: Uint16Array
  readonly window: Window
  /** Whether somebody will look at the times. */
  readonly dated: boolean
}

/**
 * Reads every ready link and event once: distinct (entity id, node) and when that account was last seen with the
 * entity (-Infinity: undated, or not asked for).
 */
export async function readIncidence(
  ctx: ComputeContext,
  accounts: AccountIndex,
  { entities, window, dated }: IncidenceRequest,
  counts: FactCounts,
  tell: (share: number) => void,
): Promise<Pairs> {
  const { nodeOf } = accounts
  const incidence = new PairTable(entities.length, accounts.accountIds.length, 'max')
  const account = { column: 'account_id', largest: nodeOf.length - 1 }
  const largest = entities.length - 1
  const links = readyRows(ctx, 'link')
  const events = readyRows(ctx, 'event')
  const all = links.maxId + events.maxId
  let done = 0

  const linkIds = packed([account, { column: 'entity_id', largest }])
  const linkTimes = timeColumns(ctx, 'link', links.where, window, dated)
  counts.linkRows = await forEachPage(ctx, links, [...linkIds.expressions, ...linkTimes], (page, length) => {
    const [who, what] = linkIds.unpack(page, length)
    for (let i = 0; i < length; i++) {
      const at = linkTimes.length === 0 ? -Infinity : timeOf(page, linkIds.expressions.length, i, window)
      if (at === null) {
        counts.outside++
        continue
      }
      const u = nodeOf[who[i]]
      if (entities[what[i]] > 0 && u !== NONE) incidence.push(what[i], u, at)
    }
    tell((done += length) / all)
  })

  const eventIds = packed([account, { column: 'ip_id', largest }])
  const timed = dated || window !== null
  counts.eventRows = await forEachPage(
    ctx,
    events,
    [...eventIds.expressions, 'device_id', ...(timed ? ['ts'] : [])],
    (page, length) => {
      const [who, ip] = eventIds.unpack(page, length)
      const device = page[eventIds.expressions.length]
      const times = page[eventIds.expressions.length + 1]
      for (let i = 0; i < length; i++) {
        const at = timed ? times[i]! : -Infinity
        if (window !== null && (at < window.from || at >= window.to)) {
          counts.outside++
          continue
        }
        const u = nodeOf[who[i]]
        if (u === NONE) continue
        if (ip[i] > 0 && entities[ip[i]] > 0) incidence.push(ip[i], u, at)
        const d = device[i]
        if (d !== null && entities[d] > 0) incidence.push(d, u, at)
      }
      tell((done += length) / all)
    },
  )
  return incidence.distinct()
}

/** The columns that `timeOf` needs: none where no row is dated and no window asks for it. */
function timeColumns(
  ctx: Pick<ComputeContext, 'db'>,
  table: string,
  where: string,
  window: Window,
  wanted: boolean,
): string[] {
  const last = 'coalesce(last_seen, first_seen)'
  if (window !== null) return [last, 'coalesce(first_seen, last_seen)']
  if (!wanted) return []
  const some = ctx.db
    .prepare(`SELECT 1 FROM ${table} WHERE ${last} IS NOT NULL${where} LIMIT 1`)
    .pluck()
    .get()
  return some === undefined ? [] : [last]
}

function timeOf(page: (number | null)[][], k: number, i: number, window: Window): number | null {
  const last = page[k][i]
  return lastSeenInWindow(window === null ? last : page[k + 1][i], last, window)
}

/** wanted[entity id] = index of the wanted type + 1, 0 where the entity's type is not wanted. */
export async function entityTypes(
  ctx: ComputeContext,
  wanted: ReadonlyMap<number, number>,
): Promise<Uint16Array> {
  const rows = { ...readyRows(ctx, 'entity'), where: '' }
  const typeOf = new Uint16Array(rows.maxId + 1)
  if (wanted.size === 0) return typeOf
  const types = (ctx.db.prepare('SELECT max(id) FROM term').pluck().get() as number | null) ?? 0
  const columns = packed([
    { column: 'id', largest: rows.maxId },
    { column: 'type_id', largest: types },
  ])
  const mark = new Uint16Array(types + 1)
  for (const [type, index] of wanted) mark[type] = index + 1
  await forEachPage(ctx, rows, columns.expressions, (page, length) => {
    const [ids, type] = columns.unpack(page, length)
    for (let i = 0; i < length; i++) typeOf[ids[i]] = mark[type[i]]
  })
  return typeOf
}
