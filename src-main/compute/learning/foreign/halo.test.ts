import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Operator } from '../../diffusion/operator.ts'
import { partsOf, searchOrder } from './halo.ts'

/** An undirected graph of n nodes from pairs; weights differ by direction as those of D⁻¹W do. */
function operator(n: number, pairs: readonly [number, number][]): Operator {
  const rows = Array.from({ length: n }, () => new Set<number>())
  for (const [a, b] of pairs)
    if (a !== b) {
      rows[a].add(b)
      rows[b].add(a)
    }
  const offsets = new Uint32Array(n + 1)
  const targets: number[] = []
  rows.forEach((row, u) => {
    targets.push(...[...row].sort((a, b) => a - b))
    offsets[u + 1] = targets.length
  })
  const values = Float32Array.from(targets, (v, e) => ((v * 7 + e * 3) % 11) / 4 + 0.25)
  return { n, offsets, targets: Uint32Array.from(targets), values }
}

/** A network of `hops` layers on whole numbers: each layer adds the weighted messages of the one before, squared. */
function network(
  n: number,
  hops: number,
  x: readonly number[],
  edges: Iterable<readonly [source: number, target: number, weight: number]>,
): number[] {
  const list = [...edges]
  let h = [...x]
  for (let k = 0; k < hops; k++) {
    const next = h.map((v) => v)
    for (const [source, target, weight] of list) next[target] += weight * (h[source] % 5)
    h = next
  }
  return h.slice(0, n)
}

const graphs = fc.integer({ min: 1, max: 40 }).chain((n) =>
  fc.record({
    n: fc.constant(n),
    pairs: fc.array(fc.tuple(fc.integer({ min: 0, max: n - 1 }), fc.integer({ min: 0, max: n - 1 })), {
      maxLength: 90,
    }),
    hops: fc.integer({ min: 1, max: 4 }),
    budget: fc.integer({ min: 1, max: 200 }),
  }),
)

describe('parts with halos', () => {
  it('give every node once, and what the whole graph gives', () =>
    fc.assert(
      fc.property(graphs, ({ n, pairs, hops, budget }) => {
        const graph = operator(n, pairs)
        const x = Array.from({ length: n }, (_, u) => (u * 13) % 17)
        function* all() {
          for (let u = 0; u < n; u++)
            for (let e = graph.offsets[u]; e < graph.offsets[u + 1]; e++)
              yield [graph.targets[e], u, graph.values[e]] as const
        }
        const whole = network(n, hops, x, all())
        const got = Array.from({ length: n }, () => NaN)
        for (const part of partsOf(graph, hops, budget)) {
          expect(part.core === 1 || part.sources.length <= budget).toBe(true)
          expect(new Set(part.nodes).size).toBe(part.nodes.length)
          const edges = Array.from(part.sources, (s, e) => [s, part.targets[e], part.weights[e]] as const)
          const local = network(
            part.core,
            hops,
            Array.from(part.nodes, (u) => x[u]),
            edges,
          )
          local.forEach((value, k) => {
            expect(got[part.nodes[k]]).toBeNaN()
            got[part.nodes[k]] = value
          })
        }
        expect(got).toEqual(whole)
      }),
      { numRuns: 200, seed: 5 },
    ))

  it('takes the graph whole where it fits', () => {
    const graph = operator(5, [
      [0, 1],
      [1, 2],
      [3, 4],
    ])
    const parts = [...partsOf(graph, 3, 6)]
    expect(parts).toHaveLength(1)
    expect(parts[0].core).toBe(5)
  })

  it('visits neighbours together', () => {
    const graph = operator(6, [
      [0, 5],
      [5, 3],
      [1, 2],
    ])
    expect([...searchOrder(graph)]).toEqual([0, 5, 3, 1, 2, 4])
  })
})
