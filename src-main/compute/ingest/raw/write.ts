import type { Database, Statement } from 'better-sqlite3'
import { constants, zstdCompress } from 'node:zlib'
import type { Row } from '../read/row.ts'
import { BlockEncoder } from './codec.ts'

/** Bytes of a block before compression: small enough to unpack for one row, large enough to compress well. */
export const BLOCK_BYTES = 256 * 1024
/** Buffers that grew beyond this for one long record are not kept for further blocks. */
const KEPT_BYTES = 2 * BLOCK_BYTES
/** Buffers that wait for work; more come and go where a batch holds more blocks. */
const KEPT_BUFFERS = 8
/** Level 1: import must not wait for it. */
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

interface Block {
  firstRow: number
  rows: number
  data: Buffer
}

/**
 * Keeps a source's records as they were, in `source_block`: so that proof does not depend on a file that may be gone.
 * Records are copied at once, compressed in zlib's thread pool, and written by whoever has a transaction open:
 *
 *     begin; for each record: log.add(row, n); log.due(); commit      … again and again
 *     await log.finish(); begin; log.due(); commit
 */
export class RawLog {
  private readonly sourceId: number
  private readonly insert: Statement
  private readonly encoder: BlockEncoder
  private readonly spare: Buffer[] = []
  private firstRow = 0
  private nextRow = 0
  private pending = 0
  private done: Block[] = []
  private error: Error | null = null
  private waiting: (() => void) | null = null

  /** The source's row must be there: an ordinary record has as many cells as its `mapping` has columns. */
  constructor(db: Database, sourceId: number) {
    this.sourceId = sourceId
    this.insert = db.prepare(
      `INSERT INTO source_block (source_id, first_row, rows, codec, data) VALUES (?, ?, ?, 'zstd', ?)`,
    )
    const width = db
      .prepare(`SELECT json_array_length(mapping, '$.columns') FROM source WHERE id = ?`)
      .pluck()
      .get(sourceId) as number | null
    this.encoder = new BlockEncoder(width ?? 0, this.buffer())
  }

  /** Keeps a record, whole or broken. `rowNumber` is 1-based and rises; the record is copied. */
  add(row: Row, rowNumber: number): void {
    const { encoder } = this
    if (encoder.rows === 0) this.firstRow = rowNumber
    else if (rowNumber !== this.nextRow) {
      this.close()
      this.firstRow = rowNumber
    }
    this.nextRow = rowNumber + 1
    encoder.add(row)
    if (encoder.length >= BLOCK_BYTES) this.close()
  }

  /** Writes the blocks that are ready. Call it inside a transaction. Throws what compression threw. */
  due(): void {
    if (this.error) throw this.error
    if (this.done.length === 0) return
    for (const { firstRow, rows, data } of this.done) this.insert.run(this.sourceId, firstRow, rows, data)
    this.done = []
  }

  /** Waits until every record that was added is ready to be written; `due` then writes the rest. */
  async finish(): Promise<void> {
    if (this.encoder.rows > 0) this.close()
    if (this.pending > 0) await new Promise<void>((resolve) => (this.waiting = resolve))
    if (this.error) throw this.error
  }

  /** Hands the block over to be compressed and begins another one. */
  private close(): void {
    const { firstRow } = this
    const { bytes, length, rows } = this.encoder
    this.encoder.restart(this.buffer())
    this.pending++
    zstdCompress(bytes.subarray(0, length), LEVEL, (error, data) => {
      if (error) this.error ??= error
      else this.done.push({ firstRow, rows, data })
      if (bytes.length <= KEPT_BYTES && this.spare.length < KEPT_BUFFERS) this.spare.push(bytes)
      if (--this.pending > 0 || this.waiting === null) return
      this.waiting()
      this.waiting = null
    })
  }

  private buffer(): Buffer {
    return this.spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES + BLOCK_BYTES / 8)
  }
}
