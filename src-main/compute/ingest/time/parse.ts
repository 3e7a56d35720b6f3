import type { TimeFormat } from '../../../common/mapping/mapping.ts'
import { readUnusual } from './unusual.ts'
import { Zone } from './zone.ts'

/**
 * Times as exports write them, read from bytes without making a string or a Date.
 *
 * Accepted: `2024-01-31`, `2024/1/31`, each optionally followed by `T` or a space and `12:34`, `12:34:56` or
 * `12:34:56.789` (any number of decimals; what is finer than a millisecond is cut off), and then optionally
 * `Z`, `UTC` or an offset `+08:00`, `+0800`, `+08`; epoch seconds (optionally with decimals), milliseconds or
 * microseconds, told apart by size; what `readUnusual` reads. A time without offset is read as the clock of the zone
 * that is given, UTC if none is. Calendar: proleptic Gregorian.
 */

/** 1990-01-01 and 2100-01-01, ms UTC: a time outside is taken for a mistake. */
export const MIN_TIME = 631_152_000_000
export const MAX_TIME = 4_102_444_800_000

const MINUTE = 60_000
const DAY = 86_400_000
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

export type TimeFault = 'format' | 'range'

export class TimeParser {
  /** Minutes east of UTC that the last parsed time stated; null where it stated none. */
  tzOffset: number | null = null
  /** Why the last parse gave NaN. */
  fault: TimeFault = 'format'
  private bytes: Uint8Array = new Uint8Array(0)
  private at = 0
  private end = 0
  private readonly format: TimeFormat['format']
  private readonly zone: Zone | null

  /** Throws ShoalError invalid_input where there is no such zone. */
  constructor({ format, zone }: TimeFormat = { format: 'auto' }) {
    this.format = format
    this.zone = zone === undefined ? null : new Zone(zone)
  }

  /** Milliseconds since the epoch, UTC, in [MIN_TIME, MAX_TIME); NaN with `fault` set if it is no such time. */
  parse(bytes: Uint8Array, start: number, end: number): number {
    // Exports put tabs behind what Excel is not to touch.
    while (start < end && bytes[start] <= 0x20) start++
    while (end > start && bytes[end - 1] <= 0x20) end--
    this.bytes = bytes
    this.at = start
    this.end = end
    this.tzOffset = null
    this.fault = 'format'
    const usual = this.format === 'auto' ? this.usual(start) : this.stated(start)
    const ms = Number.isNaN(usual) ? this.unusual(start, end) : usual
    if (Number.isNaN(ms)) return NaN
    if (ms < MIN_TIME || ms >= MAX_TIME) {
      this.fault = 'range'
      return NaN
    }
    return ms
  }

  private usual(start: number): number {
    const lead = this.digits(20)
    if (lead < 0) return NaN
    const separator = this.peek()
    const digits = this.at - start
    // 20240131 and 20240131123456: no epoch time within range has so many digits.
    if (separator === -1 && (digits === 8 || digits === 14)) return NaN
    if (separator !== 0x2d && separator !== 0x2f) return this.epoch(lead, digits)
    return digits === 4 ? this.calendar(lead, separator) : NaN
  }

  /** Of a format that the mapping states: nothing is concluded from size. */
  private stated(start: number): number {
    switch (this.format) {
      case 'epoch-s':
      case 'epoch-ms':
      case 'epoch-us': {
        const value = this.digits(20)
        if (value < 0) return NaN
        const fraction = this.format === 'epoch-s' ? this.fraction() : 0
        if (fraction < 0 || this.at !== this.end) return NaN
        if (this.format === 'epoch-s') return value * 1000 + fraction
        return this.format === 'epoch-ms' ? value : Math.floor(value / 1000)
      }
      case 'iso': {
        const year = this.digits(20)
        const separator = this.peek()
        return this.at - start === 4 && (separator === 0x2d || separator === 0x2f)
          ? this.calendar(year, separator)
          : NaN
      }
      default:
        return NaN
    }
  }

  /** The ways of writing that are rare enough to go by a string. */
  private unusual(start: number, end: number): number {
    if (end === start || end - start > 64) return NaN
    const text = Buffer.from(this.bytes.buffer, this.bytes.byteOffset + start, end - start).toString('utf8')
    const found = readUnusual(text, this.format)
    if (found === null) return NaN
    if (found.offset !== null) {
      this.tzOffset = found.offset
      return found.clock - found.offset * MINUTE
    }
    return this.local(found.clock)
  }

  /** A clock time as an instant. */
  private local(clock: number): number {
    if (this.zone === null) return clock
    this.tzOffset = this.zone.offsetAt(clock)
    return clock - this.tzOffset * MINUTE
  }

  private peek(): number {
    return this.at < this.end ? this.bytes[this.at] : -1
  }

  /** Up to `most` digits as a number; -1 if there is none. */
  private digits(most: number): number {
    const { bytes, end } = this
    let at = this.at
    const stop = Math.min(end, at + most)
    let value = 0
    while (at < stop) {
      const d = bytes[at] - 48
      if (d < 0 || d > 9) break
      value = value * 10 + d
      at++
    }
    const none = at === this.at
    this.at = at
    return none ? -1 : value
  }

  /** Exactly two digits no larger than `max`; -1 otherwise. */
  private pair(max: number): number {
    const from = this.at
    const value = this.digits(2)
    return this.at - from === 2 && value <= max ? value : -1
  }

  /** `.123456` as milliseconds, 0 without a point; -1 if the point has no digits behind it. */
  private fraction(): number {
    if (this.peek() !== 0x2e) return 0
    this.at++
    const from = this.at
    const first = this.digits(3)
    if (first < 0) return -1
    const ms = first * [100, 10, 1][this.at - from - 1]
    while (this.at < this.end && this.bytes[this.at] >= 48 && this.bytes[this.at] <= 57) this.at++
    return ms
  }

  private epoch(value: number, digits: number): number {
    let ms: number
    if (value < MAX_TIME / 1000) {
      const fraction = this.fraction()
      if (fraction < 0) return NaN
      ms = value * 1000 + fraction
    } else if (value < MAX_TIME) ms = value
    else ms = Math.floor(value / 1000)
    if (this.at !== this.end) return NaN
    // Digits alone are always a number: too small or too large is a matter of range.
    return digits > 16 ? Infinity : ms
  }

  private calendar(year: number, separator: number): number {
    this.at++
    const from = this.at
    const month = this.digits(2)
    if (month < 1 || month > 12 || this.peek() !== separator) return NaN
    const monthDigits = this.at - from
    this.at++
    const dayFrom = this.at
    const day = this.digits(2)
    if (separator === 0x2d && (monthDigits !== 2 || this.at - dayFrom !== 2)) return NaN
    const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
    if (day < 1 || day > MONTH_DAYS[month - 1] + (leap ? 1 : 0)) return NaN
    let ms = daysFromCivil(year, month, day) * DAY
    const next = this.peek()
    if (next === -1) return this.local(ms)
    if (next !== 0x54 && next !== 0x74 && next !== 0x20) return NaN
    this.at++
    const clock = this.clock()
    if (clock < 0) return NaN
    ms += clock
    if (!this.statedZone()) return NaN
    return this.tzOffset === null ? this.local(ms) : ms - this.tzOffset * MINUTE
  }

  private clock(): number {
    const hour = this.pair(24)
    if (hour < 0 || this.peek() !== 0x3a) return -1
    this.at++
    const minute = this.pair(59)
    if (minute < 0) return -1
    let rest = 0
    if (this.peek() === 0x3a) {
      this.at++
      const second = this.pair(59)
      if (second < 0) return -1
      const fraction = this.fraction()
      if (fraction < 0) return -1
      rest = second * 1000 + fraction
    }
    // ISO 8601 allows 24:00 for the end of a day, and nothing past it.
    if (hour === 24 && (minute > 0 || rest > 0)) return -1
    return (hour * 60 + minute) * MINUTE + rest
  }

  private statedZone(): boolean {
    if (this.peek() === 0x20) this.at++
    const sign = this.peek()
    if (sign === -1) return true
    this.at++
    if (sign === 0x5a || sign === 0x7a) {
      this.tzOffset = 0
    } else if (sign === 0x55) {
      if (this.peek() !== 0x54 || this.bytes[this.at + 1] !== 0x43 || this.at + 2 > this.end) return false
      this.at += 2
      this.tzOffset = 0
    } else if (sign === 0x2b || sign === 0x2d) {
      const hours = this.pair(18)
      if (hours < 0) return false
      if (this.peek() === 0x3a) {
        this.at++
        if (this.at === this.end) return false
      }
      let minutes = 0
      if (this.at < this.end) minutes = this.pair(59)
      if (minutes < 0) return false
      const offset = hours * 60 + minutes
      this.tzOffset = sign === 0x2d && offset > 0 ? -offset : offset
    } else return false
    return this.at === this.end
  }
}

/** Days since 1970-01-01 (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}
