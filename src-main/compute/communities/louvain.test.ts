import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { cliqueRing, graphOf, groups, randomGraph } from './graphs.fixture.ts'
import { labelPropagation } from './label-propagation.ts'
import { louvain } from './louvain.ts'
import { connectedComponents, modularity } from './partition.ts'

const METHODS = { louvain, labelPropagation }

describe.each(['louvain', 'labelPropagation'] as const)('%s', (name) => {
  const method = METHODS[name]

  test('on any graph: connected, complete, numbered by size, the same for the same seed', async () => {
    await fc.assert(
      fc.asyncProperty(randomGraph, async ({ n, edges, seed }) => {
        const csr = graphOf(n, edges)
        const found = await method(csr, { seed }, freePace())
        const sizes = new Uint32Array(found.communities)
        for (const c of found.membership) sizes[c]++
        expect([...sizes].every((size, c) => size > 0 && (c === 0 || sizes[c - 1] >= size))).toBe(true)
        expect(connectedComponents(csr, found.membership).count).toBe(found.communities)
        expect(found.quality).toBeCloseTo(modularity(csr, found.membership), 10)
        expect(await method(csr, { seed }, freePace())).toEqual(found)
      }),
      { numRuns: 100 },
    )
  })

  test('finds cliques, and starts where it is told to', async () => {
    const csr = cliqueRing(10, 8)
    const cliques = Uint32Array.from({ length: 80 }, (_, u) => Math.floor(u / 8))
    const found = await method(csr, { seed: 2 }, freePace())
    expect(groups(found.membership)).toEqual(groups(cliques))
    const again = await method(csr, { seed: 5, initial: cliques }, freePace())
    expect(groups(again.membership)).toEqual(groups(cliques))
  })

  test('nothing and nobody', async () => {
    expect((await method(graphOf(0, []), {}, freePace())).communities).toBe(0)
    expect((await method(graphOf(2, []), {}, freePace())).communities).toBe(2)
  })
})

test('label propagation ends where every node has a label that weighs most around it', async () => {
  await fc.assert(
    fc.asyncProperty(randomGraph, async ({ n, edges, seed }) => {
      const csr = graphOf(n, edges)
      const { membership } = await labelPropagation(csr, { seed, maxIterations: 1000 }, freePace())
      for (let u = 0; u < n; u++) {
        const around = new Float64Array(n)
        for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++)
          around[membership[csr.targets[e]]] += csr.weights[e]
        expect(around[membership[u]]).toBeGreaterThanOrEqual(Math.max(...around) * (1 - 1e-6))
      }
    }),
    { numRuns: 100 },
  )
})

test('more Louvain passes are not worse', async () => {
  await fc.assert(
    fc.asyncProperty(randomGraph, async ({ n, edges, seed, resolution }) => {
      const csr = graphOf(n, edges)
      const once = await louvain(csr, { seed, resolution }, freePace())
      const more = await louvain(csr, { seed, resolution, maxIterations: 10 }, freePace())
      expect(more.quality).toBeGreaterThanOrEqual(once.quality - 1e-6)
    }),
    { numRuns: 60 },
  )
})
