import fc from 'fast-check'
import graphology from 'graphology'
import forceAtlas2Module from 'graphology-layout-forceatlas2'
import { describe, expect, test } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { csrFromPairs } from '../graph/csr.ts'
import { PairTable } from '../graph/pair-table.ts'
import type { Csr } from '../graph/types.ts'
import { coarsen } from './coarsen.ts'
import { communityGraph, membersOf, PULLING_NEIGHBOURS } from './community-graph.ts'
import { compactDiscs } from './compact.ts'
import { forEachMeetingPair } from './disc-pairs.ts'
import { encloseDiscs } from './enclose.ts'
import { repelByTree, repelPairs, runForce } from './force.ts'
import { Quadtree } from './quadtree.ts'
import { separateDiscs, worstOverlap } from './separate.ts'
import { swapPlaces } from './swap.ts'

// A CommonJS module whose exports are the function itself, which its types call `default`.
const forceAtlas2 = forceAtlas2Module as unknown as typeof forceAtlas2Module.default

function graphOf(n: number, edges: readonly (readonly [number, number, number?])[]): Csr {
  const table = new PairTable(n, n, 'max')
  for (const [a, b, w] of edges) if (a !== b) table.push(Math.min(a, b), Math.max(a, b), w ?? 1)
  return csrFromPairs(n, table.distinct(), (w) => w)
}

const coordinate = fc.double({ min: -100, max: 100, noNaN: true })
const disc = fc.record({ x: coordinate, y: coordinate, r: fc.double({ min: 0.1, max: 20, noNaN: true }) })
const discs = (least: number, most: number) =>
  fc.array(disc, { minLength: least, maxLength: most }).map((list) => ({
    points: { x: Float64Array.from(list, (d) => d.x), y: Float64Array.from(list, (d) => d.y) },
    radius: Float64Array.from(list, (d) => d.r),
  }))

describe('ForceAtlas2', () => {
  const world = (n: number) => {
    const at = (k: number) => ({ x: 40 * Math.sin(k * 12.9898), y: 40 * Math.cos(k * 78.233) })
    const edges: [number, number, number][] = []
    for (let i = 1; i < n; i++) edges.push([i, (i * 7919) % i, 1 + (i % 3)])
    return { at, edges }
  }

  test.each([true, false])('moves like graphology-layout-forceatlas2 (linLog %s)', async (linLog) => {
    const n = 60
    const { at, edges } = world(n)
    const graph = new graphology.UndirectedGraph()
    for (let k = 0; k < n; k++) graph.addNode(k, at(k))
    for (const [a, b, weight] of edges) graph.addEdge(a, b, { weight })
    const peer = forceAtlas2(graph, {
      iterations: 4,
      getEdgeWeight: 'weight',
      settings: { linLogMode: linLog, gravity: 0.05, scalingRatio: 5, slowDown: 2, strongGravityMode: true },
    })
    const points = {
      x: Float64Array.from({ length: n }, (_, k) => at(k).x),
      y: Float64Array.from({ length: n }, (_, k) => at(k).y),
    }
    await runForce(
      {
        n,
        source: Uint32Array.from(edges, (e) => e[0]),
        target: Uint32Array.from(edges, (e) => e[1]),
        weight: Float64Array.from(edges, (e) => e[2]),
      },
      points,
      { iterations: 4, gravity: 0.05, scalingRatio: 5, slowDown: 2, linLog },
      freePace(),
    )
    for (let k = 0; k < n; k++) {
      // The peer counts in single precision.
      expect(points.x[k]).toBeCloseTo(peer[k].x, 2)
      expect(points.y[k]).toBeCloseTo(peer[k].y, 2)
    }
  })

  test('the quadtree holds every body once, and its forces are those of all pairs within some percent', () => {
    const n = 400
    const { at } = world(n)
    const points = {
      x: Float64Array.from({ length: n }, (_, k) => at(k % 390).x), // some in one place
      y: Float64Array.from({ length: n }, (_, k) => at(k % 390).y),
    }
    const mass = Float64Array.from({ length: n }, (_, k) => 1 + (k % 5))
    const tree = new Quadtree(4) // it grows
    tree.build(points, mass)
    const total = mass.reduce((sum, m) => sum + m, 0)
    expect(tree.mass[0]).toBeCloseTo(total, 9)
    const forces = (): [Float64Array, Float64Array] => [new Float64Array(n), new Float64Array(n)]
    const byTree = forces()
    const byPairs = forces()
    repelByTree(tree, points, mass, 5, ...byTree)
    repelPairs(points, mass, 5, ...byPairs)
    let [off, all] = [0, 0]
    for (let i = 0; i < n; i++) {
      off += (byTree[0][i] - byPairs[0][i]) ** 2 + (byTree[1][i] - byPairs[1][i]) ** 2
      all += byPairs[0][i] ** 2 + byPairs[1][i] ** 2
    }
    expect(Math.sqrt(off / all)).toBeLessThan(0.05)
  })
})

describe('coarsening', () => {
  const random = fc.record({
    n: fc.integer({ min: 40, max: 300 }),
    edges: fc.array(fc.tuple(fc.nat(10_000), fc.nat(10_000), fc.integer({ min: 1, max: 9 })), {
      minLength: 1,
      maxLength: 600,
    }),
    most: fc.integer({ min: 2, max: 20 }),
  })
  test('never more groups than asked for, every node in one, no area lost', async () => {
    await fc.assert(
      fc.asyncProperty(random, async ({ n, edges, most }) => {
        const graph = graphOf(
          n,
          edges.map(([a, b, w]) => [a % n, b % n, w] as const),
        )
        const area = Float64Array.from({ length: n }, (_, u) => 1 + (u % 11))
        const levels = await coarsen(graph, area, most, freePace())
        expect(levels.length).toBeGreaterThanOrEqual(2)
        expect(levels[levels.length - 1].graph.n).toBeLessThanOrEqual(most)
        for (let l = 0; l + 1 < levels.length; l++) {
          const sum = new Float64Array(levels[l + 1].graph.n)
          for (let u = 0; u < levels[l].graph.n; u++) sum[levels[l].parent[u]] += levels[l].area[u]
          for (let c = 0; c < sum.length; c++) expect(sum[c]).toBeCloseTo(levels[l + 1].area[c], 6)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('cliques that hang together by single edges become groups', async () => {
    const edges: [number, number][] = []
    for (let c = 0; c < 12; c++) {
      for (let i = 0; i < 20; i++) for (let j = 0; j < i; j++) edges.push([20 * c + i, 20 * c + j])
      edges.push([20 * c, (20 * c + 21) % 240])
    }
    const levels = await coarsen(graphOf(240, edges), new Float64Array(240).fill(1), 12, freePace())
    let group = Uint32Array.from({ length: 240 }, (_, u) => u)
    for (let l = 0; l + 1 < levels.length; l++) group = group.map((u) => levels[l].parent[u])
    for (let u = 0; u < 240; u++) expect(group[u]).toBe(group[u - (u % 20)])
  })

  test('the graph of communities: relative weights, few neighbours, the same from both sides', async () => {
    // Community 0 is tied to 30 others, each of them only to it.
    const edges: [number, number][] = []
    for (let c = 0; c < 31; c++) edges.push([2 * c, 2 * c + 1])
    for (let c = 1; c < 31; c++) edges.push([0, 2 * c])
    const membership = Uint32Array.from({ length: 62 }, (_, u) => u >> 1)
    const graph = await communityGraph(graphOf(62, edges), membership, membersOf(membership, 31), freePace())
    // Each of the 30 counts community 0 among its strongest, so it keeps them all; the others keep one.
    expect(graph.offsets[1]).toBe(30)
    expect(30).toBeGreaterThan(PULLING_NEIGHBOURS)
    for (let e = 0; e < 30; e++) expect(graph.weights[e]).toBeCloseTo(1 / Math.sqrt(32 * 3), 6)
  })
})

describe('discs', () => {
  test('meeting pairs are all found, each once', () => {
    fc.assert(
      fc.property(discs(0, 60), ({ points, radius }) => {
        const found = new Map<string, number>()
        forEachMeetingPair(points, radius, (i, j) => {
          const key = `${Math.min(i, j)} ${Math.max(i, j)}`
          found.set(key, (found.get(key) ?? 0) + 1)
        })
        for (const times of found.values()) expect(times).toBe(1)
        for (let i = 0; i < radius.length; i++)
          for (let j = 0; j < i; j++)
            if (Math.hypot(points.x[i] - points.x[j], points.y[i] - points.y[j]) < radius[i] + radius[j])
              expect(found.has(`${j} ${i}`)).toBe(true)
      }),
    )
  })

  test('the circle around discs holds them all and is hardly larger than the best one', () => {
    fc.assert(
      fc.property(discs(1, 30), ({ points, radius }) => {
        const circle = encloseDiscs(points, radius)
        let reach = 0
        // No circle is smaller than half of what two discs span.
        let least = 0
        for (let i = 0; i < radius.length; i++) {
          reach = Math.max(reach, Math.hypot(points.x[i] - circle.x, points.y[i] - circle.y) + radius[i])
          least = Math.max(least, radius[i])
          for (let j = 0; j < i; j++) {
            const apart = Math.hypot(points.x[i] - points.x[j], points.y[i] - points.y[j])
            least = Math.max(least, (apart + radius[i] + radius[j]) / 2)
          }
        }
        expect(reach).toBeLessThan(circle.radius * (1 + 1e-9))
        // Jung: the best circle is at most 2/√3 times that.
        expect(circle.radius).toBeLessThan(least * (2 / Math.sqrt(3)) * 1.02)
      }),
    )
  })

  test('pressed into a box, discs fill it densely and in order', async () => {
    const n = 150
    const radius = Float64Array.from({ length: n }, (_, i) => 1 + (i % 4))
    const points = {
      x: Float64Array.from({ length: n }, (_, i) => (i % 15) * 8 - 60),
      y: Float64Array.from({ length: n }, (_, i) => Math.floor(i / 15) * 8 - 36),
    }
    await compactDiscs(points, radius, 'box', freePace())
    await separateDiscs(points, radius, 0, freePace())
    expect(worstOverlap(points, radius)).toBeLessThan(1)
    let [wide, high] = [0, 0]
    for (let i = 0; i < n; i++) {
      wide = Math.max(wide, Math.abs(points.x[i]) + radius[i])
      high = Math.max(high, Math.abs(points.y[i]) + radius[i])
    }
    const area = radius.reduce((sum, r) => sum + Math.PI * r * r, 0)
    expect(area / (4 * wide * high)).toBeGreaterThan(0.6)
    expect(wide / high).toBeGreaterThan(1.3)
    expect(wide / high).toBeLessThan(1.9)
    for (let i = 0; i < n; i++) if (i % 15 === 0) expect(points.x[i]).toBeLessThan(points.x[i + 14])
  })

  test('changing places never makes ties longer, and untangles a path', () => {
    const n = 12
    const graph = graphOf(
      n,
      Array.from({ length: n - 1 }, (_, i) => [i, i + 1] as const),
    )
    const points = {
      x: Float64Array.from({ length: n }, (_, i) => (i * 5) % n),
      y: new Float64Array(n),
    }
    const length = () => {
      let sum = 0
      for (let i = 0; i + 1 < n; i++) sum += Math.abs(points.x[i] - points.x[i + 1])
      return sum
    }
    const before = length()
    const places = [...points.x].sort((a, b) => a - b)
    swapPlaces(graph, new Float64Array(n).fill(1), points)
    expect([...points.x].sort((a, b) => a - b)).toEqual(places)
    expect(length()).toBeLessThan(before / 2)
  })
})
