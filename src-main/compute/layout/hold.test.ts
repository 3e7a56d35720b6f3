import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { numberBySize } from '../communities/partition.ts'
import { csrFromPairs } from '../graph/csr.ts'
import { PairTable } from '../graph/pair-table.ts'
import type { Csr } from '../graph/types.ts'
import { membersOf } from './community-graph.ts'
import { drawGraph, type Drawing } from './draw.ts'
import { groupOfCommunities } from './groups.ts'
import { insertMembers } from './insert-members.ts'
import { matchCommunities } from './match.ts'
import { movedSince } from './moved.ts'
import { pointsOf } from './points.ts'
import { worstOverlap } from './separate.ts'
import { asPrevious } from './testing.ts'

/** Accounts by name, so that two worlds can share some of them. */
interface World {
  /** Community by account, null for none. */
  readonly of: ReadonlyMap<number, number | null>
  readonly edges: readonly (readonly [number, number])[]
}

interface Data {
  csr: Csr
  membership: Uint32Array
  count: number
  names: number[]
}

function dataOf(world: World): Data {
  const names = [...world.of.keys()].sort((a, b) => a - b)
  const index = new Map(names.map((name, u) => [name, u]))
  const table = new PairTable(names.length, names.length, 'max')
  for (const [a, b] of world.edges) {
    const [u, v] = [index.get(a), index.get(b)]
    if (u !== undefined && v !== undefined && u !== v) table.push(Math.min(u, v), Math.max(u, v), 1)
  }
  let lone = 1_000_000
  const labels = new Map<number, number>()
  const label = Uint32Array.from(names, (name) => {
    const c = world.of.get(name) ?? lone++
    if (!labels.has(c)) labels.set(c, labels.size)
    return labels.get(c)!
  })
  const { membership, sizes } = numberBySize(label)
  let count = 0
  while (count < sizes.length && sizes[count] > 1) count++
  return { csr: csrFromPairs(names.length, table.distinct(), (w) => w), membership, count, names }
}

/** Rings of given sizes, each tied to a few others, and accounts of no community. Names leave gaps for newcomers. */
function worldOf(sizes: readonly number[], alone: number, seed: number): World {
  const of = new Map<number, number | null>()
  const edges: [number, number][] = []
  const first: number[] = []
  let name = 0
  for (const [c, size] of sizes.entries()) {
    first.push(name)
    for (let i = 0; i < size; i++) {
      of.set(name + i, c)
      if (i > 0) edges.push([name + i, name + i - 1], [name + i, name + ((i * 7 + seed) % i)])
    }
    name += size
  }
  for (const [c, at] of first.entries())
    for (let k = 1; k <= 3; k++) edges.push([at, first[(c * k + seed + k) % first.length]])
  for (let k = 0; k < alone; k++) of.set(name++, null)
  return { of, edges }
}

const draw = (data: Data, previous?: ReturnType<typeof asPrevious>): Promise<Drawing> =>
  drawGraph(data.csr, data.membership, data.count, freePace(), () => {}, previous ?? null)

/** The earlier drawing as the later data sees it. */
function seenFrom(later: Data, earlier: Data, drawing: Drawing) {
  const index = new Map(earlier.names.map((name, u) => [name, u]))
  const where = Int32Array.from(later.names, (name) => index.get(name) ?? -1)
  return asPrevious(drawing, earlier.membership, earlier.count, where)
}

const HAIR = 1e-6
/** Everything that must hold of any drawing, held or not. */
function expectSound(drawing: Drawing, { membership, count }: Data): void {
  const { centre, radius, place, groups, held } = drawing
  const growth = held === null ? 1 : 1.4
  const within = (column: Float64Array, most: number) =>
    expect(column.every((value) => Number.isFinite(value) && Math.abs(value) <= most * growth + HAIR)).toBe(
      true,
    )
  for (const column of [centre.x, place.x, radius]) within(column, 1000)
  for (const column of [centre.y, place.y]) within(column, 625)
  expect(radius.length).toBe(count)
  expect(worstOverlap(centre, radius)).toBeLessThan(1 + 1e-8)
  const seen = new Set<string>()
  let [own, others] = [-1, Infinity]
  for (let u = 0; u < membership.length; u++) {
    seen.add(`${place.x[u]} ${place.y[u]}`)
    for (let c = 0; c < count; c++) {
      const outside = Math.hypot(place.x[u] - centre.x[c], place.y[u] - centre.y[c]) - radius[c]
      if (membership[u] === c) own = Math.max(own, outside)
      else others = Math.min(others, outside)
    }
  }
  expect(own).toBeLessThan(0)
  expect(others).toBeGreaterThan(-HAIR)
  expect(seen.size).toBe(membership.length)
  expect(groups.length).toBeLessThanOrEqual(200)
  for (let g = 0; g < groups.length; g++)
    for (let h = 0; h < g; h++)
      expect(Math.hypot(groups[g].x - groups[h].x, groups[g].y - groups[h].y)).toBeGreaterThan(
        groups[g].radius + groups[h].radius - HAIR,
      )
}

const sizes = (least: number, most: number) =>
  fc.array(fc.integer({ min: 2, max: 20 }), { minLength: least, maxLength: most })

describe('going on from an earlier drawing', () => {
  test('unchanged data: exactly the same places, again and again', async () => {
    await fc.assert(
      fc.asyncProperty(sizes(1, 90), fc.nat(12), fc.nat(50), async (rings, alone, seed) => {
        const data = dataOf(worldOf(rings, alone, seed))
        const first = await draw(data)
        expectSound(first, data)
        const again = await draw(data, seenFrom(data, data, first))
        expect(again.held).toEqual({
          communities: data.count,
          accounts: rings.reduce((sum, size) => sum + size, 0),
          rescaled: 1,
        })
        expect({ ...again, held: null }).toEqual(first)
      }),
      { numRuns: 25 },
    )
  })

  test('whatever is added, taken away or moved: nothing overlaps, everybody is in their disc and in range', async () => {
    const change = fc.record({
      gone: fc.array(fc.nat(400), { maxLength: 30 }),
      moved: fc.array(fc.tuple(fc.nat(400), fc.nat(40)), { maxLength: 30 }),
      joined: fc.array(fc.tuple(fc.nat(400), fc.nat(40)), { maxLength: 40 }),
      born: fc.array(fc.integer({ min: 2, max: 60 }), { maxLength: 8 }),
      alone: fc.nat(10),
    })
    let held = 0
    await fc.assert(
      fc.asyncProperty(sizes(3, 60), fc.nat(8), change, async (rings, alone, asked) => {
        const before = worldOf(rings, alone, 3)
        const of = new Map(before.of)
        const edges = [...before.edges]
        for (const name of asked.gone) of.delete(name)
        for (const [name, c] of asked.moved) if (of.has(name)) of.set(name, c)
        let name = 10_000
        for (const [friend, c] of asked.joined) {
          of.set(name, c)
          edges.push([name++, friend])
        }
        for (const [k, size] of asked.born.entries()) {
          for (let i = 0; i < size; i++) {
            of.set(name, 1000 + k)
            if (i > 0) edges.push([name, name - 1])
            else if (k % 2 === 0) edges.push([name, k])
            name++
          }
        }
        for (let k = 0; k < asked.alone; k++) of.set(name++, null)
        const [then, now] = [dataOf(before), dataOf({ of, edges })]
        const first = await draw(then)
        const previous = seenFrom(now, then, first)
        const later = await draw(now, previous)
        expectSound(later, now)
        expect(await draw(now, previous)).toEqual(later)
        if (later.held !== null) held++
      }),
      { numRuns: 60 },
    )
    expect(held).toBeGreaterThan(20)
  })

  test('a tenth more data: what was there stays within its own radius, members within a few percent of it', async () => {
    const rings = Array.from({ length: 120 }, (_, c) => 4 + ((c * 7) % 23))
    const before = worldOf(rings, 10, 5)
    const of = new Map(before.of)
    const edges = [...before.edges]
    const accounts = before.of.size
    // One newcomer to every tenth account, in the community of whom it knows, and some new rings.
    for (let k = 0; k < accounts; k += 10) {
      of.set(10_000 + k, before.of.get(k) ?? null)
      edges.push([10_000 + k, k], [10_000 + k, k + 1])
    }
    for (let c = 0; c < 8; c++)
      for (let i = 0; i < 6; i++) {
        of.set(20_000 + 10 * c + i, 500 + c)
        edges.push([20_000 + 10 * c + i, i > 0 ? 20_000 + 10 * c + i - 1 : 40 * c])
      }
    const [then, now] = [dataOf(before), dataOf({ of, edges })]
    const previous = seenFrom(now, then, await draw(then))
    const later = await draw(now, previous)
    expectSound(later, now)
    const moved = movedSince(previous, membersOf(now.membership, now.count), later)
    expect(moved.communities).toBe(rings.length)
    expect(moved.largestHeld).toBe(20)
    expect(moved.communityMost).toBeLessThan(0.02)
    expect(moved.communityMedianInRadii).toBeLessThan(0.05)
    expect(moved.accountMedian).toBeLessThan(0.005)
    // Drawn anew, nothing of the kind would be true.
    const anew = movedSince(previous, membersOf(now.membership, now.count), await draw(now))
    expect(anew.largestHeld).toBeLessThan(10)
  })

  test('an account without a community keeps its place, and one that left a ring goes to the belt', async () => {
    const before = worldOf([9, 9, 9], 6, 1)
    const of = new Map(before.of)
    of.delete(28) // one of the six; its place is free now
    of.set(4, null)
    const [then, now] = [dataOf(before), dataOf({ of, edges: before.edges })]
    const first = await draw(then)
    const later = await draw(now, seenFrom(now, then, first))
    const at = (data: Data, drawing: Drawing, name: number) => {
      const u = data.names.indexOf(name)
      return [drawing.place.x[u], drawing.place.y[u]]
    }
    for (const name of [27, 29, 30, 31, 32]) expect(at(now, later, name)).toEqual(at(then, first, name))
    expect(at(now, later, 4)).toEqual(at(then, first, 28))
  })

  test('when it outgrows the box by far, all of it is scaled back and stays in order', async () => {
    const before = worldOf(
      Array.from({ length: 30 }, () => 8),
      0,
      2,
    )
    const of = new Map(before.of)
    const edges = [...before.edges]
    // Twice as many unknown accounts as there were: no tie says where they belong.
    for (let k = 0; k < 700; k++) of.set(5000 + k, null)
    const [then, now] = [dataOf(before), dataOf({ of, edges })]
    const first = await draw(then)
    const later = await draw(now, seenFrom(now, then, first))
    expectSound(later, now)
    expect(later.held!.rescaled).toBeLessThan(1)
    const { rescaled } = later.held!
    for (let c = 0; c < now.count; c++) {
      expect(later.centre.x[c]).toBeCloseTo(first.centre.x[c] * rescaled, 9)
      expect(later.radius[c]).toBeCloseTo(first.radius[c] * rescaled, 9)
    }
    expect(later.scale).toBeCloseTo(first.scale * rescaled, 12)
  })

  test('of a world that has nothing of the old one it draws anew', async () => {
    const then = dataOf(worldOf([8, 8, 8], 0, 1))
    const strangers = worldOf([8, 8, 8], 0, 1)
    const now = dataOf({
      of: new Map([...strangers.of].map(([name, c]) => [name + 500, c])),
      edges: strangers.edges.map(([a, b]) => [a + 500, b + 500] as const),
    })
    const first = await draw(then)
    const later = await draw(now, seenFrom(now, then, first))
    expect(later.held).toBeNull()
    expect(later).toEqual(first)
  })
})

describe('its parts', () => {
  test('a community goes on in the largest part of what it was split into, and none is given twice', () => {
    const then = dataOf(worldOf([12, 6, 6], 0, 1))
    const of = new Map(worldOf([12, 6, 6], 0, 1).of)
    for (let name = 0; name < 5; name++) of.set(name, 100) // 12 = 7 + 5
    for (let name = 18; name < 24; name++) of.set(name, 1) // 6 + 6 = 12
    const now = dataOf({ of, edges: [] })
    const identity = Int32Array.from(now.names, (_, u) => u)
    const place = { x: new Float64Array(24), y: new Float64Array(24) }
    const drawing = { place, centre: pointsOf(3), radius: new Float64Array(3) } as unknown as Drawing
    const { earlier } = matchCommunities(
      asPrevious(drawing, then.membership, then.count, identity),
      membersOf(now.membership, now.count),
    )
    const from = (name: number) => earlier[now.membership[name]]
    expect(from(7)).toBe(then.membership[7])
    expect(from(0)).toBe(-1)
    expect([then.membership[12], then.membership[18]]).toContain(from(12))
    expect(now.membership[12]).toBe(now.membership[18])
  })

  test('newcomers find free places in the disc next to whom they know; nobody else moves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 120 }), fc.integer({ min: 1, max: 80 }), (old, more) => {
        const n = old + more
        const table = new PairTable(n, n, 'max')
        for (let i = 1; i < n; i++) table.push(i < old ? i - 1 : i % old, i, 1)
        const points = pointsOf(n)
        for (let i = 0; i < old; i++) {
          points.x[i] = 0.9 * Math.sqrt(i / old) * Math.cos(i * 2.4)
          points.y[i] = 0.9 * Math.sqrt(i / old) * Math.sin(i * 2.4)
        }
        const before = { x: points.x.slice(0, old), y: points.y.slice(0, old) }
        const known = Uint8Array.from({ length: n }, (_, i) => (i < old ? 1 : 0))
        insertMembers(
          csrFromPairs(n, table.distinct(), (w) => w),
          points,
          known,
        )
        expect({ x: points.x.slice(0, old), y: points.y.slice(0, old) }).toEqual(before)
        let least = Infinity
        for (let i = 0; i < n; i++) {
          expect(Math.hypot(points.x[i], points.y[i])).toBeLessThan(0.93)
          for (let j = Math.max(old, i + 1); j < n; j++)
            least = Math.min(least, Math.hypot(points.x[i] - points.x[j], points.y[i] - points.y[j]))
        }
        // A quarter of the even distance, 0.92 √(π/n).
        expect(least * Math.sqrt(n)).toBeGreaterThan(0.2)
      }),
      { numRuns: 60 },
    )
  })

  test('groups: at most √communities, and each community of a large map is in one', async () => {
    const data = dataOf(
      worldOf(
        Array.from({ length: 400 }, (_, c) => 2 + (c % 9)),
        5,
        11,
      ),
    )
    const drawing = await draw(data)
    expectSound(drawing, data)
    expect(drawing.groups.length).toBeGreaterThan(5)
    expect(drawing.groups.length).toBeLessThanOrEqual(20)
    const group = groupOfCommunities(drawing.groups, drawing.centre)
    expect(group.every((g) => g >= 0)).toBe(true)
    for (let c = 0; c < data.count; c++) {
      const g = drawing.groups[group[c]]
      expect(
        Math.hypot(drawing.centre.x[c] - g.x, drawing.centre.y[c] - g.y) + drawing.radius[c],
      ).toBeLessThan(g.radius)
    }
    const communities = drawing.groups.reduce((sum, g) => sum + g.communities, 0)
    const accounts = drawing.groups.reduce((sum, g) => sum + g.accounts, 0)
    expect([communities, accounts]).toEqual([400, data.names.length - 5])
  })
})
