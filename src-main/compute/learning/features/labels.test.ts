import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freePace } from '../../../common/pace.ts'
import { csrOf } from '../facts/test-graph.ts'
import type { LabelledNodes } from '../types.ts'
import { dealFolds, diffuseLabels } from './labels.ts'
import type { LabelGraph } from './labels.ts'
import { dense, graphs, rowSums, times } from './testing.ts'
import type { Edges } from './testing.ts'

const OPTIONS = { folds: 3, seed: 4 }
const graphOf = (n: number, edges: Edges): LabelGraph => ({
  relation: 'all',
  csr: csrOf(n, edges),
  spread: true,
  partitions: new Map([['community', Uint32Array.from({ length: n }, (_, u) => u % 2)]]),
})
const run = (n: number, edges: Edges, labelled: LabelledNodes) =>
  diffuseLabels([graphOf(n, edges)], labelled, OPTIONS, freePace(), () => {})
const labelsOf = (given: readonly (0 | 1 | null)[]): LabelledNodes => {
  const nodes = given.flatMap((y, u) => (y === null ? [] : [u]))
  return { nodes: Uint32Array.from(nodes), y: Uint8Array.from(nodes, (u) => given[u]!) }
}
const worlds = graphs(10).chain(({ n, edges }) =>
  fc.record({
    n: fc.constant(n),
    edges: fc.constant(edges),
    given: fc.array(fc.constantFrom(0 as const, 1 as const, null), { minLength: n, maxLength: n }),
  }),
)

describe('diffuseLabels', () => {
  it('never lets an account see its own label', () =>
    fc.assert(
      fc.asyncProperty(worlds, async ({ n, edges, given }) => {
        const before = (await run(n, edges, labelsOf(given))).columns()
        for (let u = 0; u < n; u++) {
          const own = given[u]
          if (own === null) continue
          const flipped = given.map((y, v) => (v === u ? ((1 - own) as 0 | 1) : y))
          const after = (await run(n, edges, labelsOf(flipped))).columns()
          for (const [k, values] of before.values.entries()) expect(after.values[k][u]).toBe(values[u])
        }
      }),
      { numRuns: 80, seed: 3 },
    ))

  it('lets hidden folds have no influence, and treats their accounts as unlabelled', () =>
    fc.assert(
      fc.asyncProperty(worlds, fc.nat(2), async ({ n, edges, given }, hidden) => {
        const labelled = labelsOf(given)
        const all = await run(n, edges, labelled)
        const flipped = labelled.y.map((y, i) => (all.foldOf[i] === hidden ? 1 - y : y))
        const other = await run(n, edges, { nodes: labelled.nodes, y: flipped })
        expect(other.columns([hidden])).toEqual(all.columns([hidden]))
      }),
      { numRuns: 80, seed: 5 },
    ))

  it('agrees with sums over neighbours and powers of dense matrices', () =>
    fc.assert(
      fc.asyncProperty(worlds, async ({ n, edges, given }) => {
        fc.pre(edges.length > 0)
        const labelled = labelsOf(given)
        const diffusion = await run(n, edges, labelled)
        const { columns, values } = diffusion.columns()
        const w = dense(n, edges)
        const mean = rowSums(w).reduce((a, b) => a + b, 0) / (2 * edges.length)
        const a = w.map((row) => row.map((x) => x / mean))
        const strength = rowSums(a)
        const s = a.map((row, u) => row.map((x, v) => (x > 0 ? x / Math.sqrt(strength[u] * strength[v]) : 0)))
        const foldOf = new Map([...labelled.nodes].map((u, i) => [u, diffusion.foldOf[i]]))
        const got = (name: string) => values[columns.findIndex((column) => column.name === name)]
        for (let u = 0; u < n; u++) {
          const sees = (v: number) => given[v] !== null && (!foldOf.has(u) || foldOf.get(v) !== foldOf.get(u))
          const seen = Array.from({ length: n }, (_, v) => (sees(v) ? 1 : 0))
          const bad = seen.map((x, v) => x * (given[v] ?? 0))
          const count = seen.reduce((x: number, y) => x + y, 0)
          const base = count === 0 ? NaN : bad.reduce((x: number, y) => x + y, 0) / count
          const folds = diffusion.folds
          const scale = foldOf.has(u) && folds > 1 ? folds / (folds - 1) : 1
          const check = (name: string, carry: (x: number[]) => number, prior: number) => {
            const all = scale * carry(seen)
            const rate = (scale * carry(bad) + prior * base) / (all + prior)
            if (Number.isNaN(rate)) expect(got(name)[u]).toBeNaN()
            else expect(got(name)[u]).toBeCloseTo(rate, 4)
            expect(got(`known:${name}`)[u]).toBeCloseTo(Math.log1p(all), 4)
          }
          check('rate:all:1', (x) => times(a, x)[u], 3)
          check(
            'rate:all:2',
            (x) =>
              times(
                a,
                times(a, x).map((y, v) => (strength[v] > 0 ? y / strength[v] : 0)),
              )[u],
            3,
          )
          check(
            'rate:community:all',
            (x) => (strength[u] > 0 ? x.reduce((sum, y, v) => sum + (v % 2 === u % 2 ? y : 0), 0) : 0),
            3,
          )
          for (const [id, stay, steps] of [
            ['near', 0.5, 5],
            ['far', 0.15, 12],
          ] as const)
            check(
              `spreading:${id}:all`,
              (x) => {
                let current = x
                for (let k = 0; k < steps; k++)
                  current = times(s, current).map((y, v) => (1 - stay) * y + stay * x[v])
                return (current[u] / stay) * Math.max(1, Math.sqrt(strength[u]))
              },
              0.3,
            )
        }
      }),
      { numRuns: 60, seed: 6 },
    ))

  it('is empty without a graph and knows nothing without labels', async () => {
    const none = await diffuseLabels([], labelsOf([1, 0]), OPTIONS, freePace(), () => {})
    expect(none.columns().columns).toEqual([])
    const blind = (await run(3, [[0, 1, 1]], labelsOf([null, null, null]))).columns()
    for (const [k, column] of blind.columns.entries())
      expect([...blind.values[k]]).toEqual(column.name.startsWith('known:') ? [0, 0, 0] : [NaN, NaN, NaN])
  })
})

describe('dealFolds', () => {
  it('deals evenly, by the seed alone', () => {
    const nodes = Uint32Array.from({ length: 103 }, (_, i) => i * 3)
    const folds = dealFolds(nodes, 10, 1)
    for (let f = 0; f < 10; f++) {
      const size = folds.filter((x) => x === f).length
      expect(size === 10 || size === 11).toBe(true)
    }
    expect(dealFolds(nodes, 10, 1)).toEqual(folds)
    expect(dealFolds(nodes, 10, 2)).not.toEqual(folds)
  })
})
