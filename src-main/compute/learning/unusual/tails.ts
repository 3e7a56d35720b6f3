import type { Pace } from '../../../common/pace.ts'
import { descending } from '../evaluate/order.ts'
import type { FeatureColumn } from '../types.ts'

/**
 * Sums over columns of how rare a value is: ECOD (Li, Zhao, Hu, Botta, Ionescu, Chen 2022, "ECOD: Unsupervised outlier
 * detection using empirical cumulative distribution functions", TKDE). Of each column −ln of the share of accounts
 * with a value as low, and of those with one as high; a missing value adds 1, what a value at random adds on average.
 * The result is the largest of: all low tails, all high tails, and for each column the tail on its skewed side.
 * A category adds −ln of its share.
 */
export class Tails {
  private readonly low: Float64Array
  private readonly high: Float64Array
  private readonly skewed: Float64Array
  /** Columns that were added and say something. */
  columns = 0

  constructor(n: number) {
    this.low = new Float64Array(n)
    this.high = new Float64Array(n)
    this.skewed = new Float64Array(n)
  }

  /** Adds a column of n values, NaN missing. One that is the same everywhere says nothing and is left out. */
  add(values: Float32Array, kind: FeatureColumn['kind']): void {
    const known = indicesOfKnown(values)
    if (known.length === 0) return
    const given = Float32Array.from(known, (u) => values[u])
    if (given.every((value) => value === given[0])) return
    this.columns++
    if (kind === 'category') this.addCategory(values, given)
    else this.addNumbers(values, known, given)
  }

  /** Per node, > 0; larger is more unusual. */
  total(): Float64Array {
    return this.low.map((value, u) => Math.max(value, this.high[u], this.skewed[u]))
  }

  private addCategory(values: Float32Array, given: Float32Array): void {
    const counts = new Map<number, number>()
    for (const value of given) counts.set(value, (counts.get(value) ?? 0) + 1)
    for (let u = 0; u < values.length; u++) {
      const rare = Number.isNaN(values[u]) ? 1 : -Math.log(counts.get(values[u])! / given.length)
      this.low[u] += rare
      this.high[u] += rare
      this.skewed[u] += rare
    }
  }

  private addNumbers(values: Float32Array, known: Uint32Array, given: Float32Array): void {
    const order = descending(given)
    const m = given.length
    const right = skewness(given) >= 0
    for (let from = 0; from < m;) {
      let to = from + 1
      while (to < m && given[order[to]] === given[order[from]]) to++
      const high = -Math.log(to / m)
      const low = -Math.log((m - from) / m)
      for (let i = from; i < to; i++) {
        const u = known[order[i]]
        this.high[u] += high
        this.low[u] += low
        this.skewed[u] += right ? high : low
      }
      from = to
    }
    if (m === values.length) return
    for (let u = 0; u < values.length; u++) {
      if (!Number.isNaN(values[u])) continue
      this.high[u] += 1
      this.low[u] += 1
      this.skewed[u] += 1
    }
  }
}

function indicesOfKnown(values: Float32Array): Uint32Array {
  let count = 0
  for (const value of values) if (!Number.isNaN(value)) count++
  const known = new Uint32Array(count)
  let at = 0
  for (let u = 0; u < values.length; u++) if (!Number.isNaN(values[u])) known[at++] = u
  return known
}

function skewness(values: Float32Array): number {
  let mean = 0
  for (const value of values) mean += value / values.length
  let cubes = 0
  for (const value of values) cubes += (value - mean) ** 3
  return cubes
}

/** Share of nodes with a smaller value, ties half: 0..1. */
export async function shareBelow(values: Float64Array, pace: Pace): Promise<Float32Array> {
  const n = values.length
  const order = descending(values)
  const out = new Float32Array(n)
  for (let from = 0; from < n;) {
    let to = from + 1
    while (to < n && values[order[to]] === values[order[from]]) to++
    for (let i = from; i < to; i++) out[order[i]] = (n - to + (to - from) / 2) / n
    from = to
  }
  await pace.checkpoint()
  return out
}
