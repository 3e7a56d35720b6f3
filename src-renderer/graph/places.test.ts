import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Places } from '../../src-main/common/contract/explore.ts'
import { inMask, PlacesIndex } from './places.ts'
import { runSliced } from './slices.ts'

function placesOf(points: [number, number][], frame = { left: -3, top: 2, width: 40, height: 11 }): Places {
  return {
    version: 'v',
    layoutRunId: 1,
    n: points.length,
    accountId: Uint32Array.from(points, (_, i) => 10 + 3 * i),
    X: Uint16Array.from(points, (p) => p[0]),
    Y: Uint16Array.from(points, (p) => p[1]),
    ...frame,
    community: new Uint32Array(points.length),
  }
}
const u16 = fc.integer({ min: 0, max: 65535 })

describe('places', () => {
  it('finds nothing before the grid is there, and nothing among nobody', async () => {
    expect(new PlacesIndex(placesOf([[5, 5]])).nearest(0, 0, 100)).toBe(-1)
    const nobody = new PlacesIndex(placesOf([]))
    expect(await runSliced(nobody.build())).toBe(true)
    expect(nobody.nearest(0, 0, 100)).toBe(-1)
    expect(nobody.rowOf(3)).toBe(-1)
  })

  it('finds rows by account id', () => {
    const index = new PlacesIndex(
      placesOf([
        [1, 1],
        [2, 2],
        [3, 3],
      ]),
    )
    expect([10, 13, 16, 11, 9, 17].map((id) => index.rowOf(id))).toEqual([0, 1, 2, -1, -1, -1])
  })

  it('finds the same nearest account as looking at each', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(u16, u16), { minLength: 1, maxLength: 400 }),
        fc.tuple(u16, u16),
        fc.double({ min: 0.01, max: 30, noNaN: true }),
        async (points, [qx, qy], radius) => {
          const index = new PlacesIndex(placesOf(points))
          await runSliced(index.build())
          const q = { x: -3 + (qx / 65535) * 40, y: 2 + (qy / 65535) * 11 }
          const odd = (row: number) => row % 3 !== 0
          let best = Infinity
          points.forEach((_, row) => {
            const p = index.at(row)
            if (odd(row)) best = Math.min(best, Math.hypot(p.x - q.x, p.y - q.y))
          })
          const found = index.nearest(q.x, q.y, radius, odd)
          if (best < radius * (1 - 1e-9)) {
            const p = index.at(found)
            expect(Math.hypot(p.x - q.x, p.y - q.y)).toBeCloseTo(best, 9)
            expect(odd(found)).toBe(true)
          } else if (best > radius * (1 + 1e-9)) expect(found).toBe(-1)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('stops where it is told to', async () => {
    const index = new PlacesIndex(placesOf([[1, 1]]))
    const stop = new AbortController()
    stop.abort()
    expect(await runSliced(index.build(), stop.signal)).toBe(false)
  })

  it('reads masks bit by bit, and everybody from an empty one', () => {
    const bits = Uint8Array.from([0b0000_0101, 0b1000_0000])
    expect([0, 1, 2, 14, 15].map((row) => inMask(bits, row))).toEqual([true, false, true, false, true])
    expect(inMask(new Uint8Array(0), 12345)).toBe(true)
    expect(inMask(null, 7)).toBe(true)
  })
})
