import type { Database } from 'better-sqlite3'
import { constants, createZstdCompress } from 'node:zlib'
import { Rows, type RowSink } from '../bulk/rows.ts'
import type { Row } from '../read/row.ts'
import { BlockEncoder } from './codec.ts'

/** Bytes of a block before compression: small enough to unpack for one row, large enough to compress well. */
export const BLOCK_BYTES = 256 * 1024
/** Buffers that grew beyond this for one long record are not kept for further blocks. */
const KEPT_BYTES = 2 * BLOCK_BYTES
/** Blocks that go to storage together: more memory than that is not kept for the next ones. */
const FEW_BLOCKS = 8
/** Buffers that wait for work; more come and go where a batch holds more blocks. */
const KEPT_BUFFERS = 32
/** Level 1: import must not wait for it. With a checksum, for 3 % more: without, three of ten changed bits went unseen. */
const ZSTD = {
  params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
  chunkSize: BLOCK_BYTES / 2,
  // Never asked: how many blocks wait is up to who reads.
  highWaterMark: 2 ** 30,
}

interface Block {
  firstRow: number
  rows: number
  /** Compressed, in pieces. */
  data: Buffer[]
}

/**
 * Keeps a source's records as they were, in `source_block`: so that proof does not depend on a file that may be gone.
 * Records are copied at once, compressed in zlib's thread pool, and put into the sink when that is done:
 *
 *     for each record: log.add(row, n); log.due(); end of a transaction      … again and again
 *     await log.finish(); log.due(); end of a transaction
 */
export class RawLog {
  private readonly blocks: Rows
  private readonly encoder: BlockEncoder
  private readonly spare: Buffer[] = []
  private firstRow = 0
  private nextRow = 0
  private pending = 0
  private done: Block[] = []
  private error: Error | null = null
  /** One for all blocks, each of which is a frame: a compressor for each would cost four times the work, in memory. */
  private readonly zstd = createZstdCompress(ZSTD)
  /** What it has given of the block it is at. */
  private out: Buffer[] = []
  private waiting: (() => void) | null = null

  /** The source's row must be there: an ordinary record has as many cells as its `mapping` has columns. */
  constructor(db: Database, sink: RowSink, sourceId: number) {
    const constants = { source_id: String(sourceId), codec: `'zstd'` }
    this.blocks = new Rows(
      sink,
      'source_block',
      { numbers: ['first_row', 'rows'], texts: ['data'], blobs: true },
      constants,
    )
    const width = db
      .prepare(`SELECT json_array_length(mapping, '$.columns') FROM source WHERE id = ?`)
      .pluck()
      .get(sourceId) as number | null
    this.encoder = new BlockEncoder(width ?? 0, this.buffer())
    this.zstd.on('data', (data: Buffer) => this.out.push(data))
    this.zstd.on('error', (error) => this.fail(error))
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

  /** Hands on the blocks that are ready. Call it before every transaction's end. Throws what compression threw. */
  due(): void {
    if (this.error) throw this.error
    const { blocks } = this
    for (const { firstRow, rows, data } of this.done) {
      blocks.numbers[blocks.at] = firstRow
      blocks.numbers[blocks.at + 1] = rows
      blocks.pieces(data)
      blocks.end(blocks.at + 2)
      if (blocks.at === 2 * FEW_BLOCKS) blocks.flush()
    }
    this.done = []
    blocks.flush()
  }

  /** Waits until every record that was added is ready to be written; `due` then writes the rest. */
  async finish(): Promise<void> {
    if (this.encoder.rows > 0) this.close()
    if (this.pending > 0) await new Promise<void>((resolve) => (this.waiting = resolve))
    if (this.error) throw this.error
    this.zstd.close()
  }

  /** Hands the block over to be compressed and begins another one. */
  private close(): void {
    const { firstRow } = this
    const { bytes, length, rows } = this.encoder
    this.encoder.restart(this.buffer())
    this.pending++
    this.zstd.write(bytes.subarray(0, length))
    this.zstd.flush(constants.ZSTD_e_end, () => {
      this.done.push({ firstRow, rows, data: this.out })
      this.out = []
      if (bytes.length <= KEPT_BYTES && this.spare.length < KEPT_BUFFERS) this.spare.push(bytes)
      if (--this.pending === 0) this.awake()
    })
  }

  private fail(error: Error): void {
    this.error ??= error
    this.awake()
  }

  private awake(): void {
    this.waiting?.()
    this.waiting = null
  }

  private buffer(): Buffer {
    return this.spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES + BLOCK_BYTES / 8)
  }
}
