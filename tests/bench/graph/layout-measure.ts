import type { Csr } from '../../../src-main/compute/graph/types.ts'
import type { Points } from '../../../src-main/compute/layout/points.ts'

/** How well places show a graph, so that layouts of any kind can be compared. */
export interface Readability {
  /** Mean length of an edge divided by the mean distance of two accounts taken at random; 1 is random placement. */
  edges: number
  /** The same for the edges between communities. */
  between: number
  /** Share of accounts whose nearest account is of another community. */
  mixed: number
}

export function readability(csr: Csr, membership: Uint32Array, { x, y }: Points): Readability {
  const { n, offsets, targets } = csr
  const length = (u: number, v: number) => Math.sqrt((x[u] - x[v]) ** 2 + (y[u] - y[v]) ** 2)
  let [all, edges, cut, cutEdges, random, pairs] = [0, 0, 0, 0, 0, 0]
  for (let u = 0; u < n; u++) {
    for (let e = offsets[u]; e < offsets[u + 1]; e++) {
      const d = length(u, targets[e])
      all += d
      edges++
      if (membership[u] === membership[targets[e]]) continue
      cut += d
      cutEdges++
    }
  }
  for (let k = 0; k < 300_000; k++) {
    const [u, v] = [(k * 7919) % n, (k * 104729 + 17) % n]
    if (u === v) continue
    random += length(u, v)
    pairs++
  }
  const unit = random / pairs
  return {
    edges: all / edges / unit,
    between: cut / Math.max(1, cutEdges) / unit,
    mixed: mixedNeighbours(membership, { x, y }),
  }
}

function mixedNeighbours(membership: Uint32Array, { x, y }: Points): number {
  const n = x.length
  // Cells in rows and columns by rank of x, then y: about four accounts each however uneven the density is.
  const columns = Math.max(1, Math.round(Math.sqrt(n / 4)))
  const byX = Uint32Array.from({ length: n }, (_, u) => u).sort((u, v) => x[u] - x[v])
  let mixed = 0
  const reach = 60
  // Within the column and its neighbours by rank, sorted by y, the nearest is among a few dozen.
  const step = Math.ceil(n / columns)
  const sorted: Uint32Array[] = []
  for (let from = 0; from < n; from += step)
    sorted.push(byX.slice(from, from + step).sort((u, v) => y[u] - y[v]))
  for (let c = 0; c < sorted.length; c++) {
    for (const u of sorted[c]) {
      let best = -1
      let least = Infinity
      for (const row of sorted.slice(Math.max(0, c - 1), c + 2)) {
        let low = 0
        let high = row.length
        while (low < high) {
          const middle = (low + high) >>> 1
          if (y[row[middle]] < y[u]) low = middle + 1
          else high = middle
        }
        for (let i = Math.max(0, low - reach); i < Math.min(row.length, low + reach); i++) {
          const v = row[i]
          const d = (x[u] - x[v]) ** 2 + (y[u] - y[v]) ** 2
          if (v !== u && d < least) [best, least] = [v, d]
        }
      }
      if (best >= 0 && membership[best] !== membership[u]) mixed++
    }
  }
  return mixed / n
}
