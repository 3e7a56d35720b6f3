import { createHash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import { ShoalError } from '../../common/errors.ts'
import type { Pace } from '../../common/pace.ts'
import { ROWS_PER_TRANSACTION } from '../store/open.ts'
import { CsvTokenizer } from './read/csv.ts'
import type { Dictionary } from './dictionary.ts'
import { Transcoder } from './read/encoding.ts'
import type { Inspected } from './inspect.ts'
import type { KeyTable } from './keys.ts'
import { ProblemLog } from './problems.ts'
import { RowStore } from './row-store.ts'

export interface StoredFile {
  rowsIn: number
  rowsStored: number
  problems: number
}

/** How long a transaction should take: other writers wait for it, and a cancel is heard behind it. */
const BATCH_MS = 400
/**
 * Rows come in no index's order, so a commit writes most pages of the smaller indexes whatever it holds: many
 * small commits cost several times the work of few large ones. On a busy machine this matters most.
 */
const MIN_BATCH_BYTES = 1024 * 1024
const MAX_BATCH_BYTES = 8 * 1024 * 1024

/**
 * Stores a file's rows under its source, in transactions of at most ROWS_PER_TRANSACTION rows. A transaction is
 * never open across an await, so that other work on the connection is not drawn into it; how many bytes go into
 * one follows how long the last one took.
 *
 * `onBytes` hears of file bytes as they are stored. Throws what reading and SQLite throw, ShoalError cancelled,
 * and import_unreadable if the file is no longer what was inspected.
 */
export async function storeFile(
  db: Database,
  inspected: Inspected,
  sourceId: number,
  shared: { dictionary: Dictionary; reportKeys: KeyTable },
  pace: Pace,
  onBytes: (bytes: number) => void,
): Promise<StoredFile> {
  const { file, bound, columns } = inspected
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const hash = createHash('sha256')
  const transcoder = new Transcoder(inspected.encoding)
  const problems = new ProblemLog(db, sourceId)
  const result: StoredFile = { rowsIn: 0, rowsStored: 0, problems: 0 }
  let inTransaction = 0
  let headerSeen = false
  let store: RowStore | null = null

  const tokenizer = new CsvTokenizer({
    delimiter: inspected.delimiter,
    onRow: (row) => {
      if (!headerSeen) {
        headerSeen = true
        return
      }
      if (inTransaction === ROWS_PER_TRANSACTION) {
        commit.run()
        begin.run()
        inTransaction = 0
      }
      inTransaction++
      const n = ++result.rowsIn
      // Writers look up their default terms when they are made, which needs the transaction.
      store ??= new RowStore({ db, bound, sourceId, ...shared })
      if (row.problem !== null) {
        problems.addBroken(row, n, row.problem)
      } else if (row.count !== columns.length) {
        problems.addRagged(row, n, columns.length)
      } else {
        const fault = store.add(row, n)
        if (fault === null) result.rowsStored++
        else problems.add(row, n, fault.column, fault.code, fault.message)
      }
    },
  })

  let batch: Buffer[] = []
  let batchBytes = 0
  let batchTarget = MIN_BATCH_BYTES
  const storeBatch = (last: boolean): void => {
    const started = performance.now()
    begin.run()
    try {
      inTransaction = 0
      for (const chunk of batch) tokenizer.push(transcoder.push(chunk))
      if (last) {
        tokenizer.push(transcoder.end())
        tokenizer.end()
      }
      commit.run()
    } catch (error) {
      // SQLite may have rolled back by itself, as it does on a full disk.
      if (db.inTransaction) db.exec('ROLLBACK')
      throw error
    }
    const took = Math.max(performance.now() - started, 1)
    const wanted = batchTarget * Math.min(4, Math.max(0.25, BATCH_MS / took))
    batchTarget = Math.min(MAX_BATCH_BYTES, Math.max(MIN_BATCH_BYTES, wanted))
    onBytes(batchBytes)
    batch = []
    batchBytes = 0
  }

  for await (const chunk of file.read()) {
    hash.update(chunk)
    batch.push(chunk)
    batchBytes += chunk.length
    if (batchBytes >= batchTarget) {
      storeBatch(false)
      await pace.checkpoint()
    }
  }
  if (hash.digest('hex') !== inspected.sha256) {
    throw new ShoalError(
      'import_unreadable',
      `${file.label} changed while it was being imported. Import it again when nothing writes to it. Nothing was ` +
        'imported.',
      { file: file.label },
    )
  }
  storeBatch(true)
  await pace.checkpoint()
  result.problems = problems.count
  return result
}
