import fc from 'fast-check'
import { csrFromPairs } from '../graph/csr.ts'
import { PairTable } from '../graph/pair-table.ts'
import type { Csr } from '../graph/types.ts'
import { connectedComponents } from './partition.ts'

export type Edge = readonly [number, number, number?]

/** Repeated edges are summed and loops dropped, as the graph step does. */
export function graphOf(n: number, edges: readonly Edge[]): Csr {
  const table = new PairTable(n, n, 'sum')
  for (const [a, b, w] of edges) if (a !== b) table.push(Math.min(a, b), Math.max(a, b), w ?? 1)
  return csrFromPairs(n, table.distinct(), (w) => w)
}

/** Exactly these entries: loops, repeats and weights of 0 stay. A loop is one entry. */
export function rawCsr(n: number, edges: readonly Edge[]): Csr {
  const rows: [number, number][][] = Array.from({ length: n }, () => [])
  for (const [a, b, w] of edges) {
    rows[a].push([b, w ?? 1])
    if (a !== b) rows[b].push([a, w ?? 1])
  }
  for (const row of rows) row.sort((x, y) => x[0] - y[0])
  const offsets = new Uint32Array(n + 1)
  for (let u = 0; u < n; u++) offsets[u + 1] = offsets[u] + rows[u].length
  return {
    n,
    offsets,
    targets: Uint32Array.from(rows.flat(), (entry) => entry[0]),
    weights: Float32Array.from(rows.flat(), (entry) => entry[1]),
  }
}

/** `count` cliques of `size` nodes, each joined to the next by one edge. */
export function cliqueRing(count: number, size: number): Csr {
  const edges: Edge[] = []
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) edges.push([size * k + i, size * k + j])
    edges.push([size * k + size - 1, (size * k + size) % (count * size)])
  }
  return graphOf(count * size, edges)
}

const weight = fc.float({ min: Math.fround(0.01), max: 8, noNaN: true })

/** Small weighted graphs, often with isolated nodes and several components. */
export const randomGraph = fc.integer({ min: 1, max: 40 }).chain((n) =>
  fc.record({
    n: fc.constant(n),
    edges: fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1), weight), { maxLength: 120 }),
    resolution: fc.constantFrom(0.3, 1, 2.5),
    seed: fc.nat(1000),
  }),
)

/** The members of each community, in an order that does not depend on numbers. */
export const groups = (membership: Uint32Array): number[][] =>
  [...new Set(membership)].map((c) => [...membership.keys()].filter((u) => membership[u] === c)).sort()

/** Undirected simple graph of a GML file (directions merged, repeated edges once). */
export function readGml(text: string): Csr {
  const ids = [...text.matchAll(/\bid (\d+)/g)].map((m) => Number(m[1]))
  const nodeOf = new Map(ids.map((id, u) => [id, u]))
  const table = new PairTable(ids.length, ids.length, 'max')
  for (const m of text.matchAll(/source (\d+)\s+target (\d+)/g)) {
    const [a, b] = [nodeOf.get(Number(m[1]))!, nodeOf.get(Number(m[2]))!]
    if (a !== b) table.push(Math.min(a, b), Math.max(a, b), 1)
  }
  return csrFromPairs(ids.length, table.distinct(), () => 1)
}

export function giantComponent(csr: Csr): Csr {
  const { component, count } = connectedComponents(csr)
  const sizes = new Uint32Array(count)
  for (const c of component) sizes[c]++
  const giant = sizes.indexOf(Math.max(...sizes))
  const index = new Map<number, number>()
  for (let u = 0; u < csr.n; u++) if (component[u] === giant) index.set(u, index.size)
  const table = new PairTable(index.size, index.size, 'max')
  for (const [u, i] of index) {
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
      if (csr.targets[e] > u) table.push(i, index.get(csr.targets[e])!, 1)
    }
  }
  return csrFromPairs(index.size, table.distinct(), () => 1)
}
