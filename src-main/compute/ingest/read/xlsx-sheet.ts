import { attribute, decodeXml, isName, type XmlHandler } from './xml-bytes.ts'
import { columnOf, undoEscapes } from './xlsx-values.ts'

/** The kinds of stored values (ECMA-376 part 1, 18.18.11). */
export const NUMBER = 0
export const SHARED = 1
export const TEXT = 2
export const TRUTH = 3
export const ERROR = 4
export const ISO_DATE = 5

export interface SheetSink {
  /** A row begins; `number` as the sheet counts, from 1. */
  row(number: number, hidden: boolean): void
  /** A cell with something stored, or a formula. Its value is bytes [0, length). `style`: index into the workbook's. */
  cell(column: number, style: number, kind: number, bytes: Buffer, length: number, formula: boolean): void
  rowEnd(): void
  merged(): void
  hiddenColumns(count: number): void
}

/** Turns a sheet's XML into rows and cells. */
export class SheetScanner implements XmlHandler {
  private readonly sink: SheetSink
  private value: Buffer = Buffer.allocUnsafe(256)
  private length = 0
  private rowNumber = 0
  private column = -1
  private style = 0
  private kind = NUMBER
  private formula = false
  private collecting = false
  private inCell = false
  private phonetic = false
  private readonly at = new Int32Array(2)

  constructor(sink: SheetSink) {
    this.sink = sink
  }

  open(bytes: Buffer, from: number, to: number, end: number): void {
    const first = bytes[from]
    const { at } = this
    if (to - from === 1) {
      if (first === 0x63) {
        this.inCell = true
        this.length = 0
        this.formula = false
        this.column++
        if (attribute(bytes, to, end, 'r', at)) {
          const column = columnOf(bytes, at[0], at[1])
          if (column >= 0) this.column = column
        }
        this.style = attribute(bytes, to, end, 's', at) ? digits(bytes, at[0], at[1]) : 0
        this.kind = attribute(bytes, to, end, 't', at) ? kindOf(bytes, at[0], at[1]) : NUMBER
      } else if (first === 0x76) this.collecting = this.inCell
      else if (first === 0x66) this.formula = true
      else if (first === 0x74) this.collecting = this.inCell && !this.phonetic
    } else if (to - from === 3 && first === 0x72 && isName(bytes, from, 'row')) {
      this.rowNumber = attribute(bytes, to, end, 'r', at) ? digits(bytes, at[0], at[1]) : this.rowNumber + 1
      this.column = -1
      this.sink.row(this.rowNumber, isTrue(bytes, to, end, at))
    } else if (to - from === 3 && isName(bytes, from, 'rPh')) this.phonetic = true
    else if (to - from === 3 && isName(bytes, from, 'col')) {
      if (!isTrue(bytes, to, end, at)) return
      const min = attribute(bytes, to, end, 'min', at) ? digits(bytes, at[0], at[1]) : 1
      const max = attribute(bytes, to, end, 'max', at) ? digits(bytes, at[0], at[1]) : min
      this.sink.hiddenColumns(Math.max(0, max - min + 1))
    } else if (to - from === 9 && isName(bytes, from, 'mergeCell')) this.sink.merged()
  }

  close(bytes: Buffer, from: number, to: number): void {
    const first = bytes[from]
    if (to - from === 1) {
      if (first === 0x63) {
        this.inCell = false
        this.collecting = false
        if (this.length > 0 || this.formula) {
          this.sink.cell(this.column, this.style, this.kind, this.value, this.length, this.formula)
        }
      } else if (first === 0x76 || first === 0x74) this.collecting = false
    } else if (to - from === 3 && first === 0x72) {
      if (isName(bytes, from, 'row')) this.sink.rowEnd()
      else if (isName(bytes, from, 'rPh')) this.phonetic = false
    }
  }

  text(bytes: Buffer, from: number, to: number, cdata: boolean): void {
    if (!this.collecting) return
    let source = bytes
    let start = from
    let stop = to
    if (!cdata && hasEntity(bytes, from, to)) {
      source = Buffer.from(decodeXml(bytes.toString('utf8', from, to)))
      start = 0
      stop = source.length
    }
    const need = this.length + stop - start
    if (need > this.value.length) {
      const grown = Buffer.allocUnsafe(Math.max(need, this.value.length * 2))
      this.value.copy(grown, 0, 0, this.length)
      this.value = grown
    }
    const { value } = this
    let n = this.length
    for (let i = start; i < stop; i++) value[n++] = source[i]
    this.length = n
  }
}

/** The texts that cells cite by number, as bytes: a string each would not fit into memory. */
export class SharedStrings implements XmlHandler {
  private readonly chunks: Buffer[] = []
  private used = CHUNK
  private starts = new Float64Array(1024)
  private lengths = new Uint32Array(1024)
  count = 0
  private readonly keep: ReadonlySet<number> | null
  private current: Buffer = Buffer.allocUnsafe(1024)
  private length = 0
  private collecting = false
  private phonetic = false
  private bytesKept = 0

  /** `keep`: the only ones wanted. */
  constructor(keep: ReadonlySet<number> | null = null) {
    this.keep = keep
  }

  /** Where text i is; null where there is none. */
  at(i: number): { chunk: Buffer; from: number; to: number } | null {
    if (!(i >= 0 && i < this.count)) return null
    const start = this.starts[i]
    if (start < 0) return null
    const from = start % CHUNK
    this.found.chunk = this.chunks[Math.floor(start / CHUNK)]
    this.found.from = from
    this.found.to = from + this.lengths[i]
    return this.found
  }
  private readonly found = { chunk: Buffer.alloc(0) as Buffer, from: 0, to: 0 }

  open(bytes: Buffer, from: number, to: number): void {
    if (to - from === 1 && bytes[from] === 0x74) this.collecting = !this.phonetic
    else if (to - from === 2 && isName(bytes, from, 'si')) this.length = 0
    else if (to - from === 3 && isName(bytes, from, 'rPh')) this.phonetic = true
  }

  close(bytes: Buffer, from: number, to: number): void {
    if (to - from === 1 && bytes[from] === 0x74) this.collecting = false
    else if (to - from === 2 && isName(bytes, from, 'si')) this.store()
    else if (to - from === 3 && isName(bytes, from, 'rPh')) this.phonetic = false
  }

  text(bytes: Buffer, from: number, to: number, cdata: boolean): void {
    if (!this.collecting) return
    if (this.keep !== null && !this.keep.has(this.count)) return
    let text: Buffer = bytes.subarray(from, to)
    if (!cdata && hasEntity(bytes, from, to)) text = Buffer.from(decodeXml(text.toString('utf8')))
    if (this.length + text.length > CHUNK) throw new Error('a text of more than 4 MiB')
    if (this.length + text.length > this.current.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.length + text.length, this.current.length * 2))
      this.current.copy(grown, 0, 0, this.length)
      this.current = grown
    }
    text.copy(this.current, this.length)
    this.length += text.length
  }

  private store(): void {
    const i = this.count++
    if (i === this.starts.length) {
      const starts = new Float64Array(i * 2)
      starts.set(this.starts)
      this.starts = starts
      const lengths = new Uint32Array(i * 2)
      lengths.set(this.lengths)
      this.lengths = lengths
    }
    if (this.keep !== null && !this.keep.has(i)) {
      this.starts[i] = -1
      return
    }
    let text = this.current
    let length = this.length
    // Excel's own escapes: rare, so a string is made only then.
    const escape = text.indexOf('_x')
    if (escape >= 0 && escape < length) {
      text = Buffer.from(undoEscapesIn(text, length))
      length = text.length
    }
    if (this.used + length > CHUNK) {
      if (this.bytesKept + CHUNK > MAX_STRING_BYTES) {
        throw new Error('its texts take more than 1 GiB. Save the sheet as CSV and import that')
      }
      this.chunks.push(Buffer.allocUnsafeSlow(CHUNK))
      this.bytesKept += CHUNK
      this.used = 0
    }
    text.copy(this.chunks[this.chunks.length - 1], this.used, 0, length)
    this.starts[i] = (this.chunks.length - 1) * CHUNK + this.used
    this.lengths[i] = length
    this.used += length
  }
}

const CHUNK = 4 * 1024 * 1024
const MAX_STRING_BYTES = 1024 ** 3

function undoEscapesIn(bytes: Buffer, length: number): string {
  return undoEscapes(bytes.toString('utf8', 0, length))
}

function hasEntity(bytes: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] === 0x26) return true
  return false
}

/** A number in ASCII digits; 0 where there is none. */
export function digits(bytes: Uint8Array, from: number, to: number): number {
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = bytes[i] - 0x30
    if (digit < 0 || digit > 9) return value
    value = value * 10 + digit
  }
  return value
}

function kindOf(bytes: Buffer, from: number, to: number): number {
  if (to - from === 1) {
    const byte = bytes[from]
    if (byte === 0x73) return SHARED
    if (byte === 0x62) return TRUTH
    if (byte === 0x65) return ERROR
    if (byte === 0x64) return ISO_DATE
    return NUMBER
  }
  return TEXT
}

/** Attribute hidden="1" or "true". */
function isTrue(bytes: Buffer, from: number, end: number, at: Int32Array): boolean {
  return attribute(bytes, from, end, 'hidden', at) && (bytes[at[0]] === 0x31 || bytes[at[0]] === 0x74)
}
