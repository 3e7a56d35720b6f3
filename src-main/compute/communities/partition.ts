import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'

export type Objective = 'modularity' | 'cpm'

/** What a detector of disjoint communities yields. */
export interface Partition {
  /** Community of each node, 0.. by falling size; a node without edges is a community of its own. */
  membership: Uint32Array
  communities: number
  /** The objective at params.resolution, computed from scratch; modularity at 1 for label propagation. */
  quality: number
  /** Whole passes over all levels (Leiden, Louvain) or sweeps (label propagation). */
  iterations: number
  /**
   * Coarser and coarser: [0] is `membership`, and [k + 1] maps the communities of level k to those of level k + 1,
   * numbered by falling number of nodes. The last level's communities are connected components, or nearly.
   */
  hierarchy?: Uint32Array[]
}

/**
 * Newman–Girvan modularity with resolution γ: Q = Σ_c [ in_c/2m − γ (K_c/2m)² ], where in_c is the weight inside
 * community c counted in both directions, K_c its total strength and 2m the strength of the whole graph.
 * 0 for a graph without edges. membership[u] may be any number below n.
 */
export function modularity(csr: Csr, membership: Uint32Array, resolution = 1): number {
  const sums = new Sums(csr, membership)
  sums.add(0, csr.n)
  return sums.modularity(resolution)
}

/**
 * Quality of the constant Potts model (Traag, Van Dooren, Nesterov 2011): Σ_c [ e_c − γ n_c (n_c − 1) / 2 ], where
 * e_c is the weight of the edges inside community c, each once, and n_c its nodes. With `sizes`, a node counts as
 * that many: n_c (n_c − 1) becomes (Σ s)² − Σ s².
 */
export function cpmQuality(
  csr: Csr,
  membership: Uint32Array,
  resolution: number,
  sizes?: ArrayLike<number>,
): number {
  const sums = new Sums(csr, membership)
  sums.add(0, csr.n)
  return sums.cpm(resolution, sizes)
}

/** Either quality for large graphs, letting a cancel through. */
export async function qualityOf(
  csr: Csr,
  membership: Uint32Array,
  objective: Objective,
  resolution: number,
  sizes: ArrayLike<number> | undefined,
  pace: Pace,
): Promise<number> {
  const sums = new Sums(csr, membership)
  for (let from = 0; from < csr.n;) {
    let to = from
    while (to < csr.n && csr.offsets[to] - csr.offsets[from] < 300_000 && to - from < 200_000) to++
    sums.add(from, to)
    from = to
    await pace.checkpoint()
  }
  return objective === 'cpm' ? sums.cpm(resolution, sizes) : sums.modularity(resolution)
}

/** The weight inside each community, both directions, and the strength of its nodes. */
class Sums {
  private readonly csr: Csr
  private readonly membership: Uint32Array
  private readonly inside: Float64Array
  private readonly strength: Float64Array

  constructor(csr: Csr, membership: Uint32Array) {
    this.csr = csr
    this.membership = membership
    this.inside = new Float64Array(csr.n)
    this.strength = new Float64Array(csr.n)
  }

  add(from: number, to: number): void {
    const { offsets, targets, weights } = this.csr
    const { membership, inside, strength } = this
    for (let u = from; u < to; u++) {
      const c = membership[u]
      let all = 0
      let own = 0
      for (let e = offsets[u]; e < offsets[u + 1]; e++) {
        const w = weights[e]
        all += w
        if (membership[targets[e]] === c) own += w
      }
      strength[c] += all
      inside[c] += own
    }
  }

  modularity(resolution: number): number {
    const { inside, strength } = this
    let total = 0
    for (let c = 0; c < strength.length; c++) total += strength[c]
    if (total === 0) return 0
    let q = 0
    for (let c = 0; c < strength.length; c++) q += inside[c] / total - resolution * (strength[c] / total) ** 2
    return q
  }

  cpm(resolution: number, sizes?: ArrayLike<number>): number {
    const mass = new Float64Array(this.csr.n)
    let self = 0
    for (let u = 0; u < this.csr.n; u++) {
      const size = sizes === undefined ? 1 : sizes[u]
      mass[this.membership[u]] += size
      self += size * size
    }
    let edges = 0
    let pairs = -self
    for (let c = 0; c < mass.length; c++) {
      edges += this.inside[c]
      pairs += mass[c] * mass[c]
    }
    return (edges - resolution * pairs) / 2
  }
}

/**
 * The connected components, numbered 0.. by their smallest node. With `within`, edges between different values of
 * `within` don't count: the components of every community by itself.
 */
export function connectedComponents(
  csr: Csr,
  within?: Uint32Array,
): { component: Uint32Array; count: number } {
  const component = new Uint32Array(csr.n).fill(0xffffffff)
  const stack = new Uint32Array(csr.n)
  let count = 0
  for (let start = 0; start < csr.n; start++) {
    if (component[start] !== 0xffffffff) continue
    let depth = 0
    component[start] = count
    stack[depth++] = start
    while (depth > 0) {
      const u = stack[--depth]
      for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
        const v = csr.targets[e]
        if (component[v] !== 0xffffffff || (within !== undefined && within[v] !== within[u])) continue
        component[v] = count
        stack[depth++] = v
      }
    }
    count++
  }
  return { component, count }
}

/** The same partition with communities numbered 0.. by falling size, equal sizes by their smallest node. */
export function numberBySize(membership: Uint32Array): { membership: Uint32Array; sizes: Uint32Array } {
  // Compact labels ascend with their smallest node, which settles ties.
  const { labels, count } = compactLabels(membership)
  const bySize = new Uint32Array(count)
  for (let u = 0; u < labels.length; u++) bySize[labels[u]]++
  const rank = rankBySize(bySize)
  const sizes = new Uint32Array(count)
  for (let c = 0; c < count; c++) sizes[rank[c]] = bySize[c]
  for (let u = 0; u < labels.length; u++) labels[u] = rank[labels[u]]
  return { membership: labels, sizes }
}

/** Places 0.. of the sizes in falling order, equal ones as they come: a counting sort. */
export function rankBySize(sizes: Uint32Array): Uint32Array {
  let largest = 0
  for (let c = 0; c < sizes.length; c++) if (sizes[c] > largest) largest = sizes[c]
  const start = new Uint32Array(largest + 2)
  for (let c = 0; c < sizes.length; c++) start[largest - sizes[c] + 1]++
  for (let s = 0; s < largest; s++) start[s + 1] += start[s]
  const rank = new Uint32Array(sizes.length)
  for (let c = 0; c < sizes.length; c++) rank[c] = start[largest - sizes[c]]++
  return rank
}

/** Labels below labels.length renumbered 0.. in order of first appearance. */
export function compactLabels(labels: Uint32Array): { labels: Uint32Array; count: number } {
  const seen = new Uint32Array(labels.length)
  const compact = new Uint32Array(labels.length)
  let count = 0
  for (let u = 0; u < labels.length; u++) {
    const label = labels[u]
    if (seen[label] === 0) seen[label] = ++count
    compact[u] = seen[label] - 1
  }
  return { labels: compact, count }
}
