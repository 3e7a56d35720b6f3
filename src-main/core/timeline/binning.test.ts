import fc from 'fast-check'
import { expect, test } from 'vitest'
import { binsFor } from './binning.ts'

test('bins cover the span, keep to the budget, and days begin at local midnight', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2_000_000_000_000 }),
      fc.integer({ min: 1, max: 400_000_000_000 }),
      fc.integer({ min: 10, max: 2000 }),
      fc.constantFrom(0, 480, 330, -300),
      (from, length, budget, tzOffset) => {
        const span = { from, to: from + length }
        const bins = binsFor(span, budget, tzOffset)
        expect(bins.from).toBeLessThanOrEqual(span.from)
        expect(bins.to).toBeGreaterThanOrEqual(span.to)
        expect(bins.to).toBe(bins.from + bins.count * bins.binMs)
        expect(bins.from + bins.binMs).toBeGreaterThan(span.from)
        expect(Math.abs((bins.from + tzOffset * 60_000) % bins.binMs)).toBe(0)
        if (bins.binMs < 364 * 86_400_000) expect(bins.count).toBeLessThanOrEqual(budget)
      },
    ),
  )
})
