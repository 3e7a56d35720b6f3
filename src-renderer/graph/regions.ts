import type { CommunityMap, CommunityRegions } from '../../src-main/common/contract/communities.ts'
import type { MapRegion } from './label-painter.ts'

/** Fewer communities than this need no name of their own. */
const FEWEST = 2

/**
 * The regions as they lie on the map, largest first: middle of their discs' box, half its larger side.
 * @param text what a region is called, by its number (1: the largest) and its accounts
 */
export function placeRegions(
  map: CommunityMap,
  regions: CommunityRegions,
  rowOf: (community: number) => number,
  text: (number: number, accounts: number) => string,
): MapRegion[] {
  const found = new Map<
    number,
    { x0: number; x1: number; y0: number; y1: number; accounts: number; communities: number }
  >()
  regions.community.forEach((id, i) => {
    const row = rowOf(id)
    if (row < 0) return
    const [x, y, r] = [map.x[row]!, map.y[row]!, map.radius[row]!]
    const region = found.get(regions.region[i]!)
    if (!region) {
      const box = { x0: x - r, x1: x + r, y0: y - r, y1: y + r }
      found.set(regions.region[i]!, { ...box, accounts: map.size[row]!, communities: 1 })
      return
    }
    region.x0 = Math.min(region.x0, x - r)
    region.x1 = Math.max(region.x1, x + r)
    region.y0 = Math.min(region.y0, y - r)
    region.y1 = Math.max(region.y1, y + r)
    region.accounts += map.size[row]!
    region.communities++
  })
  return [...found]
    .filter(([, region]) => region.communities >= FEWEST)
    .sort((a, b) => b[1].accounts - a[1].accounts || a[0] - b[0])
    .map(([id, { x0, x1, y0, y1, accounts }], place) => ({
      key: `r${id}`,
      text: text(place + 1, accounts),
      x: (x0 + x1) / 2,
      y: (y0 + y1) / 2,
      r: Math.max(x1 - x0, y1 - y0) / 2,
      accounts,
    }))
}
