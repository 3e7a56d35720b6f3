/** What a workbook's stored values mean: numbers as Excel shows them, date serials as ISO 8601. */

/** What a number format makes of a number. */
export type FormatKind = 'number' | 'date' | 'datetime' | 'time' | 'duration'

const DATES = new Set([14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58])
const TIMES = new Set([18, 19, 20, 21, 32, 33, 34, 35, 55, 56])

/** The kind of a format by its id and, for the ids a workbook defines itself, its code (ECMA-376 part 1, 18.8.30). */
export function formatKind(id: number, code: string | undefined): FormatKind {
  if (code !== undefined) return kindOfCode(code)
  if (DATES.has(id)) return 'date'
  if (TIMES.has(id)) return 'time'
  if (id === 22) return 'datetime'
  if (id >= 45 && id <= 47) return 'duration'
  return 'number'
}

function kindOfCode(code: string): FormatKind {
  // The part for positive numbers, without its literals, colours and locales.
  const bare = code
    .split(';')[0]
    .replace(/"[^"]*"?|\\.|_.|\*./g, '')
    .replace(/general/gi, '')
  if (/\[(?:h+|m+|s+)\]/i.test(bare)) return 'duration'
  const plain = bare.replace(/\[[^\]]*\]/g, '').replace(/am\/pm|a\/p|上午\/下午/gi, 'h')
  const time = /[hs]/i.test(plain)
  const date = /[yde]/i.test(plain.replace(/e[+-]/gi, '')) || (/m/i.test(plain) && !time)
  if (/[0#?]/.test(plain) && !date && !/[hs]/i.test(plain)) return 'number'
  if (date) return time ? 'datetime' : 'date'
  return time ? 'time' : 'number'
}

const DAY = 86_400_000

/** A serial number as ISO 8601 without a zone, or as it is where Excel has no date for it. */
export function serialText(value: number, kind: FormatKind, from1904: boolean): string | null {
  if (!Number.isFinite(value) || value < 0 || value >= 2_958_466) return null
  let days = Math.floor(value)
  let ms = Math.round((value - days) * DAY)
  if (ms === DAY) {
    days++
    ms = 0
  }
  if (kind === 'duration') return clock(days * DAY + ms, 1)
  if (kind === 'time' && days === 0) return clock(ms, 2)
  let date: string
  if (from1904) date = isoDate(Date.UTC(1904, 0, 1) + days * DAY)
  // Excel takes 1900 for a leap year: its day 60 never was, and days before it are counted one less.
  else if (days === 60) date = '1900-02-29'
  else if (days === 0) return ms === 0 ? '0' : clock(ms, 2)
  else date = isoDate(Date.UTC(1899, 11, days < 60 ? 31 : 30) + days * DAY)
  return kind === 'date' && ms === 0 ? date : `${date}T${clock(ms, 2)}`
}

function isoDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function clock(ms: number, hourDigits: number): string {
  const seconds = Math.floor(ms / 1000)
  const rest = ms % 1000
  const two = (n: number) => String(n).padStart(2, '0')
  const text = `${String(Math.floor(seconds / 3600)).padStart(hourDigits, '0')}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return rest === 0 ? text : `${text}.${String(rest).padStart(3, '0')}`
}

/**
 * A stored number as Excel shows it when the cell is wide enough: 15 digits, no exponent below 1e21. A literal of plain
 * digits stays as it is, however long: a program wrote it, Excel itself would have written an exponent.
 */
export function numberText(literal: string): { text: string; rounded: boolean } {
  const whole = /^(-?\d+)(?:\.0+)?$/.exec(literal)
  if (whole !== null) return { text: whole[1], rounded: false }
  if (/^-?\d*\.\d+$/.test(literal) && literal.replace(/^-?0*\.?0*|[.]/g, '').length <= 15) {
    return { text: literal, rounded: false }
  }
  const value = Number(literal)
  if (literal.trim() === '' || !Number.isFinite(value)) return { text: literal, rounded: false }
  const short = Number(value.toPrecision(15))
  if (!Number.isInteger(short) || Math.abs(short) >= 1e21 || Math.abs(short) < 1e15)
    return { text: String(short), rounded: false }
  // Up to 16 digits are what was written; 17 are a double's noise beyond the 15 that Excel keeps.
  const written = literal.replace(/[eE].*$/, '').replace(/^-?0*\.?0*|\./g, '').length
  const [mantissa, exponent] = value.toExponential(written === 16 ? 15 : 14).split('e')
  const digits = mantissa.replace(/[-.]/g, '').padEnd(Number(exponent) + 1, '0')
  return { text: (value < 0 ? '-' : '') + digits, rounded: true }
}

/** Excel's escape for characters that XML can't hold: _x000D_. */
export function undoEscapes(text: string): string {
  if (!text.includes('_x')) return text
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

/** 0-based column of a cell's reference; -1 where it is none. 'AB12' is 27. */
export function columnOf(bytes: Uint8Array, from: number, to: number): number {
  let column = 0
  for (let i = from; i < to; i++) {
    const letter = bytes[i] & 0xdf
    if (letter < 0x41 || letter > 0x5a) break
    column = column * 26 + (letter - 0x40)
    if (column > 16_384) return -1
  }
  return column - 1
}
