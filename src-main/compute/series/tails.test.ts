import { expect, test } from 'vitest'
import fc from 'fast-check'
import { logCountTail, logGamma, logPoissonTail } from './tails.ts'

test('matches scipy far into the tail', () => {
  // scipy.stats.poisson.logsf(y - 1, mean) and nbinom.logsf(y - 1, size, size / (size + mean)).
  const poisson: [number, number, number][] = [
    [1, 0.01, -4.610166019324896],
    [5, 2, -2.9440317325720815],
    [200, 100, -41.514473304592556],
    [3, 10, -0.0027732375865730445],
  ]
  for (const [y, mean, want] of poisson) expect(logPoissonTail(y, mean) / want).toBeCloseTo(1, 10)
  // y, mean, variance; scipy.integrate.quad of poisson.sf over the normal log-rate.
  const mixed: [number, number, number, number][] = [
    [50, 10, 50, -6.468093917331289],
    [400, 100, 1500, -10.230614575039613],
    [12, 0.5, 1.2, -7.221108796477498],
    [8, 2, 2.4, -5.5979711841754956],
    [5, 0.01, 0.011, -12.441921349101788],
  ]
  for (const [y, mean, variance, want] of mixed)
    expect(logCountTail(y, mean, variance) / want).toBeCloseTo(1, 5)
  // Where scipy underflows to -inf: ln P(Y = 1000) and a little more.
  const point = 1000 * Math.log(10) - 10 - logGamma(1001)
  expect(logPoissonTail(1000, 10) - point).toBeCloseTo(Math.log(1 / (1 - 10 / 1001)), 3)
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12)
  expect(logGamma(171)).toBeCloseTo(706.5730622457875, 8)
})

test('agrees with summing the Poisson distribution', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.double({ min: 0.05, max: 40, noNaN: true }),
      (y, mean) => {
        let below = 0
        for (let k = 0; k < y; k++) below += Math.exp(k * Math.log(mean) - mean - logGamma(k + 1))
        expect(Math.exp(logCountTail(y, mean, mean))).toBeCloseTo(1 - below, 8)
      },
    ),
  )
})

test('edges', () => {
  expect(logCountTail(0, 3, 3)).toBe(0)
  expect(logCountTail(2, 0, 0)).toBe(-Infinity)
  expect(logCountTail(5, 1e-9, 1e-9)).toBeLessThan(-90)
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20_000 }),
      fc.double({ min: 1e-9, max: 1e4, noNaN: true }),
      fc.double({ min: 1, max: 50, noNaN: true }),
      (y, mean, ratio) => {
        const p = logCountTail(y, mean, mean * ratio)
        expect(p).toBeLessThanOrEqual(1e-9)
        expect(logCountTail(y + 1, mean, mean * ratio)).toBeLessThanOrEqual(p + 1e-9)
      },
    ),
  )
})
