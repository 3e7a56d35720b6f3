import type { Database } from 'better-sqlite3'
import { ShoalError } from '../../common/errors.ts'
import type { TableName } from '../../common/mapping/roles.ts'
import type { Pace } from '../../common/pace.ts'
import { ROWS_PER_TRANSACTION } from '../store/open.ts'
import type { Dictionary } from './dictionary.ts'
import type { KeyTable } from './keys.ts'
import type { Known, KnownTable } from './known/known.ts'
import { ProblemLog } from './problems.ts'
import type { RowBatch } from './read/reader.ts'
import { RawLog } from './raw/write.ts'
import { RowStore } from './row-store.ts'
import type { OpenTable } from './tables/open.ts'
import { HashedSource, inBuffersOf } from './tables/source.ts'

export interface StoredTable {
  rowsIn: number
  rowsStored: number
  problems: number
  /** Of rowsStored: what an earlier import had brought word for word. */
  rowsKnown: number
  /** What was stored, facts by table. */
  facts: Partial<Record<TableName, number>>
}

/** What the tables of one import share. */
export interface SharedStore {
  dictionary: Dictionary
  reportKeys: KeyTable
  known: Partial<Record<KnownTable, Known | null>>
}

/** How long a transaction should take: other writers wait for it, and a cancel is heard behind it. */
const BATCH_MS = 400
/**
 * Rows come in no index's order, so a commit writes most pages of the smaller indexes whatever it holds: many
 * small commits cost several times the work of few large ones. On a busy machine this matters most.
 */
const MIN_BATCH_BYTES = 1024 * 1024
const MAX_BATCH_BYTES = 4 * 1024 * 1024

/**
 * Stores a table's records under its source, in transactions of at most ROWS_PER_TRANSACTION records. A transaction is
 * never open across an await, so that other work on the connection is not drawn into it; how many bytes go into
 * one follows how long the last one took.
 *
 * `onBytes` hears of file bytes as they are stored, with the rows read so far. Throws what reading and SQLite throw, ShoalError cancelled,
 * and import_unreadable if the file is no longer what was looked at.
 */
export async function storeTable(
  db: Database,
  { file, reader, info, bound, sha256 }: OpenTable,
  sourceId: number,
  shared: SharedStore,
  pace: Pace,
  onBytes: (bytes: number, rows: number) => void,
): Promise<StoredTable> {
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const problems = new ProblemLog(db, sourceId)
  const raw = new RawLog(db, sourceId)
  const width = info.columns.length
  const result: StoredTable = { rowsIn: 0, rowsStored: 0, problems: 0, rowsKnown: 0, facts: {} }
  let inTransaction = 0
  let store: RowStore | null = null

  const storeBatch = (batch: RowBatch): void => {
    begin.run()
    try {
      inTransaction = 0
      batch.each((row) => {
        if (inTransaction === ROWS_PER_TRANSACTION) {
          store?.flush()
          commit.run()
          begin.run()
          inTransaction = 0
        }
        inTransaction++
        const n = ++result.rowsIn
        raw.add(row, n)
        // Writers look up their default terms when they are made, which needs the transaction.
        store ??= new RowStore({ db, bound, sourceId, ...shared })
        if (row.problem !== null) {
          problems.addBroken(row, n, row.problem)
        } else if (row.count !== width) {
          problems.addRagged(row, n, width)
        } else {
          const fault = store.add(row, n)
          if (fault === null) result.rowsStored++
          else problems.add(row, n, fault.column, fault.code, fault.message)
        }
      })
      raw.due()
      // The closure above may have made it, which the compiler can't see.
      ;(store as RowStore | null)?.flush()
      commit.run()
    } catch (error) {
      // SQLite may have rolled back by itself, as it does on a full disk.
      if (db.inTransaction) db.exec('ROLLBACK')
      throw error
    }
  }

  let wanted = MIN_BATCH_BYTES
  const source = new HashedSource(file)
  for await (const batch of reader.rows(
    inBuffersOf(source, () => wanted),
    info,
    {},
    pace,
  )) {
    const started = performance.now()
    storeBatch(batch)
    const took = Math.max(performance.now() - started, 1)
    const factor = Math.min(4, Math.max(0.25, BATCH_MS / took))
    wanted = Math.min(MAX_BATCH_BYTES, Math.max(MIN_BATCH_BYTES, wanted * factor))
    onBytes(batch.bytes, result.rowsIn)
    await pace.checkpoint()
  }
  await raw.finish()
  db.transaction(() => raw.due())()
  // Formats that are read in no order have no such check: their own checksums and offsets would not fit any more.
  if (source.isOther(sha256)) {
    throw new ShoalError(
      'import_unreadable',
      `${file.label} changed while it was being imported. Import it again when nothing writes to it. Nothing was ` +
        'imported.',
      { file: file.label },
    )
  }
  result.problems = problems.count
  const done = store as RowStore | null
  result.facts = done?.facts() ?? {}
  result.rowsKnown = done?.known ?? 0
  return result
}
