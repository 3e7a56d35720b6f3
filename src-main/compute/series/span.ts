export const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

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
