/**
 * The one way a report's text becomes the text that is hashed: Unicode NFKC, lower case, every run of
 * whitespace and control characters a single space, every decimal digit '0' (a phone number or a price is a
 * shape, not a word), and one space before and after, so that a beginning is a feature of its own.
 *
 * NFKC is applied to one segment at a time (a character and what composes with it), so that every output
 * character knows the stretch of the original it came from. Training calls this very file.
 */
export interface NormalizedText {
  /** Code points of the normalised text, the two padding spaces included. */
  readonly codes: Uint32Array
  /** codes[i] came from original UTF-16 units [starts[i], ends[i]); padding has an empty stretch. */
  readonly starts: Uint32Array
  readonly ends: Uint32Array
}

const SPACE = 0x20
const DIGIT_ZERO = 0x30

/** Characters that NFKC may join to the one before: marks, Hangul vowels and finals, half-width sound marks. */
const JOINS = /[\p{M}\u1160-\u11ff\u3131-\u318e\ud7b0-\ud7fb\uff9e\uff9f\uffa0-\uffdc]/u
const BLANK = /[\s\p{Cc}\p{Z}]/u
const INVISIBLE = /\p{Cf}/u
const DIGIT = /\p{Nd}/u

/** Length in UTF-16 units of the code point at `at` (a lone surrogate counts as one). */
function unitsAt(text: string, at: number): number {
  return (text.codePointAt(at) as number) > 0xffff ? 2 : 1
}

/** Normalises `text`; cost and memory are linear in its length. */
export function normalizeText(text: string): NormalizedText {
  let capacity = text.length + 16
  let codes = new Uint32Array(capacity)
  let starts = new Uint32Array(capacity)
  let ends = new Uint32Array(capacity)
  let length = 0
  const push = (code: number, start: number, end: number): void => {
    if (length === capacity) {
      capacity *= 2
      codes = grown(codes, capacity)
      starts = grown(starts, capacity)
      ends = grown(ends, capacity)
    }
    codes[length] = code
    starts[length] = start
    ends[length++] = end
  }
  const space = (start: number, end: number): void => {
    if (codes[length - 1] === SPACE) {
      if (starts[length - 1] < ends[length - 1]) ends[length - 1] = end
    } else push(SPACE, start, end)
  }

  push(SPACE, 0, 0)
  let at = 0
  while (at < text.length) {
    const unit = text.charCodeAt(at)
    const next = at + 1 < text.length ? text.charCodeAt(at + 1) : 0
    if (unit < 0x80 && next < 0x80) {
      // ASCII followed by ASCII composes with nothing.
      if (unit <= SPACE || unit === 0x7f) space(at, at + 1)
      else if (unit >= 0x41 && unit <= 0x5a) push(unit + 32, at, at + 1)
      else if (unit >= DIGIT_ZERO && unit <= 0x39) push(DIGIT_ZERO, at, at + 1)
      else push(unit, at, at + 1)
      at++
      continue
    }
    let end = at + unitsAt(text, at)
    while (end < text.length) {
      const width = unitsAt(text, end)
      if (!JOINS.test(text.slice(end, end + width))) break
      end += width
    }
    const segment = text.slice(at, end).normalize('NFKC').toLowerCase()
    for (const char of segment) {
      const code = char.codePointAt(0) as number
      if (BLANK.test(char)) space(at, end)
      // Zero-width joiners and the like hide words from filters and show nothing to a reader.
      else if (INVISIBLE.test(char)) continue
      else push(DIGIT.test(char) ? DIGIT_ZERO : code, at, end)
    }
    at = end
  }
  if (codes[length - 1] === SPACE && length > 1) {
    starts[length - 1] = text.length
    ends[length - 1] = text.length
  } else push(SPACE, text.length, text.length)
  return {
    codes: codes.subarray(0, length),
    starts: starts.subarray(0, length),
    ends: ends.subarray(0, length),
  }
}

function grown(from: Uint32Array<ArrayBuffer>, capacity: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(capacity)
  to.set(from)
  return to
}

/** The normalised text as a string, without the padding; for people and tests. */
export function normalizedString(text: string): string {
  const { codes } = normalizeText(text)
  let out = ''
  for (let i = 1; i < codes.length - 1; i++) out += String.fromCodePoint(codes[i])
  return out
}
