import type { TimeFormat } from '../../../common/mapping/mapping.ts'

const DAY = 86_400_000
/** Serial 25,569 is 1970-01-01: days since 1899-12-30, which also makes up for 1900-02-29 that Excel thinks there was. */
const EXCEL_EPOCH = 25_569

const CLOCK = String.raw`(?:(上午|下午|凌晨|中午|晚上|早上|AM|PM)\s*)?(\d{1,2})(?::|时|点)(\d{1,2})(?:(?::|分)(?:(\d{1,2})(?:[.,](\d+))?秒?)?)?分?\s*(AM|PM|A\.M\.|P\.M\.)?`
const ZONE = String.raw`\s*(Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)?`
const REST = String.raw`(?:[T\s,@]*${CLOCK}${ZONE})?`
const CHINESE = new RegExp(
  `^(\\d{4})\\s*年\\s*(\\d{1,2})\\s*月\\s*(\\d{1,2})\\s*日?(?:\\s*(?:星期|周)[一二三四五六日天])?${REST}$`,
  'i',
)
const YEAR_FIRST = new RegExp(
  `^(\\d{4})(?:-(?=\\d+-)|/(?=\\d+/)|\\.(?=\\d+\\.))(\\d{1,2})[-/.](\\d{1,2})${REST}$`,
  'i',
)
const TURNED = new RegExp(`^(\\d{1,2})[-/.](\\d{1,2})[-/.](\\d{4})${REST}$`, 'i')
const NAMED = new RegExp(
  `^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\\s+)?(?:(\\d{1,2})(?:st|nd|rd|th)?[\\s-]+([a-z]{3})[a-z]*\\.?|([a-z]{3})[a-z]*\\.?\\s+(\\d{1,2})(?:st|nd|rd|th)?),?[\\s-]+(\\d{4})${REST}$`,
  'i',
)
/** As C and Twitter write it: `Tue Mar 17 20:24:25 +0000 2009`. */
const YEAR_LAST =
  /^(?:mon|tue|wed|thu|fri|sat|sun)\s+([a-z]{3})\s+(\d{1,2})\s+(\d{1,2}):(\d{2}):(\d{2})(?:\s+(Z|UTC|GMT|[+-]\d{2}:?\d{2}))?\s+(\d{4})$/i
/** As web servers write it: `[17/Mar/2009:20:24:25 +0000]`. */
const SERVER = /^\[?(\d{1,2})\/([a-z]{3})\/(\d{4}):(\d{2}):(\d{2}):(\d{2})(?:\s*([+-]\d{4}))?\]?$/i
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?(Z)?)?$/
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** A clock time as the ms UTC at which a clock in UTC shows it, and minutes east of UTC where they are stated. */
export interface ClockTime {
  clock: number
  offset: number | null
}

/**
 * Times that are written in less usual ways: `2024年1月31日 下午3:20`, `2024.01.31 12:34`, `20240131123456`, `31 Jan 2024`,
 * `Jan 31, 2024 @ 3:20 PM`, `Wed Jan 31 12:34:56 +0000 2024`, `31/Jan/2024:12:34:56 +0000`; with a stated format also `31/01/2024`, `01/31/2024` and Excel's day numbers. Null where it is
 * none of them or there is no such day or hour. `31/01/2024` without a stated format is null too: it would be a guess.
 */
export function readUnusual(text: string, format: TimeFormat['format']): ClockTime | null {
  if (format === 'excel') {
    if (!/^\d{1,6}(?:\.\d+)?$/.test(text)) return null
    // Excel keeps a 15-digit number: what is finer than a millisecond is its rounding.
    return { clock: Math.round((Number(text) - EXCEL_EPOCH) * DAY), offset: null }
  }
  if (format === 'day-first' || format === 'month-first') {
    const m = TURNED.exec(text)
    if (!m) return null
    const [a, b] = [Number(m[1]), Number(m[2])]
    return format === 'day-first' ? made(Number(m[3]), b, a, m, 4) : made(Number(m[3]), a, b, m, 4)
  }
  if (format !== 'auto') return null
  let m = CHINESE.exec(text) ?? YEAR_FIRST.exec(text)
  if (m) return made(Number(m[1]), Number(m[2]), Number(m[3]), m, 4)
  if ((m = COMPACT.exec(text))) {
    const clock = [m[4], m[5], m[6]].map((part) => Number(part ?? 0))
    const ms = instant(Number(m[1]), Number(m[2]), Number(m[3]), clock[0]!, clock[1]!, clock[2]!, 0)
    return ms === null ? null : { clock: ms, offset: m[7] ? 0 : null }
  }
  if ((m = NAMED.exec(text))) {
    const month = MONTHS.indexOf((m[2] ?? m[3])!.toLowerCase()) + 1
    return made(Number(m[5]), month, Number(m[1] ?? m[4]), m, 6)
  }
  if ((m = YEAR_LAST.exec(text))) return dated(m[7]!, m[1]!, m[2]!, [m[3]!, m[4]!, m[5]!], m[6])
  if ((m = SERVER.exec(text))) return dated(m[3]!, m[2]!, m[1]!, [m[4]!, m[5]!, m[6]!], m[7])
  return null
}

function dated(
  year: string,
  month: string,
  day: string,
  [h, min, s]: [string, string, string],
  zone: string | undefined,
): ClockTime | null {
  const at = MONTHS.indexOf(month.toLowerCase()) + 1
  const clock = instant(Number(year), at, Number(day), Number(h), Number(min), Number(s), 0)
  return clock === null ? null : { clock, offset: offsetOf(zone) }
}

/** `at`: where the clock's groups begin in the match. */
function made(year: number, month: number, day: number, m: RegExpExecArray, at: number): ClockTime | null {
  const before = m[at]?.toUpperCase()
  const half = m[at + 5]?.toUpperCase().replaceAll('.', '') ?? before
  let hour = Number(m[at + 1] ?? 0)
  if (half !== undefined) {
    const afternoon = half === 'PM' || half === '下午' || half === '晚上' || (half === '中午' && hour < 11)
    if (half === 'AM' || half === 'PM') {
      if (hour < 1 || hour > 12) return null
      hour %= 12
    }
    if (afternoon && hour < 12) hour += 12
    else if ((half === '上午' || half === '凌晨' || half === '早上') && hour === 12) hour = 0
  }
  const fraction = m[at + 4] === undefined ? 0 : Math.floor(Number(`0.${m[at + 4]}`) * 1000)
  const ms = instant(year, month, day, hour, Number(m[at + 2] ?? 0), Number(m[at + 3] ?? 0), fraction)
  const offset = offsetOf(m[at + 6])
  return ms === null || (offset !== null && Math.abs(offset) > 18 * 60) ? null : { clock: ms, offset }
}

function offsetOf(zone: string | undefined): number | null {
  if (zone === undefined || zone === '') return null
  const m = /([+-])(\d{1,2}):?(\d{2})?$/.exec(zone)
  if (!m) return 0
  return (m[1] === '-' ? -1 : 1) * (Number(m[2]) * 60 + Number(m[3] ?? 0))
}

function instant(
  y: number,
  mo: number,
  d: number,
  h: number,
  mi: number,
  s: number,
  ms: number,
): number | null {
  if (mo < 1 || mo > 12 || d < 1 || h > 23 || mi > 59 || s > 59) return null
  const at = Date.UTC(y, mo - 1, d, h, mi, s, ms)
  // Date.UTC makes 3 March of 31 February.
  return new Date(at).getUTCDate() === d ? at : null
}
