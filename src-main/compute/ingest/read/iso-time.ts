/** Times as formats with types store them, as ISO 8601. */

export type TimeUnit = 's' | 'ms' | 'us' | 'ns'

const PER_SECOND: Record<TimeUnit, number> = { s: 1, ms: 1e3, us: 1e6, ns: 1e9 }
const DIGITS: Record<TimeUnit, number> = { s: 0, ms: 3, us: 6, ns: 9 }
/** What Date can tell, in seconds either side of 1970. */
const MAX_SECONDS = 8_640_000_000_000

let lastDay = Number.NaN
let lastDate = ''

/** Days since 1970-01-01 as a date; the number itself where no calendar reaches. */
export function isoDate(days: number): string {
  if (days === lastDay) return lastDate
  if (!(Math.abs(days) <= 100_000_000)) return String(days)
  const text = new Date(days * 86_400_000).toISOString()
  lastDay = days
  return (lastDate = text.slice(0, text.indexOf('T')))
}

/** Time since 1970 as date and time, without a zone; fractions as far as they are not 0, in steps of three digits. */
export function isoTime(value: bigint | number, unit: TimeUnit): string {
  const per = PER_SECOND[unit]
  let seconds: number
  let rest: number
  if (typeof value === 'number' || (value > -9007199254740992n && value < 9007199254740992n)) {
    const plain = Number(value)
    seconds = Math.floor(plain / per)
    rest = plain - seconds * per
  } else {
    const whole = value / BigInt(per)
    rest = Number(value % BigInt(per))
    seconds = Number(whole)
    if (rest < 0) {
      rest += per
      seconds--
    }
  }
  if (!(Math.abs(seconds) <= MAX_SECONDS)) return String(value)
  const day = Math.floor(seconds / 86_400)
  return `${isoDate(day)}T${clock(seconds - day * 86_400)}${fraction(rest, DIGITS[unit])}`
}

/** Time since midnight as a time of day. */
export function isoClock(value: bigint | number, unit: TimeUnit): string {
  const per = PER_SECOND[unit]
  const plain = Number(value)
  const seconds = Math.floor(plain / per)
  if (!(seconds >= 0 && seconds <= 86_400)) return String(value)
  return clock(seconds) + fraction(plain - seconds * per, DIGITS[unit])
}

function clock(seconds: number): string {
  const h = Math.floor(seconds / 3600)
  const m = Math.floor(seconds / 60) % 60
  const s = seconds % 60
  return `${h < 10 ? '0' : ''}${h}:${m < 10 ? '0' : ''}${m}:${s < 10 ? '0' : ''}${s}`
}

function fraction(rest: number, digits: number): string {
  if (rest === 0) return ''
  return `.${String(rest)
    .padStart(digits, '0')
    .replace(/(?:000)+$/, '')}`
}

/** A whole number of 10^-scale as a decimal: 1205 with scale 2 is '12.05'. */
export function decimalText(value: bigint | number, scale: number): string {
  if (scale <= 0) return scale === 0 ? String(value) : String(value) + '0'.repeat(Math.min(-scale, 400))
  const text = String(value)
  const sign = text.startsWith('-') ? '-' : ''
  const digits = (sign ? text.slice(1) : text).padStart(Math.min(scale, 400) + 1, '0')
  return `${sign}${digits.slice(0, digits.length - scale)}.${digits.slice(digits.length - scale)}`
}

/** The shortest decimal that means this 32-bit float: 0.1, not 0.10000000149011612. */
export function floatText(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value)
  for (let precision = 6; precision <= 9; precision++) {
    const short = Number(value.toPrecision(precision))
    if (Math.fround(short) === value) return String(short)
  }
  return String(value)
}
