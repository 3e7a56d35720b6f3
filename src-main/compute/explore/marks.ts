import type { Database } from 'better-sqlite3'
import type { OutputOf } from '../../common/contract/method.ts'
import type { Selection, Span } from '../../common/contract/selection.ts'
import type { timelineMethods } from '../../common/contract/timeline.ts'
import type { Pace } from '../../common/pace.ts'
import { eachRow, NO_ROW, row } from './accounts.ts'
import { has } from './bitset.ts'
import { chosenOf } from './chosen.ts'
import { keepColumns, pathOf, readColumns } from './column-file.ts'
import type { Snapshot } from './state.ts'

/** Every dated report, oldest first, equal ones by id; asked for with every selection. */
export interface Marks {
  id: Uint32Array
  ts: Float64Array
  accountId: Uint32Array
  /** Index into `classes`; NO_CLASS: not classified. */
  class: Uint8Array
  classes: string[]
}
const NO_CLASS = 255

/** The columns from their file, or from the database and then to the file. */
export async function loadMarks(
  db: Database,
  workspace: string,
  key: string,
  classesRun: number | undefined,
  pace: Pace,
): Promise<Marks> {
  const kept = { workspace, group: 'marks', key, keep: 3 }
  const file = await readColumns<{ classes: string[] }>(pathOf(kept), pace)
  if (file) return { ...(file.columns as never as Omit<Marks, 'classes'>), classes: file.meta.classes }
  const { classes, ...columns } = await readMarks(db, classesRun ?? -1, pace)
  await keepColumns(kept, { meta: { classes }, columns }, pace)
  return { ...columns, classes }
}

async function readMarks(db: Database, run: number, pace: Pace): Promise<Marks> {
  const classes = (
    db
      .prepare('SELECT DISTINCT class FROM report_class WHERE run_id = ? ORDER BY 1')
      .pluck()
      .all(run) as string[]
  ).slice(0, NO_CLASS)
  const codes = new Map(classes.map((name, i) => [name, i]))
  const rows: [id: number, ts: number, account: number, code: number][] = []
  await eachRow<[number, number, number, string | null]>(
    db,
    `SELECT r.id, r.ts, r.account_id, c.class FROM report r
     LEFT JOIN report_class c ON c.run_id = ? AND c.report_id = r.id
     WHERE r.ts IS NOT NULL AND r.source_id IN (SELECT id FROM ready_source) AND r.id > ? ORDER BY r.id LIMIT ?`,
    [run],
    pace,
    ([id, ts, account, word]) => rows.push([id, ts, account, codes.get(word ?? '') ?? NO_CLASS]),
  )
  rows.sort((a, b) => a[1] - b[1] || a[0] - b[0])
  return {
    id: Uint32Array.from(rows, (one) => one[0]),
    ts: Float64Array.from(rows, (one) => one[1]),
    accountId: Uint32Array.from(rows, (one) => one[2]),
    class: Uint8Array.from(rows, (one) => one[3]),
    classes,
  }
}

/** The first place in ascending times that is not before a moment. */
function firstFrom(ts: Float64Array, moment: number): number {
  let low = 0
  let high = ts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ts[middle] < moment) low = middle + 1
    else high = middle
  }
  return low
}

/** Reports between two moments about the selected (their time part is not applied), oldest first; the newest `limit`. */
export async function reportMarks(
  at: Snapshot,
  selection: Selection,
  span: Span,
  limit: number,
): Promise<OutputOf<(typeof timelineMethods)['timeline.reports']>> {
  const marks = await at.runs.marks()
  const { bits } = await chosenOf(at, selection, ['time'])
  const accounts = await at.facts.accounts()
  const first = firstFrom(marks.ts, span.from)
  const places: number[] = []
  let total = 0
  for (let i = firstFrom(marks.ts, span.to) - 1; i >= first; i--) {
    if (bits !== null) {
      const r = row(accounts, marks.accountId[i])
      if (r === NO_ROW || !has(bits, r)) continue
    }
    total++
    if (places.length < limit) places.push(i)
  }
  places.reverse()
  return {
    total,
    id: Uint32Array.from(places, (i) => marks.id[i]),
    ts: Float64Array.from(places, (i) => marks.ts[i]),
    accountId: Uint32Array.from(places, (i) => marks.accountId[i]),
    class: Uint8Array.from(places, (i) => marks.class[i]),
    classes: marks.classes,
  }
}
