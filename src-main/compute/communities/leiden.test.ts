import fc from 'fast-check'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { csrFromPairs } from '../graph/csr.ts'
import { PairTable } from '../graph/pair-table.ts'
import type { Csr } from '../graph/types.ts'
import { KARATE_EDGES } from './karate.fixture.ts'
import { leiden } from './leiden.ts'
import { connectedComponents, modularity } from './partition.ts'

type Edge = readonly [number, number, number?]
function graphOf(n: number, edges: readonly Edge[]): Csr {
  const table = new PairTable(n, n, 'sum')
  for (const [a, b, w] of edges) if (a !== b) table.push(Math.min(a, b), Math.max(a, b), w ?? 1)
  return csrFromPairs(n, table.distinct(), (w) => w)
}
const run = (csr: Csr, params = {}) => leiden(csr, params, freePace())
const groups = (membership: Uint32Array) =>
  [...new Set(membership)].map((c) => [...membership.keys()].filter((u) => membership[u] === c)).sort()

const randomGraph = fc.integer({ min: 1, max: 40 }).chain((n) =>
  fc.record({
    n: fc.constant(n),
    edges: fc.array(
      fc.tuple(fc.nat(n - 1), fc.nat(n - 1), fc.float({ min: Math.fround(0.01), max: 8, noNaN: true })),
      { maxLength: 120 },
    ),
    resolution: fc.constantFrom(0.3, 1, 2.5),
    seed: fc.nat(1000),
  }),
)

describe('known graphs', () => {
  test('two cliques and a bridge', async () => {
    const edges: Edge[] = [[4, 5]]
    for (let i = 0; i < 5; i++) for (let j = i + 1; j < 5; j++) edges.push([i, j], [i + 5, j + 5])
    const found = await run(graphOf(10, edges))
    expect(groups(found.membership)).toEqual([
      [0, 1, 2, 3, 4],
      [5, 6, 7, 8, 9],
    ])
    // 20 of 21 edges inside, both halves the same: 20/21 - 1/2.
    expect(found.quality).toBeCloseTo(20 / 21 - 0.5, 10)
  })

  test('ring of thirty 5-cliques: neighbouring cliques merge (resolution limit, Fortunato & Barthélemy 2007)', async () => {
    const edges: Edge[] = []
    for (let k = 0; k < 30; k++) {
      for (let i = 0; i < 5; i++) for (let j = i + 1; j < 5; j++) edges.push([5 * k + i, 5 * k + j])
      edges.push([5 * k + 4, (5 * k + 5) % 150])
    }
    const csr = graphOf(150, edges)
    const cliques = modularity(
      csr,
      Uint32Array.from({ length: 150 }, (_, u) => Math.floor(u / 5)),
    )
    const found = await run(csr)
    expect(found.quality).toBeGreaterThan(cliques + 0.009)
    expect(found.communities).toBeLessThan(20)
    // Never cuts a clique.
    for (let u = 0; u < 150; u++) expect(found.membership[u]).toBe(found.membership[u - (u % 5)])
    const fine = await run(graphOf(150, edges), { resolution: 3 })
    expect(fine.communities).toBe(30)
  })

  test("Zachary's karate club: the best known modularity, 0.4198", async () => {
    const csr = graphOf(34, KARATE_EDGES)
    expect(csr.targets.length).toBe(156)
    const qualities = []
    for (let seed = 0; seed < 10; seed++) qualities.push((await run(csr, { seed })).quality)
    expect(Math.max(...qualities)).toBeCloseTo(0.41979, 5)
    expect(Math.min(...qualities)).toBeGreaterThan(0.41)
  })

  test('no edges: everybody alone, quality 0', async () => {
    const found = await run(graphOf(3, []))
    expect([...found.membership]).toEqual([0, 1, 2])
    expect(found).toMatchObject({ communities: 3, quality: 0 })
  })

  const blogs = new URL('../../../../shared/data/communities/polblogs.gml', import.meta.url)
  test.skipIf(!existsSync(blogs))(
    'polblogs, giant component: as good as igraph (skipped where ../shared/data is absent)',
    async () => {
      const csr = giantComponent(readGml(readFileSync(blogs, 'utf8')))
      const reference = JSON.parse(
        readFileSync(new URL('../../../tests/reference/communities.json', import.meta.url), 'utf8'),
      ).polblogs as { nodes: number; edges: number; bestQuality: number; medianQuality: number }
      expect(csr.n).toBe(reference.nodes)
      expect(csr.targets.length / 2).toBe(reference.edges)
      const found = await run(csr)
      expect(found.quality).toBeGreaterThan(reference.medianQuality - 0.002)
      expect(found.quality).toBeLessThan(reference.bestQuality + 0.002)
    },
  )
})

describe('on any graph', () => {
  test('communities are connected and complete, the quality is true and no worse than everybody alone', async () => {
    await fc.assert(
      fc.asyncProperty(randomGraph, async ({ n, edges, resolution, seed }) => {
        const csr = graphOf(n, edges)
        const found = await run(csr, { resolution, seed })
        expect(found.membership.length).toBe(n)
        const sizes = new Uint32Array(found.communities)
        for (const c of found.membership) sizes[c]++
        expect([...sizes].every((size, c) => size > 0 && (c === 0 || sizes[c - 1] >= size))).toBe(true)
        expect(connectedComponents(csr, found.membership).count).toBe(found.communities)
        expect(found.quality).toBeCloseTo(modularity(csr, found.membership, resolution), 12)
        const alone = Uint32Array.from({ length: n }, (_, u) => u)
        expect(found.quality).toBeGreaterThanOrEqual(modularity(csr, alone, resolution) - 1e-12)
        expect(await run(csr, { resolution, seed })).toEqual(found)
      }),
      { numRuns: 150 },
    )
  })

  test('no single node would gain by moving (node optimality), and no two communities by merging', async () => {
    await fc.assert(
      fc.asyncProperty(randomGraph, async ({ n, edges, resolution, seed }) => {
        const csr = graphOf(n, edges)
        const { membership, quality, communities } = await run(csr, { resolution, seed, maxIterations: 100 })
        for (let c = 0; c < communities; c++) {
          for (let d = c + 1; d < communities; d++) {
            const merged = membership.map((x) => (x === d ? c : x))
            expect(modularity(csr, merged, resolution)).toBeLessThanOrEqual(quality + 2e-5)
          }
        }
        for (let u = 0; u < n; u++) {
          for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
            const moved = membership.slice()
            moved[u] = membership[csr.targets[e]]
            expect(modularity(csr, moved, resolution)).toBeLessThanOrEqual(quality + 2e-5)
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  test('names of nodes do not matter: relabelled, the quality is the same within a few percent', async () => {
    await fc.assert(
      fc.asyncProperty(randomGraph, fc.nat(1000), async ({ n, edges }, shift) => {
        const rename = (u: number) => (u * (n > 1 && shift % 2 ? n - 1 : 1) + shift) % n
        const best = async (csr: Csr) => {
          let q = -1
          for (let seed = 0; seed < 4; seed++) q = Math.max(q, (await run(csr, { seed })).quality)
          return q
        }
        const plain = await best(graphOf(n, edges))
        const renamed = await best(
          graphOf(
            n,
            edges.map(([a, b, w]) => [rename(a), rename(b), w] as const),
          ),
        )
        expect(Math.abs(plain - renamed)).toBeLessThan(0.02)
      }),
      { numRuns: 40 },
    )
  })
})

test('hears a cancel', async () => {
  const edges: Edge[] = []
  for (let u = 0; u < 2000; u++) for (let k = 1; k < 60; k++) edges.push([u, (u + k) % 2000])
  const pace = { ...freePace(), checkpoint: async () => Promise.reject(new Error('cancelled here')) }
  await expect(leiden(graphOf(2000, edges), {}, pace)).rejects.toThrow('cancelled here')
})

/** Undirected simple graph of a GML file (directions merged, repeated edges once). */
function readGml(text: string): Csr {
  const ids = [...text.matchAll(/\bid (\d+)/g)].map((m) => Number(m[1]))
  const nodeOf = new Map(ids.map((id, u) => [id, u]))
  const table = new PairTable(ids.length, ids.length, 'max')
  for (const m of text.matchAll(/source (\d+)\s+target (\d+)/g)) {
    const [a, b] = [nodeOf.get(Number(m[1]))!, nodeOf.get(Number(m[2]))!]
    if (a !== b) table.push(Math.min(a, b), Math.max(a, b), 1)
  }
  return csrFromPairs(ids.length, table.distinct(), () => 1)
}

function giantComponent(csr: Csr): Csr {
  const { component, count } = connectedComponents(csr)
  const sizes = new Uint32Array(count)
  for (const c of component) sizes[c]++
  const giant = sizes.indexOf(Math.max(...sizes))
  const index = new Map<number, number>()
  for (let u = 0; u < csr.n; u++) if (component[u] === giant) index.set(u, index.size)
  const table = new PairTable(index.size, index.size, 'max')
  for (const [u, i] of index) {
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
      if (csr.targets[e] > u) table.push(i, index.get(csr.targets[e])!, 1)
    }
  }
  return csrFromPairs(index.size, table.distinct(), () => 1)
}
