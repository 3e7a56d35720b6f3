import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freePace } from '../../../common/pace.ts'
import { csrOf } from '../facts/test-graph.ts'
import { eigen, embedding } from './embedding.ts'
import { dense, graphs, rowSums } from './testing.ts'
import type { Edges } from './testing.ts'

/** D_τ^-½ W D_τ^-½ of the linked nodes, the slow way. */
function regularised(n: number, edges: Edges): Float64Array {
  const w = dense(n, edges)
  const strength = rowSums(w)
  const linked = strength.filter((d) => d > 0)
  const tau = linked.reduce((x, y) => x + y, 0) / linked.length
  return Float64Array.from(
    w.flatMap((row, u) => row.map((x, v) => x / Math.sqrt((strength[u] + tau) * (strength[v] + tau)))),
  )
}

describe('eigen', () => {
  it('decomposes symmetric matrices', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }).chain((k) =>
          fc.array(fc.integer({ min: -9, max: 9 }), { minLength: k * k, maxLength: k * k }).map((cells) => {
            const matrix = Float64Array.from(cells)
            for (let i = 0; i < k; i++) for (let j = 0; j < i; j++) matrix[i * k + j] = matrix[j * k + i]
            return { k, matrix }
          }),
        ),
        ({ k, matrix }) => {
          const { values, vectors } = eigen(matrix.slice(), k)
          for (let i = 0; i < k; i++)
            for (let j = 0; j < k; j++) {
              let rebuilt = 0
              let product = 0
              for (let c = 0; c < k; c++) {
                rebuilt += vectors[i * k + c] * values[c] * vectors[j * k + c]
                product += vectors[i * k + c] * vectors[j * k + c]
              }
              expect(rebuilt).toBeCloseTo(matrix[i * k + j], 8)
              expect(product).toBeCloseTo(i === j ? 1 : 0, 8)
            }
        },
      ),
      { numRuns: 100, seed: 2 },
    ))
})

describe('embedding', () => {
  it('spans the leading directions: what it rebuilds of the matrix is as good as it can be', () =>
    fc.assert(
      fc.asyncProperty(graphs(14), fc.integer({ min: 1, max: 4 }), async ({ n, edges }, rank) => {
        fc.pre(edges.length > 0)
        const columns = await embedding(csrOf(n, edges), rank, freePace(), () => {})
        const matrix = regularised(n, edges)
        const { values } = eigen(matrix.slice(), n)
        const best = [...values].map(Math.abs).sort((a, b) => b - a)
        expect(columns.length).toBe(Math.min(rank, best.filter((x) => x > 1e-4).length))
        for (const [k, column] of columns.entries()) {
          // ‖column‖² = |λ| n, and Mv = λv up to sign.
          const v = [...column].map((x) => (Number.isNaN(x) ? 0 : x))
          const norm = v.reduce((sum, x) => sum + x * x, 0)
          expect(norm / n).toBeCloseTo(best[k], 3)
          const image = v.map((_, i) => v.reduce((sum, x, j) => sum + matrix[i * n + j] * x, 0))
          const rayleigh = image.reduce((sum, x, i) => sum + x * v[i], 0) / norm
          expect(Math.abs(rayleigh)).toBeCloseTo(best[k], 3)
          for (const [j, other] of columns.entries())
            if (j < k) expect(v.reduce((sum, x, i) => sum + x * (other[i] || 0), 0) / n).toBeCloseTo(0, 3)
        }
      }),
      { numRuns: 60, seed: 5 },
    ))

  it('is missing for accounts without edges, and deterministic', async () => {
    const csr = csrOf(5, [
      [0, 1],
      [1, 2],
      [2, 3],
    ])
    const once = await embedding(csr, 2, freePace(), () => {})
    expect(once[0][4]).toBeNaN()
    expect(Math.max(...once[0].subarray(0, 4))).toBeGreaterThan(-Math.min(...once[0].subarray(0, 4)) - 1e-6)
    expect(await embedding(csr, 2, freePace(), () => {})).toEqual(once)
    expect(await embedding(csrOf(3, []), 2, freePace(), () => {})).toEqual([])
  })
})
