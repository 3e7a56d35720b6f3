import type { Database } from 'better-sqlite3'
import type { timelineMethods } from '../../common/contract/timeline.ts'
import type { OutputOf, ParsedInputOf } from '../../common/contract/method.ts'
import { selectionWhere } from '../selection/where.ts'
import { newestRuns } from '../workspace/queries.ts'

type Method = (typeof timelineMethods)['timeline.reports']
const NO_CLASS = 255

/** When the selected accounts were complained about; columns, for marks. */
export function reportMarks(db: Database, input: ParsedInputOf<Method>): OutputOf<Method> {
  const where = selectionWhere(db, input.selection, 'r.account_id', ['time'])
  const from = `FROM report r JOIN source s ON s.id = r.source_id AND s.status = 'ready'
    WHERE r.ts >= ? AND r.ts < ? AND ${where.sql}`
  const params = [input.span.from, input.span.to, ...where.params]
  const total = db
    .prepare(`SELECT count(*) ${from}`)
    .pluck()
    .get(...params) as number
  const rows = db
    .prepare(
      `SELECT r.id, r.ts, r.account_id,
         (SELECT c.class FROM report_class c WHERE c.run_id = ? AND c.report_id = r.id) AS class
       ${from} ORDER BY r.ts DESC, r.id DESC LIMIT ?`,
    )
    .raw()
    .all(newestRuns(db).report_classes ?? -1, ...params, input.limit) as [
    number,
    number,
    number,
    string | null,
  ][]
  rows.reverse()
  const classes = [...new Set(rows.flatMap((row) => row[3] ?? []))].sort().slice(0, NO_CLASS)
  const index = new Map(classes.map((name, i) => [name, i]))
  return {
    total,
    id: Uint32Array.from(rows, (row) => row[0]),
    ts: Float64Array.from(rows, (row) => row[1]),
    accountId: Uint32Array.from(rows, (row) => row[2]),
    class: Uint8Array.from(rows, (row) => (row[3] === null ? NO_CLASS : (index.get(row[3]) ?? NO_CLASS))),
    classes,
  }
}
