import { MAX_FIELDS, MAX_ROW_BYTES, RAW_CHARS, type Row, type RowProblem } from './row.ts'

/**
 * A streaming RFC 4180 tokenizer on bytes: chunks in, one callback a record out, nothing allocated per record.
 *
 * Beyond RFC 4180: LF, CRLF and lone CR all end a record; a quote inside an unquoted field is an ordinary
 * character; empty lines are skipped. Input is UTF-8 (or anything in which bytes under 0x80 are ASCII).
 *
 * A broken record never swallows the rest of the file. Where quoting goes wrong, or a record passes
 * `maxRowBytes`, only its first physical line is given up: reading resumes behind the first line break.
 */
export interface CsvOptions {
  /** The byte that separates fields. */
  delimiter: number
  /** The byte around fields, -1 for none; default `"`. */
  quote?: number
  /** Called for every record, in order. The tokenizer's fields hold the record during the call only. */
  onRow: (row: CsvTokenizer) => void
  /** Longest record in bytes; default 16 MiB. */
  maxRowBytes?: number
}

const QUOTE = 0x22
const LF = 0x0a
const CR = 0x0d

const FIELD_START = 0
const PLAIN = 1
const QUOTED = 2
/** Behind a quote that stood inside a quoted field: the end of the field, or the first half of "". */
const QUOTE_SEEN = 3
/** Behind a quoting error on one physical line: on to the line break, then the problem is told. */
const JUNK = 4
/** Behind a record that was too long and has been told: on to the line break. */
const DISCARD = 5
/** Behind a CR that ended a record: an LF that follows belongs to it. */
const AFTER_CR = 6

export class CsvTokenizer implements Row {
  /** The bytes that `starts` and `ends` point into. */
  bytes: Buffer = Buffer.allocUnsafe(64 * 1024)
  /** Fields of the record; may pass MAX_FIELDS. */
  count = 0
  starts = new Int32Array(64)
  ends = new Int32Array(64)
  /** 1 where the field holds doubled quotes that `text` undoes. */
  escaped = new Uint8Array(64)
  /** Why the record can't be used; its fields are then undefined. */
  problem: RowProblem | null = null

  /** Hears of every record; may be exchanged between two pushes. */
  onRow: (row: CsvTokenizer) => void
  private readonly maxRowBytes: number
  private readonly special = new Uint8Array(256)
  private readonly delimiter: number
  private readonly quote: number
  private length = 0
  private pos = 0
  private state = FIELD_START
  private rowStart = 0
  private rowEnd = 0
  private fieldStart = 0
  private fieldEscaped = 0
  /** The first line break inside quotes in this record: where reading resumes if the record is broken. */
  private firstBreak = -1
  private hasNul = false

  constructor(options: CsvOptions) {
    this.onRow = options.onRow
    this.delimiter = options.delimiter
    this.quote = options.quote ?? QUOTE
    this.maxRowBytes = options.maxRowBytes ?? MAX_ROW_BYTES
    for (const byte of [options.delimiter, LF, CR, 0]) this.special[byte] = 1
    if (this.quote >= 0) this.special[this.quote] = 1
  }

  /** Field i as text, quotes undone. */
  text(i: number): string {
    const raw = this.bytes.toString('utf8', this.starts[i], this.ends[i])
    if (this.escaped[i] === 0) return raw
    const quote = String.fromCharCode(this.quote)
    return raw.replaceAll(quote + quote, quote)
  }

  /** The record as it was in the file, at most `most` characters. */
  raw(most: number = RAW_CHARS): string {
    const end = Math.min(this.rowEnd, this.rowStart + most * 4)
    return this.bytes.toString('utf8', this.rowStart, end).slice(0, most)
  }

  /** Takes the next bytes, which are copied. */
  push(chunk: Uint8Array): void {
    this.makeRoom(chunk.length)
    this.bytes.set(chunk, this.length)
    this.length += chunk.length
    this.scan()
    while (this.length - this.rowStart > this.maxRowBytes && this.state !== DISCARD) {
      this.giveUp('row_too_long')
      this.scan()
    }
    if (this.state === DISCARD) this.rowStart = this.pos
  }

  /** The file's end: tells what is left. */
  end(): void {
    for (;;) {
      switch (this.state) {
        case FIELD_START:
          if (this.count === 0) return
          this.pushField(this.length, this.length, 0)
          return this.endRow(this.length)
        case PLAIN:
          this.pushField(this.fieldStart, this.length, 0)
          return this.endRow(this.length)
        case QUOTE_SEEN:
          this.pushField(this.fieldStart, this.length - 1, this.fieldEscaped)
          return this.endRow(this.length)
        case QUOTED:
          if (this.firstBreak < 0) {
            this.problem = 'unterminated_quote'
            return this.endRow(this.length)
          }
          this.giveUp('unterminated_quote')
          this.scan()
          continue
        case JUNK:
          this.problem = 'bad_quote'
          return this.endRow(this.length)
        default:
          return
      }
    }
  }

  private makeRoom(extra: number): void {
    const from = this.rowStart
    if (from > 0) {
      this.bytes.copyWithin(0, from, this.length)
      this.length -= from
      this.pos -= from
      this.fieldStart -= from
      if (this.firstBreak >= 0) this.firstBreak -= from
      for (let i = 0, n = Math.min(this.count, MAX_FIELDS); i < n; i++) {
        this.starts[i] -= from
        this.ends[i] -= from
      }
      this.rowStart = 0
    }
    const need = this.length + extra
    if (need > this.bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(need, this.bytes.length * 2))
      this.bytes.copy(grown, 0, 0, this.length)
      this.bytes = grown
    }
  }

  private scan(): void {
    const { bytes, special, length, delimiter, quote } = this
    let pos = this.pos
    while (pos < length) {
      switch (this.state) {
        case FIELD_START:
          if (bytes[pos] === quote) {
            this.fieldStart = ++pos
            this.fieldEscaped = 0
            this.state = QUOTED
            break
          }
          this.fieldStart = pos
          this.state = PLAIN
          break
        case PLAIN: {
          while (pos < length && special[bytes[pos]] === 0) pos++
          if (pos === length) break
          const byte = bytes[pos]
          if (byte === delimiter) {
            this.pushField(this.fieldStart, pos++, 0)
            this.state = FIELD_START
          } else if (byte === LF || byte === CR) {
            this.pushField(this.fieldStart, pos, 0)
            pos = this.endLine(pos)
          } else {
            if (byte === 0) this.hasNul = true
            pos++
          }
          break
        }
        case QUOTED: {
          let byte = 1
          while (pos < length && (byte = bytes[pos]) !== quote) {
            if (byte <= CR) {
              if (byte === 0) this.hasNul = true
              else if ((byte === LF || byte === CR) && this.firstBreak < 0) this.firstBreak = pos
            }
            pos++
          }
          if (pos < length) {
            pos++
            this.state = QUOTE_SEEN
          }
          break
        }
        case QUOTE_SEEN: {
          const byte = bytes[pos]
          if (byte === quote) {
            this.fieldEscaped = 1
            this.state = QUOTED
            pos++
          } else if (byte === delimiter) {
            this.pushField(this.fieldStart, pos++ - 1, this.fieldEscaped)
            this.state = FIELD_START
          } else if (byte === LF || byte === CR) {
            this.pushField(this.fieldStart, pos - 1, this.fieldEscaped)
            pos = this.endLine(pos)
          } else if (this.firstBreak >= 0) {
            this.giveUp(pos - this.rowStart > this.maxRowBytes ? 'row_too_long' : 'bad_quote')
            pos = this.pos
          } else {
            this.state = JUNK
          }
          break
        }
        case AFTER_CR:
          if (bytes[pos] === LF) pos++
          this.rowStart = pos
          this.state = FIELD_START
          break
        default: {
          // JUNK and DISCARD
          while (pos < length && bytes[pos] !== LF && bytes[pos] !== CR) pos++
          if (pos === length) break
          if (this.state === DISCARD) {
            this.state = bytes[pos] === CR ? AFTER_CR : FIELD_START
            this.rowStart = ++pos
          } else {
            this.problem = 'bad_quote'
            pos = this.endLine(pos)
          }
        }
      }
    }
    this.pos = pos
  }

  private pushField(start: number, end: number, escaped: number): void {
    const i = this.count++
    if (i >= this.starts.length) {
      if (i >= MAX_FIELDS) return
      const grow = <T extends Int32Array | Uint8Array>(old: T, fresh: T): T => (fresh.set(old), fresh)
      this.starts = grow(this.starts, new Int32Array(i * 2))
      this.ends = grow(this.ends, new Int32Array(i * 2))
      this.escaped = grow(this.escaped, new Uint8Array(i * 2))
    }
    this.starts[i] = start
    this.ends[i] = end
    this.escaped[i] = escaped
  }

  /** Ends the record at the line break at `at`; returns where the next one starts. */
  private endLine(at: number): number {
    const next = at + 1
    if (at - this.rowStart > this.maxRowBytes && this.firstBreak >= 0) {
      this.giveUp('row_too_long')
      return this.pos
    }
    if (at !== this.rowStart) this.endRow(at)
    else this.count = 0
    this.rowStart = next
    this.state = this.bytes[at] === CR ? AFTER_CR : FIELD_START
    return next
  }

  private endRow(end: number): void {
    this.rowEnd = end
    if (end - this.rowStart > this.maxRowBytes) this.problem = 'row_too_long'
    else if (this.hasNul && this.problem === null) this.problem = 'nul_byte'
    this.onRow(this)
    this.count = 0
    this.problem = null
    this.firstBreak = -1
    this.hasNul = false
  }

  /** Tells the record's first line as a problem and goes back to what follows that line. */
  private giveUp(problem: RowProblem): void {
    const at = this.firstBreak
    this.problem = problem
    if (at >= 0) {
      const cr = this.bytes[at] === CR
      this.endRow(at)
      this.rowStart = this.pos = at + 1
      this.state = cr ? AFTER_CR : FIELD_START
    } else {
      this.endRow(this.length)
      this.pos = this.length
      this.state = DISCARD
    }
  }
}
