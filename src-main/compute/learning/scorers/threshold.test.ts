import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { thresholdByCapacity, thresholdByF1 } from './threshold.ts'

describe('thresholdByF1', () => {
  it('is the best of all thresholds', () => {
    const row = fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 0, max: 1 }))
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 60 }), (rows) => {
        const p = Float64Array.from(rows, ([v]) => v / 100)
        const y = Uint8Array.from(rows, ([, label]) => label)
        const positives = y.reduce((s, v) => s + v, 0)
        fc.pre(positives > 0)
        const f1 = (line: number) => {
          const flagged = y.filter((_, i) => p[i] >= line)
          return (2 * flagged.reduce((s, v) => s + v, 0)) / (flagged.length + positives)
        }
        const best = Math.max(...Array.from(p, f1))
        const found = thresholdByF1(p, y)
        expect(f1(found.value)).toBeCloseTo(best, 12)
        const flagged = y.filter((_, i) => p[i] >= found.value)
        const caught = flagged.reduce((s, v) => s + v, 0)
        expect(found.precision).toBeCloseTo(caught / flagged.length, 12)
        expect(found.recall).toBeCloseTo(caught / positives, 12)
      }),
    )
  })
})

describe('thresholdByCapacity', () => {
  it('lets as many through as can be reviewed', () => {
    const scores = Float32Array.from({ length: 50 }, (_, k) => ((k * 17) % 50) / 50)
    const { value, rule } = thresholdByCapacity(scores, 12)
    expect(rule).toBe('capacity')
    expect(scores.filter((s) => s >= value)).toHaveLength(12)
  })
  it('lets all through where there are fewer', () => {
    expect(thresholdByCapacity(Float32Array.of(0.2, 0.4), 12).value).toBe(0)
  })
})
