import type { Pairs } from './pair-table.ts'
import type { Csr } from './types.ts'

/** A graph of n nodes and no edges. */
export function emptyCsr(n: number): Csr {
  return {
    n,
    offsets: new Uint32Array(n + 1),
    targets: new Uint32Array(0),
    weights: new Float32Array(0),
  }
}

/**
 * The undirected graph of distinct pairs with a < b in ascending (a, b) (as `PairTable.distinct` gives them).
 * `weightOf` turns a pair's value into the edge's weight, which must be > 0.
 */
export function csrFromPairs(n: number, pairs: Pairs, weightOf: (value: number) => number): Csr {
  const { a, b, value, length } = pairs
  const offsets = new Uint32Array(n + 1)
  for (let i = 0; i < length; i++) {
    offsets[a[i] + 1]++
    offsets[b[i] + 1]++
  }
  for (let u = 0; u < n; u++) offsets[u + 1] += offsets[u]
  const cursor = offsets.slice(0, n)
  const targets = new Uint32Array(offsets[n])
  const weights = new Float32Array(offsets[n])
  const weightOfPair = new Float32Array(length)
  for (let i = 0, seen = NaN, weight = 0; i < length; i++) {
    if (value[i] !== seen) weight = weightOf((seen = value[i]))
    weightOfPair[i] = weight
  }
  // Smaller neighbours first, then larger ones: both loops append in ascending order, so rows need no sort.
  for (let i = 0; i < length; i++) {
    const at = cursor[b[i]]++
    targets[at] = a[i]
    weights[at] = weightOfPair[i]
  }
  for (let i = 0; i < length; i++) {
    const at = cursor[a[i]]++
    targets[at] = b[i]
    weights[at] = weightOfPair[i]
  }
  return { n, offsets, targets, weights }
}

/**
 * Sorts every row of a symmetric matrix by transposing it: a transposed matrix has ascending rows, and this one
 * equals its own transpose. O(n + entries).
 */
export function sortSymmetricRows(csr: Csr): Csr {
  const { n, offsets } = csr
  const cursor = offsets.slice(0, n)
  const targets = new Uint32Array(csr.targets.length)
  const weights = new Float32Array(csr.targets.length)
  for (let u = 0; u < n; u++) {
    for (let e = offsets[u]; e < offsets[u + 1]; e++) {
      const at = cursor[csr.targets[e]]++
      targets[at] = u
      weights[at] = csr.weights[e]
    }
  }
  return { n, offsets, targets, weights }
}

/** Keeps the entries e with keep[e] = 1; the caller keeps an edge's two directions together. */
export function filterCsr(csr: Csr, keep: Uint8Array): Csr {
  let kept = 0
  for (let e = 0; e < keep.length; e++) kept += keep[e]
  if (kept === keep.length) return csr
  const offsets = new Uint32Array(csr.n + 1)
  const targets = new Uint32Array(kept)
  const weights = new Float32Array(kept)
  let at = 0
  for (let u = 0; u < csr.n; u++) {
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
      if (keep[e] === 0) continue
      targets[at] = csr.targets[e]
      weights[at++] = csr.weights[e]
    }
    offsets[u + 1] = at
  }
  return { n: csr.n, offsets, targets, weights }
}

/**
 * The sum of at most 16 graphs over the same nodes. mask[e] has bit k set where graph k has the entry.
 * Sums run in the channels' order in double precision, so both directions of an edge get the same weight.
 */
export function combineCsr(n: number, parts: readonly Csr[]): { csr: Csr; mask: Uint16Array } {
  if (parts.length > 16) throw new RangeError('combineCsr takes at most 16 channels')
  // A single graph is its own sum: nothing is copied.
  if (parts.length === 1) return { csr: parts[0], mask: new Uint16Array(parts[0].targets.length).fill(1) }
  const next = new Uint32Array(parts.length)
  const offsets = new Uint32Array(n + 1)
  // First pass counts, second pass writes: no growing buffers, exactly sized results.
  let targets = new Uint32Array(0)
  let weights = new Float32Array(0)
  let mask = new Uint16Array(0)
  for (const write of [false, true]) {
    let at = 0
    for (let u = 0; u < n; u++) {
      for (let k = 0; k < parts.length; k++) next[k] = parts[k].offsets[u]
      for (;;) {
        let least = 0xffffffff
        for (let k = 0; k < parts.length; k++) {
          if (next[k] < parts[k].offsets[u + 1] && parts[k].targets[next[k]] < least)
            least = parts[k].targets[next[k]]
        }
        if (least === 0xffffffff) break
        let sum = 0
        let bits = 0
        for (let k = 0; k < parts.length; k++) {
          const e = next[k]
          if (e < parts[k].offsets[u + 1] && parts[k].targets[e] === least) {
            sum += parts[k].weights[e]
            bits |= 1 << k
            next[k]++
          }
        }
        if (write) {
          targets[at] = least
          weights[at] = sum
          mask[at] = bits
        }
        at++
      }
      offsets[u + 1] = at
    }
    if (!write) {
      targets = new Uint32Array(at)
      weights = new Float32Array(at)
      mask = new Uint16Array(at)
    }
  }
  return { csr: { n, offsets, targets, weights }, mask }
}

/** The same graph with no weight above `most`. */
export function capWeights(csr: Csr, most: number): Csr {
  return { ...csr, weights: csr.weights.map((weight) => Math.min(weight, most)) }
}

/** Position of entry (u, v), or -1. Binary search in u's row. */
export function findEntry(csr: Csr, u: number, v: number): number {
  let low = csr.offsets[u]
  let high = csr.offsets[u + 1] - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const target = csr.targets[middle]
    if (target === v) return middle
    if (target < v) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** Nodes without an edge, and the largest number of neighbours. */
export function degreeStats(csr: Csr): { isolated: number; maxDegree: number } {
  let isolated = 0
  let maxDegree = 0
  for (let u = 0; u < csr.n; u++) {
    const degree = csr.offsets[u + 1] - csr.offsets[u]
    if (degree === 0) isolated++
    if (degree > maxDegree) maxDegree = degree
  }
  return { isolated, maxDegree }
}
