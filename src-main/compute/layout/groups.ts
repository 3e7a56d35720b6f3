import type { Points } from './points.ts'

/**
 * A region of the map: a disc around related communities. A community belongs to the group whose disc holds its
 * centre (groups never overlap), or to none.
 */
export interface CommunityGroup {
  /** 0.. by falling accounts when the map was drawn anew; kept while it grows. */
  readonly id: number
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly communities: number
  readonly accounts: number
}

/** Group of each community as a row of `groups`, -1 for none. O(communities × groups). */
export function groupOfCommunities(
  groups: readonly { x: number; y: number; radius: number }[],
  centre: Points,
): Int32Array {
  const group = new Int32Array(centre.x.length).fill(-1)
  for (let c = 0; c < group.length; c++) {
    for (let g = 0; g < groups.length; g++) {
      const dx = centre.x[c] - groups[g].x
      const dy = centre.y[c] - groups[g].y
      if (dx * dx + dy * dy < groups[g].radius ** 2) {
        group[c] = g
        break
      }
    }
  }
  return group
}

/** Counts what lies in each disc; empty groups are left out. */
export function countGroups(
  discs: readonly { id: number; x: number; y: number; radius: number }[],
  centre: Points,
  size: Uint32Array,
): CommunityGroup[] {
  const communities = new Uint32Array(discs.length)
  const accounts = new Uint32Array(discs.length)
  const group = groupOfCommunities(discs, centre)
  for (let c = 0; c < group.length; c++) {
    if (group[c] < 0) continue
    communities[group[c]]++
    accounts[group[c]] += size[c]
  }
  return discs
    .map(({ id, x, y, radius }, g) => ({
      id,
      x,
      y,
      radius,
      communities: communities[g],
      accounts: accounts[g],
    }))
    .filter((g) => g.communities > 0)
}
