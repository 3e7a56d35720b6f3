import { hash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import { current } from '../../common/facts/superseded.ts'
import type { Pace } from '../../common/pace.ts'
import { keepColumns, pathOf, readColumns } from './column-file.ts'

/** What files say of the accounts themselves. Row i of every column is the i-th account by id. */
export interface AccountColumns {
  n: number
  accountId: Uint32Array
  /** Row of an account id; NO_ROW where it isn't shown. */
  rowOf: Uint32Array
  /** Newest record's registration, ms; NaN where none is stated. */
  registered: Float64Array
  /** Further registrations that other records of an account state. */
  otherRow: Uint32Array
  otherRegistered: Float64Array
  reports: Uint32Array
  /** Every label: row and index into `labels`. */
  labelRow: Uint32Array
  labelCode: Uint16Array
  /** Newest label, index into `labels`; NO_CODE where there is none. */
  label: Uint16Array
  labels: string[]
}
export const NO_ROW = 0xffffffff
export const NO_CODE = 0xffff

export const row = (columns: { rowOf: Uint32Array }, accountId: number): number =>
  accountId < columns.rowOf.length && accountId >= 0 ? columns.rowOf[accountId] : NO_ROW

const ROWS = 50_000

/** Rows of a statement that takes (…params, after, limit) and whose first column is an ascending key, in chunks. */
export async function eachRow<R extends unknown[]>(
  db: Database,
  sql: string,
  params: readonly unknown[],
  pace: Pace,
  use: (row: R) => void,
): Promise<void> {
  const statement = db.prepare(sql).raw()
  let after = -1
  for (;;) {
    const rows = statement.all(...params, after, ROWS) as R[]
    for (const one of rows) use(one)
    if (rows.length < ROWS) return
    after = rows.at(-1)![0] as number
    await pace.checkpoint()
  }
}

/** What the facts are: changes with every import. */
export function factsKey(db: Database): string {
  const rows = db
    .prepare(`SELECT id, table_name, sha256, rows_stored FROM source WHERE status = 'ready' ORDER BY id`)
    .raw()
    .all()
  return hash('sha256', JSON.stringify(rows)).slice(0, 24)
}

/** The columns from their file, or from the database and then to the file. */
export async function loadAccounts(
  db: Database,
  workspace: string,
  key: string,
  pace: Pace,
): Promise<AccountColumns> {
  const kept = { workspace, group: 'accounts', key, keep: 1 }
  const file = await readColumns<{ labels: string[] }>(pathOf(kept), pace)
  if (file) return withRows({ ...(file.columns as never as Stored), labels: file.meta.labels })
  const made = await readAccounts(db, pace)
  const { labels, ...columns } = made
  await keepColumns(kept, { meta: { labels }, columns: { ...columns } }, pace)
  return withRows(made)
}

type Stored = Omit<AccountColumns, 'n' | 'rowOf'>

function rowsOf(accountId: Uint32Array): Uint32Array {
  const n = accountId.length
  const rowOf = new Uint32Array(n === 0 ? 0 : accountId[n - 1] + 1).fill(NO_ROW)
  for (let i = 0; i < n; i++) rowOf[accountId[i]] = i
  return rowOf
}
const withRows = (stored: Stored): AccountColumns => ({
  ...stored,
  n: stored.accountId.length,
  rowOf: rowsOf(stored.accountId),
})

async function readAccounts(db: Database, pace: Pace): Promise<Stored> {
  const total = db.prepare('SELECT count(*) FROM ready_account').pluck().get() as number
  const accountId = new Uint32Array(total)
  let n = 0
  await eachRow<[number]>(
    db,
    'SELECT id FROM ready_account WHERE id > ? ORDER BY id LIMIT ?',
    [],
    pace,
    ([id]) => {
      accountId[n++] = id
    },
  )
  const columns = { rowOf: rowsOf(accountId) }
  const registered = new Float64Array(n).fill(NaN)
  const others: [row: number, at: number][] = []
  const record = new Uint32Array(n)
  await eachRow<[number, number, number | null]>(
    db,
    `SELECT id, account_id, registered_at FROM account_record
     WHERE source_id IN (SELECT id FROM ready_source) AND id > ? ORDER BY id LIMIT ?`,
    [],
    pace,
    ([id, account, at]) => {
      const r = row(columns, account)
      if (r === NO_ROW) return
      if (record[r] !== 0 && !Number.isNaN(registered[r])) others.push([r, registered[r]])
      record[r] = id
      registered[r] = at ?? NaN
    },
  )
  const reports = new Uint32Array(n)
  await eachRow<[number, number]>(
    db,
    `SELECT id, account_id FROM report
     WHERE source_id IN (SELECT id FROM ready_source) AND id > ? ORDER BY id LIMIT ?`,
    [],
    pace,
    ([, account]) => {
      const r = row(columns, account)
      if (r !== NO_ROW) reports[r]++
    },
  )
  const labels: string[] = []
  const codes = new Map<string, number>()
  const label = new Uint16Array(n).fill(NO_CODE)
  const newest = new Float64Array(n).fill(-Infinity)
  const all: [row: number, code: number][] = []
  await eachRow<[number, number, string, number | null]>(
    db,
    `SELECT id, account_id, label, ts FROM label
     WHERE source_id IN (SELECT id FROM ready_source)${current(db, 'label')} AND id > ? ORDER BY id LIMIT ?`,
    [],
    pace,
    ([, account, word, ts]) => {
      const r = row(columns, account)
      if (r === NO_ROW) return
      let code = codes.get(word)
      if (code === undefined) {
        code = labels.push(word) - 1
        codes.set(word, code)
      }
      all.push([r, code])
      const at = ts ?? -Infinity
      if (at < newest[r]) return
      newest[r] = at
      label[r] = code
    },
  )
  return {
    accountId,
    registered,
    otherRow: Uint32Array.from(others, (o) => o[0]),
    otherRegistered: Float64Array.from(others, (o) => o[1]),
    reports,
    labelRow: Uint32Array.from(all, (l) => l[0]),
    labelCode: Uint16Array.from(all, (l) => l[1]),
    label,
    labels,
  }
}
