import type { Csr } from '../graph/types.ts'

/**
 * A sparse n × n matrix with the pattern of a graph: entry (u, targets[e]) is values[e]. Multiplied by dense
 * matrices that hold one row per node. Rows of nodes without edges are all zero.
 */
export interface Operator {
  readonly n: number
  readonly offsets: Uint32Array
  readonly targets: Uint32Array
  readonly values: Float32Array
}

/** Weighted degree of every node, in double precision (float32 sums drift on hubs). */
export function strengths(csr: Csr): Float64Array {
  const out = new Float64Array(csr.n)
  for (let u = 0; u < csr.n; u++) {
    let sum = 0
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) sum += csr.weights[e]
    out[u] = sum
  }
  return out
}

/** P = D⁻¹W: a node gets the weighted mean of its neighbours. Rows with edges sum to 1. */
export function rowNormalised(csr: Csr): Operator {
  const strength = strengths(csr)
  const values = new Float32Array(csr.weights.length)
  for (let u = 0; u < csr.n; u++)
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) values[e] = csr.weights[e] / strength[u]
  return { n: csr.n, offsets: csr.offsets, targets: csr.targets, values }
}

/** Pᵀ = W D⁻¹, for walks that carry mass: columns with edges sum to 1. Needs an undirected graph. */
export function columnNormalised(csr: Csr): Operator {
  const strength = strengths(csr)
  const values = new Float32Array(csr.weights.length)
  for (let e = 0; e < values.length; e++) values[e] = csr.weights[e] / strength[csr.targets[e]]
  return { n: csr.n, offsets: csr.offsets, targets: csr.targets, values }
}

/** S = D^-½ W D^-½ (Kipf & Welling 2017, without self-loops). Symmetric; eigenvalues in [-1, 1]. */
export function symmetric(csr: Csr): Operator {
  const root = strengths(csr).map(Math.sqrt)
  const values = new Float32Array(csr.weights.length)
  for (let u = 0; u < csr.n; u++)
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++)
      values[e] = csr.weights[e] / (root[u] * root[csr.targets[e]])
  return { n: csr.n, offsets: csr.offsets, targets: csr.targets, values }
}
