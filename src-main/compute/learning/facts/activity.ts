import { isFailure, isLogin, isRegistration } from '../../../common/outcomes.ts'
import type { ComputeContext } from '../../context.ts'
import { emptyColumns } from './columns.ts'
import { LOGIN_COLUMNS, LoginSummary } from './logins.ts'
import { registrationColumns } from './registrations.ts'
import { tellScores } from './progress.ts'
import { SharingTable, entityClasses } from './sharing.ts'

/** Accounts read between two checkpoints. Pages go by account, so no statement stays open while others work. */
const ACCOUNTS_PER_PAGE = 500

type Row = (number | null)[]

/** Newest moment of any ready fact, ms; `now` where nothing is dated. */
export function newestFact(ctx: ComputeContext): number {
  let newest = -Infinity
  for (const sql of [
    'SELECT max(registered_at) FROM account_record',
    'SELECT max(coalesce(last_seen, first_seen)) FROM relation',
    'SELECT max(coalesce(last_seen, first_seen)) FROM link',
    'SELECT max(ts) FROM event',
    'SELECT max(ts) FROM report',
  ]) {
    const max = ctx.db.prepare(`${sql} WHERE source_id IN (SELECT id FROM ready_source)`).pluck().get() as
      number | null
    if (max !== null) newest = Math.max(newest, max)
  }
  return newest > -Infinity ? newest : ctx.now()
}

/** Ids of the terms of a domain whose value passes. */
function terms(ctx: ComputeContext, domain: string, passes: (value: string) => boolean): Set<number> {
  const rows = ctx.db.prepare('SELECT id, value FROM term WHERE domain = ?').raw().all(domain)
  return new Set((rows as [number, string][]).filter(([, value]) => passes(value)).map(([id]) => id))
}

/** What of the facts is seen. */
export interface FactOptions {
  /** ms: nothing dated later is seen; undated facts are. */
  readonly asOf?: number
  /** Of `newestFact`, where the caller knows it. */
  readonly newest?: number
}

const exists = (ctx: ComputeContext, table: string, where = '1'): boolean =>
  ctx.db
    .prepare(
      `SELECT EXISTS (SELECT 1 FROM ${table} WHERE ${where} AND source_id IN (SELECT id FROM ready_source))`,
    )
    .pluck()
    .get() === 1

/**
 * The columns of families sharing, registration, logins and reports, one value per account of ascending
 * `accountIds`. One pass over ready links, events, reports and registrations, account by account. Times are counted
 * back from the newest fact, or from `asOf`.
 */
export async function activityColumns(
  ctx: ComputeContext,
  accountIds: Uint32Array,
  { asOf = Infinity, ...known }: FactOptions = {},
): Promise<Map<string, Float32Array>> {
  const n = accountIds.length
  const newest = known.newest ?? (asOf < Infinity ? asOf : newestFact(ctx))
  // A fact counts where this is not true of its moment; a bound that nothing exceeds costs a comparison.
  const later = (moment: string) =>
    asOf < Infinity ? ` AND coalesce(${moment}, 0) <= ${Math.floor(asOf)}` : ''
  const registrationKinds = terms(ctx, 'event_kind', isRegistration)
  const loginKinds = terms(ctx, 'event_kind', isLogin)
  const failures = terms(ctx, 'outcome', isFailure)
  const hasEvents = exists(
    ctx,
    'event',
    (loginKinds.size > 0 ? `kind_id IN (${[...loginKinds].join(',')})` : '0') + later('ts'),
  )
  const hasReports = exists(ctx, 'report', `1${later('ts')}`)

  const logins = emptyColumns([...LOGIN_COLUMNS, 'other_events'], n)
  const reports = emptyColumns(['reports_received', 'reporters', 'reports_made'], n)
  const sharing = new SharingTable(n, await entityClasses(ctx))
  const registered = new Float64Array(n).fill(NaN)
  const tz = new Float64Array(n)

  const page = (sql: string) =>
    ctx.db.prepare(sql.replaceAll('READY', 'source_id IN (SELECT id FROM ready_source)')).raw(true)
  const selectEvents = page(`SELECT account_id, ts, tz_offset, kind_id, context_id, ip_id, device_id,
    country_id, outcome_id FROM event WHERE account_id BETWEEN ? AND ? AND READY${later('ts')} ORDER BY account_id, ts, id`)
  const selectLinks = page(`SELECT account_id, entity_id FROM link
    WHERE account_id BETWEEN ? AND ? AND READY${later('coalesce(first_seen, last_seen)')} ORDER BY account_id`)
  const selectRecords = page(`SELECT account_id, registered_at, tz_offset FROM account_record
    WHERE account_id BETWEEN ? AND ? AND READY${later('registered_at')} ORDER BY account_id, id`)
  const selectReports = page(`SELECT account_id, reporter_id FROM report
    WHERE account_id BETWEEN ? AND ? AND READY${later('ts')} ORDER BY account_id`)

  const summary = new LoginSummary()
  const reporters = new Set<number>()
  for (let from = 0; from < n; from += ACCOUNTS_PER_PAGE) {
    const to = Math.min(n, from + ACCOUNTS_PER_PAGE)
    const range = [accountIds[from], accountIds[to - 1]] as const
    // Every select is ordered by account, so each has a cursor that the loop over accounts moves on.
    const events = grouped(selectEvents.iterate(...range) as IterableIterator<Row>)
    const records = grouped(selectRecords.all(...range)[Symbol.iterator]() as IterableIterator<Row>)
    const links = grouped(selectLinks.all(...range)[Symbol.iterator]() as IterableIterator<Row>)
    const complaints = grouped(selectReports.all(...range)[Symbol.iterator]() as IterableIterator<Row>)
    for (let u = from; u < to; u++) {
      const id = accountIds[u]
      records(id, ([, at, offset]) => {
        // Ascending ids: the newest record that states a time wins.
        if (at === null) return
        registered[u] = at
        tz[u] = offset ?? 0
      })
      links(id, ([, entity]) => sharing.use(entity!))
      let others = 0
      events(id, ([, ts, offset, kind, context, ip, device, country, outcome]) => {
        if (ip !== null) sharing.use(ip)
        if (device !== null) sharing.use(device)
        if (loginKinds.has(kind!)) {
          const failed = outcome === null ? null : failures.has(outcome)
          summary.push({ ts: ts!, tzOffset: offset, context, ip, device, country, failed })
        } else if (registrationKinds.has(kind!)) {
          if (Number.isNaN(registered[u])) {
            registered[u] = ts!
            tz[u] = offset ?? 0
          }
        } else others++
      })
      sharing.next()
      if (hasEvents) {
        summary.write(logins, u, newest)
        logins.get('other_events')![u] = others
      }
      let received = 0
      complaints(id, ([, reporter]) => {
        received++
        if (reporter !== null) reporters.add(reporter)
      })
      if (hasReports) {
        reports.get('reports_received')![u] = received
        reports.get('reporters')![u] = reporters.size
      }
      reporters.clear()
    }
    tellScores(ctx, 'features', to / n)
    await ctx.checkpoint()
  }
  if (hasReports) await countReportsMade(ctx, accountIds, reports.get('reports_made')!, later('ts'))
  return new Map([
    ...(await sharing.columns(ctx)),
    ...registrationColumns(registered, tz, newest),
    ...logins,
    ...reports,
  ])
}

/** Walks rows sorted by their first value: `visit(id, onRow)` hands over the rows of one id; ids ascend. */
function grouped(rows: IterableIterator<Row>): (id: number, onRow: (row: Row) => void) => void {
  let next = rows.next()
  return (id, onRow) => {
    while (!next.done && next.value[0]! <= id) {
      if (next.value[0] === id) onRow(next.value)
      next = rows.next()
    }
  }
}

async function countReportsMade(
  ctx: ComputeContext,
  accountIds: Uint32Array,
  column: Float32Array,
  notLater: string,
): Promise<void> {
  const nodeOf = new Map<number, number>()
  accountIds.forEach((id, u) => nodeOf.set(id, u))
  column.fill(0)
  const select = ctx.db
    .prepare(
      `SELECT id, reporter_id FROM report WHERE id > ? AND reporter_id IS NOT NULL
       AND source_id IN (SELECT id FROM ready_source)${notLater} ORDER BY id LIMIT 20000`,
    )
    .raw(true)
  for (let last = -1; ;) {
    const rows = select.all(last) as [number, number][]
    for (const [, reporter] of rows) {
      const u = nodeOf.get(reporter)
      if (u !== undefined) column[u]++
    }
    await ctx.checkpoint()
    if (rows.length < 20_000) return
    last = rows[rows.length - 1][0]
  }
}
