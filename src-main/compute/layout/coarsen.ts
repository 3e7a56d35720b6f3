import type { Pace } from '../../common/pace.ts'
import { csrFromPairs } from '../graph/csr.ts'
import { PairTable } from '../graph/pair-table.ts'
import type { Csr } from '../graph/types.ts'

/** One level of the hierarchy: nodes 0..n-1 with the area each needs, and who pulls whom. */
export interface CoarseLevel {
  readonly graph: Csr
  readonly area: Float64Array
  /** Node of the next coarser level that each node belongs to; empty at the coarsest. */
  parent: Uint32Array
}

/** Rounds of moving at each level. */
const ROUNDS = 5
/** Nodes that one level folds into one, about. */
const FOLD = 8
/** Room of a group beyond an even share of the area: related communities come before equal sizes. */
const UNEVEN = 1.7

/**
 * Coarsens a graph level by level to at most `most` groups of related nodes, none much larger in area than the others
 * (size-constrained label propagation, Meyerhenke, Sanders, Schulz 2014, as multilevel partitioners use it). Groups
 * too small to stand alone join the neighbour that pulls them most, or each other where nothing pulls. The first
 * level is the graph itself, the last one the groups. Deterministic.
 */
export async function coarsen(
  graph: Csr,
  area: Float64Array,
  most: number,
  pace: Pace,
): Promise<CoarseLevel[]> {
  const total = area.reduce((sum, a) => sum + a, 0)
  const cap = (UNEVEN * total) / most
  const ratio = Math.max(1, (cap * graph.n) / total)
  const steps = Math.max(1, Math.round(Math.log(ratio) / Math.log(FOLD)))
  const levels: CoarseLevel[] = [{ graph, area, parent: new Uint32Array(0) }]
  for (let s = 1; s <= steps; s++) {
    const fine = levels[levels.length - 1]
    const limit = (total / graph.n) * ratio ** (s / steps)
    let { label, count } = await cluster(fine, limit, pace)
    if (s === steps) ({ label, count } = mergeSmall(fine, label, count, cap, most))
    fine.parent = label
    levels.push(contract(fine, label, count))
    await pace.checkpoint()
  }
  return levels
}

/** Clusters of at most `limit` area: every node joins the cluster that pulls it most and has room. */
async function cluster(
  { graph, area }: CoarseLevel,
  limit: number,
  pace: Pace,
): Promise<{ label: Uint32Array; count: number }> {
  const { n, offsets, targets, weights } = graph
  const label = Uint32Array.from({ length: n }, (_, u) => u)
  const held = area.slice()
  const pull = new Float64Array(n)
  // Small ones first: they gather around large ones before these have moved anywhere.
  const order = Uint32Array.from(label).sort((u, v) => area[u] - area[v] || v - u)
  for (let round = 0; round < ROUNDS; round++) {
    let moved = 0
    for (let k = 0; k < n; k++) {
      const u = order[k]
      if (offsets[u + 1] === offsets[u]) continue
      for (let e = offsets[u]; e < offsets[u + 1]; e++) pull[label[targets[e]]] += weights[e]
      const own = label[u]
      let best = own
      let most = pull[own]
      for (let e = offsets[u]; e < offsets[u + 1]; e++) {
        const c = label[targets[e]]
        if (c === own || held[c] + area[u] > limit) continue
        if (pull[c] > most || (pull[c] === most && best !== own && held[c] < held[best])) {
          best = c
          most = pull[c]
        }
      }
      for (let e = offsets[u]; e < offsets[u + 1]; e++) pull[label[targets[e]]] = 0
      if (best !== own) {
        held[own] -= area[u]
        held[best] += area[u]
        label[u] = best
        moved++
      }
      if (k % 4096 === 4095) await pace.checkpoint()
    }
    if (moved < n / 200) break
  }
  return compact(label)
}

function compact(label: Uint32Array): { label: Uint32Array; count: number } {
  const seen = new Int32Array(label.length).fill(-1)
  let count = 0
  const out = new Uint32Array(label.length)
  for (let u = 0; u < label.length; u++) {
    if (seen[label[u]] < 0) seen[label[u]] = count++
    out[u] = seen[label[u]]
  }
  return { label: out, count }
}

/** Joins clusters under a third of the cap to what pulls them, or to the last small one; then down to `most`. */
function mergeSmall(
  fine: CoarseLevel,
  label: Uint32Array,
  count: number,
  cap: number,
  most: number,
): { label: Uint32Array; count: number } {
  const { graph, area } = contract(fine, label, count)
  const into = Uint32Array.from({ length: count }, (_, c) => c)
  const root = (c: number): number => {
    while (into[c] !== c) c = into[c]
    return c
  }
  const pull = new Float64Array(count)
  const strongest = (members: readonly number[], self: number, room: number): number => {
    let best = -1
    const seen: number[] = []
    for (const c of members) {
      for (let e = graph.offsets[c]; e < graph.offsets[c + 1]; e++) {
        const r = root(graph.targets[e])
        if (r === self) continue
        if (pull[r] === 0) seen.push(r)
        pull[r] += graph.weights[e]
      }
    }
    for (const r of seen) {
      if (
        area[r] + area[self] <= room &&
        (best < 0 || pull[r] > pull[best] || (pull[r] === pull[best] && r < best))
      )
        best = r
    }
    for (const r of seen) pull[r] = 0
    return best
  }
  const parts: number[][] = Array.from({ length: count }, (_, c) => [c])
  let left = count
  const join = (c: number, to: number): void => {
    into[c] = to
    area[to] += area[c]
    parts[to].push(...parts[c])
    parts[c] = []
    left--
  }
  const byArea = Array.from(into).sort((c, d) => area[c] - area[d] || c - d)
  let loose = -1
  for (const c of byArea) {
    if (into[c] !== c || area[c] >= cap / 3) continue
    const to = strongest(parts[c], c, 1.3 * cap)
    if (to >= 0) join(c, to)
    else if (parts[c].every((p) => graph.offsets[p] === graph.offsets[p + 1])) {
      if (loose >= 0 && area[loose] + area[c] <= cap) join(c, loose)
      else loose = c
    }
  }
  for (;;) {
    if (left <= most) break
    const roots = byArea.filter((c) => into[c] === c).sort((c, d) => area[c] - area[d] || c - d)
    // Half of what is too much at once: a few passes even where thousands are left.
    for (const c of roots.slice(0, Math.max(1, (left - most) >> 1))) {
      if (into[c] !== c || left <= most) continue
      const to = strongest(parts[c], c, Infinity)
      join(c, to >= 0 ? to : roots.find((d) => d !== c && into[d] === d)!)
    }
  }
  return compact(label.map((c) => root(c)))
}

/** The graph whose nodes are the clusters, weights relative to how much each cluster is pulled in all. */
function contract({ graph, area }: CoarseLevel, label: Uint32Array, count: number): CoarseLevel {
  const sum = new Float64Array(count)
  const volume = new Float64Array(count)
  const pairs = new PairTable(count, count, 'sum')
  for (let u = 0; u < graph.n; u++) {
    const c = label[u]
    sum[c] += area[u]
    for (let e = graph.offsets[u]; e < graph.offsets[u + 1]; e++) {
      const d = label[graph.targets[e]]
      volume[c] += graph.weights[e]
      if (c < d) pairs.push(c, d, graph.weights[e])
    }
  }
  const distinct = pairs.distinct()
  for (let i = 0; i < distinct.length; i++)
    distinct.value[i] /= Math.sqrt(volume[distinct.a[i]] * volume[distinct.b[i]])
  return { graph: csrFromPairs(count, distinct, (w) => w), area: sum, parent: new Uint32Array(0) }
}
