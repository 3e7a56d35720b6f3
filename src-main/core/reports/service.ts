import type { Database } from 'better-sqlite3'
import type { Selection } from '../../common/contract/selection.ts'
import { timelineMethods, type ReportRow } from '../../common/contract/timeline.ts'
import { ShoalError } from '../../common/errors.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { reportsMatching } from '../../common/selection/fts.ts'
import { selectionWhere } from '../selection/where.ts'
import { newestRuns } from '../workspace/queries.ts'

type ReportHandlers = Handlers<
  Pick<typeof timelineMethods, 'reports.list' | 'reports.get' | 'reports.explain'>
>

const COLUMNS = `
  SELECT r.id, r.key, r.account_id AS accountId, a.key AS accountKey, p.key AS reporterKey, r.ts,
         r.tz_offset AS tzOffset, r.lang, r.category, r.text, c.class, c.confidence,
         r.source_id AS sourceId, r.row, coalesce(s.path || ':' || s.entry, s.path) AS file
  FROM report r JOIN account a ON a.id = r.account_id LEFT JOIN account p ON p.id = r.reporter_id
  JOIN source s ON s.id = r.source_id AND s.status = 'ready'
  LEFT JOIN report_class c ON c.run_id = ? AND c.report_id = r.id`

function toRow(record: Record<string, unknown>): ReportRow {
  const { sourceId, row, file, ...rest } = record
  return { ...rest, provenance: { sourceId, row, file } } as unknown as ReportRow
}

/** Conditions of a list of reports: the accounts selected, the time selected, the text searched for. */
function reportsWhere(db: Database, selection: Selection, query: string) {
  const accounts = selectionWhere(db, selection, 'r.account_id', ['time', 'text', 'reportClasses'])
  const parts = [accounts.sql]
  const params = [...accounts.params]
  if (selection.time) {
    parts.push('r.ts >= ? AND r.ts < ?')
    params.push(selection.time.from, selection.time.to)
  }
  for (const text of [selection.text, query]) {
    if (!text) continue
    const match = reportsMatching(text, 'r.id')
    parts.push(match.sql)
    params.push(...match.params)
  }
  if (selection.reportClasses) {
    parts.push('c.class IN (SELECT value FROM json_each(?))')
    params.push(JSON.stringify(selection.reportClasses))
  }
  return { sql: parts.join(' AND '), params }
}

export function reportHandlers(ctx: CoreContext): ReportHandlers {
  const get = (id: number): ReportRow => {
    const { db } = ctx.open()
    const record = db.prepare(`${COLUMNS} WHERE r.id = ?`).get(newestRuns(db).report_classes ?? -1, id)
    if (!record) throw new ShoalError('not_found', `There is no report with the id ${id}.`)
    return toRow(record as Record<string, unknown>)
  }
  return {
    'reports.list': (input) => {
      const { db } = ctx.open()
      const run = newestRuns(db).report_classes ?? -1
      const where = reportsWhere(db, input.selection, input.query)
      const classes = db
        .prepare(
          `SELECT coalesce(c.class, '') AS class, count(*) AS count FROM report r
           JOIN source s ON s.id = r.source_id AND s.status = 'ready'
           LEFT JOIN report_class c ON c.run_id = ? AND c.report_id = r.id
           WHERE ${where.sql} GROUP BY 1 ORDER BY 2 DESC`,
        )
        .all(run, ...where.params) as { class: string; count: number }[]
      const total = classes.reduce(
        (sum, c) => sum + (input.class === undefined || c.class === input.class ? c.count : 0),
        0,
      )
      const direction = input.descending ? 'DESC' : 'ASC'
      const order =
        input.sort === 'time' ? `r.ts ${direction} NULLS LAST` : `c.confidence ${direction} NULLS LAST`
      const rows = db
        .prepare(
          `${COLUMNS} WHERE ${where.sql} ${input.class === undefined ? '' : `AND coalesce(c.class, '') = ?`}
           ORDER BY ${order}, r.id LIMIT ? OFFSET ?`,
        )
        .all(
          run,
          ...where.params,
          ...(input.class === undefined ? [] : [input.class]),
          input.limit,
          input.offset,
        ) as Record<string, unknown>[]
      return { total, classes, rows: rows.map(toRow) }
    },
    'reports.get': ({ id }) => get(id),
    'reports.explain': ({ id }, { signal }) => {
      const { db, path } = ctx.open()
      if (newestRuns(db).report_classes === undefined) return null
      return ctx.ask.call('compute.explainText', { workspace: path, text: get(id).text }, { signal })
    },
  }
}
