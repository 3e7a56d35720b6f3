import { fitBaseline } from './baseline.ts'
import { scanSeries } from './scan.ts'
import type { CountSeries, Scale, ScanResult } from './scan.ts'

export const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** How one kind of series is cut into bins and scanned. */
export interface SeriesPlan {
  /** Bins an hour; the hour is always the unit of the baseline. */
  readonly binsPerHour: number
  readonly scales: readonly Scale[]
  /** Passing windows at most this many bins apart are one anomaly. */
  readonly gapBins: number
}

/** Hours, quarter days and days. */
export const LOGIN_PLAN: SeriesPlan = {
  binsPerHour: 1,
  scales: [
    { bins: 1, step: 1 },
    { bins: 6, step: 2 },
    { bins: 24, step: 6 },
  ],
  gapBins: 1,
}

/** 10 minutes, 1 hour and 6 hours, in bins of 5 minutes. */
export const REGISTRATION_PLAN: SeriesPlan = {
  binsPerHour: 12,
  scales: [
    { bins: 2, step: 1 },
    { bins: 12, step: 2 },
    { bins: 72, step: 12 },
  ],
  gapBins: 6,
}

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

/** UTC milliseconds at which a bin begins. */
export function binStart(span: Span, plan: SeriesPlan, bin: number): number {
  return span.firstHour * HOUR_MS - span.offsetMs + bin * (HOUR_MS / plan.binsPerHour)
}

export interface Detection extends ScanResult {
  readonly series: CountSeries
  readonly method: string
}

/** Bins the times of one group, fits its baseline and scans it. Times outside the span are left out. */
export function detect(
  times: { readonly length: number; at(row: number): number },
  span: Span,
  plan: SeriesPlan,
): Detection {
  const { binsPerHour } = plan
  const counts = new Float64Array(span.hours * binsPerHour)
  const hourly = binsPerHour === 1 ? counts : new Float64Array(span.hours)
  const binMs = HOUR_MS / binsPerHour
  const origin = span.firstHour * HOUR_MS - span.offsetMs
  for (let i = 0; i < times.length; i++) {
    const bin = Math.floor((times.at(i) - origin) / binMs)
    if (bin < 0 || bin >= counts.length) continue
    counts[bin]++
    if (binsPerHour > 1) hourly[Math.floor(bin / binsPerHour)]++
  }
  const baseline = fitBaseline(hourly, span.firstHour)
  let { expected, shape } = baseline
  if (binsPerHour > 1) {
    expected = new Float64Array(counts.length)
    shape = new Float64Array(counts.length)
    for (let i = 0; i < counts.length; i++) {
      const h = Math.floor(i / binsPerHour)
      expected[i] = baseline.expected[h] / binsPerHour
      shape[i] = baseline.shape[h]
    }
  }
  const series = { counts, expected, shape }
  return { ...scanSeries(series, { ...SCAN, scales: plan.scales }), series, method: baseline.method }
}
