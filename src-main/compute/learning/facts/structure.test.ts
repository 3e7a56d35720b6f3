import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freePace } from '../../../common/pace.ts'
import { csrOf } from './test-graph.ts'
import { clusteringColumn, structureColumns } from './structure.ts'

const graphs = fc.integer({ min: 1, max: 10 }).chain((n) =>
  fc.array(fc.boolean(), { minLength: n * n, maxLength: n * n }).map((cells) => {
    const edges: [number, number][] = []
    for (let u = 0; u < n; u++) for (let v = u + 1; v < n; v++) if (cells[u * n + v]) edges.push([u, v])
    return { n, edges }
  }),
)
const neighbours = (n: number, edges: readonly (readonly [number, number])[]) => {
  const sets = Array.from({ length: n }, () => new Set<number>())
  for (const [u, v] of edges) {
    sets[u].add(v)
    sets[v].add(u)
  }
  return sets
}

describe('clusteringColumn', () => {
  it('agrees with counting pairs', () =>
    fc.assert(
      fc.asyncProperty(graphs, async ({ n, edges }) => {
        const sets = neighbours(n, edges)
        const got = await clusteringColumn(csrOf(n, edges), freePace())
        for (let u = 0; u < n; u++) {
          const around = [...sets[u]]
          let joined = 0
          for (const a of around) for (const b of around) if (a < b && sets[a].has(b)) joined++
          const pairs = (around.length * (around.length - 1)) / 2
          expect(got[u]).toBe(pairs === 0 ? NaN : Math.fround(joined / pairs))
        }
      }),
      { numRuns: 200, seed: 4 },
    ))
})

describe('structureColumns', () => {
  it('keeps families apart and says what is missing', async () => {
    const relations = csrOf(4, [
      [0, 1, 2],
      [0, 2, 0.5],
    ])
    const all = csrOf(4, [
      [0, 1, 2],
      [0, 2, 0.5],
    ])
    const columns = await structureColumns({ n: 4, relations, entities: null, all }, freePace())
    expect([...columns.get('degree_relations')!]).toEqual([2, 1, 1, 0])
    expect([...columns.get('strength_relations')!]).toEqual([2.5, 2, 0.5, 0])
    expect([...columns.get('core_relations')!]).toEqual([1, 1, 1, 0])
    expect([...columns.get('degree_entities')!]).toEqual([NaN, NaN, NaN, NaN])
    expect([...columns.get('clustering')!]).toEqual([0, NaN, NaN, NaN])
  })
})
