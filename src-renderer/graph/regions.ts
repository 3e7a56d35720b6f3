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
  const lying = new Lying(map.x, map.y)
  return (
    [...found]
      .filter(([, region]) => region.communities >= FEWEST)
      // A region's own communities all lie in its box.
      .filter(([, box]) => box.communities >= OWN * lying.within(box))
      .sort((a, b) => b[1].accounts - a[1].accounts || a[0] - b[0])
      .map(([id, { x0, x1, y0, y1, accounts }], place) => ({
        key: `r${id}`,
        text: text(place + 1, accounts),
        x: (x0 + x1) / 2,
        y: (y0 + y1) / 2,
        r: Math.max(x1 - x0, y1 - y0) / 2,
        accounts,
      }))
  )
}

/** Counts the places inside a box: those of a band of x, of which there are few where the box is small. */
class Lying {
  private readonly x: Float64Array
  private readonly y: Float64Array

  constructor(x: ArrayLike<number>, y: ArrayLike<number>) {
    const rows = new Uint32Array(x.length)
    for (let i = 0; i < rows.length; i++) rows[i] = i
    rows.sort((a, b) => x[a]! - x[b]!)
    this.x = new Float64Array(rows.length)
    this.y = new Float64Array(rows.length)
    for (let i = 0; i < rows.length; i++) {
      this.x[i] = x[rows[i]!]!
      this.y[i] = y[rows[i]!]!
    }
  }

  within(box: { x0: number; x1: number; y0: number; y1: number }): number {
    let low = 0
    let high = this.x.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.x[middle]! < box.x0) low = middle + 1
      else high = middle
    }
    let n = 0
    for (let i = low; i < this.x.length && this.x[i]! <= box.x1; i++)
      if (this.y[i]! >= box.y0 && this.y[i]! <= box.y1) n++
    return n
  }
}
