import type { Forest } from './forest.ts'

/**
 * Path-dependent TreeSHAP: exact Shapley values of the sum over trees, where a column that is not known goes each way
 * with the share of training weight that did (the game of Lundberg et al. 2018, algorithm 2).
 *
 * Computed in time linear in nodes × depth (as Linear TreeSHAP, Yu et al. 2022, does) by an integral instead of their
 * polynomials. A leaf of value v is reached with weight ∏ over its path's columns j of o_j (known: 1 if the row follows
 * the path, else 0) or z_j (not known: share of weight). Its part in the Shapley value of column i is
 *   v (o_i − z_i) ∫₀¹ ∏_{j≠i} (z_j (1−t) + o_j t) dt,      since k! (m−k−1)!/m! = ∫₀¹ t^k (1−t)^{m−k−1} dt.
 * The integrand is a polynomial of degree below the path's number of columns, for which Gauss–Legendre quadrature with
 * half as many points is exact; all its terms are positive, so nothing cancels. Products are carried down, sums of
 * leaves carried up, and each edge takes its column's part of what lies below it.
 */
export class TreeShap {
  readonly #forest: Forest
  readonly #expected: number
  /** Quadrature points of each tree, and their rules by count. */
  readonly #points: Uint16Array
  readonly #rules: ReadonlyMap<number, Rule>
  /** By depth × points: product down to a node, sum of the leaves below it. */
  readonly #product: Float64Array
  readonly #sum: Float64Array
  /** What the path says of each column so far; z = 1, o = 1: nothing. */
  readonly #zero: Float64Array
  readonly #one: Float64Array
  /** Share of the parent's weight that came to this node. */
  readonly #share: Float64Array

  constructor(forest: Forest) {
    this.#forest = forest
    this.#share = shares(forest)
    this.#expected = forest.base + expectedSum(forest, this.#share)
    const depths = treeDepths(forest)
    const points = (depth: number): number => Math.max(1, Math.ceil(Math.min(depth, forest.width) / 2))
    this.#points = Uint16Array.from(depths, points)
    this.#rules = new Map([...new Set(this.#points)].map((count) => [count, gaussLegendre(count)]))
    const size = depths.reduce((most, depth) => Math.max(most, (depth + 2) * points(depth)), 0)
    this.#product = new Float64Array(size)
    this.#sum = new Float64Array(size)
    this.#zero = new Float64Array(forest.width).fill(1)
    this.#one = new Float64Array(forest.width).fill(1)
  }

  /** Contributions of one row (`x` from `at`) to `out` of width + 1: the last one is the expected sum, base included. */
  explain(x: Float32Array, at: number, out: Float64Array): void {
    const { roots, width } = this.#forest
    out.fill(0)
    for (let t = 0; t < roots.length; t++) {
      const count = this.#points[t]
      for (let q = 0; q < count; q++) this.#product[q] = 1
      this.#below(roots[t], 0, this.#rules.get(count)!, x, at, out)
    }
    out[width] = this.#expected
  }

  /** Fills the sum of the leaves below `node` at its depth, giving the edges below it their parts. */
  #below(node: number, depth: number, rule: Rule, x: Float32Array, at: number, out: Float64Array): void {
    const { feature, threshold, left, right, missingLeft, value } = this.#forest
    const P = this.#product
    const S = this.#sum
    const { count, known, unknown, weight } = rule
    const here = depth * count
    const f = feature[node]
    if (f < 0) {
      const v = value[node]
      for (let q = 0; q < count; q++) S[here + q] = v * P[here + q]
      return
    }
    const v = x[at + f]
    const goesLeft = v <= threshold[node] || (missingLeft[node] === 1 && Number.isNaN(v))
    const oldZero = this.#zero[f]
    const oldOne = this.#one[f]
    const met = oldZero !== 1 || oldOne !== 1
    const next = here + count
    for (let side = 0; side < 2; side++) {
      const child = side === 0 ? left[node] : right[node]
      const zero = oldZero * this.#share[child]
      // Never visited by training rows: no weight where the column isn't known.
      const one = (side === 0) === goesLeft ? oldOne : 0
      if (zero === 0 && one === 0) {
        if (side === 0) for (let q = 0; q < count; q++) S[here + q] = 0
        continue
      }
      this.#zero[f] = zero
      this.#one[f] = one
      for (let q = 0; q < count; q++)
        P[next + q] =
          (P[here + q] * (zero * unknown[q] + one * known[q])) / (oldZero * unknown[q] + oldOne * known[q])
      this.#below(child, depth + 1, rule, x, at, out)
      let part = 0
      let before = 0
      for (let q = 0; q < count; q++) {
        const s = weight[q] * S[next + q]
        part += s / (zero * unknown[q] + one * known[q])
        if (met) before += s / (oldZero * unknown[q] + oldOne * known[q])
      }
      // The edge above that asked the same column counted these leaves as its own: not so.
      out[f] += (one - zero) * part - (met ? (oldOne - oldZero) * before : 0)
      if (side === 0) for (let q = 0; q < count; q++) S[here + q] = S[next + q]
      else for (let q = 0; q < count; q++) S[here + q] += S[next + q]
    }
    this.#zero[f] = oldZero
    this.#one[f] = oldOne
  }
}

/** Points of Gauss–Legendre quadrature on [0, 1]: t (`known`), 1 − t (`unknown`) and weights. */
interface Rule {
  readonly count: number
  readonly known: Float64Array
  readonly unknown: Float64Array
  readonly weight: Float64Array
}

/** Exact for polynomials up to degree 2·count − 1. Newton's method on the Legendre polynomial. */
export function gaussLegendre(count: number): Rule {
  const known = new Float64Array(count)
  const unknown = new Float64Array(count)
  const weight = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    let z = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5))
    let slope = 1
    for (let round = 0; round < 100; round++) {
      let [p, before] = [1, 0]
      for (let j = 0; j < count; j++) [p, before] = [((2 * j + 1) * z * p - j * before) / (j + 1), p]
      slope = (count * (z * p - before)) / (z * z - 1)
      const step = p / slope
      z -= step
      if (Math.abs(step) < 1e-15) break
    }
    known[i] = (1 + z) / 2
    unknown[i] = (1 - z) / 2
    weight[i] = 1 / ((1 - z * z) * slope * slope)
  }
  return { count, known, unknown, weight }
}

/** Each node's share of its parent's weight (halves where there was none at all); 1 for roots. */
function shares(forest: Forest): Float64Array {
  const { feature, left, right, cover } = forest
  const share = new Float64Array(feature.length).fill(1)
  for (let node = 0; node < feature.length; node++) {
    if (feature[node] < 0) continue
    const [l, r] = [left[node], right[node]]
    const total = cover[l] + cover[r]
    share[l] = total > 0 ? cover[l] / total : 0.5
    share[r] = 1 - share[l]
  }
  return share
}

/** Σ over trees of the leaves' values, weighted by how much training weight came to them. */
function expectedSum(forest: Forest, share: Float64Array): number {
  const { roots, feature, left, right, value } = forest
  const reached = new Float64Array(feature.length)
  for (const root of roots) reached[root] = 1
  let sum = 0
  // Children come after their parents.
  for (let node = 0; node < feature.length; node++) {
    if (feature[node] < 0) {
      sum += reached[node] * value[node]
      continue
    }
    for (const child of [left[node], right[node]]) reached[child] = reached[node] * share[child]
  }
  return sum
}

/** Most splits from root to leaf, for each tree. */
function treeDepths(forest: Forest): Uint32Array {
  const { roots, feature, left, right } = forest
  const depth = new Uint32Array(feature.length)
  const deepest = new Uint32Array(roots.length)
  for (let t = 0; t < roots.length; t++)
    for (let node = roots[t]; node < (roots[t + 1] ?? feature.length); node++) {
      if (feature[node] < 0) deepest[t] = Math.max(deepest[t], depth[node])
      else depth[left[node]] = depth[right[node]] = depth[node] + 1
    }
  return deepest
}
