import type { Span } from '../../../src-main/common/contract/selection.ts'
import { DAY, HOUR, MINUTE } from './scale.ts'
import { instantOf, wallOf, type Zone } from './zone.ts'

export interface Tick {
  ms: number
  /** True where a new day (or year, for long spans) begins: drawn stronger and labelled with the date. */
  major: boolean
}
export type TickUnit = 'second' | 'minute' | 'hour' | 'day' | 'month' | 'year'
export interface Ticks {
  unit: TickUnit
  ticks: Tick[]
}

const FIXED: [number, TickUnit][] = [
  [1000, 'second'],
  [2000, 'second'],
  [5000, 'second'],
  [10_000, 'second'],
  [30_000, 'second'],
  [MINUTE, 'minute'],
  [5 * MINUTE, 'minute'],
  [15 * MINUTE, 'minute'],
  [30 * MINUTE, 'minute'],
  [HOUR, 'hour'],
  [3 * HOUR, 'hour'],
  [6 * HOUR, 'hour'],
  [12 * HOUR, 'hour'],
  [DAY, 'day'],
  [2 * DAY, 'day'],
  [7 * DAY, 'day'],
]
const MONTH_STEPS = [1, 3, 6, 12, 24, 60, 120]

/** Ticks at round times of a clock on the wall, at least `minGap` pixels apart. */
export function ticksFor(view: Span, width: number, zone: Zone, minGap = 84): Ticks {
  const most = Math.max(1, width / minGap)
  const span = view.to - view.from
  const from = wallOf(view.from, zone)
  const to = wallOf(view.to, zone)
  for (const [step, unit] of FIXED) {
    if (span / step > most) continue
    const ticks: Tick[] = []
    // Weeks start on a Monday; 5 January 1970 was one.
    const origin = step === 7 * DAY ? 4 * DAY : 0
    const first = Math.ceil((from - origin) / step) * step + origin
    for (let wall = first; wall <= to; wall += step)
      push(ticks, { ms: instantOf(wall, zone), major: step >= DAY || wall % DAY === 0 }, view)
    return { unit, ticks }
  }
  const months = MONTH_STEPS.find((m) => span / (m * 30.4 * DAY) <= most) ?? 240
  const start = new Date(from)
  const firstMonth = start.getUTCFullYear() * 12 + start.getUTCMonth()
  const ticks: Tick[] = []
  for (let m = Math.ceil(firstMonth / months) * months; ; m += months) {
    const wall = Date.UTC(Math.floor(m / 12), m % 12, 1)
    if (wall > to) break
    if (wall >= from) push(ticks, { ms: instantOf(wall, zone), major: m % 12 === 0 }, view)
  }
  return { unit: months >= 12 ? 'year' : 'month', ticks }
}

/** A clock that was put forward skips ticks or doubles them; they rise and stay in the view all the same. */
function push(ticks: Tick[], tick: Tick, view: Span): void {
  const last = ticks.at(-1)
  if (tick.ms >= view.from && tick.ms <= view.to && (!last || tick.ms > last.ms)) ticks.push(tick)
}

/** A tick's words: the time inside a day, the date where a day begins. */
export function tickLabel(tick: Tick, unit: TickUnit, zone: Zone, locale: string): string {
  const options: Intl.DateTimeFormatOptions =
    unit === 'year'
      ? { year: 'numeric' }
      : unit === 'month'
        ? tick.major
          ? { year: 'numeric', month: 'short' }
          : { month: 'short' }
        : tick.major
          ? { day: 'numeric', month: 'short' }
          : {
              hour: '2-digit',
              minute: '2-digit',
              hourCycle: 'h23',
              ...(unit === 'second' && { second: '2-digit' }),
            }
  return formatter(locale, options).format(wallOf(tick.ms, zone))
}

/** What the axis can't say by its ticks: the days that are shown, with their year. */
export function viewLabel(view: Span, zone: Zone, locale: string): string {
  const from = wallOf(view.from, zone)
  const to = Math.max(from, wallOf(view.to - 1, zone))
  const weekday = to - from < 8 * DAY && { weekday: 'short' as const }
  const say = (wall: number, year: boolean) =>
    formatter(locale, {
      ...(year && { year: 'numeric' }),
      month: 'short',
      day: 'numeric',
      ...weekday,
    }).format(wall)
  if (Math.floor(from / DAY) === Math.floor(to / DAY)) return say(from, true)
  // The year once: Chinese says it first, English last. Intl's own ranges are all digits in Chinese.
  const sameYear = new Date(from).getUTCFullYear() === new Date(to).getUTCFullYear()
  const chinese = locale.startsWith('zh')
  return `${say(from, !sameYear || chinese)} – ${say(to, !sameYear || !chinese)}`
}

/** A point in time; seconds where they matter. */
export function momentLabel(
  ms: number,
  zone: Zone,
  locale: string,
  options: { year?: boolean; seconds?: boolean; weekday?: boolean; timeOnly?: boolean } = {},
): string {
  return formatter(locale, {
    ...(options.year && { year: 'numeric' }),
    ...(options.weekday && { weekday: 'short' }),
    ...(!options.timeOnly && { day: 'numeric', month: 'short' }),
    hour: '2-digit',
    minute: '2-digit',
    ...(options.seconds && { second: '2-digit' }),
    hourCycle: 'h23',
  }).format(wallOf(ms, zone))
}

const formatters = new Map<string, Intl.DateTimeFormat>()
/** Formatters are dear to make and asked for on every frame. The zone is always UTC: times are put on the wall first. */
function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options)
  let found = formatters.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { ...options, timeZone: 'UTC' })
    formatters.set(key, found)
  }
  return found
}

export interface SinceTick {
  /** Since the moment that lanes are aligned by, ms. */
  ms: number
  /** How many of which unit; 0 where the anchor stands. */
  count: number
  unit: 'second' | 'minute' | 'hour' | 'day'
}
const SINCE: [number, SinceTick['unit'], number][] = [
  ...[1, 2, 5, 10, 30].map((n) => [n * 1000, 'second', n] as [number, 'second', number]),
  ...[1, 5, 15, 30].map((n) => [n * MINUTE, 'minute', n] as [number, 'minute', number]),
  ...[1, 3, 6, 12].map((n) => [n * HOUR, 'hour', n] as [number, 'hour', number]),
  ...[1, 2, 7, 14, 30, 90, 365, 730].map((n) => [n * DAY, 'day', n] as [number, 'day', number]),
]

/** Ticks of an axis that counts from an anchor, at least `minGap` pixels apart. */
export function sinceTicks(view: Span, width: number, minGap = 84): SinceTick[] {
  const most = Math.max(1, width / minGap)
  const span = view.to - view.from
  const [step, unit, n] = SINCE.find(([size]) => span / size <= most) ?? SINCE.at(-1)!
  const ticks: SinceTick[] = []
  for (let k = Math.ceil(view.from / step); k * step <= view.to; k++)
    ticks.push({ ms: k * step, count: k * n, unit })
  return ticks
}
