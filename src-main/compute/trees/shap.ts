import type { Forest } from './forest.ts'

/** Deepest tree that is explained; deeper ones do not grow (params.depth, leaf-wise trees of 1024 leaves aside). */
const MOST_DEPTH = 1100

/**
 * Path-dependent TreeSHAP (Lundberg et al. 2018, algorithm 2): exact Shapley values of the sum over trees, where a column
 * that is not known goes each way with the share of training weight that did. Adds to `out` (width + 1 values; the last
 * one is the expected value, base included), so that they sum to the forest's own sum for the row.
 */
export class TreeShap {
  readonly #forest: Forest
  readonly #expected: number
  // The unique path at each depth: stacked, because a child starts from a copy of its parent's.
  readonly #feature: Int32Array
  readonly #zero: Float64Array
  readonly #one: Float64Array
  readonly #weight: Float64Array

  constructor(forest: Forest) {
    this.#forest = forest
    this.#expected = forest.base + expectedSum(forest)
    const depth = Math.min(MOST_DEPTH, deepest(forest) + 2)
    const size = ((depth + 1) * (depth + 2)) / 2 + depth
    this.#feature = new Int32Array(size)
    this.#zero = new Float64Array(size)
    this.#one = new Float64Array(size)
    this.#weight = new Float64Array(size)
  }

  /** Contributions of one row (`x` from `at`), into `out` of width + 1. */
  explain(x: Float32Array, at: number, out: Float64Array): void {
    out.fill(0)
    const { roots, width } = this.#forest
    for (let t = 0; t < roots.length; t++) this.#walk(roots[t], 0, 0, 1, 1, -1, x, at, out)
    out[width] += this.#expected
  }

  #walk(
    node: number,
    begin: number,
    depth: number,
    zero: number,
    one: number,
    from: number,
    x: Float32Array,
    at: number,
    out: Float64Array,
  ): void {
    const { feature, threshold, left, right, missingLeft, value, cover } = this.#forest
    const F = this.#feature
    const Z = this.#zero
    const O = this.#one
    const W = this.#weight
    // Extend the path by the split that led here.
    F[begin + depth] = from
    Z[begin + depth] = zero
    O[begin + depth] = one
    W[begin + depth] = depth === 0 ? 1 : 0
    for (let i = depth - 1; i >= 0; i--) {
      W[begin + i + 1] += (one * W[begin + i] * (i + 1)) / (depth + 1)
      W[begin + i] = (zero * W[begin + i] * (depth - i)) / (depth + 1)
    }
    const f = feature[node]
    if (f < 0) {
      for (let i = 1; i <= depth; i++) {
        const w = this.#unwoundSum(begin, depth, i)
        out[F[begin + i]] += w * (O[begin + i] - Z[begin + i]) * value[node]
      }
      return
    }
    const v = x[at + f]
    const goesLeft = v <= threshold[node] || (missingLeft[node] === 1 && Number.isNaN(v))
    const hot = goesLeft ? left[node] : right[node]
    const cold = goesLeft ? right[node] : left[node]
    let inZero = 1
    let inOne = 1
    let last = depth
    // A column met before on this path is taken out, and comes back with both fractions multiplied.
    for (let i = 1; i <= depth; i++)
      if (F[begin + i] === f) {
        inZero = Z[begin + i]
        inOne = O[begin + i]
        this.#unwind(begin, depth, i)
        last = depth - 1
        break
      }
    const total = cover[node] > 0 ? cover[node] : 1
    // The children's paths lie one after the other behind this one.
    const next = begin + last + 1
    const copy = (): void => {
      F.copyWithin(next, begin, begin + last + 1)
      Z.copyWithin(next, begin, begin + last + 1)
      O.copyWithin(next, begin, begin + last + 1)
      W.copyWithin(next, begin, begin + last + 1)
    }
    copy()
    this.#walk(hot, next, last + 1, (inZero * cover[hot]) / total, inOne, f, x, at, out)
    copy()
    this.#walk(cold, next, last + 1, (inZero * cover[cold]) / total, 0, f, x, at, out)
  }

  #unwind(begin: number, depth: number, index: number): void {
    const F = this.#feature
    const Z = this.#zero
    const O = this.#one
    const W = this.#weight
    const one = O[begin + index]
    const zero = Z[begin + index]
    let next = W[begin + depth]
    for (let i = depth - 1; i >= 0; i--) {
      if (one !== 0) {
        const kept = W[begin + i]
        W[begin + i] = (next * (depth + 1)) / ((i + 1) * one)
        next = kept - (W[begin + i] * zero * (depth - i)) / (depth + 1)
      } else W[begin + i] = (W[begin + i] * (depth + 1)) / (zero * (depth - i))
    }
    for (let i = index; i < depth; i++) {
      F[begin + i] = F[begin + i + 1]
      Z[begin + i] = Z[begin + i + 1]
      O[begin + i] = O[begin + i + 1]
    }
  }

  /** Sum of the path's weights with one split taken out. */
  #unwoundSum(begin: number, depth: number, index: number): number {
    const W = this.#weight
    const one = this.#one[begin + index]
    const zero = this.#zero[begin + index]
    let total = 0
    if (one !== 0) {
      let next = W[begin + depth]
      for (let i = depth - 1; i >= 0; i--) {
        const part = (next * (depth + 1)) / ((i + 1) * one)
        total += part
        next = W[begin + i] - (part * zero * (depth - i)) / (depth + 1)
      }
    } else if (zero !== 0)
      for (let i = depth - 1; i >= 0; i--) total += (W[begin + i] * (depth + 1)) / (zero * (depth - i))
    return total
  }
}

/** Σ over trees of the leaves' values weighted by cover. */
export function expectedSum(forest: Forest): number {
  const { roots, feature, left, right, cover, value } = forest
  const expected = (node: number): number => {
    if (feature[node] < 0) return value[node]
    const [l, r] = [left[node], right[node]]
    const total = cover[l] + cover[r]
    if (total <= 0) return (expected(l) + expected(r)) / 2
    return (cover[l] * expected(l) + cover[r] * expected(r)) / total
  }
  let sum = 0
  for (const root of roots) sum += expected(root)
  return sum
}

/** Most splits from a root to a leaf. */
export function deepest(forest: Forest): number {
  const { roots, feature, left, right } = forest
  const depth = new Uint32Array(feature.length)
  let most = 0
  // Children come after their parents.
  for (let node = 0; node < feature.length; node++) {
    if (feature[node] < 0) {
      if (depth[node] > most) most = depth[node]
      continue
    }
    depth[left[node]] = depth[right[node]] = depth[node] + 1
  }
  return roots.length === 0 ? 0 : most
}
