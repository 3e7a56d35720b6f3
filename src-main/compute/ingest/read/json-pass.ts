export const QUOTE = 0x22
export const COMMA = 0x2c
export const OPEN_OBJECT = 0x7b
export const CLOSE_OBJECT = 0x7d
export const OPEN_LIST = 0x5b
export const CLOSE_LIST = 0x5d

export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0x1e
}

/** Finds the end of a JSON value by its brackets and quotes, over as many chunks as it takes. */
export class ValuePass {
  /** Behind the last byte that was looked at. */
  pos = 0
  /** Whether the value has brackets that do not fit each other: where it ends can't be known. */
  lost = false
  private depth = 0
  private inString = false
  /** Brackets that are open. */
  private opened: Uint8Array = new Uint8Array(64)

  begin(): void {
    this.depth = 0
    this.inString = false
    this.lost = false
  }

  /** Whether the value could end here: no bracket and no text is open. */
  get atEnd(): boolean {
    return this.depth === 0 && !this.inString
  }

  /**
   * Goes on from `from` in bytes [0, length); true where the value ends, at `pos`. `start`: where it began.
   * `checked`: whether its brackets have to fit each other.
   */
  pass(bytes: Buffer, from: number, length: number, start: number, checked: boolean): boolean {
    let { depth, inString } = this
    let pos = from
    let ended = false
    while (pos < length) {
      if (inString) {
        let byte = 0
        while (pos < length && (byte = bytes[pos]) !== QUOTE && byte !== 0x5c) pos++
        if (pos >= length) break
        if (byte === 0x5c) {
          pos += 2
          continue
        }
        inString = false
        pos++
        if (depth > 0) continue
        ended = true
        break
      }
      const byte = bytes[pos]
      if (byte === QUOTE) {
        // At depth 0 a text is the value, or follows one without a comma.
        if (depth === 0 && pos > start) {
          ended = true
          break
        }
        inString = true
        pos++
      } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        if (depth === 0 && pos > start) {
          ended = true
          break
        }
        if (checked) {
          if (depth === this.opened.length) this.opened = grown(this.opened)
          this.opened[depth] = byte
        }
        depth++
        pos++
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        if (depth === 0) {
          ended = true
          break
        }
        if (checked && this.opened[depth - 1] !== byte - 2) {
          this.lost = true
          break
        }
        pos++
        if (--depth === 0) {
          ended = true
          break
        }
      } else if (depth === 0 && (byte === COMMA || isSpace(byte))) {
        ended = true
        break
      } else pos++
    }
    this.pos = pos
    this.depth = depth
    this.inString = inString
    return ended
  }
}

function grown(old: Uint8Array): Uint8Array {
  const fresh = new Uint8Array(old.length * 2)
  fresh.set(old)
  return fresh
}
