import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CommunityMap } from '../../src-main/common/contract/communities.ts'
import { placeRegions } from './regions.ts'

describe('regions on the map', () => {
  it('are not named where the layout has put others in their place', () => {
    const map = {
      x: Float32Array.from([0, 10, 5, 6, 90, 95]),
      y: Float32Array.from([0, 0, 0, 0, 0, 0]),
      radius: new Float32Array(6).fill(1),
      size: new Uint32Array(6).fill(4),
    } as CommunityMap
    const regions = {
      level: 1,
      community: Uint32Array.from([0, 1, 2, 3, 4, 5]),
      region: Uint32Array.from([8, 8, 9, 10, 11, 11]),
    }
    const named = placeRegions(map, regions, (id) => id, String)
    expect(named.map(({ key }) => key)).toEqual(['r11'])
  })

  it('lie around their communities, the largest first, without those of one community', () => {
    const map = {
      x: Float32Array.from([0, 10, 100, 104, 50]),
      y: Float32Array.from([0, 0, 20, 20, 50]),
      radius: Float32Array.from([1, 2, 1, 1, 3]),
      size: Uint32Array.from([5, 6, 40, 50, 900]),
    } as CommunityMap
    const regions = {
      level: 1,
      community: Uint32Array.from([0, 1, 2, 3, 4, 77]),
      region: Uint32Array.from([8, 8, 9, 9, 10, 9]),
    }
    const rowOf = (id: number) => (id < 5 ? id : -1)
    expect(placeRegions(map, regions, rowOf, (number, accounts) => `${number}:${accounts}`)).toEqual([
      { key: 'r9', text: '1:90', x: 102, y: 20, r: 3, accounts: 90 },
      { key: 'r8', text: '2:11', x: 5.5, y: 0, r: 6.5, accounts: 11 },
    ])
  })

  it('are those of whose box at least seven tenths of the communities are their own', () => {
    const disc = fc.record({
      x: fc.integer({ min: 0, max: 30 }),
      y: fc.integer({ min: 0, max: 30 }),
      r: fc.integer({ min: 1, max: 4 }),
      size: fc.integer({ min: 1, max: 5 }),
      // The last is of no region.
      region: fc.integer({ min: 0, max: 4 }),
    })
    fc.assert(
      fc.property(fc.array(disc, { maxLength: 30 }), (discs) => {
        const map = {
          x: Float32Array.from(discs, ({ x }) => x),
          y: Float32Array.from(discs, ({ y }) => y),
          radius: Float32Array.from(discs, ({ r }) => r),
          size: Uint32Array.from(discs, ({ size }) => size),
        } as CommunityMap
        const told = discs.map((one, id) => ({ ...one, id })).filter(({ region }) => region < 4)
        const regions = {
          level: 1,
          community: Uint32Array.from(told, ({ id }) => id),
          region: Uint32Array.from(told, ({ region }) => region),
        }
        const expected = [0, 1, 2, 3].filter((region) => {
          const own = told.filter((one) => one.region === region)
          const edge = (of: (one: (typeof own)[number]) => number) => own.map(of)
          const [x0, x1] = [Math.min(...edge((o) => o.x - o.r)), Math.max(...edge((o) => o.x + o.r))]
          const [y0, y1] = [Math.min(...edge((o) => o.y - o.r)), Math.max(...edge((o) => o.y + o.r))]
          const there = discs.filter(({ x, y }) => x >= x0 && x <= x1 && y >= y0 && y <= y1)
          return own.length >= 2 && own.length >= 0.7 * there.length
        })
        const named = placeRegions(map, regions, (id) => id, String)
        expect(named.map(({ key }) => key).sort()).toEqual(expected.map((region) => `r${region}`))
      }),
    )
  })
})
