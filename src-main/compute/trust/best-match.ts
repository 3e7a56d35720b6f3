import type { Pace } from '../../common/pace.ts'

/** The members of communities 0..count-1, by community: those of c are nodes[offsets[c] .. offsets[c+1]). */
export interface Members {
  readonly offsets: Uint32Array
  readonly nodes: Uint32Array
}

/** Groups nodes by their community, ascending within each; nodes whose value is `count` or more are left out. */
export function membersOf(membership: Uint32Array, count: number): Members {
  const offsets = new Uint32Array(count + 1)
  for (let u = 0; u < membership.length; u++) if (membership[u] < count) offsets[membership[u] + 1]++
  for (let c = 0; c < count; c++) offsets[c + 1] += offsets[c]
  const cursor = offsets.slice(0, count)
  const nodes = new Uint32Array(offsets[count])
  for (let u = 0; u < membership.length; u++) if (membership[u] < count) nodes[cursor[membership[u]]++] = u
  return { offsets, nodes }
}

/** Nodes between two checkpoints. */
const CHUNK = 4096

/**
 * For each community its best match in another partition, by Jaccard |A ∩ B| / |A ∪ B|; ties go to the larger
 * overlap, then to the smaller label. Adds the Jaccard to `jaccard[c]`, and 1 to `stayed[u]` for each member in the
 * match. A group of one is no community and matches nothing: otherwise a pair that falls apart would still score ½.
 */
export async function addBestMatches(
  members: Members,
  other: Uint32Array,
  into: { jaccard: Float64Array; stayed: Uint32Array },
  pace: Pace,
): Promise<void> {
  const { offsets, nodes } = members
  const n = other.length
  const sizes = new Uint32Array(n)
  for (let u = 0; u < n; u++) if (other[u] < n) sizes[other[u]]++
  const overlap = new Uint32Array(n)
  const touched = new Uint32Array(n)
  let sinceCheck = 0
  for (let c = 0; c + 1 < offsets.length; c++) {
    const from = offsets[c]
    const to = offsets[c + 1]
    let labels = 0
    for (let i = from; i < to; i++) {
      const d = other[nodes[i]]
      if (d >= n || sizes[d] < 2) continue
      if (overlap[d]++ === 0) touched[labels++] = d
    }
    let best = -1
    let bestJaccard = 0
    for (let k = 0; k < labels; k++) {
      const d = touched[k]
      const jaccard = overlap[d] / (to - from + sizes[d] - overlap[d])
      const better =
        jaccard > bestJaccard ||
        (jaccard === bestJaccard &&
          (overlap[d] > overlap[best] || (overlap[d] === overlap[best] && d < best)))
      if (better) {
        best = d
        bestJaccard = jaccard
      }
    }
    for (let k = 0; k < labels; k++) overlap[touched[k]] = 0
    if (best >= 0) {
      into.jaccard[c] += bestJaccard
      for (let i = from; i < to; i++) if (other[nodes[i]] === best) into.stayed[nodes[i]]++
    }
    if ((sinceCheck += to - from) >= CHUNK) {
      sinceCheck = 0
      await pace.checkpoint()
    }
  }
}
