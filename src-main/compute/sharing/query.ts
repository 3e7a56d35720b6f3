import { current } from '../../common/facts/superseded.ts'
import type { ComputeContext } from '../context.ts'
import {
  EVENT_COLUMNS,
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
  type LinkedAccount,
  type Related,
  type SharingStats,
} from './stats.ts'

/**
 * One entity's statistics by its indexes: what `scanSharing` would hand out for it (a test holds them equal), for
 * any number of accounts. null where there is no such entity or nobody uses it in the window.
 */
export async function querySharing(
  ctx: ComputeContext,
  entity: number,
  window: Window,
): Promise<SharingStats | null> {
  const { db } = ctx
  const type = db
    .prepare('SELECT t.value FROM entity e JOIN term t ON t.id = e.type_id WHERE e.id = ?')
    .pluck()
    .get(entity) as string | undefined
  if (type === undefined) return null
  const known = `account_id IN (SELECT id FROM ready_account)`
  const events: { row: EventRow; partner: number | null }[] = []
  for (const [column, other] of [
    ['ip_id', 3],
    ['device_id', 2],
  ] as const) {
    const rows = db
      .prepare(
        `SELECT ${EVENT_COLUMNS} FROM event
         WHERE ${column} = ? AND ${READY} AND ${known}${windowSql(window, 'ts')}`,
      )
      .raw(true)
      .iterate(entity) as IterableIterator<EventRow>
    for (const row of rows) events.push({ row, partner: row[other] })
  }
  await ctx.checkpoint()
  const links: LinkedAccount[] = []
  const linkRows = db
    .prepare(
      `SELECT account_id, first_seen, last_seen FROM link
       WHERE entity_id = ? AND ${READY} AND ${known}${current(db, 'link')}`,
    )
    .raw(true)
    .all(entity) as [number, number | null, number | null][]
  for (const [account, first, last] of linkRows) {
    const interval = linkInterval(first, last, window)
    if (interval !== null) links.push({ account, ...interval })
  }
  const columns = useColumns(events.length)
  const flagsOf = eventFlags(ctx)
  for (const [i, { row, partner }] of events.entries())
    putEvent(columns, i, row, partner, flagsOf(row[6], row[7]))
  const accounts = new Set<number>(columns.account)
  for (const link of links) accounts.add(link.account)
  if (accounts.size === 0) return null

  const registered = db
    .prepare(
      `SELECT registered_at FROM account_record WHERE account_id = ? AND ${READY} ORDER BY id DESC LIMIT 1`,
    )
    .pluck()
  const place = db
    .prepare(
      `SELECT coalesce(city_id, country_id) AS place FROM event
       WHERE account_id = ? AND place IS NOT NULL AND ${READY}${windowSql(window, 'ts')}
       GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1`,
    )
    .pluck()
  const registeredAt = new Map<number, number>()
  const usualPlace = new Map<number, number>()
  for (const account of accounts) {
    registeredAt.set(account, (registered.get(account) as number | null | undefined) ?? NaN)
    if (events.length > 0) usualPlace.set(account, (place.get(account) as number | undefined) ?? 0)
    if (registeredAt.size % 256 === 0) await ctx.checkpoint()
  }
  return summariseSharing(
    entityKind(type),
    columns,
    0,
    events.length,
    links,
    {
      registeredAt: (account) => registeredAt.get(account)!,
      usualPlace: (account) => usualPlace.get(account) ?? 0,
    },
    relatedAmong(ctx, accounts, window),
  )
}

/** Pairs among `accounts` that a relation joins inside the window. */
function relatedAmong(ctx: ComputeContext, accounts: ReadonlySet<number>, window: Window): Related {
  const rows = ctx.db
    .prepare(
      `WITH user AS MATERIALIZED (SELECT value AS id FROM json_each(?))
       SELECT min(src_id, dst_id), max(src_id, dst_id), first_seen, last_seen FROM relation
       WHERE src_id IN (SELECT id FROM user) AND dst_id IN (SELECT id FROM user) AND src_id <> dst_id
         AND ${READY}${current(ctx.db, 'relation')}`,
    )
    .raw(true)
    .iterate(JSON.stringify([...accounts])) as IterableIterator<
    [number, number, number | null, number | null]
  >
  const pairs = new Set<string>()
  const members = new Set<number>()
  for (const [a, b, first, last] of rows) {
    if (linkInterval(first, last, window) === null) continue
    pairs.add(`${a} ${b}`)
    members.add(a).add(b)
  }
  return { pairs: pairs.size, accounts: members.size }
}
