import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COMMA,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  ValuePass,
  isSpace,
} from './json-pass.ts'
import { Frame } from './json-frame.ts'
import { MAX_ROW_BYTES } from './row.ts'

/** What a reader wants of the value at a place in a document. */
export type Want =
  /** Records in it: an array's elements, an object's members. */
  | 'records'
  /** A value of the document: it is a record. */
  | 'itself'
  /** Its members one by one, as there may be records within; an array's elements are its records. */
  | 'inside'
  | 'nothing'

export interface DocumentSink {
  /** Asked at every object and array outside of records. `path`: '' for a value of the document itself. */
  want(path: string, array: boolean): Want
  /** A record's bytes, still to be checked. `key`: the member's name where an object's members are the records. */
  record(path: string, key: string | null, bytes: Buffer, from: number, to: number, offset: number): void
  /** What stands between records and is none, or one that does not end. */
  problem(path: string, tooLong: boolean, complaint: string, bytes: Buffer, from: number, to: number): void
  /**
   * An object's members look like records of one kind ({"u1": {…}, "u2": {…}}). Told when it ends, or as soon as it has
   * held three, from where on its members are given as records.
   */
  keyed?(path: string): void
}

const VALUE = 0
const FIRST_KEY = 1
const KEY = 2
const COLON = 3
const AFTER = 4
const FIRST_ELEMENT = 5
const ELEMENT = 6

/** Objects outside of records go this deep; what lies deeper is passed over. */
const MAX_DEPTH = 24
/** Every one reads up to a record's length again. */
const MAX_RESUMES = 50
/** Bytes kept before a record, to know how far it is indented. */
const MARGIN = 64

/**
 * Finds the records of a JSON document in one pass: chunks in, one callback a record out, nothing kept but the record
 * at hand. Several values one behind another are a document too.
 */
export class JsonDocument {
  /** Why the document can't be read on, with its place; null while it can. */
  broken: string | null = null
  /** That place: bytes of the document before it. */
  brokenAt = 0
  /** Values of the document itself, so far. */
  values = 0
  private readonly sink: DocumentSink
  private bytes: Buffer = Buffer.alloc(64 * 1024)
  private length = 0
  private pos = 0
  /** Bytes of the document before `bytes[0]`. */
  private base = 0
  private state = VALUE
  private readonly frames: Frame[] = []
  private member = ''
  /** Of a value that is being passed over: whether one is, where it began, whether it is a record, how deep inside. */
  private passing = false
  private start = 0
  private isRecord = false
  private path = ''
  private readonly walk = new ValuePass()
  /** A record too long to be kept: already told. */
  private dropped = false
  private resumed = 0
  private ended = false

  constructor(sink: DocumentSink) {
    this.sink = sink
  }

  push(chunk: Buffer): void {
    if (this.broken !== null) return
    this.makeRoom(chunk)
    this.scan()
  }

  end(): void {
    if (this.broken !== null) return
    if (this.passing) {
      if (this.walk.atEnd && this.frames.length === 0) this.endValue()
      else if (this.isRecord && !this.dropped) {
        this.ended = true
        if (this.resume(false)) {
          this.scan()
          return this.end()
        }
        this.passing = false
      }
    }
    if (this.frames.length > 0 && this.broken === null) {
      this.brokenAt = this.base + this.length
      this.broken = `it ends in the middle of its ${this.frames[0].array ? 'list' : 'object'}, at byte ${this.brokenAt}: it is cut off`
    }
  }

  private makeRoom(chunk: Buffer): void {
    const needed = this.passing && !this.dropped ? this.start : Math.min(this.pos, this.length)
    const from = Math.max(0, needed - MARGIN)
    if (from > 0) {
      this.bytes.copyWithin(0, from, this.length)
      this.length -= from
      this.pos -= from
      this.start -= from
      this.base += from
    }
    const need = this.length + chunk.length
    if (need > this.bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(need, this.bytes.length * 2))
      this.bytes.copy(grown, 0, 0, this.length)
      this.bytes = grown
    }
    chunk.copy(this.bytes, this.length)
    this.length = need
  }

  private scan(): void {
    while (this.broken === null) {
      if (this.passing) {
        if (this.walk.lost) {
          // Its brackets don't fit each other: where it ends can't be known.
          if (this.resume(false)) continue
          return
        }
        if (!this.pass()) {
          if (this.walk.lost) continue
          if (this.isRecord && !this.dropped && this.length - this.start > MAX_ROW_BYTES && this.resume(true))
            continue
          return
        }
        this.endValue()
        continue
      }
      const { bytes } = this
      let pos = this.pos
      while (pos < this.length && isSpace(bytes[pos])) pos++
      this.pos = pos
      if (pos >= this.length) return
      if (!this.step(bytes[pos])) return
    }
  }

  /** One token outside of records; false where it needs more bytes. */
  private step(byte: number): boolean {
    const frame = this.frames.at(-1)
    switch (this.state) {
      case VALUE:
        return this.value(byte, frame)
      case FIRST_ELEMENT:
      case ELEMENT:
        if (byte === CLOSE_LIST) {
          if (this.state === ELEMENT) this.tell(frame!.path, 'a comma behind the last record', 0, this.pos)
          return this.close()
        }
        if (byte === COMMA) {
          this.tell(frame!.path, 'a comma without a record before it', 1)
          return true
        }
        if (byte === CLOSE_OBJECT) return this.stop("'}' in a list")
        this.begin(true, frame!.path)
        return true
      case FIRST_KEY:
      case KEY: {
        if (byte === CLOSE_OBJECT && this.state === FIRST_KEY) return this.close()
        if (byte === CLOSE_OBJECT) return this.stop("a comma before '}'")
        if (byte !== QUOTE) return this.stop('expected a key in quotes')
        const end = this.stringEnd()
        if (end < 0) {
          return this.length - this.pos > MAX_ROW_BYTES ? this.stop('a key that does not end') : false
        }
        const text = this.bytes.toString('utf8', this.pos, end)
        try {
          this.member = JSON.parse(text) as string
        } catch {
          return this.stop('a key that is no valid JSON text')
        }
        frame!.addKey(this.member)
        this.pos = end
        this.state = COLON
        return true
      }
      case COLON:
        if (byte !== 0x3a) return this.stop("expected ':'")
        this.pos++
        this.state = VALUE
        return true
      default:
        if (frame === undefined) {
          // Another value behind the first one, also with a comma between.
          if (byte === COMMA) this.pos++
          this.state = VALUE
          return true
        }
        if (byte === COMMA) {
          this.pos++
          this.state = frame.array ? ELEMENT : KEY
          return true
        }
        if (byte === (frame.array ? CLOSE_LIST : CLOSE_OBJECT)) return this.close()
        if (!frame.array) return this.stop("expected ',' or '}'")
        if (byte === CLOSE_OBJECT) return this.stop("'}' in a list")
        this.tell(frame.path, 'no comma before the next record', 0, this.pos)
        this.state = ELEMENT
        return true
    }
  }

  private value(byte: number, frame: Frame | undefined): boolean {
    if (frame === undefined) this.values++
    const path = frame === undefined ? '' : joined(frame.path, this.member)
    const container = byte === OPEN_OBJECT || byte === OPEN_LIST
    if (byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT || byte === 0x3a) {
      return this.stop('expected a value')
    }
    if (frame !== undefined && !frame.array) {
      frame.addValue(byte)
      if (frame.records) {
        this.begin(true, frame.path)
        return true
      }
    }
    if (!container) {
      this.begin(false, path)
      return true
    }
    const array = byte === OPEN_LIST
    const want = this.frames.length >= MAX_DEPTH ? 'nothing' : this.sink.want(path, array)
    if (want === 'nothing') {
      this.begin(false, path)
      return true
    }
    if (want === 'itself') {
      // A value of the document that is a record itself.
      this.begin(true, '')
      return true
    }
    this.pos++
    this.frames.push(new Frame(array, path, want === 'records'))
    this.state = array ? FIRST_ELEMENT : FIRST_KEY
    return true
  }

  private begin(isRecord: boolean, path: string): void {
    this.passing = true
    this.isRecord = isRecord
    this.path = path
    this.start = this.pos
    this.dropped = !isRecord
    this.walk.begin()
  }

  /** Passes over the value at hand; true where it ends. */
  private pass(): boolean {
    const checked = this.isRecord && !this.dropped
    const ended = this.walk.pass(this.bytes, this.pos, this.length, this.start, checked)
    this.pos = this.walk.pos
    return ended
  }

  private endValue(): void {
    this.passing = false
    this.state = AFTER
    if (!this.isRecord || this.dropped) return
    const frame = this.frames.at(-1)
    const key = frame === undefined || frame.array ? null : this.member
    this.sink.record(this.path, key, this.bytes, this.start, this.pos, this.base)
  }

  private close(): boolean {
    const frame = this.frames.pop()!
    this.pos++
    this.state = AFTER
    if (!frame.array && !frame.records && frame.similar > 0 && frame.isKeyed) this.sink.keyed?.(frame.path)
    const parent = this.frames.at(-1)
    if (parent === undefined || frame.array || parent.array) return true
    parent.addMember(frame)
    if (parent.similar >= 2 && !parent.records && parent.isKeyed) {
      parent.records = true
      this.sink.keyed?.(parent.path)
    }
    return true
  }

  /** A record that does not end: goes on where the next one seems to begin, at a line indented as its own is. */
  private resume(tooLong: boolean): boolean {
    const { bytes } = this
    let indent = this.start
    while (indent > 0 && (bytes[indent - 1] === 0x20 || bytes[indent - 1] === 0x09)) indent--
    const margin = bytes.subarray(indent, this.start)
    const sign = Buffer.concat([Buffer.from('\n'), margin, bytes.subarray(this.start, this.start + 1)])
    const at = bytes.subarray(0, this.length).indexOf(sign, this.start + 1)
    const why = tooLong ? `a record longer than ${MAX_ROW_BYTES >> 20} MiB` : 'a record that is not closed'
    if (at < 0 && this.walk.lost && !this.ended && this.length - this.start <= MAX_ROW_BYTES) return false
    if (at < 0 || ++this.resumed > MAX_RESUMES) {
      const rest = tooLong ? '' : '; all behind it is lost with it'
      this.tell(this.path, `${why}, from byte ${this.base + this.start + 1}${rest}`, 0, this.length, tooLong)
      this.dropped = true
      if (!tooLong && !this.ended) {
        this.brokenAt = this.base + this.start
        this.broken = `${why}, from byte ${this.brokenAt + 1}`
      }
      return false
    }
    this.tell(this.path, `${why}, from byte ${this.base + this.start + 1}`, 0, at, tooLong)
    this.pos = at + sign.length - 1
    this.passing = false
    this.state = this.frames.length > 0 ? ELEMENT : VALUE
    if (this.frames.at(-1)?.array === false) this.stop('a record that is not closed')
    return true
  }

  private tell(path: string, what: string, skip: number, to = this.pos + 1, tooLong = false): void {
    const from = this.passing ? this.start : this.pos
    const place = this.passing ? '' : ` at byte ${this.base + this.pos + 1}`
    this.sink.problem(path, tooLong, `${what}${place}`, this.bytes, from, Math.min(to, this.length))
    this.pos += skip
  }

  private stop(why: string): boolean {
    this.brokenAt = this.base + this.pos
    this.broken = `${why} at byte ${this.brokenAt + 1}`
    return false
  }

  /** Index behind the quote that ends the text at `pos`; -1 where it does not end in what has come. */
  private stringEnd(): number {
    for (let at = this.pos + 1; at < this.length; at++) {
      const byte = this.bytes[at]
      if (byte === QUOTE) return at + 1
      if (byte === 0x5c) at++
    }
    return -1
  }
}

/** 'data.users'; a key with a dot or a star in it is quoted. */
export function joined(path: string, key: string): string {
  const name = key === '' || /[.*"[\]]/.test(key) ? `[${JSON.stringify(key)}]` : key
  return path === '' ? name : `${path}.${name}`
}
