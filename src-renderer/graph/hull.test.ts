import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convexHull, hullOfDiscs, insideHull, shortestJoints, thinned, type Point } from './hull.ts'

const point = fc.record({ x: fc.integer({ min: -50, max: 50 }), y: fc.integer({ min: -50, max: 50 }) })
const turn = (o: Point, a: Point, b: Point) => (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x)

describe('hulls', () => {
  it('hold every point and turn one way only', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 3, maxLength: 60 }), (points) => {
        const hull = convexHull(points)
        for (const corner of hull) expect(points).toContainEqual(corner)
        if (hull.length < 3) return // all in one place or on one line
        hull.forEach((a, i) => {
          const b = hull[(i + 1) % hull.length]!
          const c = hull[(i + 2) % hull.length]!
          expect(turn(a, b, c)).toBeGreaterThan(0)
          for (const p of points) expect(turn(a, b, p)).toBeGreaterThanOrEqual(0)
        })
      }),
    )
  })
  it('go round discs with air', () => {
    const hull = hullOfDiscs([{ x: 10, y: 10, r: 5 }], 2)
    expect(hull).toHaveLength(24)
    for (const p of hull) expect(Math.hypot(p.x - 10, p.y - 10)).toBeCloseTo(7, 9)
  })
})

describe('a group that is apart', () => {
  it('is joined by one line less than it has discs, the nearest to each other', () => {
    const disc = (x: number) => ({ x, y: 0, r: 1 })
    expect(shortestJoints([disc(0), disc(100), disc(10)])).toEqual([
      [
        { x: 1, y: 0 },
        { x: 9, y: 0 },
      ],
      [
        { x: 11, y: 0 },
        { x: 99, y: 0 },
      ],
    ])
    expect(shortestJoints([])).toEqual([])
  })
  it('knows what is inside a hull as looking from every edge does', () => {
    const square = convexHull([
      { x: 0, y: 0 },
      { x: 4, y: 0 },
      { x: 4, y: 4 },
      { x: 0, y: 4 },
    ])
    expect(insideHull({ x: 2, y: 2 }, square)).toBe(true)
    expect(insideHull({ x: 4, y: 2 }, square)).toBe(false)
    expect(insideHull({ x: 5, y: 2 }, square)).toBe(false)
    expect(insideHull({ x: 0, y: 0 }, [{ x: 0, y: 0 }])).toBe(false)
  })
})

describe('a drawn line', () => {
  it('keeps its beginning and its order, and no more points than asked for', () => {
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 50 }),
        (line, most) => {
          const kept = thinned(line, 3, most)
          expect(kept.length).toBeLessThanOrEqual(most)
          expect(kept[0]).toBe(line[0])
          const places = kept.map((p) => line.indexOf(p))
          expect([...places].sort((a, b) => a - b)).toEqual(places)
        },
      ),
    )
  })
})
