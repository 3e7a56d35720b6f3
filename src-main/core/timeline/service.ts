import type { Database } from 'better-sqlite3'
import { timelineMethods, type AnomalyRow, type Timeline } from '../../common/contract/timeline.ts'
import type { Selection } from '../../common/contract/selection.ts'
import type { ParsedInputOf } from '../../common/contract/method.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { prepareStats } from '../communities/prepare.ts'
import { askExplorer } from '../explore/service.ts'
import { isEverybody } from '../selection/where.ts'
import { factsKey, newestRuns, workspaceSpan } from '../workspace/queries.ts'
import { binsFor } from './binning.ts'
import { chooseLanes } from './lanes.ts'

type TimelineHandlers = Handlers<
  Pick<typeof timelineMethods, 'timeline.get' | 'timeline.anomalies' | 'timeline.reports'>
>
type TimelineInput = ParsedInputOf<(typeof timelineMethods)['timeline.get']>

interface Known extends ReturnType<typeof workspaceSpan> {
  key: string
  events: number
}
const known = new WeakMap<Database, Known>()

/** The workspace's time, zone and events, which only an import changes: every selection asks for them. */
function knownOf(db: Database): Known {
  const key = factsKey(db)
  const kept = known.get(db)
  if (kept?.key === key) return kept
  const events = db
    .prepare(`SELECT coalesce(sum(rows), 0) FROM ready_fact WHERE table_name = 'events'`)
    .pluck()
    .get() as number
  const read = { key, events, ...workspaceSpan(db) }
  known.set(db, read)
  return read
}

export async function timeline(
  ctx: CoreContext,
  input: TimelineInput,
  signal?: AbortSignal,
): Promise<Timeline> {
  const { db } = ctx.open()
  const { span, tzOffset, events } = knownOf(db)
  const bins = binsFor(input.span ?? span ?? { from: 0, to: 1 }, input.bins, input.tzOffset ?? tzOffset)
  await prepareStats(ctx)
  const chosen = await chooseLanes(db, input, (selection, limit) =>
    askExplorer(
      ctx,
      'compute.explore.page',
      { selection, sort: 'score', descending: true, offset: 0, limit },
      signal,
    ),
  )
  const { lanes, ...counts } = await askExplorer(
    ctx,
    'compute.explore.timeline',
    { selection: input.selection, bins, lanes: chosen.map((one) => one.lane) },
    signal,
  )
  const result: Timeline = {
    from: bins.from,
    to: bins.to,
    binMs: bins.binMs,
    tzOffset,
    eventsTotal: events,
    eventsInView: counts.eventsInView,
    logins: counts.logins,
    failed: counts.failed,
    registrations: counts.registrations,
    other: counts.other,
    lanes: chosen.map(({ id, label }, l) => ({ id, label, counts: lanes[l]! })),
    anomalies: shownAnomalies(db, input.selection, { from: bins.from, to: bins.to }),
  }
  if (input.lanes !== 'none' && input.lanes !== 'entities' && result.lanes.length > 0) {
    // Entities share accounts: their lanes overlap, so there is no remainder.
    const others = counts.events.map((all, b) =>
      Math.max(
        0,
        result.lanes.reduce((left, lane) => left - lane.counts[b]!, all),
      ),
    )
    result.lanes.push({ id: 'others', label: 'others', counts: others })
  }
  return result
}

/** Anomalies that a timeline shows at most. */
const MOST_ANOMALIES = 300
const shown = new WeakMap<Database, Map<string, AnomalyRow[]>>()
const MOST_SHOWN = 16

/** The first anomalies of a span; runs are never rewritten, so what was read of one is kept: most selections ask the same. */
function shownAnomalies(
  db: Database,
  { communities }: Selection,
  span: { from: number; to: number },
): AnomalyRow[] {
  const kept = shown.get(db) ?? new Map<string, AnomalyRow[]>()
  shown.set(db, kept)
  const key = JSON.stringify([newestRuns(db).series, communities, span])
  const found = kept.get(key) ?? anomalies(db, { communities }, span, 'score', 0, MOST_ANOMALIES).rows
  kept.delete(key)
  kept.set(key, found)
  if (kept.size > MOST_SHOWN) kept.delete(kept.keys().next().value!)
  return found
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

export function timelineHandlers(ctx: CoreContext): TimelineHandlers {
  return {
    'timeline.get': (input, { signal }) => timeline(ctx, input, signal),
    'timeline.reports': (input, { signal }) => askExplorer(ctx, 'compute.explore.reports', input, signal),
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
