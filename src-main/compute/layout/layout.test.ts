import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { leiden } from '../communities/leiden.ts'
import { csrFromPairs } from '../graph/csr.ts'
import { PairTable } from '../graph/pair-table.ts'
import type { Csr } from '../graph/types.ts'
import { drawGraph, type Drawing } from './draw.ts'
import { Frontier, packAround } from './pack.ts'
import { FORCE_MEMBERS, placeMembers, sunflowerByTree, type Induced } from './place-members.ts'
import { separateDiscs, worstOverlap } from './separate.ts'
import { spreadEvenly } from './spread-evenly.ts'

type Edge = readonly [number, number]
function graphOf(n: number, edges: readonly Edge[]): Csr {
  const table = new PairTable(n, n, 'sum')
  for (const [a, b] of edges) if (a !== b) table.push(Math.min(a, b), Math.max(a, b), 1)
  return csrFromPairs(n, table.distinct(), (w) => w)
}

async function draw(csr: Csr): Promise<{ drawing: Drawing; membership: Uint32Array; count: number }> {
  const { membership, communities } = await leiden(csr, {}, freePace())
  const sizes = new Uint32Array(communities)
  for (const c of membership) sizes[c]++
  const count = sizes.filter((size) => size > 1).length
  return { drawing: await drawGraph(csr, membership, count, freePace()), membership, count }
}

/** Squares of distances are compared a hair apart: 1e-9 of the drawing. */
const HAIR = 1e-6
function expectSound({ drawing, membership, count }: Awaited<ReturnType<typeof draw>>): void {
  const { centre, radius, place, held } = drawing
  expect(radius.length).toBe(count)
  const within = (column: Float64Array, most: number) =>
    expect(column.every((value) => Number.isFinite(value) && Math.abs(value) <= most + HAIR)).toBe(true)
  const growth = held === null ? 1 : 1.4
  for (const column of [centre.x, place.x, radius]) within(column, 1000 * growth)
  for (const column of [centre.y, place.y]) within(column, 625 * growth)
  for (let c = 0; c < count; c++) {
    for (let d = 0; d < c; d++) {
      const distance = Math.hypot(centre.x[c] - centre.x[d], centre.y[c] - centre.y[d])
      expect(distance).toBeGreaterThanOrEqual(radius[c] + radius[d] - HAIR)
    }
  }
  const seen = new Set<string>()
  for (let u = 0; u < membership.length; u++) {
    seen.add(`${place.x[u].toFixed(6)} ${place.y[u].toFixed(6)}`)
    for (let c = 0; c < count; c++) {
      const distance = Math.hypot(place.x[u] - centre.x[c], place.y[u] - centre.y[c])
      if (membership[u] === c) expect(distance).toBeLessThan(radius[c])
      else expect(distance).toBeGreaterThan(radius[c] - HAIR)
    }
  }
  expect(seen.size).toBe(membership.length)
}

/** Groups with paths, cliques and links among them, some alone, some accounts alone. */
const world = fc
  .record({
    sizes: fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 25 }),
    links: fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)), { maxLength: 30 }),
    alone: fc.nat(20),
  })
  .map(({ sizes, links, alone }) => {
    const edges: [number, number][] = []
    let n = 0
    for (const size of sizes) {
      for (let i = 1; i < size; i++) {
        edges.push([n + i, n + i - 1])
        if (size % 2) for (let j = 0; j < i - 1; j++) edges.push([n + i, n + j])
      }
      n += size
    }
    for (const [a, b] of links) edges.push([a % n, b % n])
    return graphOf(n + alone, edges)
  })

describe('the whole drawing', () => {
  test('no discs overlap, members are inside theirs and nobody else is, all inside the box, no two points alike', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (csr) => expectSound(await draw(csr))),
      { numRuns: 40 },
    )
  })

  test('the same input gives the same places', async () => {
    const csr = graphOf(
      300,
      Array.from({ length: 700 }, (_, k) => [(k * 37) % 280, (k * k + 11) % 280] as const),
    )
    expect((await draw(csr)).drawing).toEqual((await draw(csr)).drawing)
  })

  test('edge cases: one account, no edges, one community, two accounts', async () => {
    const one = await draw(graphOf(1, []))
    expect(one.drawing).toMatchObject({ isolated: 1, radius: new Float64Array(0) })
    expectSound(one)
    expectSound(await draw(graphOf(50, [])))
    expectSound(await draw(graphOf(2, [[0, 1]])))
    expectSound(
      await draw(
        graphOf(5, [
          [0, 1],
          [1, 2],
          [0, 2],
          [2, 3],
          [3, 4],
        ]),
      ),
    )
    expect((await drawGraph(graphOf(0, []), new Uint32Array(0), 0, freePace())).place.x.length).toBe(0)
  })

  test('it is compact: discs without links fill the neighbourhood of the others', async () => {
    const edges: Edge[] = []
    for (let k = 0; k < 300; k++) edges.push([2 * k, 2 * k + 1])
    const { drawing } = await draw(graphOf(600, edges))
    const area = drawing.radius.reduce((sum, r) => sum + r * r, 0)
    expect((Math.PI * area) / (2000 * 1250)).toBeGreaterThan(0.42)
  })
})

describe('its parts', () => {
  test('separateDiscs parts anything, also centres that coincide', async () => {
    const disc = fc.record({
      x: fc.double({ min: -50, max: 50, noNaN: true }),
      y: fc.constantFrom(0, 1, 7),
      r: fc.double({ min: 0.5, max: 30, noNaN: true }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(disc, { minLength: 1, maxLength: 60 }), async (discs) => {
        const points = { x: Float64Array.from(discs, (d) => d.x), y: Float64Array.from(discs, (d) => d.y) }
        const radius = Float64Array.from(discs, (d) => d.r)
        await separateDiscs(points, radius, 0.5, freePace())
        expect(worstOverlap(points, radius)).toBeLessThan(1)
        expect(worstOverlap(points, radius, 0.5)).toBeLessThanOrEqual(1)
      }),
      { numRuns: 40 },
    )
  })

  test('a pile of a thousand discs spreads evenly and then parts, everybody on their side', async () => {
    const n = 1000
    const radius = Float64Array.from({ length: n }, (_, i) => 1 + 30 / (i + 1))
    // Two piles, left and right, each far smaller than its discs' area.
    const points = {
      x: Float64Array.from({ length: n }, (_, i) => (i % 2 ? 5 : -5) + Math.sin(i * 7.3)),
      y: Float64Array.from({ length: n }, (_, i) => Math.cos(i * 3.1)),
    }
    spreadEvenly(points, radius)
    await separateDiscs(points, radius, 0.2, freePace())
    expect(worstOverlap(points, radius)).toBeLessThan(1)
    const reach = points.x.reduce((most, x, i) => Math.max(most, Math.hypot(x, points.y[i]) + radius[i]), 0)
    const area = radius.reduce((sum, r) => sum + r * r, 0)
    expect(area / reach ** 2).toBeGreaterThan(0.3)
    let right = 0
    for (let i = 1; i < n; i += 2) if (points.x[i] > 0) right++
    expect(right).toBeGreaterThan(0.9 * (n / 2))
  })

  test('worstOverlap agrees with looking at every pair', () => {
    const disc = fc.tuple(
      fc.double({ min: -40, max: 40, noNaN: true }),
      fc.double({ min: -40, max: 40, noNaN: true }),
      fc.double({ min: 0.1, max: 20, noNaN: true }),
    )
    fc.assert(
      fc.property(fc.array(disc, { minLength: 2, maxLength: 40 }), (discs) => {
        const points = { x: Float64Array.from(discs, (d) => d[0]), y: Float64Array.from(discs, (d) => d[1]) }
        let worst = 0
        for (let i = 0; i < discs.length; i++)
          for (let j = 0; j < i; j++) {
            const distance = Math.hypot(discs[i][0] - discs[j][0], discs[i][1] - discs[j][1])
            worst = Math.max(worst, (discs[i][2] + discs[j][2]) / Math.max(distance, 1e-12))
          }
        const found = worstOverlap(
          points,
          Float64Array.from(discs, (d) => d[2]),
        )
        if (worst > 1) expect(found).toBeCloseTo(worst, 9)
        else expect(found).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('packing around a frontier never overlaps, whatever was there', () => {
    const radii = fc.array(fc.double({ min: 0.2, max: 15, noNaN: true }), { minLength: 1, maxLength: 50 })
    fc.assert(
      fc.property(radii, radii, fc.double({ min: 0, max: 6, noNaN: true }), (first, then, angle) => {
        const frontier = new Frontier(360)
        const x: number[] = []
        const y: number[] = []
        let out = 0
        for (const [k, r] of first.entries()) {
          out += k === 0 ? 0 : first[k - 1] + r
          x.push(out * Math.cos(angle))
          y.push(out * Math.sin(angle))
          frontier.add(x[k], y[k], r)
        }
        const packed = packAround(frontier, Float64Array.from(then))
        const points = {
          x: Float64Array.from([...x, ...packed.x]),
          y: Float64Array.from([...y, ...packed.y]),
        }
        expect(worstOverlap(points, Float64Array.from([...first, ...then]))).toBeLessThanOrEqual(1 + 1e-9)
      }),
    )
  })

  const induced = (csr: Csr): Induced => csr
  test('members: a community of two cliques shows as two, with its centre in the middle of a star', async () => {
    const edges: Edge[] = [[0, 12]]
    for (let i = 0; i < 12; i++) for (let j = 0; j < i; j++) edges.push([i, j], [i + 12, j + 12])
    const { x, y } = await placeMembers(induced(graphOf(24, edges)), 100, freePace())
    const middle = (from: number) => {
      let [sx, sy] = [0, 0]
      for (let i = from; i < from + 12; i++) [sx, sy] = [sx + x[i] / 12, sy + y[i] / 12]
      return [sx, sy]
    }
    const [a, b] = [middle(0), middle(12)]
    expect(Math.hypot(a[0] - b[0], a[1] - b[1])).toBeGreaterThan(0.7)

    const star = await placeMembers(
      induced(
        graphOf(
          20,
          Array.from({ length: 19 }, (_, k) => [7, k < 7 ? k : k + 1] as const),
        ),
      ),
      100,
      freePace(),
    )
    expect(Math.hypot(star.x[7], star.y[7])).toBeLessThan(0.25)
    for (let i = 0; i < 20; i++) expect(Math.hypot(star.x[i], star.y[i])).toBeLessThan(0.93)
  })

  test('a community too large for forces fills its disc evenly from its strongest member', () => {
    const n = FORCE_MEMBERS + 500
    const edges: Edge[] = []
    for (let i = 1; i < n; i++) edges.push([i, Math.floor((i - 1) / 3)])
    for (let i = 1; i < 200; i++) edges.push([0, i])
    const { x, y } = sunflowerByTree(induced(graphOf(n, edges)))
    expect(Math.hypot(x[0], y[0])).toBeLessThan(0.03)
    let inHalf = 0
    for (let i = 0; i < n; i++) {
      expect(Math.hypot(x[i], y[i])).toBeLessThan(0.93)
      if (Math.hypot(x[i], y[i]) < 0.92 / 2) inHalf++
    }
    expect(inHalf / n).toBeCloseTo(1 / 4, 2)
  })
})
