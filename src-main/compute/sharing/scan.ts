import { current } from '../../common/facts/superseded.ts'
import type { ComputeContext } from '../context.ts'
import { PairTable } from '../graph/pair-table.ts'
import {
  EVENT_COLUMNS,
  PAGE_ROWS,
  READY,
  eventFlags,
  linkInterval,
  putEvent,
  windowSql,
  type EventRow,
  type Window,
} from './account-facts.ts'
import {
  entityKind,
  summariseSharing,
  useColumns,
  type EntityKind,
  type LinkedAccount,
  type SharingStats,
} from './stats.ts'

/** Uses held at a time, about 26 bytes each: memory stays the same however large the export is. */
const USES_PER_PASS = 4_000_000

export interface SharingScan {
  /** By entity id: whether any account uses it in the window, so that base rates can count what nobody shares. */
  readonly used: Uint8Array
  /** Entity type's term id by entity id. */
  readonly typeOf: Uint32Array
  /** Value of an entity type's term id. */
  readonly types: ReadonlyMap<number, string>
}

/**
 * Statistics of every entity that at least two accounts share, in ascending id, each handed to `visit` once and then
 * forgotten. Reads the events once for every 4,000,000 uses of shared things, and links and relations once for each
 * such pass. Memory: a few bytes per entity, account and related pair, and one pass of uses.
 */
export async function scanSharing(
  ctx: ComputeContext,
  window: Window,
  visit: (entity: number, stats: SharingStats) => void,
  options: { usesPerPass?: number } = {},
): Promise<SharingScan> {
  const top = maxId(ctx, 'entity')
  const accounts = await accountTable(ctx)
  const { typeOf, types } = await entityTypes(ctx, top)
  const kinds = new Map<number, EntityKind>([...types].map(([id, value]) => [id, entityKind(value)]))
  const uses = await sharedUses(ctx, top)
  const pairs = await relatedPairs(ctx, window, accounts.top)
  const used = new Uint8Array(top + 1)
  const flagsOf = eventFlags(ctx)
  const usualPlace = await usualPlaces(ctx, window, accounts.top)
  const facts = {
    registeredAt: (account: number) => accounts.registeredAt[account],
    usualPlace: (account: number) => usualPlace[account],
  }
  const perPass = options.usesPerPass ?? USES_PER_PASS

  for (let from = 0; from <= top;) {
    // One pass: entities [from, to) whose uses fit.
    let to = from
    let rows = 0
    while (to <= top && (to === from || rows + uses[to] <= perPass)) rows += uses[to++]
    const start = new Uint32Array(to - from + 1)
    for (let e = from; e < to; e++) start[e - from + 1] = start[e - from] + uses[e]
    const cursor = start.slice(0, to - from)
    const columns = useColumns(rows)
    await forEachRow<EventRow>(ctx, eventSql(window), (row) => {
      if (accounts.known[row[1]] === 0) return
      const flags = flagsOf(row[6], row[7])
      for (const side of [2, 3] as const) {
        const entity = row[side]
        if (entity === null) continue
        used[entity] = 1
        if (entity < from || entity >= to || uses[entity] === 0) continue
        putEvent(columns, cursor[entity - from]++, row, row[side === 2 ? 3 : 2], flags)
      }
    })
    const links = new Map<number, LinkedAccount[]>()
    await forEachRow<[number, number, number, number | null, number | null]>(
      ctx,
      `SELECT id, account_id, entity_id, first_seen, last_seen FROM link WHERE id > ? AND ${READY}${current(ctx.db, 'link')}
       ORDER BY id LIMIT ?`,
      ([, account, entity, first, last]) => {
        const interval = accounts.known[account] === 0 ? null : linkInterval(first, last, window)
        if (interval === null) return
        used[entity] = 1
        if (entity < from || entity >= to || uses[entity] === 0) return
        const list = links.get(entity)
        if (list === undefined) links.set(entity, [{ account, ...interval }])
        else list.push({ account, ...interval })
      },
    )
    // Who uses what, so that related pairs can be found in both lists.
    const incidence = new PairTable(accounts.top + 1, to - from, 'max')
    for (let e = 0; e < to - from; e++) {
      for (let i = start[e]; i < cursor[e]; i++) incidence.push(columns.account[i], e, 1)
      for (const link of links.get(from + e) ?? []) incidence.push(link.account, e, 1)
    }
    const related = await relatedWithin(ctx, pairs, incidence, to - from, accounts.top)
    for (let e = 0; e < to - from; e++) {
      const own = links.get(from + e) ?? []
      if (uses[from + e] === 0) continue
      const entity = from + e
      const stats = summariseSharing(
        kinds.get(typeOf[entity]) ?? 'other',
        columns,
        start[e],
        cursor[e],
        own,
        facts,
        { pairs: related.pairs[e], accounts: related.accounts[e] },
      )
      if (stats.accounts > 1) visit(entity, stats)
      if (e % 256 === 0) await ctx.checkpoint()
    }
    from = to
  }
  return { used, typeOf, types }
}

const eventSql = (window: Window): string =>
  `SELECT ${EVENT_COLUMNS} FROM event WHERE id > ? AND ${READY}${windowSql(window, 'ts')} ORDER BY id LIMIT ?`

function maxId(ctx: ComputeContext, table: string): number {
  return (ctx.db.prepare(`SELECT max(id) FROM ${table}`).pluck().get() as number | null) ?? 0
}

/** Pages through `sql` (id first, `id > ? … LIMIT ?`), checkpointing between pages. */
async function forEachRow<R extends unknown[]>(
  ctx: ComputeContext,
  sql: string,
  onRow: (row: R) => void,
): Promise<void> {
  const statement = ctx.db.prepare(sql).raw(true)
  for (let last = -1, page = PAGE_ROWS; page === PAGE_ROWS;) {
    page = 0
    for (const row of statement.iterate(last, PAGE_ROWS) as IterableIterator<R>) {
      onRow(row)
      last = row[0] as number
      page++
    }
    await ctx.checkpoint()
  }
}

/** Ready accounts and when they registered (by account id), from the newest ready record of each. */
async function accountTable(ctx: ComputeContext) {
  const top = maxId(ctx, 'account')
  const known = new Uint8Array(top + 1)
  const registeredAt = new Float64Array(top + 1).fill(NaN)
  await forEachRow<[number]>(
    ctx,
    'SELECT id FROM ready_account WHERE id > ? ORDER BY id LIMIT ?',
    ([id]) => void (known[id] = 1),
  )
  await forEachRow<[number, number, number | null]>(
    ctx,
    `SELECT id, account_id, registered_at FROM account_record WHERE id > ? AND ${READY} ORDER BY id LIMIT ?`,
    ([, account, at]) => void (registeredAt[account] = at ?? NaN),
  )
  return { top, known, registeredAt }
}

async function entityTypes(ctx: ComputeContext, top: number) {
  const typeOf = new Uint32Array(top + 1)
  await forEachRow<[number, number]>(
    ctx,
    'SELECT id, type_id FROM entity WHERE id > ? ORDER BY id LIMIT ?',
    ([id, type]) => void (typeOf[id] = type),
  )
  const types = new Map(
    ctx.db.prepare(`SELECT id, value FROM term WHERE domain = 'entity_type'`).raw(true).all() as [
      number,
      string,
    ][],
  )
  return { typeOf, types }
}

/**
 * By entity id: 1 + the number of event rows for everything that more than one account may share, 0 for what only
 * one has. Read from the indexes alone; sources that aren't ready are left to the scan.
 */
async function sharedUses(ctx: ComputeContext, top: number): Promise<Uint32Array> {
  const rows = new Uint32Array(top + 1)
  const least = new Uint32Array(top + 1).fill(0xffffffff)
  const most = new Uint32Array(top + 1)
  for (const [table, column] of [
    ['event', 'ip_id'],
    ['event', 'device_id'],
    ['link', 'entity_id'],
  ] as const) {
    const statement = ctx.db
      .prepare(
        `SELECT ${column}, min(account_id), max(account_id), count(*) FROM ${table}
         WHERE ${column} IS NOT NULL AND ${column} > ? GROUP BY ${column} LIMIT ?`,
      )
      .raw(true)
    for (let last = -1, page = PAGE_ROWS; page === PAGE_ROWS;) {
      const found = statement.all(last, PAGE_ROWS) as [number, number, number, number][]
      for (const [entity, low, high, count] of found) {
        if (low < least[entity]) least[entity] = low
        if (high > most[entity]) most[entity] = high
        if (table === 'event') rows[entity] += count
        last = entity
      }
      page = found.length
      await ctx.checkpoint()
    }
  }
  for (let e = 0; e <= top; e++) rows[e] = least[e] < most[e] ? rows[e] + 1 : 0
  return rows
}

/** Distinct pairs a < b of accounts that a relation joins inside the window. */
async function relatedPairs(ctx: ComputeContext, window: Window, top: number) {
  const table = new PairTable(top + 1, top + 1, 'max')
  await forEachRow<[number, number, number, number | null, number | null]>(
    ctx,
    `SELECT id, src_id, dst_id, first_seen, last_seen FROM relation WHERE id > ? AND ${READY}${current(ctx.db, 'relation')}
     ORDER BY id LIMIT ?`,
    ([, a, b, first, last]) => {
      if (a !== b && linkInterval(first, last, window) !== null) table.push(Math.min(a, b), Math.max(a, b), 1)
    },
  )
  const { length, a, b } = table.distinct()
  return { a: a.slice(0, length), b: b.slice(0, length) }
}

/** For each entity: related pairs among its accounts, and accounts in such a pair. */
async function relatedWithin(
  ctx: ComputeContext,
  pairs: { a: Uint32Array; b: Uint32Array },
  incidence: PairTable,
  entities: number,
  top: number,
) {
  const { length, a: account, b: entity } = incidence.distinct()
  const start = new Uint32Array(top + 2)
  for (let i = 0; i < length; i++) start[account[i] + 1]++
  for (let u = 0; u <= top; u++) start[u + 1] += start[u]
  const counted = new Uint8Array(length)
  const out = { pairs: new Uint32Array(entities), accounts: new Uint32Array(entities) }
  for (let k = 0; k < pairs.a.length; k++) {
    let [i, j] = [start[pairs.a[k]], start[pairs.b[k]]]
    const [endI, endJ] = [start[pairs.a[k] + 1], start[pairs.b[k] + 1]]
    while (i < endI && j < endJ) {
      if (entity[i] === entity[j]) {
        const e = entity[i]
        out.pairs[e]++
        if (counted[i] === 0) out.accounts[e]++
        if (counted[j] === 0) out.accounts[e]++
        counted[i++] = counted[j++] = 1
      } else if (entity[i] < entity[j]) i++
      else j++
    }
    if (k % 20_000 === 0) await ctx.checkpoint()
  }
  return out
}

/** By account id: the place of most of its events (the smaller term id where two have as many), 0 unknown. */
async function usualPlaces(ctx: ComputeContext, window: Window, top: number): Promise<Uint32Array> {
  const usual = new Uint32Array(top + 1)
  const statement = ctx.db
    .prepare(
      `SELECT account_id, coalesce(city_id, country_id) AS place, count(*) AS n FROM event
       WHERE account_id > ? AND account_id <= ? AND place IS NOT NULL AND ${READY}${windowSql(window, 'ts')}
       GROUP BY 1, 2`,
    )
    .raw(true)
  const most = new Uint32Array(top + 1)
  for (let from = 0; from <= top; from += 2000) {
    for (const [account, place, n] of statement.iterate(from, from + 2000) as IterableIterator<
      [number, number, number]
    >) {
      if (n > most[account] || (n === most[account] && place < usual[account])) {
        most[account] = n
        usual[account] = place
      }
    }
    await ctx.checkpoint()
  }
  return usual
}
