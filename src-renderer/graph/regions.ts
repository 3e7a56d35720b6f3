import type { CommunityMap, CommunityRegions } from '../../src-main/common/contract/communities.ts'
import type { MapRegion } from './label-painter.ts'

/** A name over a place must be true of it: so large a share of the communities there are the region's own. */
const OWN = 0.7
/** Fewer communities than this need no name of their own. */
const FEWEST = 2

/**
 * The regions as they lie on the map, largest first: middle of their discs' box, half its larger side. Those that the
 * layout has scattered among others are left out.
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
  const regionOf = new Map<number, number>()
  regions.community.forEach((id, i) => {
    const row = rowOf(id)
    if (row < 0) return
    regionOf.set(row, regions.region[i]!)
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
    .filter(([id, box]) => {
      let own = 0
      let others = 0
      for (let row = 0; row < map.x.length; row++) {
        const [x, y] = [map.x[row]!, map.y[row]!]
        if (x < box.x0 || x > box.x1 || y < box.y0 || y > box.y1) continue
        if (regionOf.get(row) === id) own++
        else others++
      }
      return own >= OWN * (own + others)
    })
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
