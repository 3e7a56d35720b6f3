import { cap, median, robustDispersion } from './robust.ts'

/**
 * What an hour of a series is expected to hold when nothing happens: overall rate × hour-of-day profile ×
 * hour-of-week profile × a slow level. Every factor is a robust estimate, shrunk to the coarser one by
 * empirical Bayes (gamma–Poisson; Clayton & Kaldor, Biometrics 1987), so that sparse cells say little and
 * dense cells speak for themselves.
 */
export interface Baseline {
  /** Expected count of each hour. */
  readonly expected: Float64Array
  /** Gamma shape of each expectation: its relative standard error is 1/sqrt(shape). */
  readonly shape: Float64Array
  readonly method: 'hour-of-week' | 'hour-of-day' | 'overall'
  /** Variance over mean of the hourly residuals, >= 1. */
  readonly dispersion: number
}

const DAY = 24
const WEEK = 168
/** Local hour 0 of the epoch was a Thursday; profiles start on Monday. */
const MONDAY = 72
/** Where a cell's median count reaches this, the median itself is the estimate. */
const MEDIAN_FROM = 10
/** What a sample median is worth against a mean, in observations. */
const MEDIAN_EFFICIENCY = 0.64

export const WEEKS_FOR_HOUR_OF_WEEK = 3
export const DAYS_FOR_HOUR_OF_DAY = 3
export const DAYS_FOR_LEVEL = 14

export function hourOfWeek(localHour: number): number {
  return (((localHour + MONDAY) % WEEK) + WEEK) % WEEK
}

/**
 * Fits the baseline of one series.
 * @param counts events in each hour, without gaps
 * @param firstHour local hours since the epoch of counts[0]
 */
export function fitBaseline(counts: Float64Array, firstHour: number): Baseline {
  const n = counts.length
  const level = new Float64Array(n).fill(1)
  let fit = fitProfile(counts, firstHour, level, 1)
  let dispersion = robustDispersion(counts, fit.expected).factor
  const levelShape = new Float64Array(n).fill(Infinity)
  if (n >= DAYS_FOR_LEVEL * DAY) {
    fitLevel(counts, fit.expected, dispersion, level, levelShape)
    fit = fitProfile(counts, firstHour, level, dispersion)
    dispersion = robustDispersion(counts, fit.expected).factor
  }
  const shape = fit.shape.map((s, i) => 1 / (1 / s + 1 / levelShape[i]))
  return { expected: fit.expected, shape, method: fit.method, dispersion }
}

/**
 * The baseline of a small part of a series: the whole's profile, at the part's own share and slow level. A part of
 * a few dozen events can't tell a rhythm of its own.
 * @param counts the part's events in each hour
 * @param whole the baseline of the whole, over the same hours
 */
export function borrowBaseline(counts: Float64Array, whole: Baseline): Baseline {
  const n = counts.length
  let total = 0
  for (const e of whole.expected) total += e
  let share = 0
  for (let round = 0; round < 3; round++) {
    let sum = 0
    for (let i = 0; i < n; i++)
      if (counts[i] > 0) sum += Math.min(counts[i], cap(share * whole.expected[i], 1))
    share = total > 0 ? sum / total : 0
  }
  const expected = whole.expected.map((e) => e * share)
  const shape = new Float64Array(n).fill(Math.max(1, share * total))
  if (n >= DAYS_FOR_LEVEL * DAY) {
    const level = new Float64Array(n).fill(1)
    fitLevel(counts, expected, 1, level, shape, 2)
    for (let i = 0; i < n; i++) expected[i] *= level[i]
  }
  return { expected, shape, method: whole.method, dispersion: 1 }
}

interface Profile {
  expected: Float64Array
  shape: Float64Array
  method: Baseline['method']
}

function fitProfile(
  counts: Float64Array,
  firstHour: number,
  level: Float64Array,
  dispersion: number,
): Profile {
  const n = counts.length
  const overall = overallRate(counts, level, dispersion)
  let expected = level.map((e) => e * overall)
  let shape = new Float64Array(n).fill(Math.max(1, (overall * n) / dispersion))
  let method: Baseline['method'] = 'overall'
  if (n >= DAYS_FOR_HOUR_OF_DAY * DAY) {
    ;({ expected, shape } = refine(counts, expected, DAY, firstHour, dispersion))
    method = 'hour-of-day'
  }
  if (n >= WEEKS_FOR_HOUR_OF_WEEK * WEEK) {
    ;({ expected, shape } = refine(counts, expected, WEEK, firstHour, dispersion))
    method = 'hour-of-week'
  }
  return { expected, shape, method }
}

/** Rate per unit of level: the mean of counts cut off at `cap`, approached from below, so that bursts don't lift it. */
function overallRate(counts: Float64Array, level: Float64Array, dispersion: number): number {
  let exposure = 0
  for (const e of level) exposure += e
  if (exposure <= 0) return 0
  let rate = median(counts.map((y, i) => (level[i] > 0 ? y / level[i] : 0)))
  for (let round = 0; round < 4; round++) {
    let sum = 0
    for (let i = 0; i < counts.length; i++) sum += Math.min(counts[i], cap(rate * level[i], dispersion))
    rate = sum / exposure
  }
  return rate
}

/** Multiplies `prior` by a profile of `period` cells, each estimated robustly and shrunk to 1. */
function refine(
  counts: Float64Array,
  prior: Float64Array,
  period: number,
  firstHour: number,
  dispersion: number,
): { expected: Float64Array<ArrayBuffer>; shape: Float64Array<ArrayBuffer> } {
  const n = counts.length
  const first = hourOfWeek(firstHour) % period
  const sums = new Float64Array(period)
  const exposures = new Float64Array(period)
  for (let cell = 0; cell < period; cell++) {
    const from = (cell - first + period) % period
    const size = Math.max(0, Math.ceil((n - from) / period))
    if (size === 0) continue
    const ratios = new Float64Array(size)
    let exposure = 0
    for (let k = 0; k < size; k++) {
      const i = from + k * period
      ratios[k] = prior[i] > 0 ? counts[i] / prior[i] : 0
      exposure += prior[i]
    }
    const middle = median(ratios)
    const weight = size >= 3 && (middle * exposure) / size >= MEDIAN_FROM ? MEDIAN_EFFICIENCY : 1
    if (weight < 1) sums[cell] = middle * exposure * weight
    else {
      // One step from the median, or from the coarser profile where the median of few counts is 0.
      const start = Math.max(middle, size >= 3 ? Math.min(1, mean(ratios)) : 1)
      for (let k = 0; k < size; k++) {
        const i = from + k * period
        sums[cell] += Math.min(counts[i], cap(start * prior[i], dispersion))
      }
    }
    exposures[cell] = exposure * weight
  }
  const strength = priorStrength(sums, exposures, dispersion)
  const ratio = new Float64Array(period)
  const evidence = new Float64Array(period)
  for (let cell = 0; cell < period; cell++) {
    evidence[cell] = sums[cell] / dispersion + strength
    ratio[cell] = evidence[cell] / (exposures[cell] / dispersion + strength)
  }
  const expected = new Float64Array(n)
  const shape = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const cell = (first + i) % period
    expected[i] = prior[i] * ratio[cell]
    shape[i] = evidence[cell]
  }
  return { expected, shape }
}

function mean(values: Float64Array): number {
  let sum = 0
  for (const v of values) sum += v
  return values.length > 0 ? sum / values.length : 0
}

/**
 * Shape of the gamma prior (mean 1) of the cells' ratios, by moments: what the cells differ beyond what
 * counting noise makes them differ. Large when they don't.
 */
function priorStrength(sums: Float64Array, exposures: Float64Array, dispersion: number): number {
  let total = 0
  let scatter = 0
  let cells = 0
  for (let c = 0; c < sums.length; c++) {
    if (exposures[c] <= 0) continue
    cells++
    total += exposures[c]
    scatter += exposures[c] * (sums[c] / exposures[c] - 1) ** 2
  }
  if (total <= 0) return 1
  const between = (scatter - dispersion * cells) / total
  return 1 / Math.min(Math.max(between, 0.002), 3)
}

/**
 * The slow level, one value a day: where days are dense the median of the seven days about it (three days of
 * attack don't move it, a lasting change moves it within the day), else a mean of fifteen days, shrunk to 1 by
 * `strength` expected events.
 */
function fitLevel(
  counts: Float64Array,
  expected: Float64Array,
  dispersion: number,
  level: Float64Array,
  levelShape: Float64Array,
  strength = 10,
): void {
  const days = Math.ceil(counts.length / DAY)
  const seen = new Float64Array(days)
  const due = new Float64Array(days)
  let total = 0
  for (let i = 0; i < counts.length; i++) {
    const d = Math.floor(i / DAY)
    seen[d] += counts[i]
    due[d] += expected[i]
    total += expected[i]
  }
  const dense = total / days >= MEDIAN_FROM
  for (let d = 0; d < days; d++) {
    const reach = dense ? 3 : 7
    const from = Math.max(0, d - reach)
    const to = Math.min(days, d + reach + 1)
    let exposure = 0
    let capped = 0
    const ratios = new Float64Array(to - from)
    for (let k = from; k < to; k++) {
      exposure += due[k]
      capped += Math.min(seen[k], cap(due[k], dispersion))
      ratios[k - from] = due[k] > 0 ? seen[k] / due[k] : 0
    }
    const value = dense
      ? Math.max(median(ratios), 0.02)
      : (capped / dispersion + strength) / (exposure / dispersion + strength)
    const evidence = dense
      ? (MEDIAN_EFFICIENCY * exposure * value) / dispersion
      : capped / dispersion + strength
    for (let i = d * DAY; i < Math.min(counts.length, (d + 1) * DAY); i++) {
      level[i] = value
      levelShape[i] = Math.max(evidence, 1)
    }
  }
}
