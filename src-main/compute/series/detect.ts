import { borrowBaseline, fitBaseline } from './baseline.ts'
import type { Baseline } from './baseline.ts'
import { BurstScan } from './bursts.ts'
import { mergeWindows, scanSeries } from './scan.ts'
import type { Found, Scale, Window } from './scan.ts'

export const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** Logins are counted by the hour and scanned at an hour, six and a day. */
export const LOGIN_SCALES: readonly Scale[] = [
  { bins: 1, step: 1 },
  { bins: 6, step: 2 },
  { bins: 24, step: 6 },
]
/** Passing windows of logins at most this many hours apart are one. */
const LOGIN_GAP = 1
/** With fewer registrations than this a group borrows the rhythm of all. */
const OWN_RHYTHM = 500

export const SCAN = { minObserved: 5, minRatio: 1.5, keepP: 0.01 }

/** With fewer hours than this there is no "usual" to compare with, and nothing is tested. */
export const MIN_HOURS = 48
/** Longer histories are cut to their newest part. */
export const MAX_HOURS = 24 * 366 * 2

/** The hours that are looked at: [firstHour, firstHour + hours), in local hours since the epoch. */
export interface Span {
  readonly firstHour: number
  readonly hours: number
  /** Milliseconds to add to UTC for local time. */
  readonly offsetMs: number
}

/**
 * The span of the times, without stray ones: times further from the middle 99.8% than that is wide (and at
 * least a week) are left out, so that one 1970-01-01 or 2099 does not make decades of empty hours.
 */
export function usefulSpan(times: Float64Array, offsetMinutes: number): Span {
  const offsetMs = offsetMinutes * MINUTE_MS
  if (times.length === 0) return { firstHour: 0, hours: 0, offsetMs }
  const sorted = times.slice().sort()
  const last = sorted.length - 1
  const low = sorted[Math.ceil(last * 0.001)]
  const high = sorted[Math.floor(last * 0.999)]
  const slack = Math.max(high - low, 7 * 24 * HOUR_MS)
  let first = sorted[0]
  let end = sorted[last]
  if (first < low - slack) first = sorted.find((t) => t >= low - slack) as number
  if (end > high + slack) end = sorted.findLast((t) => t <= high + slack) as number
  const endHour = Math.floor((end + offsetMs) / HOUR_MS) + 1
  const firstHour = Math.max(Math.floor((first + offsetMs) / HOUR_MS), endHour - MAX_HOURS)
  return { firstHour, hours: endHour - firstHour, offsetMs }
}

/** UTC milliseconds at which an hour of the span begins. */
export function hourStart(span: Span, hour: number): number {
  return (span.firstHour + hour) * HOUR_MS - span.offsetMs
}

/** A scanned series: windows (ms UTC) that may pass, and how those that do are made readable. */
export interface Detection {
  readonly tests: number
  readonly windows: readonly Window[]
  readonly baseline: Baseline
  merge(passing: readonly Found[]): Found[]
}

/** Events in each hour of the span, and the times that lie in it. */
function binHours(times: Float64Array, span: Span): { counts: Float64Array; inside: Float64Array } {
  const counts = new Float64Array(span.hours)
  const origin = hourStart(span, 0)
  const inside = times.filter((t) => t >= origin && t < origin + span.hours * HOUR_MS)
  for (const t of inside) counts[Math.floor((t - origin) / HOUR_MS)]++
  return { counts, inside }
}

/** Unusually many logins: hourly counts against their own hour-of-week baseline. Times in any order, ms UTC. */
export function detectLogins(times: Float64Array, span: Span): Detection {
  const { counts } = binHours(times, span)
  const baseline = fitBaseline(counts, span.firstHour)
  const series = { counts, expected: baseline.expected, shape: baseline.shape }
  const { tests, windows } = scanSeries(series, { ...SCAN, scales: LOGIN_SCALES })
  const inTime = <W extends Window>(w: W): W => ({
    ...w,
    start: hourStart(span, w.start),
    end: hourStart(span, w.end),
  })
  const inHours = (w: Found): Found => ({
    ...w,
    start: (w.start - hourStart(span, 0)) / HOUR_MS,
    end: (w.end - hourStart(span, 0)) / HOUR_MS,
  })
  return {
    tests,
    windows: windows.map(inTime),
    baseline,
    merge: (passing) => mergeWindows(series, passing.map(inHours), LOGIN_GAP).map(inTime),
  }
}

/**
 * Bursts of registrations, to the minute. Times in any order, ms UTC.
 * @param whole baseline of all registrations over the same span; a small group borrows its rhythm
 */
export function detectRegistrations(times: Float64Array, span: Span, whole: Baseline | null): Detection {
  const { counts, inside } = binHours(times, span)
  const baseline =
    whole !== null && inside.length < OWN_RHYTHM
      ? borrowBaseline(counts, whole)
      : fitBaseline(counts, span.firstHour)
  const scan = new BurstScan(inside.sort(), counts, span, baseline)
  return { ...scan.scan(), baseline, merge: (passing) => scan.merge(passing) }
}
