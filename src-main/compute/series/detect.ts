import { borrowBaseline, fitBaseline } from './baseline.ts'
import type { Baseline } from './baseline.ts'
import { BurstScan } from './bursts.ts'
import { mergeWindows, SCAN, scanSeries } from './scan.ts'
import type { Found, Scale, Window } from './scan.ts'
import { HOUR_MS, hourStart } from './span.ts'
import type { Span } from './span.ts'

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
