/** A name that would like to stand beside its disc; pixels. */
export interface LabelWish {
  key: string
  text: string
  /** Centre and radius of what it names. */
  x: number
  y: number
  r: number
  /** Higher comes first. */
  priority: number
  /** Looks for a place above the disc first. */
  above?: boolean
  /** Width where it is not written in the usual type. */
  width?: number
  /** Stands even where it covers other discs; never where it covers another label. */
  must?: boolean
}
export interface PlacedLabel {
  key: string
  text: string
  /** Centre of the text. */
  x: number
  y: number
  width: number
}
interface Box {
  x0: number
  y0: number
  x1: number
  y1: number
}

const GAP = 4
const CELL = 64

/** Boxes by the cells they touch: an overlap is looked for among neighbours only. */
class BoxIndex {
  private readonly cells = new Map<number, Box[]>()
  add(box: Box): void {
    this.eachCell(box, (key) => {
      const list = this.cells.get(key)
      if (list) list.push(box)
      else this.cells.set(key, [box])
    })
  }
  hits(box: Box, except?: Box): boolean {
    let hit = false
    this.eachCell(box, (key) => {
      if (hit) return
      for (const other of this.cells.get(key) ?? []) {
        if (
          other !== except &&
          other.x0 < box.x1 &&
          other.x1 > box.x0 &&
          other.y0 < box.y1 &&
          other.y1 > box.y0
        ) {
          hit = true
          return
        }
      }
    })
    return hit
  }
  private eachCell(box: Box, visit: (key: number) => void): void {
    for (let cx = Math.floor(box.x0 / CELL); cx <= Math.floor(box.x1 / CELL); cx++)
      for (let cy = Math.floor(box.y0 / CELL); cy <= Math.floor(box.y1 / CELL); cy++) visit(cx * 100_003 + cy)
  }
}

/**
 * Places labels greedily by priority: below, above, right or left of their disc, or inside it where they fit.
 * No two placed labels overlap, none leaves the stage, and none covers another disc unless it must stand.
 * @param obstacles discs that labels should not cover (a wish's own disc among them is no obstacle to it)
 */
export function placeLabels(
  wishes: LabelWish[],
  obstacles: { key: string; x: number; y: number; r: number }[],
  stage: { width: number; height: number; limit: number },
  measure: (text: string) => number,
  lineHeight = 16,
): PlacedLabel[] {
  const taken = new BoxIndex()
  const discs = new BoxIndex()
  const own = new Map<string, Box>()
  for (const { key, x, y, r } of obstacles) {
    // The square inside the disc: corners of the square around it are empty.
    const h = r * 0.8
    const box = { x0: x - h, y0: y - h, x1: x + h, y1: y + h }
    own.set(key, box)
    discs.add(box)
  }
  const placed: PlacedLabel[] = []
  for (const wish of [...wishes].sort((a, b) => b.priority - a.priority)) {
    if (placed.length >= stage.limit && !wish.must) continue
    const width = wish.width ?? measure(wish.text)
    const { x, y, r } = wish
    const half = lineHeight / 2
    const spots: [number, number, boolean][] = [
      [x, y + r + GAP + half, false],
      [x, y - r - GAP - half, false],
      [x + r + GAP + width / 2, y, false],
      [x - r - GAP - width / 2, y, false],
    ]
    if (wish.above) [spots[0], spots[1]] = [spots[1]!, spots[0]!]
    if (width < r * 1.6 && !wish.above) spots.splice(2, 0, [x, y, true])
    for (const strict of wish.must ? [true, false] : [true]) {
      const spot = spots.find(([cx, cy]) => {
        const box = {
          x0: cx - width / 2 - 2,
          y0: cy - half,
          x1: cx + width / 2 + 2,
          y1: cy + half,
        }
        if (box.x0 < 0 || box.y0 < 0 || box.x1 > stage.width || box.y1 > stage.height) return false
        if (taken.hits(box)) return false
        return !strict || !discs.hits(box, own.get(wish.key))
      })
      if (!spot) continue
      const [cx, cy] = spot
      taken.add({ x0: cx - width / 2 - 2, y0: cy - half, x1: cx + width / 2 + 2, y1: cy + half })
      placed.push({ key: wish.key, text: wish.text, x: cx, y: cy, width })
      break
    }
  }
  return placed
}
