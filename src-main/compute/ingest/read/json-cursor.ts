/** The value at hand in bytes of JSON, and passing over it with every rule of the grammar checked. */
export class JsonCursor {
  protected bytes: Buffer = Buffer.alloc(0)
  protected pos = 0
  protected end = 0
  /** What is wrong with the value; '' where nothing is. */
  protected complaint = ''
  private readonly stack: number[] = []

  /** Where reading is, or failed: an index of the bytes that were given. */
  get failedAt(): number {
    return this.pos
  }

  /** Passes over any value, checking it. */
  protected skipValue(): boolean {
    const { bytes, end, stack } = this
    stack.length = 0
    for (;;) {
      this.skipSpace()
      if (this.pos >= end) return this.fail('expected a value')
      const byte = bytes[this.pos]
      if (byte === 0x7b || byte === 0x5b) {
        this.pos++
        this.skipSpace()
        const close = byte + 2
        if (this.pos < end && bytes[this.pos] === close) this.pos++
        else {
          stack.push(close)
          if (close === 0x7d && !this.skipKey()) return false
          continue
        }
      } else if (byte === 0x22) {
        if (this.skipString() < 0) return false
      } else if (!this.skipScalar()) return false
      for (;;) {
        if (stack.length === 0) return true
        this.skipSpace()
        const next = this.pos < end ? bytes[this.pos] : -1
        const close = stack[stack.length - 1]
        if (next === close) {
          this.pos++
          stack.pop()
          continue
        }
        if (next !== 0x2c) return this.fail(`expected ',' or '${String.fromCharCode(close)}'`)
        this.pos++
        if (close === 0x7d) {
          this.skipSpace()
          if (!this.skipKey()) return false
        }
        break
      }
    }
  }

  protected skipKey(): boolean {
    if (this.pos >= this.end || this.bytes[this.pos] !== 0x22) return this.fail('expected a key in quotes')
    if (this.skipString() < 0) return false
    this.skipSpace()
    if (this.pos >= this.end || this.bytes[this.pos] !== 0x3a) return this.fail("expected ':'")
    this.pos++
    return true
  }

  /** From a quote to behind the next one that counts: 1 where there are escapes, 0 where not, -1 where it is broken. */
  protected skipString(): number {
    const { bytes, end } = this
    let escaped = 0
    let pos = this.pos + 1
    for (; pos < end; pos++) {
      const byte = bytes[pos]
      if (byte === 0x22) {
        this.pos = pos + 1
        return escaped
      }
      if (byte < 0x20) {
        this.pos = pos
        this.fail('a control character in a text')
        return -1
      }
      if (byte !== 0x5c) continue
      escaped = 1
      const next = pos + 1 < end ? bytes[pos + 1] : 0
      if (next === 0x75) {
        if (!isHex4(bytes, pos + 2, end)) break
        pos += 5
      } else if (ESCAPES.includes(next)) pos++
      else break
    }
    this.pos = Math.min(pos, end)
    this.fail(pos >= end ? 'a text that is not closed' : 'a bad escape in a text')
    return -1
  }

  protected skipScalar(): boolean {
    const { bytes, end } = this
    const from = this.pos
    let pos = from
    while (pos < end && !ENDS[bytes[pos]]) pos++
    if (isNumber(bytes, from, pos)) {
      this.pos = pos
      return true
    }
    if (pos - from <= 9 && WORDS.has(bytes.toString('latin1', from, pos))) {
      this.pos = pos
      return true
    }
    return this.fail('expected a value')
  }

  protected skipSpace(): void {
    const { bytes, end } = this
    let pos = this.pos
    while (pos < end) {
      const byte = bytes[pos]
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break
      pos++
    }
    this.pos = pos
  }

  protected fail(complaint: string): false {
    if (this.complaint === '') this.complaint = complaint
    return false
  }
}

const ESCAPES = [...Buffer.from('"\\/bfnrt')]
const WORDS = new Set(['true', 'false', 'null', 'NaN', 'Infinity', '-Infinity'])
/** Bytes that end a number or word. */
const ENDS = new Uint8Array(256)
for (const char of ' \n\r\t,:{}[]"') ENDS[char.charCodeAt(0)] = 1

function isNumber(bytes: Buffer, from: number, to: number): boolean {
  let at = from
  const digits = (): boolean => {
    const start = at
    while (at < to && bytes[at] >= 0x30 && bytes[at] <= 0x39) at++
    return at > start
  }
  if (bytes[at] === 0x2d) at++
  if (at < to && bytes[at] === 0x30) at++
  else if (!digits()) return false
  if (at < to && bytes[at] === 0x2e) {
    at++
    if (!digits()) return false
  }
  if (at < to && (bytes[at] | 0x20) === 0x65) {
    at++
    if (at < to && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at++
    if (!digits()) return false
  }
  return at === to && at > from
}

function isHex4(bytes: Buffer, from: number, end: number): boolean {
  return from + 4 <= end && /^[0-9a-f]{4}$/i.test(bytes.toString('latin1', from, from + 4))
}

/**
 * The text that a quoted string with escapes means. Half a surrogate pair, which no UTF-8 can hold, stays its escape:
 * two ids that differ in it must not become one.
 */
export function unescape(bytes: Buffer, from: number, to: number): string {
  const text = JSON.parse(bytes.toString('utf8', from, to)) as string
  if (text.isWellFormed()) return text
  return text.replace(
    /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    (half) => `\\u${half.charCodeAt(0).toString(16)}`,
  )
}

/** JSON text without the white space between its tokens. */
export function compact(bytes: Buffer, from: number, to: number): string {
  const text = bytes.toString('utf8', from, to)
  if (!/[\s]/.test(text)) return text
  return text.replace(/"(?:[^"\\]|\\.)*"|\s+/g, (token) => (token[0] === '"' ? token : ''))
}
