import { wilson } from '../../graph/homophily.ts'
import type { CalibrationBin } from '../../../common/contract/lab.ts'
import type { Estimate } from '../../../common/contract/learning.ts'
import { ShoalError } from '../../../common/errors.ts'
import { descending } from './order.ts'

export type Scores = Float32Array | Float64Array

/** Accounts of equal score as groups from the highest score down: what every ranking measure needs to know. */
export interface Ranked {
  /** Malicious and benign accounts of each group. */
  readonly bad: Uint32Array
  readonly good: Uint32Array
  /** Group of each account, in the order given. */
  readonly group: Uint32Array
  readonly positives: number
  readonly negatives: number
}

/** Sorts once. y: 1 malicious, 0 benign. Throws internal where the lengths differ or a score is not a number. */
export function ranked(y: Uint8Array, s: Scores): Ranked {
  if (y.length !== s.length)
    throw new ShoalError('internal', `${y.length} labels, but ${s.length} scores to compare with.`)
  const order = descending(s)
  const group = new Uint32Array(y.length)
  let groups = 0
  for (let i = 0; i < order.length; i++) {
    if (i > 0 && s[order[i]] !== s[order[i - 1]]) groups++
    group[order[i]] = groups
  }
  if (order.length > 0) groups++
  const bad = new Uint32Array(groups)
  const good = new Uint32Array(groups)
  let positives = 0
  for (let i = 0; i < y.length; i++) {
    if (y[i] === 1) {
      bad[group[i]]++
      positives++
    } else good[group[i]]++
  }
  return { bad, good, group, positives, negatives: y.length - positives }
}

/** Area under the ROC curve of groups: the chance that a malicious account is above a benign one, ties half. */
export function aurocOf({ bad, good, positives, negatives }: Ranked): number {
  if (positives === 0 || negatives === 0) return NaN
  let above = 0
  let benignBefore = 0
  for (let g = 0; g < bad.length; g++) {
    above += bad[g] * (negatives - benignBefore - good[g] / 2)
    benignBefore += good[g]
  }
  return above / (positives * negatives)
}

/** Average precision of groups, Σ (R_g − R_g−1) P_g, no interpolation (as scikit-learn's average_precision_score). */
export function auprcOf({ bad, good, positives }: Ranked): number {
  if (positives === 0) return NaN
  let sum = 0
  let hits = 0
  let seen = 0
  for (let g = 0; g < bad.length; g++) {
    hits += bad[g]
    seen += bad[g] + good[g]
    if (bad[g] > 0) sum += (bad[g] / positives) * (hits / seen)
  }
  // Rounding alone would make a perfect ranking a little better than perfect.
  return Math.min(1, sum)
}

/** Malicious accounts expected among the k highest scores when equal ones are taken in random order. */
export function hitsAtK({ bad, good }: Ranked, k: number): number {
  let hits = 0
  let left = k
  for (let g = 0; g < bad.length && left > 0; g++) {
    const size = bad[g] + good[g]
    if (size === 0) continue
    hits += size <= left ? bad[g] : (bad[g] * left) / size
    left -= size
  }
  return hits
}

/** 0..1; NaN where there is one class only. */
export const auroc = (y: Uint8Array, s: Scores): number => aurocOf(ranked(y, s))
/** Average precision, 0..1; a ranking at random has the base rate. NaN where nothing is malicious. */
export const auprc = (y: Uint8Array, s: Scores): number => auprcOf(ranked(y, s))

/** Share of malicious among the k highest (all, where there are fewer), ties as expected at random. */
export function precisionAtK(y: Uint8Array, s: Scores, k: number): number {
  return precisionOf(ranked(y, s), k)
}
export function precisionOf(of: Ranked, k: number): number {
  const reviewed = Math.min(k, of.positives + of.negatives)
  return reviewed === 0 ? NaN : hitsAtK(of, k) / reviewed
}

/** Share of all malicious accounts that is among the k highest, ties as expected at random. */
export function recallAtK(y: Uint8Array, s: Scores, k: number): number {
  return recallOf(ranked(y, s), k)
}
export function recallOf(of: Ranked, k: number): number {
  return of.positives === 0 ? NaN : hitsAtK(of, k) / of.positives
}

/** Mean squared difference of probability and truth (Brier 1950): 0 is perfect, base × (1 − base) knows nothing. */
export function brier(y: Uint8Array, p: Scores): number {
  let sum = 0
  for (let i = 0; i < y.length; i++) sum += (p[i] - y[i]) ** 2
  return y.length === 0 ? NaN : sum / y.length
}

/**
 * Bins of about equal numbers of accounts, from the lowest probability
 * up, as a reliability diagram shows them. Equal probabilities are never parted, so there may be fewer bins than asked for.
 */
export function calibrationBins(y: Uint8Array, p: Scores, bins = 10): CalibrationBin[] {
  const order = descending(p).reverse()
  const made: CalibrationBin[] = []
  let from = 0
  for (let b = 1; b <= bins && from < order.length; b++) {
    let to = Math.max(from + 1, Math.round((b * order.length) / bins))
    if (b === bins) to = order.length
    while (to < order.length && p[order[to]] === p[order[to - 1]]) to++
    let score = 0
    let bad = 0
    for (let i = from; i < to; i++) {
      score += p[order[i]]
      bad += y[order[i]]
    }
    const rate = wilson(bad, to - from)
    made.push({
      low: p[order[from]],
      high: p[order[to - 1]],
      count: to - from,
      meanScore: score / (to - from),
      badRate: rate.value,
      rateLow: rate.low,
      rateHigh: rate.high,
    })
    from = to
  }
  return made
}

/**
 * Expected calibration error over bins of equal mass: mean |bad rate − mean probability|, weighted by accounts
 * (Naeini et al. 2015; equal mass as in Nixon et al. 2019, Measuring calibration in deep learning).
 */
export function ece(y: Uint8Array, p: Scores, bins = 10): number {
  let sum = 0
  for (const bin of calibrationBins(y, p, bins)) sum += bin.count * Math.abs(bin.badRate - bin.meanScore)
  return y.length === 0 ? NaN : sum / y.length
}

export type Interval = readonly [low: number, high: number]

/**
 * Mean and standard deviation (n − 1) of a measure over splits, with the mean of the splits' interval bounds as its
 * interval: splits test many of the same accounts, so their errors are taken to go together, which is on the safe side.
 */
export function estimate(values: readonly number[], intervals: readonly Interval[]): Estimate {
  const mean = average(values)
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return {
    mean,
    sd: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0,
    low: average(intervals.map(([low]) => low)),
    high: average(intervals.map(([, high]) => high)),
  }
}

const average = (values: readonly number[]): number =>
  values.length === 0 ? NaN : values.reduce((sum, value) => sum + value, 0) / values.length
