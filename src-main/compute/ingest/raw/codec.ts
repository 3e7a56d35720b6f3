import { MAX_FIELDS, MAX_ROW_BYTES, type Row, type RowProblem } from '../read/row.ts'

/**
 * How records lie in a block, before compression:
 *
 *     block   version (1 byte, 1), width (varint): the cells of an ordinary record
 *     record  kind (1 byte), then what the kind says
 *       kind 0     `width` cells
 *       else       bit 0: cells follow (varint: how many the record has, of which at most MAX_FIELDS were kept)
 *                  bit 1: the record's text follows, as a cell does
 *                  bits 4..7: what is wrong with the record, 1 + its place in PROBLEMS; 0: nothing
 *     cell    length in bytes (varint, LEB128), UTF-8 bytes, quotes undone
 *
 * Records of a block are consecutive rows. By rows and not by columns, because it was measured: columns take 8 % less
 * after zstd, and cost a second copy of everything on the way in.
 */
export const VERSION = 1

const CELLS = 1
const TEXT = 2
/** In this order for good: blocks hold the place. */
const PROBLEMS: readonly RowProblem[] = [
  'bad_quote',
  'unterminated_quote',
  'row_too_long',
  'nul_byte',
  'bad_record',
]
/** Longest cell that a loop copies faster than a call; its length is one byte. */
const LOOP = 48
/** A 32-bit length as varint. */
const MAX_VARINT = 5

/** A record as it was. */
export interface RawRecord {
  /** The cells as text; null where the record was so broken that it had none. Beyond MAX_FIELDS they were not kept. */
  cells: string[] | null
  /** Cells that the record had; 0 where `cells` is null. */
  count: number
  /** The record as text, up to MAX_ROW_BYTES, where its cells alone do not tell how it was; else null. */
  text: string | null
  problem: RowProblem | null
}

/** Writes records into a buffer that grows for long ones. Nothing is allocated for an ordinary record. */
export class BlockEncoder {
  bytes: Buffer
  length = 0
  rows = 0
  private readonly width: number

  constructor(width: number, bytes: Buffer) {
    this.width = width
    this.bytes = bytes
    this.restart(bytes)
  }

  /** Begins a block in another buffer. */
  restart(bytes: Buffer): void {
    this.bytes = bytes
    this.rows = 0
    this.length = 0
    this.bytes[this.length++] = VERSION
    this.length = writeVarint(this.bytes, this.length, this.width)
  }

  add(row: Row): void {
    this.rows++
    const { problem, count } = row
    if (problem === null && count === this.width && count <= MAX_FIELDS) {
      this.makeRoom(1)
      this.bytes[this.length++] = 0
      this.addCells(row, count)
    } else {
      const hasCells = problem === null || problem === 'nul_byte'
      this.makeRoom(1 + MAX_VARINT)
      const code = problem === null ? 0 : PROBLEMS.indexOf(problem) + 1
      this.bytes[this.length++] = (hasCells ? CELLS : 0) | TEXT | (code << 4)
      if (hasCells) {
        this.length = writeVarint(this.bytes, this.length, count)
        this.addCells(row, Math.min(count, MAX_FIELDS))
      }
      this.addText(row.raw(MAX_ROW_BYTES))
    }
  }

  private addCells(row: Row, count: number): void {
    const { starts, ends, escaped, bytes: from } = row
    let { bytes } = this
    let at = this.length
    let room = bytes.length - MAX_VARINT
    for (let i = 0; i < count; i++) {
      let k = starts[i]
      const end = ends[i]
      const size = end - k
      if (escaped[i] !== 0 || size > LOOP || at + size > room) {
        this.length = at
        if (escaped[i] !== 0) this.addText(row.text(i))
        else this.addBytes(from, k, end)
        bytes = this.bytes
        at = this.length
        room = bytes.length - MAX_VARINT
        continue
      }
      bytes[at++] = size
      while (k < end) bytes[at++] = from[k++]
    }
    this.length = at
  }

  private addBytes(from: Buffer, start: number, end: number): void {
    const size = end - start
    this.makeRoom(size + MAX_VARINT)
    this.length = writeVarint(this.bytes, this.length, size)
    this.length += from.copy(this.bytes, this.length, start, end)
  }

  private addText(text: string): void {
    const bytes = Buffer.from(text, 'utf8')
    this.addBytes(bytes, 0, bytes.length)
  }

  private makeRoom(extra: number): void {
    const need = this.length + extra
    if (need <= this.bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(need, this.bytes.length * 2))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
  }
}

/** Reads a block's records one by one; those that nobody wants are stepped over without making text of them. */
export class BlockDecoder {
  private readonly bytes: Buffer
  private readonly width: number
  private at = 0

  /** Throws RangeError where the bytes are no block of this version. */
  constructor(bytes: Buffer) {
    this.bytes = bytes
    if (bytes[this.at++] !== VERSION) throw new RangeError(`Unknown block version ${bytes[0]}.`)
    this.width = this.varint()
  }

  /** Whether there is a further record. */
  get more(): boolean {
    return this.at < this.bytes.length
  }

  next(): RawRecord {
    const kind = this.byte()
    if (kind === 0) return { cells: this.cells(this.width), count: this.width, text: null, problem: null }
    const count = kind & CELLS ? this.varint() : 0
    const cells = kind & CELLS ? this.cells(Math.min(count, MAX_FIELDS)) : null
    const text = kind & TEXT ? this.text() : null
    return { cells, count, text, problem: PROBLEMS[(kind >> 4) - 1] ?? null }
  }

  skip(): void {
    const kind = this.byte()
    const cells = kind === 0 ? this.width : kind & CELLS ? Math.min(this.varint(), MAX_FIELDS) : 0
    for (let i = cells + (kind & TEXT ? 1 : 0); i > 0; i--) {
      const size = this.varint()
      this.at += size
    }
    if (this.at > this.bytes.length) throw new RangeError('The block ends within a cell.')
  }

  private cells(count: number): string[] {
    const cells: string[] = []
    for (let i = 0; i < count; i++) cells.push(this.text())
    return cells
  }

  private text(): string {
    const size = this.varint()
    const from = this.at
    this.at += size
    if (this.at > this.bytes.length) throw new RangeError('The block ends within a cell.')
    return this.bytes.toString('utf8', from, this.at)
  }

  private byte(): number {
    if (this.at >= this.bytes.length) throw new RangeError('The block ends within a record.')
    return this.bytes[this.at++]
  }

  private varint(): number {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte()
      value += (byte & 0x7f) * factor
      if (byte < 128) return value
    }
  }
}

function writeVarint(bytes: Buffer, at: number, value: number): number {
  while (value >= 128) {
    bytes[at++] = (value & 0x7f) | 0x80
    value >>>= 7
  }
  bytes[at++] = value
  return at
}
