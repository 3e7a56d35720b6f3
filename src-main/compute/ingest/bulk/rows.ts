import type { Database } from 'better-sqlite3'
import { constants, zstdCompressSync } from 'node:zlib'

/** What an INSERT stores: columns of numbers, then columns of text, then the same literal in every row. */
export interface InsertSpec {
  table: string
  /** At least one. */
  numbers: readonly string[]
  texts: readonly string[]
  /** The texts are bytes, each compressed (zstd) as it is stored, which is where there is time for it. */
  packed: boolean
  /** SQL literals by column. */
  constants: Readonly<Record<string, string>>
}

/**
 * Where rows wait: memory that another thread reads in place. Shared, not handed over: an array that changes hands counts as a new
 * one on either side, and the collector ran for every few MB.
 */
export interface RowMemory {
  /** Row by row, in the order of `spec.numbers`; NaN is NULL. */
  numbers: Float64Array<SharedArrayBuffer>
  /** Row by row, in the order of `spec.texts`: where each ends in `bytes`; of a NULL the complement of that. */
  ends: Int32Array<SharedArrayBuffer>
  /** UTF-8, or what it is. */
  bytes: Uint8Array<SharedArrayBuffer>
}

/** Rows of one INSERT. */
export interface Block extends RowMemory {
  spec: InsertSpec
  rows: number
}

/** Takes rows to be stored: at once, or with the next transaction. */
export interface RowSink {
  /** Rows of a block. */
  readonly blockRows: number
  /** Takes a block over; memory for the next one, of as many rows, which may be the same. */
  put(block: Block): RowMemory
}

/** Bytes for texts at first. */
const FEW_BYTES = 8 * 1024
/** Memory for texts that grew beyond this is not kept. */
export const KEPT_BYTES = 4 * 1024 * 1024
/** Longest text that a loop copies faster than a call. */
const LOOP = 48

/** Bytes that it takes. */
export const sizeOf = ({ numbers, ends, bytes }: RowMemory): number =>
  numbers.byteLength + ends.byteLength + bytes.byteLength

/** Memory for so many numbers and texts. */
export const rowMemory = (numbers: number, texts: number): RowMemory => ({
  numbers: new Float64Array(new SharedArrayBuffer(8 * numbers)),
  ends: new Int32Array(new SharedArrayBuffer(4 * texts)),
  bytes: new Uint8Array(new SharedArrayBuffer(texts > 0 ? FEW_BYTES : 0)),
})

/**
 * Rows of one INSERT on their way to a sink.
 *
 * Per row: `const v = rows.numbers; let i = rows.at; v[i++] = …` for each column in order, NaN for NULL; `rows.text(…)` or
 * `rows.key(…)` for each of text; then `rows.end(i)`. `flush` hands on what waits: call it before every transaction's end.
 */
export class Rows {
  numbers: Float64Array<SharedArrayBuffer>
  /** Where the next row's numbers go. */
  at = 0
  private ends: Int32Array<SharedArrayBuffer>
  private bytes: Buffer<SharedArrayBuffer>
  private atText = 0
  private used = 0
  private readonly sink: RowSink
  private readonly spec: InsertSpec
  private readonly full: number

  constructor(
    sink: RowSink,
    table: string,
    columns: { numbers: readonly string[]; texts?: readonly string[]; packed?: boolean },
    constants: Readonly<Record<string, string>> = {},
  ) {
    const { numbers, texts = [], packed = false } = columns
    this.sink = sink
    this.spec = { table, numbers, texts, packed, constants }
    this.full = sink.blockRows * numbers.length
    const memory = rowMemory(this.full, sink.blockRows * texts.length)
    this.numbers = memory.numbers
    this.ends = memory.ends
    this.bytes = asBuffer(memory.bytes)
  }

  /** The row's next text. */
  text(value: string | null): void {
    if (value !== null) {
      this.makeRoom(value.length * 3)
      this.used += this.bytes.write(value, this.used, 'utf8')
    }
    this.ends[this.atText++] = value === null ? ~this.used : this.used
  }

  /** The row's next text, as UTF-8 bytes, or bytes. */
  key(from: Uint8Array, start: number, end: number): void {
    this.append(from, start, end)
    this.ends[this.atText++] = this.used
  }

  /** The row whose numbers end before `at` is complete. */
  end(at: number): void {
    this.at = at
    if (at === this.full) this.flush()
  }

  /** Hands the rows that wait to the sink. */
  flush(): void {
    if (this.at === 0) return
    const { spec, numbers, ends, bytes } = this
    const next = this.sink.put({ spec, rows: this.at / spec.numbers.length, numbers, ends, bytes })
    this.numbers = next.numbers
    this.ends = next.ends
    this.bytes = asBuffer(next.bytes)
    this.at = 0
    this.atText = 0
    this.used = 0
  }

  private append(from: Uint8Array, start: number, end: number): void {
    this.makeRoom(end - start)
    const { bytes } = this
    let to = this.used
    if (end - start > LOOP) bytes.set(from.subarray(start, end), to)
    else for (let i = start; i < end; i++) bytes[to++] = from[i]!
    this.used += end - start
  }

  private makeRoom(more: number): void {
    if (this.used + more <= this.bytes.length) return
    const grown = Buffer.from(new SharedArrayBuffer(Math.max(this.used + more, 2 * this.bytes.length)))
    this.bytes.copy(grown, 0, 0, this.used)
    this.bytes = grown
  }
}

const asBuffer = (bytes: Uint8Array<SharedArrayBuffer>): Buffer<SharedArrayBuffer> =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Level 1: import must not wait for it. With a checksum, for 3 % more: without, three of ten changed bits went unseen. */
const ZSTD = {
  params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
  chunkSize: 128 * 1024,
}
/** Rows of one statement: a call into SQLite costs as much as three rows of an event do, so rows go in together. */
const TOGETHER = 128
/** Statements that are kept: those of sources that were stored long ago are not used again. */
const KEPT = 64

interface Prepared {
  one: { run(...values: unknown[]): unknown }
  many: { run(...values: unknown[]): unknown }
  values: unknown[]
}

/** Runs blocks on a connection, in the caller's transaction. */
export class BlockWriter {
  private readonly db: Database
  private readonly prepared = new Map<string, Prepared>()

  constructor(db: Database) {
    this.db = db
  }

  /** Throws what SQLite throws. */
  run({ spec, rows, numbers, ends, bytes }: Block): void {
    const { one, many, values } = this.statements(spec)
    const buffer = asBuffer(bytes)
    const n = spec.numbers.length
    const t = spec.texts.length
    let at = 0
    let text = 0
    let from = 0
    for (let done = 0; done < rows;) {
      const together = rows - done < TOGETHER ? 1 : TOGETHER
      let i = 0
      for (let row = 0; row < together; row++) {
        for (let k = 0; k < n; k++) {
          const value = numbers[at++]!
          values[i++] = Number.isNaN(value) ? null : value
        }
        for (let k = 0; k < t; k++) {
          const end = ends[text++]!
          if (end < 0) values[i++] = null
          else {
            values[i++] = spec.packed
              ? zstdCompressSync(buffer.subarray(from, end), ZSTD)
              : buffer.toString('utf8', from, end)
            from = end
          }
        }
      }
      // As arguments: read from an array, each value costs a call more.
      if (together === 1) one.run(...values.slice(0, i))
      else many.run(...values)
      done += together
    }
  }

  private statements(spec: InsertSpec): Prepared {
    const literals = Object.entries(spec.constants)
    const names = [...spec.numbers, ...spec.texts, ...literals.map(([name]) => name)].join(', ')
    const width = spec.numbers.length + spec.texts.length
    const row = `(${[...Array<string>(width).fill('?'), ...literals.map(([, sql]) => sql)].join(', ')})`
    const into = `INSERT INTO ${spec.table} (${names}) VALUES `
    const key = into + row
    const kept = this.prepared.get(key)
    if (kept) return kept
    const made: Prepared = {
      one: this.db.prepare(key),
      many: this.db.prepare(into + Array<string>(TOGETHER).fill(row).join(', ')),
      values: Array<unknown>(TOGETHER * width).fill(null),
    }
    if (this.prepared.size === KEPT) this.prepared.delete(this.prepared.keys().next().value!)
    this.prepared.set(key, made)
    return made
  }
}

/** Stores blocks as they come, in the caller's transaction. */
export class DirectSink implements RowSink {
  readonly blockRows = TOGETHER
  private readonly writer: BlockWriter

  constructor(db: Database) {
    this.writer = new BlockWriter(db)
  }

  put(block: Block): RowMemory {
    this.writer.run(block)
    return block
  }
}
