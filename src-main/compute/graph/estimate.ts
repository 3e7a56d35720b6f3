import type { Estimate } from '../../common/contract/recipes.ts'

/** Normal quantile of a two-sided 95% interval. */
export const Z95 = 1.959964

/** A group of accounts of which all or a simple random sample is looked at. */
export interface Stratum {
  readonly accounts: number
  readonly sample: Uint32Array
}

/**
 * Strata of accounts by the power of two of what they reach, so that the few with very many neighbours, who decide how
 * many edges there are, are all looked at (Cochran 1977, Sampling Techniques, 5.5: sample sizes in proportion to size
 * times spread, here the reach). `reach` 0 is known to be alone and is in no stratum. The samples' reach adds up to
 * about `budget`, but no stratum has fewer than `least` accounts where it has them.
 */
export function stratify(
  reach: Float64Array,
  budget: number,
  random: () => number,
  least: number,
): { strata: Stratum[]; without: number } {
  const groups: number[][] = []
  let without = 0
  let total = 0
  for (let u = 0; u < reach.length; u++) {
    if (reach[u] === 0) {
      without++
      continue
    }
    ;(groups[Math.floor(Math.log2(reach[u]))] ??= []).push(u)
    total += reach[u]
  }
  const present = groups.filter((group) => group !== undefined)
  const means = present.map((group) => group.reduce((sum, u) => sum + reach[u], 0) / group.length)
  const sizes = (share: number) =>
    present.map((group, h) =>
      Math.min(group.length, Math.max(least, Math.ceil(share * group.length * means[h]))),
    )
  const cost = (share: number) => sizes(share).reduce((sum, size, h) => sum + size * means[h], 0)
  // Everything where it can be afforded; else the largest share that fits, by halving.
  let low = 0
  let high = 1
  if (total <= budget) low = Infinity
  else {
    for (let i = 0; i < 40; i++) {
      const middle = (low + high) / 2
      if (cost(middle) <= budget) low = middle
      else high = middle
    }
  }
  const wanted = low === Infinity ? present.map((group) => group.length) : sizes(low)
  const strata = present.map((group, h) => ({
    accounts: group.length,
    sample: sampleOf(group, wanted[h], random),
  }))
  return { strata, without }
}

/** `size` of the group, each subset as likely: the first steps of a Fisher–Yates shuffle. */
function sampleOf(group: number[], size: number, random: () => number): Uint32Array {
  if (size < group.length) {
    for (let i = 0; i < size; i++) {
      const j = i + Math.floor(random() * (group.length - i))
      ;[group[i], group[j]] = [group[j], group[i]]
    }
  }
  return Uint32Array.from(group.slice(0, size))
}

/** Sums of a count over a sample, stratum by stratum, and the total over all accounts that they suggest. */
export class StratifiedTotal {
  private total = 0
  private variance = 0

  /**
   * Takes in one stratum: values of its sample. For counts of accounts (values 0 or 1) `share` says so: that all of
   * a sample agree doesn't prove that all do, so the variance is that of one more of each kind.
   */
  add(stratum: Stratum, values: ArrayLike<number>, share = false): void {
    const m = values.length
    let sum = 0
    for (let i = 0; i < m; i++) sum += values[i]
    const mean = sum / m
    if (m === stratum.accounts) {
      this.total += sum
      return
    }
    this.total += stratum.accounts * mean
    let squares = 0
    for (let i = 0; i < m; i++) squares += (values[i] - mean) ** 2
    const p = (sum + 1) / (m + 2)
    const spread = share ? p * (1 - p) : m > 1 ? squares / (m - 1) : 0
    this.variance += (stratum.accounts ** 2 * (1 - m / stratum.accounts) * spread) / m
  }

  /** scale × (total + known), with a 95% interval inside [0, most]. */
  estimate(scale: number, known = 0, most = Infinity): Estimate {
    const value = scale * (this.total + known)
    const half = scale * Z95 * Math.sqrt(this.variance)
    return { value, low: Math.max(0, scale * known, value - half), high: Math.min(most, value + half) }
  }
}
