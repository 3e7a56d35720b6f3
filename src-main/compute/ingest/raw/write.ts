import type { Database } from 'better-sqlite3'
import { Rows, type RowSink } from '../bulk/rows.ts'
import type { Row } from '../read/row.ts'
import { BlockEncoder } from './codec.ts'

/** Bytes of a block before compression: small enough to unpack for one row, large enough to compress well. */
export const BLOCK_BYTES = 256 * 1024
/** A buffer that grew beyond this for one long record is not kept for further blocks. */
const KEPT_BYTES = 2 * BLOCK_BYTES
/** Blocks that go to storage together: the memory in which more would wait is not kept for the next ones. */
const FEW_BLOCKS = 4

/**
 * Keeps a source's records as they were, in `source_block`: so that proof does not depend on a file that may be gone. Records
 * are copied at once; the sink compresses blocks as it stores them.
 *
 *     for each record: log.add(row, n); log.flush(); end of a transaction      … again and again
 *     log.finish(); end of a transaction
 */
export class RawLog {
  private readonly blocks: Rows
  private readonly encoder: BlockEncoder
  private firstRow = 0
  private nextRow = 0

  /** The source's row must be there: an ordinary record has as many cells as its `mapping` has columns. */
  constructor(db: Database, sink: RowSink, sourceId: number) {
    const columns = { numbers: ['first_row', 'rows'], texts: ['data'], packed: true }
    this.blocks = new Rows(sink, 'source_block', columns, { source_id: String(sourceId), codec: `'zstd'` })
    const width = db
      .prepare(`SELECT json_array_length(mapping, '$.columns') FROM source WHERE id = ?`)
      .pluck()
      .get(sourceId) as number | null
    this.encoder = new BlockEncoder(width ?? 0, freshBuffer())
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

  /** Hands on the blocks that are full. Call it before every transaction's end. */
  flush(): void {
    this.blocks.flush()
  }

  /** Hands on what is left. */
  finish(): void {
    if (this.encoder.rows > 0) this.close()
    this.flush()
  }

  private close(): void {
    const { blocks, encoder } = this
    blocks.numbers[blocks.at] = this.firstRow
    blocks.numbers[blocks.at + 1] = encoder.rows
    blocks.key(encoder.bytes, 0, encoder.length)
    blocks.end(blocks.at + 2)
    if (blocks.at === 2 * FEW_BLOCKS) blocks.flush()
    encoder.restart(encoder.bytes.length > KEPT_BYTES ? freshBuffer() : encoder.bytes)
  }
}

const freshBuffer = (): Buffer => Buffer.allocUnsafeSlow(BLOCK_BYTES + BLOCK_BYTES / 8)
