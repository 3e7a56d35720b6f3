import type { Overlaps, CommunityTable } from '../communities/store.ts'
import { modularity } from '../communities/partition.ts'
import type { Csr } from '../graph/types.ts'
import { outsidersAlone } from './groups.ts'

/** Measures that every detector's result is given alike, so that results can be compared. */
export interface Quality {
  communities: number
  members: number
  unassigned: number
  largest: number
  medianSize: number
  /** At resolution 1, every account in no community by itself; null for overlapping results. */
  modularity: number | null
  /** Share of the edge weight that lies inside communities, 0..1; 0 where there are no edges. */
  coverage: number
  /** Mean over communities; null without communities. */
  meanConductance: number | null
  allConnected: boolean
}

/** O(entries). `table` is describeCommunities' of the same membership. */
export function measureQuality(
  csr: Csr,
  membership: Uint32Array,
  table: CommunityTable,
  overlaps: Overlaps | null,
): Quality {
  const count = table.size.length
  let members = 0
  let inside = 0
  let conductance = 0
  for (let c = 0; c < count; c++) {
    members += table.size[c]
    inside += table.internal[c]
    conductance += table.conductance[c]
  }
  let total = 0
  for (let e = 0; e < csr.weights.length; e++) total += csr.weights[e]
  const sizes = table.size.toSorted()
  return {
    communities: count,
    members,
    unassigned: csr.n - members,
    largest: count > 0 ? sizes[count - 1] : 0,
    medianSize: count > 0 ? (sizes[(count - 1) >> 1] + sizes[count >> 1]) / 2 : 0,
    modularity: overlaps === null ? modularity(csr, outsidersAlone(membership, count)) : null,
    coverage: total > 0 ? Math.min(1, (2 * inside) / total) : 0,
    meanConductance: count > 0 ? conductance / count : null,
    allConnected: allConnected(csr, membership, count, overlaps),
  }
}

/**
 * Whether the members of every community reach each other inside it: a breadth-first search per community that
 * shares no code with the detectors. With overlaps, a community is everybody who is in it.
 */
export function allConnected(
  csr: Csr,
  membership: Uint32Array,
  count: number,
  overlaps: Overlaps | null = null,
): boolean {
  const sets = memberLists(membership, count, overlaps)
  /** 1 + the community whose search may still step on the node. */
  const open = new Uint32Array(csr.n)
  const queue = new Uint32Array(csr.n)
  for (let c = 0; c < count; c++) {
    const from = sets.offsets[c]
    const to = sets.offsets[c + 1]
    if (from === to) continue
    for (let i = from; i < to; i++) open[sets.nodes[i]] = c + 1
    let tail = 0
    queue[tail++] = sets.nodes[from]
    open[sets.nodes[from]] = 0
    for (let head = 0; head < tail; head++) {
      const u = queue[head]
      for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
        const v = csr.targets[e]
        if (open[v] !== c + 1) continue
        open[v] = 0
        queue[tail++] = v
      }
    }
    if (tail < to - from) return false
  }
  return true
}

/** Members of each community, everyone once: community c has nodes[offsets[c] .. offsets[c+1]). */
export function memberLists(
  membership: Uint32Array,
  count: number,
  overlaps: Overlaps | null,
): { offsets: Uint32Array; nodes: Uint32Array } {
  const each = (use: (node: number, community: number) => void) => {
    for (let u = 0; u < membership.length; u++) if (membership[u] < count) use(u, membership[u])
    if (overlaps === null) return
    for (let i = 0; i < overlaps.node.length; i++) {
      // Its strongest community is in `membership` already.
      if (overlaps.community[i] !== membership[overlaps.node[i]]) use(overlaps.node[i], overlaps.community[i])
    }
  }
  const offsets = new Uint32Array(count + 1)
  each((_, c) => offsets[c + 1]++)
  for (let c = 0; c < count; c++) offsets[c + 1] += offsets[c]
  const nodes = new Uint32Array(offsets[count])
  const cursor = offsets.slice()
  each((u, c) => {
    nodes[cursor[c]++] = u
  })
  return { offsets, nodes }
}
