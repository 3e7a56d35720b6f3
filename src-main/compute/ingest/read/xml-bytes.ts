/** A streaming XML tokenizer on UTF-8 bytes, for the big parts of a workbook: chunks in, callbacks out, no strings made. */

export interface XmlHandler {
  /** An element begins: its local name is bytes [from, to), its attributes are in [to, end). `empty`: it ends at once. */
  open(bytes: Buffer, from: number, to: number, end: number, empty: boolean): void
  /** An element ends; also told behind `open` of an empty one. */
  close(bytes: Buffer, from: number, to: number): void
  /** Text as it stands, entities not undone but in CDATA. */
  text(bytes: Buffer, from: number, to: number, cdata: boolean): void
}

/** Longest tag and longest text, bytes. */
const MAX_TOKEN = 4 * 1024 * 1024

/** Throws Error where it is not well-formed enough to go on, and on a DOCTYPE: no workbook needs one. */
export class XmlBytes {
  private readonly handler: XmlHandler
  private bytes: Buffer = Buffer.alloc(128 * 1024)
  private length = 0
  private pos = 0
  private depth = 0
  private opened = false

  constructor(handler: XmlHandler) {
    this.handler = handler
  }

  push(chunk: Uint8Array): void {
    if (this.pos > 0) {
      this.bytes.copyWithin(0, this.pos, this.length)
      this.length -= this.pos
      this.pos = 0
    }
    const need = this.length + chunk.length
    if (need > this.bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(need, this.bytes.length * 2))
      this.bytes.copy(grown, 0, 0, this.length)
      this.bytes = grown
    }
    this.bytes.set(chunk, this.length)
    this.length = need
    this.scan()
    if (this.length - this.pos > MAX_TOKEN) throw new Error('a tag or text of more than 4 MiB')
  }

  end(): void {
    if (!this.opened) throw new Error('no XML in it')
    if (this.depth > 0 || this.pos < this.length) throw new Error('its XML ends in the middle')
  }

  private scan(): void {
    const { bytes, length, handler } = this
    let pos = this.pos
    for (;;) {
      const lt = pos < length ? bytes.indexOf(0x3c, pos) : -1
      if (lt < 0 || lt >= length) {
        // White space behind the last element is nothing to wait for.
        if (this.depth === 0) while (pos < length && bytes[pos] <= 0x20) pos++
        break
      }
      if (lt > pos && this.depth > 0) handler.text(bytes, pos, lt, false)
      pos = lt
      if (lt + 1 >= length) break
      const mark = bytes[lt + 1]
      if (mark === 0x21) {
        const next = this.special(lt)
        if (next < 0) break
        pos = next
        continue
      }
      if (mark === 0x3f) {
        const end = this.find('?>', lt + 2)
        if (end < 0) break
        pos = end + 2
        continue
      }
      const gt = tagEnd(bytes, lt + 1, length)
      if (gt < 0) break
      if (mark === 0x2f) {
        const from = localName(bytes, lt + 2, gt)
        if (--this.depth < 0) throw new Error('an end tag too many')
        handler.close(bytes, from, nameEnd(bytes, from, gt))
      } else {
        const empty = bytes[gt - 1] === 0x2f
        const from = localName(bytes, lt + 1, gt)
        const to = nameEnd(bytes, from, gt)
        this.opened = true
        handler.open(bytes, from, to, empty ? gt - 1 : gt, empty)
        if (empty) handler.close(bytes, from, to)
        else this.depth++
      }
      pos = gt + 1
    }
    this.pos = pos
  }

  /** Comments and CDATA: index behind it, -1 where more bytes are needed. */
  private special(lt: number): number {
    const { bytes, length } = this
    if (length - lt < 9) return -1
    const start = bytes.toString('latin1', lt, lt + 9)
    if (start.startsWith('<!--')) {
      const end = this.find('-->', lt + 4)
      return end < 0 ? -1 : end + 3
    }
    if (start === '<![CDATA[') {
      const end = this.find(']]>', lt + 9)
      if (end < 0) return -1
      this.handler.text(bytes, lt + 9, end, true)
      return end + 3
    }
    throw new Error('a DOCTYPE, which no workbook has')
  }

  private find(what: string, from: number): number {
    const at = this.bytes.indexOf(what, from, 'latin1')
    return at < 0 || at + what.length > this.length ? -1 : at
  }
}

function tagEnd(bytes: Buffer, from: number, length: number): number {
  let quote = 0
  for (let i = from; i < length; i++) {
    const byte = bytes[i]
    if (quote !== 0) {
      if (byte === quote) quote = 0
    } else if (byte === 0x3e) return i
    else if (byte === 0x22 || byte === 0x27) quote = byte
  }
  return -1
}

/** Where the name begins behind its prefix. */
function localName(bytes: Buffer, from: number, end: number): number {
  for (let i = from; i < end && bytes[i] > 0x20 && bytes[i] !== 0x2f; i++) if (bytes[i] === 0x3a) return i + 1
  return from
}

function nameEnd(bytes: Buffer, from: number, end: number): number {
  let i = from
  while (i < end && bytes[i] > 0x20 && bytes[i] !== 0x2f) i++
  return i
}

/** Value of an attribute, undecoded, as [from, to) packed into `out`; false where it is absent. `name`: one ASCII char. */
export function attribute(bytes: Buffer, from: number, end: number, name: string, out: Int32Array): boolean {
  const first = name.charCodeAt(0)
  let i = from
  while (i < end) {
    while (i < end && bytes[i] <= 0x20) i++
    const start = i
    while (i < end && bytes[i] !== 0x3d && bytes[i] > 0x20) i++
    const stop = i
    while (i < end && bytes[i] !== 0x22 && bytes[i] !== 0x27) i++
    const quote = bytes[i]
    const value = ++i
    while (i < end && bytes[i] !== quote) i++
    if (bytes[start] === first && stop - start === name.length && isName(bytes, start, name)) {
      out[0] = value
      out[1] = i
      return true
    }
    i++
  }
  return false
}

export function isName(bytes: Buffer, from: number, name: string): boolean {
  for (let k = 0; k < name.length; k++) if (bytes[from + k] !== name.charCodeAt(k)) return false
  return true
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Text with its entities undone; unknown ones stay as they are. */
export function decodeXml(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]+);/gi, (whole, name: string) => {
    if (name[0] !== '#') return ENTITIES[name] ?? whole
    const code = name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : whole
  })
}
