import type { Csr } from '../graph/types.ts'
import { compactLabels } from './level.ts'

/**
 * Newman–Girvan modularity with resolution γ: Q = Σ_c [ in_c/2m − γ (K_c/2m)² ], where in_c is the weight inside
 * community c counted in both directions, K_c its total strength and 2m the strength of the whole graph.
 * 0 for a graph without edges. membership[u] may be any number below n.
 */
export function modularity(csr: Csr, membership: Uint32Array, resolution = 1): number {
  const inside = new Float64Array(csr.n)
  const strength = new Float64Array(csr.n)
  let total = 0
  for (let u = 0; u < csr.n; u++) {
    const c = membership[u]
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
      strength[c] += csr.weights[e]
      if (membership[csr.targets[e]] === c) inside[c] += csr.weights[e]
    }
  }
  for (let c = 0; c < csr.n; c++) total += strength[c]
  if (total === 0) return 0
  let q = 0
  for (let c = 0; c < csr.n; c++) q += inside[c] / total - resolution * (strength[c] / total) ** 2
  return q
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
  const n = membership.length
  // Compact labels ascend with their smallest node, which settles ties.
  const { labels: compact, count } = compactLabels(membership)
  const bySize = new Uint32Array(count)
  for (let u = 0; u < n; u++) bySize[compact[u]]++
  const order = Uint32Array.from({ length: count }, (_, c) => c).sort(
    (c, d) => bySize[d] - bySize[c] || c - d,
  )
  const rank = new Uint32Array(count)
  const sizes = new Uint32Array(count)
  for (let r = 0; r < count; r++) {
    rank[order[r]] = r
    sizes[r] = bySize[order[r]]
  }
  for (let u = 0; u < n; u++) compact[u] = rank[compact[u]]
  return { membership: compact, sizes }
}
