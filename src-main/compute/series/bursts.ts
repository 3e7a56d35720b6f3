import type { Baseline } from './baseline.ts'
import { robustDispersion, varianceRatio } from './robust.ts'
import type { Dispersion } from './robust.ts'
import { SCAN, tailFrom } from './scan.ts'
import type { Found, Window } from './scan.ts'
import { HOUR_MS } from './span.ts'
import type { Span } from './span.ts'

/**
 * Scan of moments for bursts at 10 minutes, 1 hour and 6 hours: every moment opens a window of each length,
 * and what follows it inside is tested against the baseline (given an event, the rest of a Poisson process is as it
 * was), with a Poisson–log-normal tail where hours scatter more than Poisson. Windows are in milliseconds UTC here.
 */
const MINUTE_MS = 60_000
export const BURST_SCALES_MS = [10 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS] as const
/** Bursts at most this far apart are one. */
const GAP_MS = 30 * MINUTE_MS

export class BurstScan {
  readonly #times: Float64Array
  readonly #origin: number
  readonly #hours: number
  /** Sums of expected, and of expected / shape, up to each hour. */
  readonly #expected: Float64Array
  readonly #doubt: Float64Array
  /** Of windows up to an hour, and longer. */
  readonly #dispersions: readonly [Dispersion, Dispersion]

  /**
   * @param times ascending; those outside the span must have been left out
   * @param counts events in each hour of the span
   */
  constructor(times: Float64Array, counts: Float64Array, span: Span, baseline: Baseline) {
    this.#times = times
    this.#origin = span.firstHour * HOUR_MS - span.offsetMs
    this.#hours = span.hours
    this.#expected = new Float64Array(span.hours + 1)
    this.#doubt = new Float64Array(span.hours + 1)
    for (let h = 0; h < span.hours; h++) {
      this.#expected[h + 1] = this.#expected[h] + baseline.expected[h]
      this.#doubt[h + 1] = this.#doubt[h] + baseline.expected[h] / baseline.shape[h]
    }
    const quarters = Math.floor(span.hours / 6)
    const seen = new Float64Array(quarters)
    const due = new Float64Array(quarters)
    for (let k = 0; k < quarters; k++) {
      for (let h = k * 6; h < k * 6 + 6; h++) seen[k] += counts[h]
      due[k] = this.#expected[k * 6 + 6] - this.#expected[k * 6]
    }
    const hourly = robustDispersion(counts, baseline.expected)
    const quarterly = robustDispersion(seen, due)
    this.#dispersions = [hourly, { ...quarterly, factor: Math.max(hourly.factor, quarterly.factor) }]
  }

  /** Tests every moment at every scale; keeps windows whose tail probability is small enough to ever pass. */
  scan(): { tests: number; windows: Window[] } {
    const times = this.#times
    const keep = Math.log(SCAN.keepP)
    const windows: Window[] = []
    for (const scale of BURST_SCALES_MS) {
      let to = 0
      for (let from = 0; from < times.length; from++) {
        if (from > 0 && times[from] === times[from - 1]) continue
        while (to < times.length && times[to] < times[from] + scale) to++
        const observed = to - from
        if (observed < SCAN.minObserved) continue
        const window = this.window(times[from], times[from] + scale, observed, 1)
        if (observed >= SCAN.minRatio * window.expected && window.logP <= keep) windows.push(window)
      }
    }
    return { tests: times.length * BURST_SCALES_MS.length, windows }
  }

  /** @param given events that are no evidence because the window was chosen to begin with them */
  window(start: number, end: number, observed: number, given = 0): Window {
    const expected = Math.max(
      at(this.#expected, this.#hour(end)) - at(this.#expected, this.#hour(start)),
      1e-9,
    )
    const doubt = at(this.#doubt, this.#hour(end)) - at(this.#doubt, this.#hour(start))
    const dispersion = this.#dispersions[end - start <= HOUR_MS ? 0 : 1]
    const variance = expected * (varianceRatio(dispersion, expected) + doubt)
    const z = (observed - expected) / Math.sqrt(variance)
    return { start, end, observed, expected, z, logP: tailFrom(z, observed - given, expected, variance) }
  }

  #hour(time: number): number {
    return Math.min(Math.max((time - this.#origin) / HOUR_MS, 0), this.#hours)
  }

  /**
   * Passing windows made readable: the strongest first, none overlapping a stronger one, cut to whole minutes about
   * their events (at least ten of them), near ones joined. Observed and expected are of the whole; z and q are of its
   * strongest window, which is what was tested.
   */
  merge(passing: readonly Found[]): Found[] {
    const taken: Found[] = []
    for (const window of [...passing].sort((a, b) => a.logP - b.logP || a.start - b.start))
      if (!taken.some((t) => t.start < window.end && window.start < t.end)) taken.push(window)
    taken.sort((a, b) => a.start - b.start)
    const merged: { start: number; end: number; q: number; z: number }[] = []
    for (const window of taken) {
      const start = Math.floor(window.start / MINUTE_MS) * MINUTE_MS
      const last = this.#times[this.#first(window.end) - 1]
      const end = Math.max(Math.floor(last / MINUTE_MS) * MINUTE_MS + MINUTE_MS, start + BURST_SCALES_MS[0])
      const before = merged.at(-1)
      if (before !== undefined && start - before.end <= GAP_MS) {
        before.end = Math.max(before.end, end)
        before.q = Math.min(before.q, window.q)
        before.z = Math.max(before.z, window.z)
      } else merged.push({ start, end, q: window.q, z: window.z })
    }
    return merged.map(({ start, end, q, z }) => ({
      ...this.window(start, end, this.#first(end) - this.#first(start)),
      q,
      z,
    }))
  }

  /** Index of the first moment at or after `time`. */
  #first(time: number): number {
    let low = 0
    let high = this.#times.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#times[middle] < time) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** A running sum at a fractional hour: within an hour the expectation is spread evenly. */
function at(sums: Float64Array, hour: number): number {
  const whole = Math.min(Math.floor(hour), sums.length - 2)
  return sums[whole] + (sums[whole + 1] - sums[whole]) * (hour - whole)
}
