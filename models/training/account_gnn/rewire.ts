import { PairTable } from '../../../src-main/compute/graph/pair-table.ts'
import { csrFromPairs } from '../../../src-main/compute/graph/csr.ts'
import type { Csr } from '../../../src-main/compute/graph/types.ts'

/** A small deterministic generator (mulberry32), 0 ≤ x < 1. */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * The control graph: same nodes, every node keeps its degree, but who is joined to whom is chance (Maslov & Sneppen
 * 2002: {a,b},{c,d} → {a,d},{c,b}, ten tries per edge, never a loop or a double edge; weights go with the edges).
 */
export function rewired(csr: Csr, seed: number): Csr {
  const from: number[] = []
  const to: number[] = []
  const weight: number[] = []
  for (let u = 0; u < csr.n; u++)
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++)
      if (csr.targets[e] > u) {
        from.push(u)
        to.push(csr.targets[e])
        weight.push(csr.weights[e])
      }
  const m = from.length
  const key = (a: number, b: number) => (a < b ? a * csr.n + b : b * csr.n + a)
  const present = new Set(from.map((a, i) => key(a, to[i])))
  const next = random(seed)
  for (let t = 0; t < 10 * m; t++) {
    const i = Math.floor(next() * m)
    const j = Math.floor(next() * m)
    const flip = next() < 0.5
    const [a, b] = [from[i], to[i]]
    const [c, d] = flip ? [to[j], from[j]] : [from[j], to[j]]
    if (i === j || a === d || c === b || present.has(key(a, d)) || present.has(key(c, b))) continue
    present.delete(key(a, b))
    present.delete(key(c, d))
    present.add(key(a, d))
    present.add(key(c, b))
    to[i] = d
    from[j] = c
    to[j] = b
  }
  const table = new PairTable(csr.n, csr.n, 'sum')
  for (let i = 0; i < m; i++) table.push(Math.min(from[i], to[i]), Math.max(from[i], to[i]), weight[i])
  return csrFromPairs(csr.n, table.distinct(), (value) => value)
}
