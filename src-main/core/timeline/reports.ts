import type { Database } from 'better-sqlite3'
import type { timelineMethods } from '../../common/contract/timeline.ts'
import type { OutputOf, ParsedInputOf } from '../../common/contract/method.ts'
import type { CoreContext } from '../context.ts'
import { askExplorer } from '../explore/service.ts'
import { isEverybody } from '../selection/where.ts'
import { factsKey, newestRuns } from '../workspace/queries.ts'

type Method = (typeof timelineMethods)['timeline.reports']
const NO_CLASS = 255

/** Every dated report, oldest first, as columns: asked for with every selection, read once. */
interface Reports {
  key: string
  id: Uint32Array
  ts: Float64Array
  accountId: Uint32Array
  class: Uint8Array
  classes: string[]
}
const cache = new WeakMap<Database, Reports>()

function reportsOf(db: Database): Reports {
  const run = newestRuns(db).report_classes ?? -1
  const key = `${run} ${factsKey(db)}`
  const kept = cache.get(db)
  if (kept?.key === key) return kept
  const classes = (
    db
      .prepare('SELECT DISTINCT class FROM report_class WHERE run_id = ? ORDER BY 1')
      .pluck()
      .all(run) as string[]
  ).slice(0, NO_CLASS)
  const index = new Map(classes.map((name, i) => [name, i]))
  const rows = db
    .prepare(
      `SELECT r.id, r.ts, r.account_id, c.class FROM report r
       JOIN source s ON s.id = r.source_id AND s.status = 'ready'
       LEFT JOIN report_class c ON c.run_id = ? AND c.report_id = r.id
       WHERE r.ts IS NOT NULL ORDER BY r.ts, r.id`,
    )
    .raw()
    .all(run) as [number, number, number, string | null][]
  const read: Reports = {
    key,
    id: Uint32Array.from(rows, (row) => row[0]),
    ts: Float64Array.from(rows, (row) => row[1]),
    accountId: Uint32Array.from(rows, (row) => row[2]),
    class: Uint8Array.from(rows, (row) => (row[3] === null ? NO_CLASS : (index.get(row[3]) ?? NO_CLASS))),
    classes,
  }
  cache.set(db, read)
  return read
}

/** The first place in ascending times that is not before a moment. */
function firstFrom(ts: Float64Array, moment: number): number {
  let low = 0
  let high = ts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ts[middle]! < moment) low = middle + 1
    else high = middle
  }
  return low
}

/** When the selected accounts were complained about; columns, for marks. Who is selected, the explorer says. */
export async function reportMarks(
  ctx: CoreContext,
  input: ParsedInputOf<Method>,
  signal?: AbortSignal,
): Promise<OutputOf<Method>> {
  const { db } = ctx.open()
  const reports = reportsOf(db)
  const first = firstFrom(reports.ts, input.span.from)
  const last = firstFrom(reports.ts, input.span.to)
  const { time: _, ...selection } = input.selection
  const ids = reports.accountId.slice(first, last)
  const chosen = isEverybody(selection)
    ? null
    : (await askExplorer(ctx, 'compute.explore.among', { selection, ids }, signal)).selected
  const places: number[] = []
  let total = 0
  for (let i = last - 1; i >= first; i--) {
    if (chosen !== null && chosen[i - first] !== 1) continue
    total++
    if (places.length < input.limit) places.push(i)
  }
  places.reverse()
  return {
    total,
    id: Uint32Array.from(places, (i) => reports.id[i]!),
    ts: Float64Array.from(places, (i) => reports.ts[i]!),
    accountId: Uint32Array.from(places, (i) => reports.accountId[i]!),
    class: Uint8Array.from(places, (i) => reports.class[i]!),
    classes: reports.classes,
  }
}
