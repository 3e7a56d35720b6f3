import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freePace } from '../../../common/pace.ts'
import { csrOf } from '../facts/test-graph.ts'
import { overlap } from './overlap.ts'
import { graphs, neighbourSets } from './testing.ts'

describe('overlap', () => {
  it('agrees with sets of neighbours', () =>
    fc.assert(
      fc.asyncProperty(graphs(9), async ({ n, edges }) => {
        const got = (await overlap(csrOf(n, edges), freePace()))!
        const sets = neighbourSets(n, edges)
        for (let u = 0; u < n; u++) {
          const around = [...sets[u]]
          const jaccard = around.map((v) => {
            const both = around.filter((w) => sets[v].has(w)).length
            return both / new Set([...around, ...sets[v]]).size
          })
          let triangles = 0
          for (const a of around) for (const b of around) if (a < b && sets[a].has(b)) triangles++
          const pairs = (around.length * (around.length - 1)) / 2
          const sum = jaccard.reduce((x, y) => x + y, 0)
          const none = around.length === 0
          expect(got.triangles[u]).toBe(triangles)
          expect(got.clustering[u]).toBe(pairs === 0 ? NaN : Math.fround(triangles / pairs))
          if (none) {
            expect([got.sum[u], got.mean[u], got.max[u]]).toEqual([NaN, NaN, NaN])
            continue
          }
          expect(got.sum[u]).toBeCloseTo(sum, 5)
          expect(got.mean[u]).toBeCloseTo(sum / around.length, 5)
          expect(got.max[u]).toBeCloseTo(Math.max(...jaccard), 6)
        }
      }),
      { numRuns: 200, seed: 7 },
    ))

  it('gives up where it would take too long', async () => {
    const csr = csrOf(4, [
      [0, 1],
      [0, 2],
      [1, 2],
      [2, 3],
    ])
    expect(await overlap(csr, freePace(), 0)).toBeNull()
  })
})
