import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { freePace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { cliquePercolation, percolate } from './clique-percolation.ts'
import { allConnected } from './quality.ts'
import { kCore, kTruss, rings } from './rings.ts'
import { csrOf, plantedBlocks, randomCsr, type Edge } from './testing.ts'

const heavyEdges = (csr: Csr, least: number): [number, number][] => {
  const edges: [number, number][] = []
  for (let u = 0; u < csr.n; u++) {
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++)
      if (u < csr.targets[e] && csr.weights[e] >= least) edges.push([u, csr.targets[e]])
  }
  return edges
}
const pattern = (p: Pick<Csr, 'n' | 'offsets' | 'targets'>) =>
  heavyEdges({ ...p, weights: new Float32Array(p.targets.length).fill(1) }, 1).map(String)
const isEdge = (edges: [number, number][]) => {
  const set = new Set(edges.map(String))
  return (u: number, v: number) => set.has(String([Math.min(u, v), Math.max(u, v)]))
}

/** Takes off edges for which `weak` says so until there is none; written for clearness alone. */
function peeled(
  edges: [number, number][],
  weak: (edge: [number, number], all: [number, number][]) => boolean,
) {
  for (;;) {
    const left = edges.filter((edge) => !weak(edge, edges))
    if (left.length === edges.length) return left.map(String)
    edges = left
  }
}

const graphs = fc.tuple(randomCsr(14), fc.constantFrom(0, 0.5, 1.5))
describe('as their definitions say, on any graph', () => {
  test('k-core', () =>
    fc.assert(
      fc.asyncProperty(graphs, fc.integer({ min: 2, max: 4 }), async ([csr, least], k) => {
        const degree = (u: number, all: [number, number][]) => all.filter((edge) => edge.includes(u)).length
        const expected = peeled(
          heavyEdges(csr, least),
          ([u, v], all) => degree(u, all) < k || degree(v, all) < k,
        )
        expect(pattern(await kCore(csr, k, least, freePace()))).toEqual(expected)
      }),
    ))

  test('k-truss', () =>
    fc.assert(
      fc.asyncProperty(graphs, fc.integer({ min: 3, max: 5 }), async ([csr, least], k) => {
        const expected = peeled(heavyEdges(csr, least), ([u, v], all) => {
          const has = isEdge(all)
          let triangles = 0
          for (let w = 0; w < csr.n; w++) if (has(u, w) && has(v, w)) triangles++
          return triangles < k - 2
        })
        expect(pattern(await kTruss(csr, k, least, freePace()))).toEqual(expected)
      }),
    ))

  test.each([3, 4] as const)('percolation of %i-cliques', (k) =>
    fc.assert(
      fc.asyncProperty(graphs, async ([csr, least]) => {
        const has = isEdge(heavyEdges(csr, least))
        let cliques: number[][] = Array.from({ length: csr.n }, (_, u) => [u])
        for (let size = 1; size < k; size++) {
          cliques = cliques.flatMap((clique) =>
            Array.from({ length: csr.n }, (_, v) => v)
              .filter((v) => v > clique.at(-1)! && clique.every((u) => has(u, v)))
              .map((v) => [...clique, v]),
          )
        }
        const communities: number[][][] = []
        for (const clique of cliques) {
          const near = communities.filter((all) =>
            all.some((other) => other.filter((u) => clique.includes(u)).length === k - 1),
          )
          for (const one of near) communities.splice(communities.indexOf(one), 1)
          communities.push([clique, ...near.flat()])
        }
        const expected = communities
          .map((all) => String([...new Set(all.flat())].sort((a, b) => a - b)))
          .sort()
        const found = await percolate(csr, k, least, freePace())
        expect(found.sets.map((set) => String(Array.from(set))).sort()).toEqual(expected)
        expect(found.cliques).toBe(cliques.length)
      }),
    ),
  )

  test('communities of both detectors hang together', () =>
    fc.assert(
      fc.asyncProperty(randomCsr(), fc.constantFrom('truss', 'core'), async (csr, method) => {
        const input = {
          graph: { combined: csr, accountIds: new Uint32Array(csr.n) },
          db: null as never,
          droppedFacts: 0,
        }
        const tight = await rings.run(input, { method, k: 3, minWeight: null }, 1, freePace())
        expect(allConnected(csr, tight.membership, tight.count)).toBe(true)
        const cliques = await cliquePercolation.run(input, { k: 3, minWeight: null }, 1, freePace())
        expect(allConnected(csr, cliques.membership, cliques.count, cliques.overlaps)).toBe(true)
      }),
    ))
})

test('planted rings come out of a sparse background, and an account between two is in both', async () => {
  const { csr: blocks } = plantedBlocks({ blocks: 4, size: 8, inside: 0.9, outside: 0.004, seed: 2 })
  const edges: Edge[] = heavyEdges(blocks, 0)
  // Account 32 knows four of the first ring and four of the second; 33 hangs on the third by one tie.
  for (const v of [0, 1, 2, 3, 8, 9, 10, 11]) edges.push([32, v])
  edges.push([33, 16])
  const csr = csrOf(34, edges)
  const input = {
    graph: { combined: csr, accountIds: new Uint32Array(csr.n) },
    db: null as never,
    droppedFacts: 0,
  }
  const cliques = await cliquePercolation.run(input, { k: 4, minWeight: null }, 1, freePace())
  expect(cliques.count).toBe(4)
  expect(Array.from(cliques.overlaps!.node)).toEqual([32, 32])
  expect(cliques.membership[33]).toBeGreaterThanOrEqual(4)
  const tight = await rings.run(input, { method: 'truss', k: 4, minWeight: null }, 1, freePace())
  expect(tight.count).toBe(3) // trusses of the first two meet in 32
  expect(tight.membership[33]).toBeGreaterThanOrEqual(3)
})

test('refuses what would not fit, saying what helps', async () => {
  const { csr } = plantedBlocks({ blocks: 1, size: 12, inside: 1, outside: 0, seed: 1 })
  const attempt = percolate(csr, 4, 0, freePace(), { triangles: 100, cliques: 1000 })
  await expect(attempt).rejects.toMatchObject({
    code: 'unsupported_here',
    message: /more than 100 triangles.*minWeight/,
  })
  const cliques = percolate(csr, 4, 0, freePace(), { triangles: 1000, cliques: 100 })
  await expect(cliques).rejects.toMatchObject({ message: /more than 100 cliques of 4/ })
})
