import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plainNumber } from './number.ts'

describe('numbers with marks', () => {
  test.each([
    ['1,234.50', 'point', '1234.50'],
    ['¥12.00', 'point', '12.00'],
    ['US$ 1,000', 'point', '1000'],
    ['12,34,567.8', 'point', '1234567.8'],
    ['-1,234', 'point', '-1234'],
    ['EUR 5', 'point', '5'],
    ['1.234,50', 'comma', '1234.50'],
    ['1 234,5 €', 'comma', '1234.5'],
    ["1'234,5", 'comma', '1234.5'],
    ['-12,5', 'comma', '-12.5'],
    ['12', 'comma', '12'],
    // No numbers of that kind: as they are, so that a problem says them.
    ['1,234.50', 'comma', '1,234.50'],
    ['1.234,50', 'point', '1.234,50'],
    ['1,2', 'point', '1,2'],
    ['about 5', 'point', 'about 5'],
    ['', 'point', ''],
    ['€', 'comma', '€'],
  ] as const)('%s by %s', (text, format, plain) => {
    expect(plainNumber(text, format)).toBe(plain)
  })

  test('what a locale writes is read back', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (n) => {
        const rounded = Math.round(n * 100) / 100
        const options = { minimumFractionDigits: 2, maximumFractionDigits: 2 }
        expect(Number(plainNumber(rounded.toLocaleString('en-US', options), 'point'))).toBeCloseTo(rounded, 2)
        expect(Number(plainNumber(rounded.toLocaleString('de-DE', options), 'comma'))).toBeCloseTo(rounded, 2)
        expect(Number(plainNumber(rounded.toLocaleString('fr-FR', options), 'comma'))).toBeCloseTo(rounded, 2)
      }),
    )
  })
})
