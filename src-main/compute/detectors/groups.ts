import { NO_COMMUNITY } from './compare.ts'

/**
 * A partition as a detection: communities of at least `least` accounts numbered by falling size, equal ones by their
 * smallest node; everybody else NO_COMMUNITY. `labels` are any numbers, NO_COMMUNITY for who is in none.
 */
export function groupsFrom(labels: Uint32Array, least = 2): { membership: Uint32Array; count: number } {
  const names = new Map<number, number>()
  const compact = new Uint32Array(labels.length)
  const sizes: number[] = []
  for (let u = 0; u < labels.length; u++) {
    if (labels[u] === NO_COMMUNITY) {
      compact[u] = NO_COMMUNITY
      continue
    }
    let c = names.get(labels[u])
    if (c === undefined) {
      names.set(labels[u], (c = sizes.length))
      sizes.push(0)
    }
    sizes[c]++
    compact[u] = c
  }
  // Labels were met in the order of their smallest node, which settles ties.
  const order = Array.from(sizes.keys())
    .filter((c) => sizes[c] >= least)
    .sort((c, d) => sizes[d] - sizes[c] || c - d)
  const rank = new Uint32Array(sizes.length).fill(NO_COMMUNITY)
  order.forEach((c, r) => (rank[c] = r))
  const membership = compact.map((c) => (c === NO_COMMUNITY ? NO_COMMUNITY : rank[c]))
  return { membership, count: order.length }
}

/** The same, with every node of no community as one by itself: numbers from `count` on, all below n. */
export function outsidersAlone(membership: Uint32Array, count: number): Uint32Array {
  let alone = count
  return membership.map((c) => (c < count ? c : alone++))
}
