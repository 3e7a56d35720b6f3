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
