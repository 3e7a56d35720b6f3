import type { Database } from 'better-sqlite3'
import { timelineMethods, type AnomalyRow, type Timeline } from '../../common/contract/timeline.ts'
import type { Selection } from '../../common/contract/selection.ts'
import type { ParsedInputOf } from '../../common/contract/method.ts'
import { isFailure, isLogin, isRegistration } from '../../common/outcomes.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { isEverybody, selectionWhere } from '../selection/where.ts'
import { newestRuns, workspaceSpan } from '../workspace/queries.ts'
import { binsFor } from './binning.ts'
import { laneQueries } from './lanes.ts'
import { reportMarks } from './reports.ts'

type TimelineHandlers = Handlers<
  Pick<typeof timelineMethods, 'timeline.get' | 'timeline.anomalies' | 'timeline.reports'>
>
type TimelineInput = ParsedInputOf<(typeof timelineMethods)['timeline.get']>

const terms = (db: Database, domain: string) =>
  db.prepare('SELECT id, value FROM term WHERE domain = ?').raw().all(domain) as [number, string][]

export function timeline(db: Database, input: TimelineInput): Timeline {
  const known = workspaceSpan(db)
  const whole = known.span ?? { from: 0, to: 1 }
  const bins = binsFor(input.span ?? whole, input.bins, input.tzOffset ?? known.tzOffset)
  const kinds = new Map(terms(db, 'event_kind'))
  const failures = new Set(terms(db, 'outcome').flatMap(([id, value]) => (isFailure(value) ? [id] : [])))
  const result: Timeline = {
    from: bins.from,
    to: bins.to,
    binMs: bins.binMs,
    tzOffset: known.tzOffset,
    eventsInView: 0,
    eventsTotal: db
      .prepare(
        `SELECT coalesce(sum(rows_stored), 0) FROM source WHERE status = 'ready' AND table_name = 'events'`,
      )
      .pluck()
      .get() as number,
    logins: new Uint32Array(bins.count),
    failed: new Uint32Array(bins.count),
    registrations: new Uint32Array(bins.count),
    other: new Uint32Array(bins.count),
    lanes: [],
    anomalies: [],
  }
  const where = selectionWhere(db, input.selection, 'e.account_id', ['time'])
  // CAST: numbers are bound as REAL, so the division is not a whole number by itself.
  const counts = db
    .prepare(
      `SELECT CAST((e.ts - ?) / ? AS INTEGER) AS bin, e.kind_id, e.outcome_id, count(*) FROM event e
       WHERE e.ts >= ? AND e.ts < ? AND ${where.sql} GROUP BY 1, 2, 3`,
    )
    .raw()
    .iterate(bins.from, bins.binMs, bins.from, bins.to, ...where.params) as Iterable<
    [number, number, number | null, number]
  >
  let registerEvents = false
  for (const [bin, kind, outcome, n] of counts) {
    const name = kinds.get(kind) ?? ''
    result.eventsInView += n
    if (isLogin(name)) {
      const failed = outcome !== null && failures.has(outcome)
      ;(failed ? result.failed : result.logins)[bin]! += n
    } else if (isRegistration(name)) {
      registerEvents = true
      result.registrations[bin]! += n
    } else result.other[bin]! += n
  }
  if (!registerEvents) countRegistrations(db, input.selection, bins, result.registrations)
  for (const lane of laneQueries(db, input)) {
    const laneCounts = new Uint32Array(bins.count)
    const rows = db
      .prepare(
        `SELECT CAST((e.ts - ?) / ? AS INTEGER) AS bin, count(*) FROM event e
         WHERE e.ts >= ? AND e.ts < ? AND ${lane.sql} AND ${where.sql} GROUP BY 1`,
      )
      .raw()
      .iterate(bins.from, bins.binMs, bins.from, bins.to, ...lane.params, ...where.params) as Iterable<
      [number, number]
    >
    for (const [bin, n] of rows) laneCounts[bin] = n
    result.lanes.push({ id: lane.id, label: lane.label, counts: laneCounts })
  }
  if (input.lanes !== 'none' && input.lanes !== 'entities' && result.lanes.length > 0) {
    // Entities share accounts: their lanes overlap, so there is no remainder.
    const others = new Uint32Array(bins.count)
    for (let b = 0; b < bins.count; b++) {
      const all =
        result.logins[b]! +
        result.failed[b]! +
        result.other[b]! +
        (registerEvents ? result.registrations[b]! : 0)
      others[b] = Math.max(
        0,
        result.lanes.reduce((left, lane) => left - lane.counts[b]!, all),
      )
    }
    result.lanes.push({ id: 'others', label: 'others', counts: others })
  }
  result.anomalies = anomalies(db, input.selection, { from: bins.from, to: bins.to }, 'score', 0, 300).rows
  return result
}

/** Registrations from the accounts' own records, where no event says 'register'. */
function countRegistrations(
  db: Database,
  selection: Selection,
  bins: { from: number; to: number; binMs: number },
  into: Uint32Array,
): void {
  const where = selectionWhere(db, selection, 'r.account_id', ['time'])
  const rows = db
    .prepare(
      `SELECT CAST((r.registered_at - ?) / ? AS INTEGER) AS bin, count(*) FROM account_record r
       WHERE r.registered_at >= ? AND r.registered_at < ? AND ${where.sql} GROUP BY 1`,
    )
    .raw()
    .iterate(bins.from, bins.binMs, bins.from, bins.to, ...where.params) as Iterable<[number, number]>
  for (const [bin, n] of rows) into[bin] = n
}

/** Anomalies of the newest series run. With communities selected: theirs, and those of no community. */
function anomalies(
  db: Database,
  selection: Selection,
  span: { from: number; to: number } | null,
  sort: 'score' | 'time',
  offset: number,
  limit: number,
): { total: number; rows: AnomalyRow[] } {
  const run = newestRuns(db).series
  if (run === undefined) return { total: 0, rows: [] }
  const parts = ['run_id = ?']
  const params: (string | number)[] = [run]
  if (span) {
    parts.push('window_start < ? AND window_end > ?')
    params.push(span.to, span.from)
  }
  if (selection.communities) {
    parts.push(
      `(group_kind <> 'community' OR CAST(group_key AS INTEGER) IN (SELECT value FROM json_each(?)))`,
    )
    params.push(JSON.stringify(selection.communities))
  }
  const where = parts.join(' AND ')
  const total = db
    .prepare(`SELECT count(*) FROM anomaly WHERE ${where}`)
    .pluck()
    .get(...params) as number
  const rows = db
    .prepare(
      `SELECT id, series, group_kind AS groupKind, group_key AS groupKey, window_start AS "from",
              window_end AS "to", observed, expected, score, q FROM anomaly WHERE ${where}
       ORDER BY ${sort === 'score' ? 'score DESC' : 'window_start'}, id LIMIT ? OFFSET ?`,
    )
    .all(...params, limit, offset) as AnomalyRow[]
  return { total, rows }
}

const cache = new WeakMap<Database, Map<string, Timeline>>()
const CACHED_TIMELINES = 24

/** Kept while nothing changes: panning back and forth asks for the same bins again. */
function cachedTimeline(db: Database, input: TimelineInput): Timeline {
  // Judgements can be part of the selection; every other input changes with a source or a run.
  const state = db
    .prepare(
      `SELECT (SELECT max(id) FROM source WHERE status = 'ready'), (SELECT max(id) FROM run WHERE status = 'done'),
                     (SELECT max(seq) FROM journal)`,
    )
    .raw()
    .get()
  const key = JSON.stringify([state, input])
  const kept = cache.get(db) ?? new Map<string, Timeline>()
  cache.set(db, kept)
  const hit = kept.get(key)
  if (hit) return hit
  const made = timeline(db, input)
  kept.set(key, made)
  if (kept.size > CACHED_TIMELINES) kept.delete(kept.keys().next().value!)
  return made
}

export function timelineHandlers(ctx: CoreContext): TimelineHandlers {
  return {
    'timeline.get': (input) => cachedTimeline(ctx.open().db, input),
    'timeline.reports': (input) => reportMarks(ctx.open().db, input),
    'timeline.anomalies': (input) =>
      anomalies(
        ctx.open().db,
        isEverybody(input.selection) ? {} : input.selection,
        input.selection.time ?? null,
        input.sort,
        input.offset,
        input.limit,
      ),
  }
}
