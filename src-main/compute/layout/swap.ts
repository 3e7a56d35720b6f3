import type { Csr } from '../graph/types.ts'
import type { Points } from './points.ts'

const MOST_SWEEPS = 20
/** A swap that shortens less than this share of the mean tie is not worth it; rounding would swap for ever. */
const LEAST_GAIN = 1e-6

/**
 * Lets pairs of nodes change places as long as that shortens the sum of weight × length of the ties: forces give
 * thousands of nodes their rough place, but a few nodes on fixed places can be put better than that. The graph's
 * weights are relative to its nodes' volumes; times the geometric mean of the two areas they count what is tied.
 * O(sweeps × n × entries), for some hundred nodes.
 */
export function swapPlaces(graph: Csr, area: Float64Array, { x, y }: Points): void {
  const { n, offsets, targets } = graph
  const weights = new Float64Array(targets.length)
  for (let u = 0; u < n; u++)
    for (let e = offsets[u]; e < offsets[u + 1]; e++)
      weights[e] = graph.weights[e] * Math.sqrt(area[u] * area[targets[e]])
  const cost = (u: number, px: number, py: number, other: number): number => {
    let sum = 0
    for (let e = offsets[u]; e < offsets[u + 1]; e++) {
      const v = targets[e]
      // The tie between the two keeps its length.
      if (v !== other) sum += weights[e] * Math.sqrt((px - x[v]) ** 2 + (py - y[v]) ** 2)
    }
    return sum
  }
  let all = 0
  for (let u = 0; u < n; u++) all += cost(u, x[u], y[u], u)
  const least = (LEAST_GAIN * all) / Math.max(1, n)
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let swapped = 0
    for (let u = 1; u < n; u++) {
      for (let v = 0; v < u; v++) {
        const now = cost(u, x[u], y[u], v) + cost(v, x[v], y[v], u)
        const then = cost(u, x[v], y[v], v) + cost(v, x[u], y[u], u)
        if (now - then <= least) continue
        const [px, py] = [x[u], y[u]]
        x[u] = x[v]
        y[u] = y[v]
        x[v] = px
        y[v] = py
        swapped++
      }
    }
    if (swapped === 0) break
  }
}
