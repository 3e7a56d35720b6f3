/** Robust summaries of small samples. All of them sort or copy; none changes what it is given. */

/** The q-quantile (0..1) of values that are already ascending, by linear interpolation; NaN when empty. */
export function quantileSorted(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return NaN
  const at = (sorted.length - 1) * q
  const low = Math.floor(at)
  const high = Math.ceil(at)
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low)
}

export function median(values: Float64Array): number {
  let zeros = 0
  let negative = false
  for (const v of values) {
    if (v === 0) zeros++
    else if (v < 0) negative = true
  }
  // Sparse series are mostly zeros: no need to sort them.
  if (!negative && zeros * 2 > values.length) return 0
  return quantileSorted(values.slice().sort(), 0.5)
}

/** The count above which an hour is cut off before it may move a baseline: expected + 3 sd + 1. */
export function cap(expected: number, dispersion: number): number {
  return expected + 3 * Math.sqrt(dispersion * Math.max(expected, 0.25)) + 1
}

/** How the scatter of counts about their expectation goes beyond Poisson, for windows of one length. */
export interface Dispersion {
  /** Variance over mean, at least 1, over all windows together. */
  readonly factor: number
  /** How much that ratio grows with the mean (variance = mean + growth × mean²), >= 0. */
  readonly growth: number
}

export const POISSON: Dispersion = { factor: 1, growth: 0 }

/** Variance over mean of a window with this mean: the factor where counts are few, its growth where they are many. */
export function varianceRatio(dispersion: Dispersion, mean: number): number {
  return Math.max(dispersion.factor, 1 + dispersion.growth * mean)
}

/** A window's mean from which its residual is near enough to continuous for quantiles to mean something. */
const DENSE = 5
/** Fewer residuals than this say nothing about dispersion. */
const FEW = 40
/** Rounds of the cut-off variance: each lets the cut-off follow the variance found, at most 3-fold in practice. */
const ROUNDS = 6

/**
 * How counts scatter about what is expected. The larger of two robust estimates of variance over mean:
 * the mean squared Pearson residual of counts cut off at `cap` (Huber's proposal 2: the cut-off follows the
 * estimate, so that honest heavy scatter counts in full and a few bursts count as 3 sd each), and, where
 * windows are dense (expected >= 5), MAD².
 */
export function robustDispersion(observed: Float64Array, expected: Float64Array): Dispersion {
  const dense: number[] = []
  let n = 0
  let total = 0
  for (let i = 0; i < observed.length; i++) {
    const mean = expected[i]
    if (mean <= 0) continue
    n++
    total += mean
    if (mean >= DENSE) dense.push((observed[i] - mean) / Math.sqrt(mean))
  }
  if (n < FEW || total < FEW / 2) return POISSON
  let factor = 1
  for (let round = 0; round < ROUNDS; round++) {
    let squares = 0
    for (let i = 0; i < observed.length; i++) {
      const mean = expected[i]
      if (mean <= 0) continue
      const residual = Math.min(observed[i], cap(mean, factor)) - mean
      squares += (residual * residual) / mean
    }
    const next = Math.max(1, squares / n)
    const settled = next < factor * 1.01
    factor = Math.max(factor, next)
    if (settled) break
  }
  if (dense.length >= FEW) {
    const sorted = Float64Array.from(dense).sort()
    const middle = quantileSorted(sorted, 0.5)
    const mad = 1.4826 * median(sorted.map((z) => Math.abs(z - middle)))
    factor = Math.max(factor, mad * mad)
  }
  // Of sparse counts nobody can tell how scatter grows with the mean.
  return { factor, growth: (factor - 1) / Math.max(total / n, DENSE) }
}
