import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inFold, representative, sampleRows } from './folds.ts'

const labels = fc
  .array(fc.integer({ min: 0, max: 1 }), { minLength: 2, maxLength: 400 })
  .map((y) => Uint8Array.from(y))

describe('sampleRows', () => {
  it('keeps what it may, and weighs for what it leaves out', () => {
    fc.assert(
      fc.property(labels, fc.integer({ min: 6, max: 300 }), (y, most) => {
        const { at, weights } = sampleRows(y, most, 7)
        expect(at.length).toBeLessThanOrEqual(Math.max(most, 0))
        expect(new Set(at).size).toBe(at.length)
        for (let k = 1; k < at.length; k++) expect(at[k]).toBeGreaterThan(at[k - 1])
        if (weights === undefined) {
          expect(at.length).toBe(y.length)
          return
        }
        for (const label of [0, 1]) {
          const all = y.filter((v) => v === label).length
          let sum = 0
          at.forEach((i, k) => (sum += y[i] === label ? weights[k] : 0))
          expect(sum).toBeCloseTo(all, 2)
        }
      }),
    )
  })

  it('keeps all of a small class', () => {
    const y = new Uint8Array(10_000)
    for (let i = 0; i < 60; i++) y[i * 100] = 1
    const { at, weights } = sampleRows(y, 1000, 1)
    expect(at.filter((i) => y[i] === 1)).toHaveLength(60)
    expect(at).toHaveLength(1000)
    expect(weights![at.findIndex((i) => y[i] === 1)]).toBe(1)
    expect(sampleRows(y, 1000, 1).at).toEqual(at)
    expect(sampleRows(y, 1000, 2).at).not.toEqual(at)
  })
})

describe('representative', () => {
  it('has the classes in the shares of the whole', () => {
    const y = new Uint8Array(20_000)
    for (let i = 0; i < y.length; i += 20) y[i] = 1
    const sample = sampleRows(y, 3000, 1)
    expect(sample.at.filter((i) => y[i] === 1).length / 3000).toBeCloseTo(1 / 3, 2)
    const kept = representative(sample, y, 1)
    const bad = kept.filter((k) => y[sample.at[k]] === 1).length
    expect(bad / kept.length).toBeCloseTo(0.05, 1.5)
  })
})

describe('inFold', () => {
  it('parts positions in two', () => {
    const fold = Uint8Array.from([0, 1, 2, 0, 1])
    expect(Array.from(inFold(fold, 1, true))).toEqual([1, 4])
    expect(Array.from(inFold(fold, 1, false))).toEqual([0, 2, 3])
  })
})
