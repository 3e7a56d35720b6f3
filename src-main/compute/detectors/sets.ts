import type { Csr } from '../graph/types.ts'
import { NO_COMMUNITY } from './compare.ts'
import type { Detection } from './types.ts'

/** Weight of a set's edges. Conductance is boundary / min(volume, volume of the rest); 0 where nothing leaves. */
export interface SetWeight {
  internal: number
  boundary: number
  conductance: number
}

/** Sum of all strengths: every edge's weight counted at both its ends. */
export function totalVolume(csr: Csr): number {
  let total = 0
  for (let e = 0; e < csr.weights.length; e++) total += csr.weights[e]
  return total
}

export function conductanceOf(volume: number, boundary: number, total: number): number {
  const smaller = Math.min(volume, total - volume)
  // Sums of many single-precision weights in another order may differ in the last digits.
  return boundary <= 1e-12 * total || smaller <= 0 ? 0 : Math.min(1, boundary / smaller)
}

/** `inside` is n zero bytes, and zero again afterwards. O(the set's entries). */
export function weighSet(csr: Csr, nodes: ArrayLike<number>, total: number, inside: Uint8Array): SetWeight {
  for (let i = 0; i < nodes.length; i++) inside[nodes[i]] = 1
  let internal = 0
  let boundary = 0
  for (let i = 0; i < nodes.length; i++) {
    for (let e = csr.offsets[nodes[i]]; e < csr.offsets[nodes[i] + 1]; e++) {
      if (inside[csr.targets[e]] === 1) internal += csr.weights[e]
      else boundary += csr.weights[e]
    }
  }
  for (let i = 0; i < nodes.length; i++) inside[nodes[i]] = 0
  return {
    internal: internal / 2,
    boundary,
    conductance: conductanceOf(internal + boundary, boundary, total),
  }
}

/**
 * Sets that may overlap as a detection. An account belongs to each of its sets by the share of its edge weight that
 * stays inside; its strongest set is its community. A set that is the strongest for fewer than two accounts is
 * swallowed by others and left out (`swallowed` counts them). Communities are numbered by the accounts they are
 * strongest for, most first. `setOf[c]` is the place of community c in `sets`.
 */
export function detectionFromSets(
  csr: Csr,
  sets: readonly ArrayLike<number>[],
): Detection & { setOf: number[]; swallowed: number } {
  const { n } = csr
  // node -> its sets, ascending.
  const offsets = new Uint32Array(n + 1)
  for (const set of sets) for (let i = 0; i < set.length; i++) offsets[set[i] + 1]++
  for (let u = 0; u < n; u++) offsets[u + 1] += offsets[u]
  const setsOf = new Uint32Array(offsets[n])
  const cursor = offsets.slice(0, n)
  sets.forEach((set, s) => {
    for (let i = 0; i < set.length; i++) setsOf[cursor[set[i]]++] = s
  })
  const share = shares(csr, offsets, setsOf, sets.length)

  const dropped = new Uint8Array(sets.length)
  const strongest = new Uint32Array(n)
  const choose = (): Uint32Array => {
    const size = new Uint32Array(sets.length)
    strongest.fill(NO_COMMUNITY)
    for (let u = 0; u < n; u++) {
      let best = -1
      for (let i = offsets[u]; i < offsets[u + 1]; i++) {
        if (dropped[setsOf[i]] === 1) continue
        if (best < 0 || share[i] > share[best]) best = i
      }
      if (best >= 0) size[(strongest[u] = setsOf[best])]++
    }
    return size
  }
  let size = choose()
  let swallowed = 0
  for (let s = 0; s < sets.length; s++) if (size[s] < 2) swallowed += dropped[s] = 1
  // What is left can only grow by who moves in.
  if (swallowed > 0) size = choose()

  const setOf = Array.from(size.keys())
    .filter((s) => dropped[s] === 0)
    .sort((a, b) => size[b] - size[a] || smallest(sets[a]) - smallest(sets[b]) || a - b)
  const community = new Uint32Array(sets.length).fill(NO_COMMUNITY)
  setOf.forEach((s, c) => (community[s] = c))

  const node: number[] = []
  const to: number[] = []
  const belonging: number[] = []
  for (let u = 0; u < n; u++) {
    const mine: number[] = []
    for (let i = offsets[u]; i < offsets[u + 1]; i++) if (dropped[setsOf[i]] === 0) mine.push(i)
    if (mine.length < 2) continue
    for (const i of mine) {
      node.push(u)
      to.push(community[setsOf[i]])
      belonging.push(share[i])
    }
  }
  return {
    membership: strongest.map((s) => (s === NO_COMMUNITY ? s : community[s])),
    count: setOf.length,
    overlaps: {
      node: Uint32Array.from(node),
      community: Uint32Array.from(to),
      belonging: Float32Array.from(belonging),
    },
    setOf,
    swallowed,
  }
}

function smallest(nodes: ArrayLike<number>): number {
  let least = NO_COMMUNITY
  for (let i = 0; i < nodes.length; i++) if (nodes[i] < least) least = nodes[i]
  return least
}

/** Parallel to setsOf: share of the node's strength that stays in that set; 0 without edges. */
function shares(csr: Csr, offsets: Uint32Array, setsOf: Uint32Array, sets: number): Float32Array {
  const share = new Float32Array(setsOf.length)
  const weight = new Float64Array(sets)
  for (let u = 0; u < csr.n; u++) {
    if (offsets[u] === offsets[u + 1]) continue
    let strength = 0
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
      const v = csr.targets[e]
      strength += csr.weights[e]
      for (let i = offsets[v]; i < offsets[v + 1]; i++) weight[setsOf[i]] += csr.weights[e]
    }
    if (strength > 0) {
      for (let i = offsets[u]; i < offsets[u + 1]; i++) share[i] = Math.min(1, weight[setsOf[i]] / strength)
    }
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
      const v = csr.targets[e]
      for (let i = offsets[v]; i < offsets[v + 1]; i++) weight[setsOf[i]] = 0
    }
  }
  return share
}
