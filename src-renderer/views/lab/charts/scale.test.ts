import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { axisOf, logPlace, placeOn, roundStep, spread, tickDigits } from './scale.ts'

describe('axes', () => {
  it('end on round numbers around the values', () => {
    expect(axisOf([0.312, 0.588], 0, 1)).toEqual({ from: 0.3, to: 0.6, ticks: [0.3, 0.4, 0.5, 0.6] })
    expect(axisOf([0.21, 0.64], 0, 1)).toEqual({ from: 0.2, to: 0.65, ticks: [0.2, 0.4, 0.6] })
    expect(axisOf([0.07, 0.1], 0, 1).ticks.map((t) => t.toFixed(2))).toEqual(['0.07', '0.08', '0.09', '0.10'])
    expect(axisOf([3, 480], 0, Infinity)).toEqual({ from: 0, to: 500, ticks: [0, 200, 400] })
    expect(tickDigits(axisOf([0.07, 0.1], 0, 1))).toBe(2)
    expect(tickDigits(axisOf([3, 480], 0, Infinity))).toBe(0)
  })
  it('stand for nothing, one value and values that are none', () => {
    expect(axisOf([], 0, 1)).toMatchObject({ from: 0, to: 1 })
    expect(axisOf([Number.NaN], 0, 1)).toMatchObject({ from: 0, to: 1 })
    const one = axisOf([0.5], 0, 1)
    expect(one.from).toBeLessThanOrEqual(0.5)
    expect(one.to).toBeGreaterThanOrEqual(0.5)
    expect(one.from).toBeLessThan(one.to)
  })
  it('hold every value, inside their limits, with few ticks', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (values) => {
        const axis = axisOf(values, 0, 1)
        expect(axis.from).toBeGreaterThanOrEqual(0)
        expect(axis.to).toBeLessThanOrEqual(1)
        expect(axis.from).toBeLessThan(axis.to)
        expect(axis.ticks.length).toBeLessThanOrEqual(8)
        for (const v of values) {
          expect(v).toBeGreaterThanOrEqual(axis.from - 1e-9)
          expect(v).toBeLessThanOrEqual(axis.to + 1e-9)
          const place = placeOn(axis, v)
          expect(place).toBeGreaterThanOrEqual(0)
          expect(place).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
  it('step in ones, twos and fives', () => {
    expect([roundStep(1, 4), roundStep(0.3, 4), roundStep(900, 4), roundStep(0, 4)]).toEqual([
      0.5, 0.1, 500, 1,
    ])
  })
  it('end for values that only rounding tells apart', () => {
    for (const values of [
      [0.9999999999999999, 1],
      [0.5, 0.5000000000000001],
      [0, 5e-324],
      [0, 1e-12],
    ]) {
      const axis = axisOf(values, 0, 1)
      expect(axis.ticks.length).toBeLessThan(20)
      expect(axis.from).toBeLessThan(axis.to)
    }
  })

  it('place on a logarithm', () => {
    expect([logPlace(10, 1, 100), logPlace(1, 1, 100), logPlace(1000, 1, 100), logPlace(5, 7, 7)]).toEqual([
      0.5, 0, 1, 0,
    ])
  })
})

describe('labels at the ends of lines', () => {
  it('keep their order and their distance, and stay inside', () => {
    expect(spread([10, 11, 50], 12, 100)).toEqual([10, 22, 50])
    expect(spread([95, 99], 12, 100)).toEqual([88, 100])
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 12 }), (wanted) => {
        const out = spread(wanted, 12, 200)
        const sorted = [...out].sort((a, b) => a - b)
        for (let i = 1; i < sorted.length; i++)
          expect(sorted[i]! - sorted[i - 1]!).toBeGreaterThanOrEqual(12 - 1e-9)
        if (sorted.length > 0) expect(sorted.at(-1)!).toBeLessThanOrEqual(200)
      }),
    )
  })
})
