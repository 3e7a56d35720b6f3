import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freePace } from '../../../common/pace.ts'
import { csrOf } from '../facts/test-graph.ts'
import type { FeatureColumn } from '../types.ts'
import type { ColumnStore } from './column-store.ts'
import { diffuseColumns } from './neighbourhood.ts'
import { derivedName, everyDerivation } from './plan.ts'
import type { Base } from './plan.ts'
import { dense, graphs, rowSums, times } from './testing.ts'

const column = (base: string, rest: Partial<FeatureColumn> = {}): FeatureColumn => ({
  name: base,
  base,
  family: 'attributes',
  relation: null,
  hop: 0,
  operator: 'own',
  kind: 'number',
  ...rest,
})

/** The columns of all operators over one graph, by name. */
async function derive(
  n: number,
  edges: readonly (readonly [number, number, number])[],
  own: readonly (readonly number[])[],
  category?: number,
): Promise<Map<string, Float32Array>> {
  const out = new Map<string, Float32Array>()
  const store = {
    n,
    read: (k: number) => Float32Array.from(own[k]),
    put: (c: FeatureColumn, values: Float32Array) => out.set(c.name, values),
  } as unknown as ColumnStore
  const bases = own.map((_, index): Base => ({
    index,
    column: column(`x${index}`),
    name: `x${index}`,
    ...(category !== undefined && { category }),
  }))
  const derived = everyDerivation(bases, ['all'])
  await diffuseColumns(store, csrOf(n, edges), derived, freePace(), () => {})
  expect([...out.keys()].sort()).toEqual(derived.map(derivedName).sort())
  return out
}

const close = (got: number, expected: number) => {
  if (Number.isNaN(expected)) expect(got).toBeNaN()
  else expect(Math.abs(got - expected)).toBeLessThan(2e-3 * (1 + Math.abs(expected)))
}

describe('diffuseColumns', () => {
  it('agrees with dense matrices, missing values and all', () =>
    fc.assert(
      fc.asyncProperty(
        graphs(8).chain((graph) =>
          fc.record({
            graph: fc.constant(graph),
            // More than a block of columns, some with gaps.
            own: fc.array(
              fc.array(
                fc.oneof({ weight: 4, arbitrary: fc.integer({ min: -50, max: 50 }) }, fc.constant(NaN)),
                {
                  minLength: graph.n,
                  maxLength: graph.n,
                },
              ),
              { minLength: 1, maxLength: 18 },
            ),
          }),
        ),
        async ({ graph: { n, edges }, own }) => {
          const got = await derive(n, edges, own)
          const w = dense(n, edges)
          const strength = rowSums(w)
          const p = w.map((row, u) => row.map((x) => (strength[u] > 0 ? x / strength[u] : 0)))
          const s = w.map((row, u) =>
            row.map((x, v) => (x > 0 ? x / Math.sqrt(strength[u] * strength[v]) : 0)),
          )
          for (const [k, x] of own.entries()) {
            const mask = x.map((v) => (Number.isNaN(v) ? 0 : 1))
            const known = x.filter((v) => !Number.isNaN(v))
            const filled = x.map((v) => (Number.isNaN(v) ? 0 : v))
            const mean = known.length > 0 ? known.reduce((a, b) => a + b, 0) / known.length : 0
            const ratio = (num: number[], den: number[]) =>
              num.map((v, u) => (den[u] > 1e-9 ? v / den[u] : NaN))
            const one = ratio(times(p, filled), times(p, mask))
            const two = ratio(times(p, times(p, filled)), times(p, times(p, mask)))
            const three = ratio(times(p, times(p, times(p, filled))), times(p, times(p, times(p, mask))))
            const square = ratio(
              times(
                p,
                filled.map((v) => v * v),
              ),
              times(p, mask),
            )
            // ¾ (I − S²) of the centred values.
            const centred = x.map((v) => (Number.isNaN(v) ? 0 : v - mean))
            const twice = times(s, times(s, centred))
            for (let u = 0; u < n; u++) {
              const alone = strength[u] === 0
              const around = x.filter((v, j) => w[u][j] > 0 && !Number.isNaN(v))
              close(got.get(`mean:all:x${k}`)![u], one[u])
              close(got.get(`power2:all:x${k}`)![u], two[u])
              close(got.get(`power3:all:x${k}`)![u], three[u])
              close(got.get(`residual:all:x${k}`)![u], x[u] - one[u])
              close(got.get(`spread:all:x${k}`)![u], Math.sqrt(Math.max(0, square[u] - one[u] ** 2)))
              close(got.get(`max:all:x${k}`)![u], around.length > 0 ? Math.max(...around) : NaN)
              close(got.get(`band:all:x${k}`)![u], alone ? NaN : 0.75 * (centred[u] - twice[u]))
            }
          }
        },
      ),
      { numRuns: 60, seed: 11 },
    ))

  it('carries where a category is', async () => {
    const got = await derive(
      4,
      [
        [0, 1, 1],
        [0, 2, 1],
        [0, 3, 2],
      ],
      [[2, 0, 2, NaN]],
      2,
    )
    expect(got.get('mean:all:x0')![0]).toBeCloseTo(0.5)
    expect([...got.get('mean:all:x0')!.subarray(1)]).toEqual([1, 1, 1])
  })
})
