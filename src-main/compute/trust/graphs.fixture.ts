import { sortSymmetricRows } from '../graph/csr.ts'
import type { Csr } from '../graph/types.ts'

/** A graph from distinct undirected edges [u, v, weight = 1]. */
export function csrFromEdges(n: number, edges: readonly (readonly [number, number, number?])[]): Csr {
  const offsets = new Uint32Array(n + 1)
  for (const [u, v] of edges) {
    offsets[u + 1]++
    offsets[v + 1]++
  }
  for (let u = 0; u < n; u++) offsets[u + 1] += offsets[u]
  const cursor = offsets.slice(0, n)
  const targets = new Uint32Array(offsets[n])
  const weights = new Float32Array(offsets[n])
  for (const [u, v, weight = 1] of edges) {
    for (const [from, to] of [
      [u, v],
      [v, u],
    ]) {
      targets[cursor[from]] = to
      weights[cursor[from]++] = weight
    }
  }
  return sortSymmetricRows({ n, offsets, targets, weights })
}
