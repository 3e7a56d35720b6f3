import { stat } from 'node:fs/promises'
import type { Database } from 'better-sqlite3'
import type { TableMapping } from '../../../common/mapping/mapping.ts'
import type { Pace } from '../../../common/pace.ts'
import { findFiles } from '../find/find.ts'
import { formatOf, readerOf, SNIFF_BYTES } from '../read/formats.ts'
import { MAX_FIELDS, MAX_ROW_BYTES, type Row } from '../read/row.ts'
import { HashedSource } from '../tables/source.ts'
import type { RawRecord } from './codec.ts'

/** Why rows can't be read from the file that they came from. */
export type NoOriginal = 'gone' | 'changed' | 'unreadable'

export interface Originals {
  columns: string[]
  /** By row number; rows that the file does not have are missing. */
  records: Map<number, RawRecord>
}

/**
 * Rows of a source from its file, for sources of versions that kept no records: only where the file has the same SHA-256
 * as when it was imported, which is found out by reading it whole.
 */
export async function originalRows(
  db: Database,
  sourceId: number,
  rows: readonly number[],
  pace: Pace,
): Promise<Originals | NoOriginal> {
  const source = db
    .prepare(
      `SELECT r.path, r.entry, r.part, r.sha256, r.bytes, json_extract(r.mapping, '$.read') AS read
       FROM source s JOIN source r ON r.id = coalesce(s.retry_of, s.id) WHERE s.id = ?`,
    )
    .get(sourceId) as {
    path: string
    entry: string | null
    part: string
    sha256: string | null
    bytes: number
    read: string | null
  }
  const info = await stat(source.path).catch(() => null)
  if (!info?.isFile()) return 'gone'
  // A plain file of another size need not be read to know that it is another one.
  if (source.entry === null && !/\.gz$/i.test(source.path) && info.size !== source.bytes) return 'changed'
  const found = await findFiles([source.path]).catch(() => null)
  if (!found) return 'unreadable'
  try {
    const file = found.files.find(({ entry }) => entry === source.entry)
    if (!file) return 'changed'
    const hashed = new HashedSource(file)
    if ((await hashed.digest(pace, () => {})).sha256 !== source.sha256) return 'changed'
    const reader = readerOf(formatOf(file.name, await file.readAt(0, SNIFF_BYTES)))
    const read = (source.read === null ? {} : JSON.parse(source.read)) as TableMapping['read']
    const tables = await reader.tables(file, read, 'all', pace)
    const table = tables.find(({ name }) => name === source.part)
    if (!table) return 'changed'
    const wanted = new Set(rows)
    const last = rows.reduce((most, row) => Math.max(most, row), 0)
    const records = new Map<number, RawRecord>()
    let n = 0
    for await (const batch of reader.rows(file, table, {}, pace)) {
      batch.each((row) => {
        if (wanted.has(++n)) records.set(n, recordOf(row, table.columns.length))
      })
      if (n >= last) break
      await pace.checkpoint()
    }
    return { columns: table.columns.map(({ name }) => name), records }
  } finally {
    await found.close()
  }
}

/** What a block keeps of a record. */
function recordOf(row: Row, width: number): RawRecord {
  const { problem } = row
  const hasCells = problem === null || problem === 'nul_byte'
  const count = hasCells ? row.count : 0
  return {
    cells: hasCells ? Array.from({ length: Math.min(count, MAX_FIELDS) }, (_, i) => row.text(i)) : null,
    count,
    text: problem === null && count === width ? null : row.raw(MAX_ROW_BYTES),
    problem,
  }
}
