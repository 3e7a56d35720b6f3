import type { Csr } from '../../graph/types.ts'

/** A small graph from its edges [u, v, weight = 1]. Tests only. */
export function csrOf(n: number, edges: readonly (readonly [number, number, number?])[]): Csr {
  const rows: [number, number][][] = Array.from({ length: n }, () => [])
  for (const [u, v, w = 1] of edges) {
    rows[u].push([v, w])
    rows[v].push([u, w])
  }
  const offsets = new Uint32Array(n + 1)
  rows.forEach((row, u) => {
    row.sort((a, b) => a[0] - b[0])
    offsets[u + 1] = offsets[u] + row.length
  })
  return {
    n,
    offsets,
    targets: Uint32Array.from(rows.flat(), ([v]) => v),
    weights: Float32Array.from(rows.flat(), ([, w]) => w),
  }
}
