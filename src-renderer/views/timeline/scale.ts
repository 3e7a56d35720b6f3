import type { Span } from '../../../src-main/common/contract/selection.ts'

const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Nobody needs to look closer than a minute, and a span must never be empty. */
export const MIN_SPAN_MS = MINUTE

/** The x of a time inside a plot that shows `view` over `width` CSS pixels. */
export function xOf(ms: number, view: Span, width: number): number {
  return ((ms - view.from) / (view.to - view.from)) * width
}

/** The time at x; the inverse of `xOf`, clamped to the plot. */
export function timeAt(x: number, view: Span, width: number): number {
  const share = Math.min(1, Math.max(0, width > 0 ? x / width : 0))
  return view.from + share * (view.to - view.from)
}

/** Keeps `view` inside `bounds`: never wider than it, moved back where it hangs over an edge. */
export function clampView(view: Span, bounds: Span): Span {
  const whole = Math.max(MIN_SPAN_MS, bounds.to - bounds.from)
  const width = Math.min(whole, Math.max(MIN_SPAN_MS, view.to - view.from))
  const from = Math.min(Math.max(view.from, bounds.from), bounds.from + whole - width)
  return { from, to: from + width }
}

/**
 * Zooms about a time that stays where it is on screen.
 * @param factor above 1 zooms in, below 1 out.
 */
export function zoomView(view: Span, bounds: Span, factor: number, about: number): Span {
  const width = view.to - view.from
  const whole = Math.max(MIN_SPAN_MS, bounds.to - bounds.from)
  const next = Math.min(whole, Math.max(MIN_SPAN_MS, width / factor))
  const share = width > 0 ? (about - view.from) / width : 0.5
  const from = about - share * next
  return clampView({ from, to: from + next }, bounds)
}

/** Moves the view by a share of its own width (0.25: a quarter to the right). */
export function panView(view: Span, bounds: Span, share: number): Span {
  const by = (view.to - view.from) * share
  return clampView({ from: view.from + by, to: view.to + by }, bounds)
}

export function sameSpan(a: Span | null | undefined, b: Span | null | undefined): boolean {
  if (!a || !b) return !a && !b
  return a.from === b.from && a.to === b.to
}

/** How many bins fit a plot: about one per four pixels, inside what the contract allows (10 to 2,000). */
export function binsFor(width: number): number {
  return Math.min(2000, Math.max(10, Math.round(width / 4)))
}

export interface Tick {
  ms: number
  /** True where a new day (or year, for long spans) begins: drawn stronger and labelled with the date. */
  major: boolean
}
export type TickUnit = 'minute' | 'hour' | 'day' | 'month' | 'year'
export interface Ticks {
  unit: TickUnit
  ticks: Tick[]
}

const FIXED: [number, TickUnit][] = [
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

/**
 * Ticks at round local times of a zone, at least `minGap` pixels apart.
 * @param tzOffset minutes east of UTC.
 */
export function ticksFor(view: Span, width: number, tzOffset: number, minGap = 84): Ticks {
  const most = Math.max(1, width / minGap)
  const shift = tzOffset * MINUTE
  const span = view.to - view.from
  for (const [step, unit] of FIXED) {
    if (span / step > most) continue
    const ticks: Tick[] = []
    // Weeks start on a Monday; 5 January 1970 was one.
    const origin = step === 7 * DAY ? 4 * DAY : 0
    const first = Math.ceil((view.from + shift - origin) / step) * step + origin
    for (let local = first; local <= view.to + shift; local += step)
      ticks.push({ ms: local - shift, major: step >= DAY || local % DAY === 0 })
    return { unit, ticks }
  }
  const months = MONTH_STEPS.find((m) => span / (m * 30.4 * DAY) <= most) ?? 240
  const start = new Date(view.from + shift)
  const firstMonth = start.getUTCFullYear() * 12 + start.getUTCMonth()
  const ticks: Tick[] = []
  for (let m = Math.ceil(firstMonth / months) * months; ; m += months) {
    const local = Date.UTC(Math.floor(m / 12), m % 12, 1)
    if (local > view.to + shift) break
    if (local >= view.from + shift) ticks.push({ ms: local - shift, major: m % 12 === 0 })
  }
  return { unit: months >= 12 ? 'year' : 'month', ticks }
}

/** A tick's words: the hour inside a day, the date where a day begins. */
export function tickLabel(tick: Tick, unit: TickUnit, tzOffset: number, locale: string): string {
  const date = new Date(tick.ms + tzOffset * MINUTE)
  const options: Intl.DateTimeFormatOptions =
    unit === 'year'
      ? { year: 'numeric' }
      : unit === 'month'
        ? tick.major
          ? { year: 'numeric', month: 'short' }
          : { month: 'short' }
        : tick.major
          ? { day: 'numeric', month: 'short' }
          : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
  return formatter(locale, options).format(date)
}

const formatters = new Map<string, Intl.DateTimeFormat>()
/** Formatters are dear to make and asked for on every frame. The zone is always UTC: dates are shifted first. */
function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options)
  let found = formatters.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat(englishWithDayFirst(locale), { ...options, timeZone: 'UTC' })
    formatters.set(key, found)
  }
  return found
}
function englishWithDayFirst(locale: string): string {
  return locale === 'en' ? 'en-GB' : locale
}

/** 'UTC', 'UTC+08:00', 'UTC-03:30'. @param minutes east of UTC. */
export function zoneName(minutes: number): string {
  if (minutes === 0) return 'UTC'
  const abs = Math.abs(minutes)
  const hh = String(Math.floor(abs / 60)).padStart(2, '0')
  const mm = String(abs % 60).padStart(2, '0')
  return `UTC${minutes < 0 ? '-' : '+'}${hh}:${mm}`
}

/** A point in time with as much detail as the view's scale deserves. */
export function momentLabel(ms: number, tzOffset: number, locale: string, withYear = false): string {
  return formatter(locale, {
    ...(withYear && { year: 'numeric' }),
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(ms + tzOffset * MINUTE))
}
