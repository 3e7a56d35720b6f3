import type { Database } from 'better-sqlite3'
import { ShoalError } from '../../common/errors.ts'
import type { TableName } from '../../common/mapping/roles.ts'
import type { Pace } from '../../common/pace.ts'
import { ROWS_PER_TRANSACTION } from '../store/open.ts'
import type { Storing } from './bulk/storing.ts'
import type { Dictionary } from './dictionary.ts'
import type { Known, KnownTable } from './known/known.ts'
import { ProblemLog } from './problems.ts'
import type { RowBatch } from './read/reader.ts'
import { RawLog } from './raw/write.ts'
import { RowStore } from './row-store.ts'
import type { OpenTable } from './tables/open.ts'
import { HashedSource, inBuffersOf } from './tables/source.ts'
import type { Reports } from './writers.ts'

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
  sink: Storing
  dictionary: Dictionary
  reports: Reports
  known: Partial<Record<KnownTable, Known | null>>
}

/** How long a transaction should take, to make and to store: other writers wait for it, and a cancel is heard behind it. */
const BATCH_MS = 400
/**
 * Rows come in no index's order, so a commit writes most pages of the smaller indexes whatever it holds: many
 * small commits cost several times the work of few large ones. On a busy machine this matters most.
 */
const MIN_BATCH_BYTES = 1024 * 1024
const MAX_BATCH_BYTES = 2 * 1024 * 1024

/**
 * Stores a table's records under its source, in transactions of at most ROWS_PER_TRANSACTION records; how many bytes go into
 * one follows how long the last one took. When this returns all of them are stored.
 *
 * `onBytes` hears of file bytes as they are taken in, with the rows read so far. Throws what reading and SQLite throw, ShoalError cancelled,
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
  const { sink } = shared
  const problems = new ProblemLog(sink, sourceId)
  const raw = new RawLog(db, sink, sourceId)
  const store = new RowStore({ db, bound, sourceId, ...shared })
  const width = info.columns.length
  const result: StoredTable = { rowsIn: 0, rowsStored: 0, problems: 0, rowsKnown: 0, facts: {} }
  let inTransaction = 0
  const cut = (): void => {
    raw.flush()
    problems.flush()
    store.flush()
    sink.cut()
    inTransaction = 0
  }

  const storeBatch = (batch: RowBatch): void => {
    batch.each((row) => {
      if (inTransaction === ROWS_PER_TRANSACTION) cut()
      inTransaction++
      const n = ++result.rowsIn
      raw.add(row, n)
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
    cut()
  }

  let wanted = MIN_BATCH_BYTES
  const source = new HashedSource(file)
  for await (const batch of reader.rows(
    inBuffersOf(source, () => wanted, reader.copies),
    info,
    {},
    pace,
  )) {
    const started = performance.now()
    storeBatch(batch)
    const made = performance.now() - started
    const stored = await sink.room()
    const factor = Math.min(4, Math.max(0.25, BATCH_MS / Math.max(made, stored, 1)))
    wanted = Math.min(MAX_BATCH_BYTES, Math.max(MIN_BATCH_BYTES, Math.round(wanted * factor)))
    onBytes(batch.bytes, result.rowsIn)
    await pace.checkpoint()
  }
  raw.finish()
  cut()
  await sink.settle()
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
  result.facts = store.facts()
  result.rowsKnown = store.known
  return result
}
