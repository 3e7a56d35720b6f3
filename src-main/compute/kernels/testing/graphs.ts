import fc from 'fast-check'
import type { Csr } from '../../graph/types.ts'

export type WeightedEdge = readonly [a: number, b: number, weight: number]

/** The graph of some edges; loops are left out, and of repeated edges the first counts. */
export function csrOf(n: number, edges: Iterable<WeightedEdge>): Csr {
  const rows = Array.from({ length: n }, () => new Map<number, number>())
  for (const [a, b, weight] of edges) {
    if (a === b || rows[a].has(b)) continue
    rows[a].set(b, weight)
    rows[b].set(a, weight)
  }
  const offsets = new Uint32Array(n + 1)
  for (let u = 0; u < n; u++) offsets[u + 1] = offsets[u] + rows[u].size
  const targets = new Uint32Array(offsets[n])
  const weights = new Float32Array(offsets[n])
  for (let u = 0, e = 0; u < n; u++)
    for (const [v, weight] of [...rows[u]].sort((x, y) => x[0] - y[0])) {
      targets[e] = v
      weights[e++] = weight
    }
  return { n, offsets, targets, weights }
}

/** Weight of every pair, 0 where there is no edge. */
export function dense(csr: Csr): number[][] {
  const w = Array.from({ length: csr.n }, () => Array.from({ length: csr.n }, () => 0))
  for (let u = 0; u < csr.n; u++)
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) w[u][csr.targets[e]] = csr.weights[e]
  return w
}

/** Graphs of up to `most` nodes, from none to dense, many with isolated nodes and several components. */
export const graphs = (most: number): fc.Arbitrary<Csr> =>
  fc.integer({ min: 1, max: most }).chain((n) =>
    fc
      .array(
        fc.tuple(
          fc.integer({ min: 0, max: n - 1 }),
          fc.integer({ min: 0, max: n - 1 }),
          // Eighths: exact in float32, so that references add up to the same.
          fc.integer({ min: 1, max: 40 }).map((v) => v / 8),
        ),
        { maxLength: 3 * n },
      )
      .map((edges) => csrOf(n, edges)),
  )

/** Node 0 with n − 1 neighbours that know nobody else. */
export function star(n: number): Csr {
  const offsets = Uint32Array.from({ length: n + 1 }, (_, u) => (u === 0 ? 0 : n - 2 + u))
  const targets = Uint32Array.from({ length: 2 * (n - 1) }, (_, e) => (e < n - 1 ? e + 1 : 0))
  return { n, offsets, targets, weights: new Float32Array(2 * (n - 1)).fill(1) }
}

/** The nodes and distinct edges of a GML file (one `key value` a line), without direction. */
export function readGml(text: string): Csr {
  const nodes: number[] = []
  const edges: [number, number][] = []
  let from = -1
  let inEdge = false
  for (const line of text.split('\n')) {
    const [key, value] = line.trim().split(/\s+/)
    if (key === 'node' || key === 'edge') inEdge = key === 'edge'
    else if (key === 'id' && !inEdge) nodes.push(Number(value))
    else if (key === 'source' && inEdge) from = Number(value)
    else if (key === 'target' && inEdge) edges.push([from, Number(value)])
  }
  const index = new Map(nodes.sort((a, b) => a - b).map((id, i) => [id, i]))
  return csrOf(
    nodes.length,
    edges.map(([a, b]) => [index.get(a)!, index.get(b)!, 1] as const),
  )
}
