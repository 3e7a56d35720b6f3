import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Random } from '../../communities/random.ts'
import { bootstrap } from './bootstrap.ts'
import { auprc, auroc, brier, calibrationBins, ece, estimate, precisionAtK, recallAtK } from './metrics.ts'
import { descending } from './order.ts'

interface Case {
  y: number[]
  s: number[]
  auroc: number
  auprc: number
  brier: number
}
const { cases } = JSON.parse(
  readFileSync(new URL('../../../../tests/reference/metrics.json', import.meta.url), 'utf8'),
) as { cases: Case[] }

test('orders any doubles as a comparison does', () => {
  const value = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, 1, -1, 0.5, 0.25, 1e-300))
  fc.assert(
    fc.property(fc.array(value, { maxLength: 200 }), (values) => {
      const given = Float64Array.from(values)
      const expected = [...values.keys()].sort((a, b) => values[b] - values[a] || a - b)
      // Infinity − Infinity is NaN, which || takes as equal: as it should.
      expect([...descending(given)]).toEqual(expected)
      const single = Float32Array.from(values)
      expect([...descending(single)]).toEqual(
        [...single.keys()].sort((a, b) => single[b] - single[a] || a - b),
      )
    }),
  )
  expect(() => descending(Float32Array.of(1, NaN))).toThrow('Score 1 of 2 is not a number')
})

describe('agrees with scikit-learn (tests/reference/metrics.py)', () => {
  test.each(cases.map((c, i) => [i, c] as const))('case %i', (_i, c) => {
    const y = Uint8Array.from(c.y)
    const s = Float64Array.from(c.s)
    expect(auroc(y, s)).toBeCloseTo(c.auroc, 12)
    expect(auprc(y, s)).toBeCloseTo(c.auprc, 12)
    expect(brier(y, s)).toBeCloseTo(c.brier, 12)
  })
})

test('AUROC is the share of pairs in the right order, ties half', () => {
  const pairs = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 6 })), {
    minLength: 2,
    maxLength: 60,
  })
  fc.assert(
    fc.property(pairs, (given) => {
      const y = Uint8Array.from(given, ([bad]) => (bad ? 1 : 0))
      const s = Float64Array.from(given, ([, score]) => score)
      let right = 0
      let all = 0
      for (const [i, bad] of y.entries())
        for (const [j, other] of y.entries())
          if (bad === 1 && other === 0) {
            all++
            right += s[i] > s[j] ? 1 : s[i] === s[j] ? 0.5 : 0
          }
      if (all === 0) expect(auroc(y, s)).toBeNaN()
      else expect(auroc(y, s)).toBeCloseTo(right / all, 12)
    }),
  )
})

test('@k takes equal scores as expected at random, and the whole set where k is larger', () => {
  const y = Uint8Array.of(1, 0, 1, 0, 1)
  const s = Float64Array.of(9, 5, 5, 5, 1)
  expect(precisionAtK(y, s, 1)).toBe(1)
  // One of the three at 5, of which a third is malicious.
  expect(precisionAtK(y, s, 2)).toBeCloseTo((1 + 1 / 3) / 2, 12)
  expect(recallAtK(y, s, 2)).toBeCloseTo((1 + 1 / 3) / 3, 12)
  expect(precisionAtK(y, s, 100)).toBeCloseTo(3 / 5, 12)
  expect(recallAtK(y, s, 100)).toBe(1)
})

test('calibration: bins of equal mass, equal probabilities together, error zero where rates are as said', () => {
  const n = 1000
  const random = new Random(3)
  const p = Float64Array.from({ length: n }, () => random.next())
  const y = Uint8Array.from(p, (value) => (random.next() < value ? 1 : 0))
  const bins = calibrationBins(y, p, 10)
  expect(bins.map((bin) => bin.count)).toEqual(Array(10).fill(100))
  for (let b = 1; b < 10; b++) expect(bins[b].low).toBeGreaterThan(bins[b - 1].high)
  for (const bin of bins) expect(bin.rateHigh).toBeGreaterThan(bin.badRate)
  const good = ece(y, p)
  expect(good).toBeLessThan(0.06)
  // Squared probabilities say too little.
  expect(
    ece(
      y,
      p.map((value) => value ** 2),
    ),
  ).toBeGreaterThan(good + 0.1)
  expect(calibrationBins(y, new Float64Array(n).fill(0.5), 10)).toHaveLength(1)
  expect(ece(Uint8Array.of(0, 1), Float64Array.of(0.5, 0.5))).toBe(0)
})

test('bootstrap intervals hold the value, shrink with more accounts, and follow the seed', async () => {
  const sample = (n: number) => {
    const random = new Random(11)
    const y = Uint8Array.from({ length: n }, () => (random.next() < 0.2 ? 1 : 0))
    const s = Float32Array.from(y, (bad) => bad * 0.3 + random.next())
    return { y, s }
  }
  const small = sample(200)
  const large = sample(20_000)
  const few = await bootstrap(small.y, small.s, { seed: 5, k: 50 })
  const many = await bootstrap(large.y, large.s, { seed: 5, k: 50 })
  const width = ([low, high]: readonly [number, number]) => high - low
  for (const key of ['auroc', 'auprc', 'recallAtK'] as const)
    expect(width(few[key]), key).toBeGreaterThan(3 * width(many[key]))
  // Hanley & McNeil 1982, eq. 2, as an independent idea of the width.
  const a = auroc(large.y, large.s)
  const p = large.y.reduce((sum, bad) => sum + bad, 0)
  const q1 = a / (2 - a)
  const q2 = (2 * a * a) / (1 + a)
  const m = 20_000 - p
  const se = Math.sqrt((a * (1 - a) + (p - 1) * (q1 - a * a) + (m - 1) * (q2 - a * a)) / (p * m))
  expect(width(many.auroc) / (2 * 1.96 * se)).toBeGreaterThan(0.8)
  expect(width(many.auroc) / (2 * 1.96 * se)).toBeLessThan(1.2)
  expect(many.auroc[0]).toBeLessThan(a)
  expect(many.auroc[1]).toBeGreaterThan(a)
  expect(await bootstrap(small.y, small.s, { seed: 5, k: 50 })).toEqual(few)
  expect(await bootstrap(small.y, small.s, { seed: 6, k: 50 })).not.toEqual(few)
})

test('an estimate over splits', () => {
  expect(
    estimate(
      [0.5, 0.7],
      [
        [0.4, 0.6],
        [0.6, 0.8],
      ],
    ),
  ).toEqual({ mean: 0.6, sd: expect.closeTo(Math.SQRT2 / 10, 12) as number, low: 0.5, high: 0.7 })
  expect(estimate([0.5], [[0.4, 0.6]]).sd).toBe(0)
})
