import { POISSON, robustDispersion, varianceRatio } from './robust.ts'
import type { Dispersion } from './robust.ts'
import { logCountTail } from './tails.ts'

/**
 * Fixed-scale scan for excess counts (Naus, JASA 1965; Kulldorff, JRSS A 2001, for the temporal scan): windows of
 * a few lengths slide over the series, each is tested against its expectation by a Poisson or Poisson–log-normal
 * upper tail. In place of Monte Carlo maxima, every window of every series of a run counts as a test of one
 * Benjamini–Hochberg family.
 */
export interface Scale {
  /** Window length in bins. */
  readonly bins: number
  /** How far the window moves, in bins. */
  readonly step: number
}

export interface CountSeries {
  readonly counts: Float64Array
  readonly expected: Float64Array
  /** Gamma shape of each expectation. */
  readonly shape: Float64Array
}

/** Bins [start, end) of one series hold more than expected. */
export interface Window {
  readonly start: number
  readonly end: number
  readonly observed: number
  readonly expected: number
  /** Robust z: excess over the square root of the variance used by the test. */
  readonly z: number
  /** ln of the tail probability; 0 where it is far from small. */
  readonly logP: number
}

export interface ScanResult {
  /** Windows tested. */
  readonly tests: number
  /** Those with tail probability <= keepP: no other can pass a false discovery rate of keepP. */
  readonly windows: Window[]
  /** Of each scale. */
  readonly dispersions: Dispersion[]
}

/** Sums over any stretch of bins in constant time. */
export class WindowSums {
  readonly #observed: Float64Array
  readonly #expected: Float64Array
  /** Sum of expected / shape: with it the uncertain expectations of a window are held fully correlated. */
  readonly #doubt: Float64Array

  constructor(series: CountSeries) {
    const n = series.counts.length
    this.#observed = new Float64Array(n + 1)
    this.#expected = new Float64Array(n + 1)
    this.#doubt = new Float64Array(n + 1)
    for (let i = 0; i < n; i++) {
      this.#observed[i + 1] = this.#observed[i] + series.counts[i]
      this.#expected[i + 1] = this.#expected[i] + series.expected[i]
      this.#doubt[i + 1] = this.#doubt[i] + series.expected[i] / series.shape[i]
    }
  }

  observed(start: number, end: number): number {
    return this.#observed[end] - this.#observed[start]
  }

  expected(start: number, end: number): number {
    return this.#expected[end] - this.#expected[start]
  }

  /** Predictive variance: counting noise × dispersion, plus what isn't known of the expectation. */
  variance(start: number, end: number, dispersion: Dispersion): number {
    const mean = this.expected(start, end)
    return varianceRatio(dispersion, mean) * mean + mean * (this.#doubt[end] - this.#doubt[start])
  }

  /** @param given events that are no evidence because the window was chosen to begin with them */
  window(start: number, end: number, dispersion: Dispersion, given = 0): Window {
    const observed = this.observed(start, end)
    const expected = Math.max(this.expected(start, end), 1e-9)
    const variance = Math.max(this.variance(start, end, dispersion), 1e-9)
    const z = (observed - expected) / Math.sqrt(variance)
    return { start, end, observed, expected, z, logP: tailFrom(z, observed - given, expected, variance) }
  }
}

export interface ScanParams {
  readonly scales: readonly Scale[]
  /** Windows with fewer events are never an anomaly. */
  readonly minObserved: number
  /** Nor are those with less than this many times what is expected. */
  readonly minRatio: number
  /** Largest tail probability worth keeping. */
  readonly keepP: number
}

/** ln of the tail probability; 0 without looking where it is above 1% anyway, as it is for most windows. */
export function tailFrom(z: number, count: number, mean: number, variance: number): number {
  if (z < 1.5 && variance < 4 * mean * mean) return 0
  return logCountTail(Math.round(count), mean, variance)
}

/** What every scan of the app uses. */
export const SCAN = { minObserved: 5, minRatio: 1.5, keepP: 0.01 }

export function scanSeries(series: CountSeries, params: ScanParams): ScanResult {
  const n = series.counts.length
  const sums = new WindowSums(series)
  const keep = Math.log(params.keepP)
  const windows: Window[] = []
  const dispersions: Dispersion[] = []
  let tests = 0
  for (const { bins, step } of params.scales) {
    if (bins > n) {
      dispersions.push(dispersions.at(-1) ?? POISSON)
      continue
    }
    const many = Math.floor((n - bins) / step) + 1
    // Dispersion is that of windows of this very length, side by side: what hours share adds up in a day.
    const apart = Math.floor(n / bins)
    const observed = new Float64Array(apart)
    const expected = new Float64Array(apart)
    for (let k = 0; k < apart; k++) {
      observed[k] = sums.observed(k * bins, (k + 1) * bins)
      expected[k] = sums.expected(k * bins, (k + 1) * bins)
    }
    // A longer window has fewer residuals to show its dispersion; it is at least that of the shorter.
    const own = robustDispersion(observed, expected)
    const shorter = dispersions.at(-1) ?? POISSON
    const dispersion = { ...own, factor: Math.max(own.factor, shorter.factor) }
    dispersions.push(dispersion)
    // Where most windows are empty, only those that begin with an event are tested, on what follows that event:
    // given an event, the rest of a Poisson process is as it was (Slivnyak). Far fewer tests, hence more power.
    const anchored = sums.observed(0, n) * bins < n
    if (!anchored) tests += many
    for (let start = 0; start < n; start += anchored ? 1 : step) {
      const end = start + bins
      if (anchored) {
        if (series.counts[start] === 0) continue
        tests++
      }
      if (end > n) break
      const seen = sums.observed(start, end)
      if (seen < params.minObserved || seen < params.minRatio * sums.expected(start, end)) continue
      const window = sums.window(start, end, dispersion, anchored ? 1 : 0)
      if (window.logP <= keep) windows.push(window)
    }
  }
  return { tests, windows, dispersions }
}

/**
 * Benjamini–Hochberg q-values (JRSS B 1995) of the smallest p-values out of `tests`.
 * `logPs` may leave out any p-value larger than the rate one means to use. Returns ln-free q in the same order.
 */
export function benjaminiHochberg(logPs: Float64Array, tests: number): Float64Array {
  const order = Array.from(logPs.keys()).sort((a, b) => logPs[a] - logPs[b])
  const q = new Float64Array(logPs.length)
  let least = 1
  for (let rank = order.length; rank >= 1; rank--) {
    const i = order[rank - 1]
    least = Math.min(least, Math.exp(logPs[i] + Math.log(tests / rank)))
    q[i] = least
  }
  return q
}

export interface Found extends Window {
  readonly q: number
}

/**
 * The windows of one series that pass, made readable: the strongest first, none overlapping a stronger one, quiet
 * bins at their ends cut off, and those at most `gap` bins apart joined. Observed and expected are of the whole; z
 * and q are of its strongest window, which is what was tested.
 */
export function mergeWindows(series: CountSeries, passing: readonly Found[], gap: number): Found[] {
  const taken: Found[] = []
  for (const window of [...passing].sort((a, b) => a.logP - b.logP || a.start - b.start)) {
    if (taken.some((t) => t.start < window.end && window.start < t.end)) continue
    taken.push(window)
  }
  taken.sort((a, b) => a.start - b.start)
  const sums = new WindowSums(series)
  const merged: { start: number; end: number; q: number; z: number }[] = []
  for (const window of taken) {
    let { start, end } = window
    while (start < end - 1 && series.counts[start] <= series.expected[start]) start++
    while (end - 1 > start && series.counts[end - 1] <= series.expected[end - 1]) end--
    const last = merged.at(-1)
    if (last !== undefined && start - last.end <= gap) {
      last.end = end
      last.q = Math.min(last.q, window.q)
      last.z = Math.max(last.z, window.z)
    } else merged.push({ start, end, q: window.q, z: window.z })
  }
  return merged.map(({ start, end, q, z }) => ({ ...sums.window(start, end, POISSON), q, z }))
}
