/**
 * Random numbers that are the same on every machine: sfc32 (Chris Doty-Humphrey, PractRand) over integers, and
 * logarithm and exponential made of + - * / only, because the engine's Math.log and Math.exp may differ in the last
 * bit between builds and one bit is enough to move a date.
 *
 * A generator is addressed, not carried along: `rng.reset(seed, stream, index)` gives the numbers that belong to
 * one account (or ring) and one purpose. So rows can be made in any order, and a change to one file's rows leaves
 * the others as they were.
 */

/** A bijection of the 32-bit integers that scatters neighbours (MurmurHash3's finaliser). */
export function scatter(x: number): number {
  let h = x | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** A purpose as a number (FNV-1a of its name). */
export function streamOf(name: string): number {
  let h = 0x811c9dc5
  for (let k = 0; k < name.length; k++) h = Math.imul(h ^ name.charCodeAt(k), 0x01000193)
  return h >>> 0
}

/** Natural logarithm for 0 < x; relative error below 1e-9. */
export function ln(x: number): number {
  let e = 0
  while (x < 0.75) {
    x *= 2
    e--
  }
  while (x > 1.5) {
    x /= 2
    e++
  }
  const s = (x - 1) / (x + 1)
  const q = s * s
  let sum = 0
  for (let k = 17; k >= 1; k -= 2) sum = sum * q + 1 / k
  return 2 * s * sum + e * 0.6931471805599453
}

/** e^x; relative error below 1e-9 for |x| < 50. */
export function exp(x: number): number {
  let halvings = 0
  while (x > 0.25 || x < -0.25) {
    x /= 2
    halvings++
  }
  let sum = 1
  for (let k = 9; k >= 1; k--) sum = 1 + (x * sum) / k
  while (halvings-- > 0) sum *= sum
  return sum
}

export class Rng {
  private a = 0
  private b = 0
  private c = 0
  private d = 0

  constructor(seed = 0, stream = 0, index = 0) {
    this.reset(seed, stream, index)
  }

  reset(seed: number, stream: number, index: number): this {
    this.a = scatter(seed ^ 0x9e3779b9)
    this.b = scatter(stream ^ this.a)
    this.c = scatter(index ^ this.b)
    this.d = 1
    for (let k = 0; k < 8; k++) this.u32()
    return this
  }

  /** Uniform integer in [0, 2^32). */
  u32(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0
    this.d = (this.d + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = (this.c << 21) | (this.c >>> 11)
    this.c = (this.c + t) | 0
    return t >>> 0
  }

  /** Uniform in [0, 1). */
  next(): number {
    return this.u32() / 4294967296
  }

  /** Uniform integer in [0, n). */
  int(n: number): number {
    return Math.floor(this.next() * n)
  }

  /** Uniform integer in [low, high]. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  chance(p: number): boolean {
    return this.next() < p
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)] as T
  }

  /** Exponential with the given mean. */
  exponential(mean: number): number {
    return -mean * ln(1 - this.next())
  }

  /** Standard normal, as a sum of twelve uniforms (exact enough here, and cheap). */
  normal(): number {
    let sum = -6
    for (let k = 0; k < 12; k++) sum += this.next()
    return sum
  }

  /** Log-normal with mean 1: a heavy but finite tail. */
  spread(sigma: number): number {
    return exp(sigma * this.normal() - (sigma * sigma) / 2)
  }

  /** Pareto with minimum 1 and tail exponent alpha (density ~ x^-(alpha+1)), cut at `max`. */
  pareto(alpha: number, max: number): number {
    return Math.min(max, exp(-ln(1 - this.next()) / alpha))
  }

  /** Poisson with the given mean. */
  poisson(mean: number): number {
    if (mean <= 0) return 0
    if (mean > 40) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()))
    const limit = exp(-mean)
    let count = 0
    for (let product = this.next(); product > limit; product *= this.next()) count++
    return count
  }
}

/** Cumulative sums of weights, for `draw`. */
export function cumulative(weights: readonly number[]): Float64Array {
  const sums = new Float64Array(weights.length)
  let total = 0
  weights.forEach((weight, k) => {
    total += weight
    sums[k] = total
  })
  return sums
}

/** An index drawn in proportion to the weights behind `sums`. */
export function draw(rng: Rng, sums: Float64Array): number {
  const x = rng.next() * (sums[sums.length - 1] as number)
  let k = 0
  while ((sums[k] as number) <= x && k < sums.length - 1) k++
  return k
}
