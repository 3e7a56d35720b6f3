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
/** A part of the stage that something else stands on (a legend); pixels. */
export interface Covered {
  x: number
  y: number
  width: number
  height: number
}
const GAP = 4
const CELL = 64

/**
 * Boxes by the cells of the stage that they touch: an overlap is looked for among neighbours only. Used again and again: names
 * are placed in every frame, and a thousand lists for each would have to be swept away.
 */
class BoxIndex {
  private columns = 0
  private rows = 0
  /** First entry of each cell, −1: none; of each entry its box and the next entry. */
  private heads = new Int32Array()
  private readonly next: number[] = []
  private readonly boxOf: number[] = []
  private entries = 0
  /** x0, y0, x1, y1 of each box. */
  private readonly sides: number[] = []
  private boxes = 0

  reset(width: number, height: number): void {
    this.columns = Math.max(1, Math.ceil(width / CELL))
    this.rows = Math.max(1, Math.ceil(height / CELL))
    const cells = this.columns * this.rows
    if (this.heads.length < cells) this.heads = new Int32Array(cells)
    this.heads.fill(-1)
    this.entries = 0
    this.boxes = 0
  }

  /** Its number. What lies outside of the stage is in no cell. */
  add(x0: number, y0: number, x1: number, y1: number): number {
    const { sides, heads, columns } = this
    const box = this.boxes++
    sides[4 * box] = x0
    sides[4 * box + 1] = y0
    sides[4 * box + 2] = x1
    sides[4 * box + 3] = y1
    const right = Math.min(columns - 1, Math.floor(x1 / CELL))
    const low = Math.min(this.rows - 1, Math.floor(y1 / CELL))
    for (let cy = Math.max(0, Math.floor(y0 / CELL)); cy <= low; cy++)
      for (let cx = Math.max(0, Math.floor(x0 / CELL)); cx <= right; cx++) {
        const cell = cy * columns + cx
        const entry = this.entries++
        this.boxOf[entry] = box
        this.next[entry] = heads[cell]!
        heads[cell] = entry
      }
    return box
  }

  /** Whether a box on the stage overlaps one that was added, other than `except`. */
  hits(x0: number, y0: number, x1: number, y1: number, except = -1): boolean {
    const { sides, heads, next, boxOf, columns } = this
    const right = Math.min(columns - 1, Math.floor(x1 / CELL))
    const low = Math.min(this.rows - 1, Math.floor(y1 / CELL))
    for (let cy = Math.max(0, Math.floor(y0 / CELL)); cy <= low; cy++)
      for (let cx = Math.max(0, Math.floor(x0 / CELL)); cx <= right; cx++)
        for (let entry = heads[cy * columns + cx]!; entry >= 0; entry = next[entry]!) {
          const box = boxOf[entry]!
          if (
            box !== except &&
            sides[4 * box]! < x1 &&
            sides[4 * box + 2]! > x0 &&
            sides[4 * box + 1]! < y1 &&
            sides[4 * box + 3]! > y0
          )
            return true
        }
    return false
  }
}
const taken = new BoxIndex()
const discs = new BoxIndex()

/**
 * Places labels greedily by priority: below, above, right or left of their disc, or inside it where they fit.
 * No two placed labels overlap, none leaves the stage or goes under what covers it, and none covers another disc unless it
 * must stand.
 * @param obstacles discs that labels should not cover (a wish's own disc among them is no obstacle to it)
 */
export function placeLabels(
  wishes: LabelWish[],
  obstacles: { key: string; x: number; y: number; r: number }[],
  stage: { width: number; height: number; limit: number; covered?: Covered | null },
  measure: (text: string) => number,
  lineHeight = 16,
): PlacedLabel[] {
  taken.reset(stage.width, stage.height)
  discs.reset(stage.width, stage.height)
  const { covered } = stage
  if (covered) taken.add(covered.x, covered.y, covered.x + covered.width, covered.y + covered.height)
  const own = new Map<string, number>()
  for (const { key, x, y, r } of obstacles) {
    // The square inside the disc: corners of the square around it are empty.
    const h = r * 0.8
    own.set(key, discs.add(x - h, y - h, x + h, y + h))
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
        const x0 = cx - width / 2 - 2
        const x1 = cx + width / 2 + 2
        const y0 = cy - half
        const y1 = cy + half
        if (x0 < 0 || y0 < 0 || x1 > stage.width || y1 > stage.height) return false
        if (taken.hits(x0, y0, x1, y1)) return false
        return !strict || !discs.hits(x0, y0, x1, y1, own.get(wish.key))
      })
      if (!spot) continue
      const [cx, cy] = spot
      taken.add(cx - width / 2 - 2, cy - half, cx + width / 2 + 2, cy + half)
      placed.push({ key: wish.key, text: wish.text, x: cx, y: cy, width })
      break
    }
  }
  return placed
}
