import { current } from '../../common/facts/superseded.ts'
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

export interface Survey {
  /** Newest moment of any ready relation, link or event that the window lets in; -Infinity: nothing is dated. */
  readonly newest: number
  /** Whether any relation the window lets in, or any link, is dated. */
  readonly relationsDated: boolean
  readonly linksDated: boolean
  /** The weight of all relations, null where they differ. */
  readonly weight: number | null
}

/** What must be known before rows are read: about one scan of each table. */
export function surveyFacts(ctx: Pick<ComputeContext, 'db'>, window: Window): Survey {
  const ask = (table: string, columns: string, condition = 'true', tail = ''): number | null => {
    const anew = table === 'relation' || table === 'link' ? current(ctx.db, table) : ''
    const where = `WHERE (${condition})${readyRows(ctx, table).where}${anew}`
    return (
      (ctx.db.prepare(`SELECT ${columns} FROM ${table} ${where} ${tail}`).pluck().get() as
        number | null | undefined) ?? null
    )
  }
  const newest = (table: string, first: string, last: string): number | null =>
    ask(table, window === null ? `max(${last})` : `max(CASE WHEN ${first} < ${window.to} THEN ${last} END)`)
  const some = (table: string, condition: string): boolean => ask(table, '1', condition, 'LIMIT 1') === 1
  const dates = ['coalesce(first_seen, last_seen)', 'coalesce(last_seen, first_seen)'] as const

  const weight = ask('relation', 'weight', 'true', 'LIMIT 1')
  const dated = 'last_seen IS NOT NULL OR first_seen IS NOT NULL'
  // Where all relations weigh the same and none is dated, one scan finds it out; else this ends at once.
  const plain = weight === null || !some('relation', `weight <> ${weight} OR ${dated}`)
  const relation = plain ? null : newest('relation', ...dates)
  const link = newest('link', ...dates)
  const event = newest('event', 'ts', 'ts')
  const times = [relation, link, event].filter((at) => at !== null)
  return {
    newest: Math.max(-Infinity, ...times.map((at) => (window === null ? at : Math.min(at, window.to - 1)))),
    relationsDated: relation !== null,
    linksDated: link !== null,
    weight: plain || !some('relation', `weight <> ${weight}`) ? weight : null,
  }
}

export interface RelationRequest {
  /** Relation type's term id -> table that its rows are folded into. */
  readonly tables: ReadonlyMap<number, number>
  /** Multiplies the weight of a type's rows; missing: 1. */
  readonly factors: ReadonlyMap<number, number>
  readonly window: Window
  readonly survey: Survey
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
  const { tables, window, survey, halfLifeDays } = request
  const n = accounts.accountIds.length
  const rows = readyRows(ctx, 'relation')
  const dates = timeColumns(window, survey.relationsDated && halfLifeDays !== null)
  const types = (ctx.db.prepare('SELECT max(id) FROM term').pluck().get() as number | null) ?? 0
  const tableOf = new Int32Array(types + 1).fill(-1)
  const factorOf = new Float64Array(types + 1).fill(1)
  for (const [type, table] of tables) tableOf[type] = table
  for (const [type, factor] of request.factors) factorOf[type] = factor
  const known = ctx.db.prepare(`SELECT id FROM term WHERE domain = 'relation_type'`).pluck().all() as number[]
  // Where there is one type only, nobody needs to look at it.
  const only = known.length === 1 ? known[0] : null
  const largest = accounts.nodeOf.length - 1
  const ids = packed([
    { column: 'src_id', largest },
    { column: 'dst_id', largest },
    ...(only === null ? [{ column: 'type_id', largest: types }] : []),
  ])

  const forward: PairTable[] = []
  const backward: PairTable[] = []
  const { nodeOf } = accounts
  // Ids mostly have no gaps; then nobody needs to look up nodes either.
  const gapless = n > 0 && accounts.accountIds[n - 1] === n
  const weightAt = ids.expressions.length
  const timeAt = weightAt + (survey.weight === null ? 1 : 0)
  // Rows of the same weight that don't age are only counted.
  const constant = dates.length === 0 ? survey.weight : null
  let done = 0
  counts.relationRows = await forEachPage(
    ctx,
    rows,
    [...ids.expressions, ...(survey.weight === null ? ['weight'] : []), ...dates],
    (page, length) => {
      const [src, dst, type] = ids.unpack(page, length)
      for (let i = 0; i < length; i++) {
        const kind = only ?? type[i]
        const t = tableOf[kind]
        if (t < 0) continue
        const u = gapless ? (src[i] <= n ? src[i] - 1 : NONE) : nodeOf[src[i]]
        const v = gapless ? (dst[i] <= n ? dst[i] - 1 : NONE) : nodeOf[dst[i]]
        if (u === NONE || v === NONE) continue
        if (u === v) {
          counts.selfRelations++
          continue
        }
        let weight = survey.weight ?? page[weightAt][i]!
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
          weight *= decayFactor(at, survey.newest, halfLifeDays)
        }
        const side = request.directed && u > v ? backward : forward
        const table = (side[t] ??= new PairTable(
          n,
          n,
          'sum',
          undefined,
          constant === null || request.factors.size > 0 ? null : constant,
        ))
        if (u < v) table.push(u, v, weight * factorOf[kind])
        else table.push(v, u, weight * factorOf[kind])
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
  readonly survey: Survey
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
  { entities, window, survey, dated }: IncidenceRequest,
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
  const linkTimes = timeColumns(window, dated && survey.linksDated)
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

/** The columns that `timeOf` needs: none where nobody asks for times and there is no window. */
function timeColumns(window: Window, wanted: boolean): string[] {
  const last = 'coalesce(last_seen, first_seen)'
  if (window !== null) return [last, 'coalesce(first_seen, last_seen)']
  return wanted ? [last] : []
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
