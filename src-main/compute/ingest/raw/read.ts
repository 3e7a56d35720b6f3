import type { Database } from 'better-sqlite3'
import { zstdDecompressSync } from 'node:zlib'
import { ShoalError } from '../../../common/errors.ts'
import { BlockDecoder, type RawRecord } from './codec.ts'

/** What a source's records are read by. */
export interface RawSource {
  id: number
  /** The source whose records these are: itself, or what it was read again from. */
  root: number
  /** Column names of the file; empty where a source of an early version does not say them. */
  columns: string[]
  /** Whether records were kept at all: sources of versions before 0007 have none. */
  kept: boolean
}

/** A row of a file as it was. */
export interface RawRow extends RawRecord {
  row: number
  columns: string[]
}

/** A block may not unpack to more: the longest record, with what else a block holds. */
const MAX_BLOCK = 64 * 1024 * 1024

/** A block that is not what was written: the rows from `first` to `last` of a source can't be read from the workspace. */
export class DamagedRecords extends ShoalError {
  constructor(sourceId: number, first: number, last: number, why: string) {
    super(
      'workspace_damaged',
      `What the workspace keeps of rows ${first} to ${last} of a file is damaged (${why}). "shoal check" says of which file. ` +
        'Go back to a copy of the workspace from before, or import the file again into a new one.',
      { sourceId, first, last },
    )
  }
}

/** A block as it is stored. */
export interface StoredBlock {
  first: number
  rows: number
  codec: string
  data: Buffer
}

/** Unpacks a block. Throws Error and RangeError where it is damaged. */
export function unpackBlock({ codec, data }: Pick<StoredBlock, 'codec' | 'data'>): Buffer {
  if (codec !== 'zstd') throw new RangeError(`Unknown codec ${codec}.`)
  return zstdDecompressSync(data, { maxOutputLength: MAX_BLOCK })
}

/** Null where there is no such source. */
export function rawSource(db: Database, sourceId: number): RawSource | null {
  const found = db
    .prepare(
      `SELECT s.id, coalesce(s.retry_of, s.id) AS root, json_extract(r.mapping, '$.columns') AS columns,
              EXISTS (SELECT 1 FROM source_block b WHERE b.source_id = r.id) AS kept
       FROM source s JOIN source r ON r.id = coalesce(s.retry_of, s.id) WHERE s.id = ?`,
    )
    .get(sourceId) as { id: number; root: number; columns: string | null; kept: number } | undefined
  if (!found) return null
  return {
    id: found.id,
    root: found.root,
    columns: found.columns === null ? [] : (JSON.parse(found.columns) as string[]),
    kept: found.kept === 1,
  }
}

/**
 * The rows of a source as they were, one by one as they are asked for; best in rising order, which unpacks each block
 * once. `null` where a row was not kept. Nothing is held open between two rows. Throws DamagedRecords, for every row of a
 * damaged block and for no other.
 */
export function createRawReader(db: Database, source: RawSource): (row: number) => RawRecord | null {
  const find = db.prepare(
    `SELECT first_row AS first, rows, codec, data FROM source_block WHERE source_id = ? AND first_row <= ?
     ORDER BY first_row DESC LIMIT 1`,
  )
  let block: { first: number; rows: number; decoder: BlockDecoder; at: number; bytes: Buffer } | null = null
  const unpacked = (row: number) => {
    const found = find.get(source.root, row) as StoredBlock | undefined
    if (!found || row >= found.first + found.rows) return null
    const { first, rows } = found
    try {
      const bytes = unpackBlock(found)
      // Read to its end first, so that a block is either good in all its rows or in none.
      const decoder = new BlockDecoder(bytes)
      for (let i = 0; i < rows; i++) decoder.skip()
      if (decoder.more) throw new RangeError('The block holds more than its rows.')
      return { first, rows, decoder: new BlockDecoder(bytes), at: first, bytes }
    } catch (error) {
      throw new DamagedRecords(source.root, first, first + rows - 1, String((error as Error).message))
    }
  }
  return (row) => {
    if (!block || row < block.first || row >= block.first + block.rows) {
      block = null
      block = unpacked(row)
      if (!block) return null
    } else if (row < block.at) {
      block.decoder = new BlockDecoder(block.bytes)
      block.at = block.first
    }
    for (; block.at < row; block.at++) block.decoder.skip()
    block.at++
    return block.decoder.next()
  }
}

/** One row of a source as it was; null where there is no such source or row, or it was not kept. */
export function rawRow(db: Database, sourceId: number, row: number): RawRow | null {
  const source = rawSource(db, sourceId)
  const record = source && createRawReader(db, source)(row)
  return source && record && { row, columns: source.columns, ...record }
}

/** The named rows of a source, in the order of their naming; `record` is null where a row was not kept. */
export function* rawRows(
  db: Database,
  source: RawSource,
  rows: Iterable<number>,
): Generator<{ row: number; record: RawRecord | null }> {
  const read = createRawReader(db, source)
  for (const row of rows) yield { row, record: read(row) }
}
