/** A point of the plane. */
export interface Point {
  x: number
  y: number
}

const cross = (o: Point, a: Point, b: Point) => (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x)

/** The convex hull, counter-clockwise, without points on its edges (Andrew's monotone chain); at most n points. */
export function convexHull(points: Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y)
  if (sorted.length < 3) return sorted
  const chain = (list: Point[]) => {
    const hull: Point[] = []
    for (const p of list) {
      while (hull.length >= 2 && cross(hull.at(-2)!, hull.at(-1)!, p) <= 0) hull.pop()
      hull.push(p)
    }
    hull.pop()
    return hull
  }
  return [...chain(sorted), ...chain(sorted.reverse())]
}

/** The hull around discs, `air` beyond their rims. */
export function hullOfDiscs(discs: { x: number; y: number; r: number }[], air: number): Point[] {
  const turns = 24
  return convexHull(
    discs.flatMap(({ x, y, r }) =>
      Array.from({ length: turns }, (_, i) => {
        const angle = (2 * Math.PI * i) / turns
        return { x: x + (r + air) * Math.cos(angle), y: y + (r + air) * Math.sin(angle) }
      }),
    ),
  )
}

/** Fewer points along a drawn line: those closer than `least` to the last kept one go, and at most `most` are left. */
export function thinned(points: Point[], least: number, most: number): Point[] {
  const kept: Point[] = []
  for (const p of points) {
    const last = kept.at(-1)
    if (!last || Math.hypot(p.x - last.x, p.y - last.y) >= least) kept.push(p)
  }
  if (kept.length <= most) return kept
  return Array.from({ length: most }, (_, i) => kept[Math.floor((i * kept.length) / most)]!)
}

/** Whether a point lies strictly inside a counter-clockwise hull. */
export function insideHull(point: Point, hull: Point[]): boolean {
  return hull.length >= 3 && hull.every((a, i) => cross(a, hull[(i + 1) % hull.length]!, point) > 0)
}

/** The shortest lines that join all discs into one, rim to rim (Prim's minimum spanning tree over their centres). */
export function shortestJoints(discs: { x: number; y: number; r: number }[]): [Point, Point][] {
  const joints: [Point, Point][] = []
  const joined = new Set(discs.slice(0, 1))
  while (joined.size < discs.length) {
    let best: { from: (typeof discs)[0]; to: (typeof discs)[0]; length: number } | null = null
    for (const from of joined) {
      for (const to of discs) {
        if (joined.has(to)) continue
        const length = Math.hypot(to.x - from.x, to.y - from.y)
        if (!best || length < best.length) best = { from, to, length }
      }
    }
    const { from, to, length } = best!
    joined.add(to)
    const at = (disc: Point, other: Point, r: number): Point => {
      const share = length > 0 ? r / length : 0
      return { x: disc.x + (other.x - disc.x) * share, y: disc.y + (other.y - disc.y) * share }
    }
    joints.push([at(from, to, from.r), at(to, from, to.r)])
  }
  return joints
}
