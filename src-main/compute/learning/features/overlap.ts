import type { Pace } from '../../../common/pace.ts'
import type { Csr } from '../../graph/types.ts'

type Pattern = Pick<Csr, 'n' | 'offsets' | 'targets'>

/** Steps that listing triangles may take; beyond, the columns made of them are left out. */
export const MOST_STEPS = 4e9
const WORK_PER_CHECKPOINT = 1 << 20

export interface Overlap {
  /** Triangles that a node is part of. */
  readonly triangles: Float32Array
  /** Share of a node's pairs of neighbours that are joined; NaN below two neighbours. */
  readonly clustering: Float32Array
  /** Over a node's edges, the Jaccard similarity |N(u) ∩ N(v)| / |N(u) ∪ N(v)|: sum, mean and maximum. NaN: no edge. */
  readonly sum: Float32Array
  readonly mean: Float32Array
  readonly max: Float32Array
}

/**
 * Triangles, and how far the two ends of each edge know the same accounts; weights are not looked at. Edges point to
 * the end of higher degree, and each triangle is found once at its lowest node (Latapy 2008), which counts it for its
 * three edges: O(edges^1.5). null where that is more than `mostSteps`.
 */
export async function overlap(csr: Pattern, pace: Pace, mostSteps = MOST_STEPS): Promise<Overlap | null> {
  const { n, offsets, targets } = csr
  const degree = (u: number): number => offsets[u + 1] - offsets[u]
  const starts = new Uint32Array(n + 1)
  const ends = new Uint32Array(targets.length / 2)
  let at = 0
  for (let u = 0; u < n; u++) {
    const d = degree(u)
    for (let e = offsets[u]; e < offsets[u + 1]; e++) {
      const v = targets[e]
      const other = degree(v)
      if (other > d || (other === d && v > u)) ends[at++] = v
    }
    starts[u + 1] = at
  }
  let steps = 0
  for (const v of ends) steps += starts[v + 1] - starts[v]
  if (steps > mostSteps) return null
  await pace.checkpoint()
  const support = new Uint32Array(ends.length)
  const mark = new Uint32Array(n)
  for (let u = 0; u < n;) {
    u = listTurn(n, starts, ends, mark, support, u)
    await pace.checkpoint()
  }
  const triangles = new Float32Array(n)
  const sum = new Float64Array(n)
  const max = new Float32Array(n)
  const both = new Float64Array(n)
  for (let u = 0; u < n; u++) {
    for (let f = starts[u]; f < starts[u + 1]; f++) {
      const v = ends[f]
      const s = support[f]
      const jaccard = s / (degree(u) + degree(v) - s)
      both[u] += s
      both[v] += s
      sum[u] += jaccard
      sum[v] += jaccard
      if (jaccard > max[u]) max[u] = jaccard
      if (jaccard > max[v]) max[v] = jaccard
    }
  }
  const out: Overlap = {
    triangles,
    clustering: new Float32Array(n),
    sum: new Float32Array(n),
    mean: new Float32Array(n),
    max,
  }
  for (let u = 0; u < n; u++) {
    const d = degree(u)
    // Each of a node's triangles has two of its edges.
    triangles[u] = both[u] / 2
    out.clustering[u] = d < 2 ? NaN : both[u] / (d * (d - 1))
    out.sum[u] = d === 0 ? NaN : sum[u]
    out.mean[u] = sum[u] / d
    if (d === 0) max[u] = NaN
  }
  return out
}

/** Lists the triangles of nodes from `from` on for a few milliseconds; returns the next node. */
function listTurn(
  n: number,
  starts: Uint32Array,
  ends: Uint32Array,
  mark: Uint32Array,
  support: Uint32Array,
  from: number,
): number {
  let work = 0
  let u = from
  for (; u < n && work < WORK_PER_CHECKPOINT; u++) {
    const begin = starts[u]
    const end = starts[u + 1]
    work += end - begin + 1
    if (end - begin < 2) continue
    // mark[w] is the number of the edge u–w, plus one.
    for (let f = begin; f < end; f++) mark[ends[f]] = f + 1
    for (let f = begin; f < end; f++) {
      const v = ends[f]
      const last = starts[v + 1]
      let shared = 0
      work += last - starts[v]
      for (let g = starts[v]; g < last; g++) {
        const other = mark[ends[g]]
        // Marks of earlier nodes are of edges before `begin`.
        if (other <= begin) continue
        shared++
        support[g]++
        support[other - 1]++
      }
      support[f] += shared
    }
  }
  return u
}
