import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { graphOf, groups, randomGraph, rawCsr, type Edge } from './graphs.fixture.ts'
import { labelPropagation } from './label-propagation.ts'
import { leiden } from './leiden.ts'
import { louvain } from './louvain.ts'
import { connectedComponents, modularity } from './partition.ts'

// What a graph should not contain, but a caller may hand over.
describe('at the boundary', () => {
  test('csrFromPairs merges repeated edges, and the communities are those of the sums', async () => {
    await fc.assert(
      fc.asyncProperty(randomGraph, async ({ n, edges, seed }) => {
        const twice = graphOf(n, [...edges, ...edges])
        expect(new Set(entries(twice)).size).toBe(twice.targets.length)
        const once = graphOf(
          n,
          edges.map(([a, b, w]) => [a, b, w * 2] as const),
        )
        expect(twice.targets).toEqual(once.targets)
        const [x, y] = [await find(twice, seed), await find(once, seed)]
        expect(x.quality).toBeCloseTo(y.quality, 6)
      }),
      { numRuns: 60 },
    )
  })

  test('repeated entries count together', async () => {
    const triangle: Edge[] = [
      [0, 1],
      [1, 2],
      [0, 2],
    ]
    const rest: Edge[] = [
      [2, 3],
      [3, 4],
      [4, 5],
      [3, 5],
    ]
    const raw = rawCsr(6, [...triangle, ...triangle, ...triangle, ...rest])
    const summed = graphOf(6, [...triangle.map(([a, b]) => [a, b, 3] as const), ...rest])
    const [x, y] = [await find(raw, 1), await find(summed, 1)]
    expect(x.membership).toEqual(y.membership)
    expect(x.quality).toBeCloseTo(y.quality, 12)
  })

  test('entries of weight 0 join nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomGraph,
        fc.array(fc.tuple(fc.nat(39), fc.nat(39)), { maxLength: 40 }),
        async ({ n, edges, seed }, extra) => {
          const proper = edges.filter(([a, b]) => a !== b)
          const zeros: Edge[] = extra.filter(([a, b]) => a < n && b < n && a !== b).map(([a, b]) => [a, b, 0])
          const plain = rawCsr(n, proper)
          const found = await find(rawCsr(n, [...proper, ...zeros]), seed)
          expect(connectedComponents(plain, found.membership).count).toBe(found.communities)
          expect(groups(found.membership)).toEqual(groups((await find(plain, seed)).membership))
        },
      ),
      { numRuns: 60 },
    )
    expect((await find(rawCsr(3, [[0, 1, 0]]), 1)).communities).toBe(3)
  })

  test('loops count in a node’s strength, in the search as in modularity', async () => {
    await fc.assert(
      fc.asyncProperty(randomGraph, async ({ n, edges, seed, resolution }) => {
        const csr = rawCsr(n, edges)
        const found = await leiden(csr, { seed, resolution }, freePace())
        expect(found.quality).toBeCloseTo(modularity(csr, found.membership, resolution), 10)
        const alone = Uint32Array.from({ length: n }, (_, u) => u)
        expect(found.quality).toBeGreaterThanOrEqual(modularity(csr, alone, resolution) - 1e-6)
      }),
      { numRuns: 80 },
    )
    // A loop heavy enough makes its node a community of its own.
    const path = rawCsr(3, [
      [0, 1],
      [1, 2],
      [2, 2, 50],
    ])
    expect(groups((await find(path, 1)).membership)).toEqual([[0, 1], [2]])
  })

  test('negative weights and what is no number are refused by every method', async () => {
    for (const w of [-1, NaN, Infinity]) {
      const csr = rawCsr(2, [[0, 1, w]])
      for (const method of [leiden, louvain, labelPropagation])
        await expect(method(csr, {}, freePace())).rejects.toMatchObject({
          code: 'invalid_input',
          message: `The edge between nodes 0 and 1 weighs ${w}; weights are 0 or more.`,
        })
    }
  })
})

const find = (csr: ReturnType<typeof graphOf>, seed: number) => leiden(csr, { seed }, freePace())

function entries(csr: ReturnType<typeof graphOf>): string[] {
  const found: string[] = []
  for (let u = 0; u < csr.n; u++)
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) found.push(`${u} ${csr.targets[e]}`)
  return found
}
