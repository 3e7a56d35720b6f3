import { expect, test } from 'vitest'
import {
  binomialTail,
  expectedMarked,
  incompleteBeta,
  logFactorials,
  qValues,
  stratifiedTail,
  zOf,
} from './distributions.ts'

test('incomplete beta and binomial tails agree with SciPy', () => {
  // scipy.stats.beta.cdf(.3, 2, 5), (.02, 17, 18), (.9, 1, 3); scipy.stats.binom.sf(k - 1, n, p)
  expect(incompleteBeta(0.3, 2, 5)).toBeCloseTo(0.579825, 10)
  expect(incompleteBeta(0.02, 17, 18) / 2.2121531871291193e-20).toBeCloseTo(1, 9)
  expect(incompleteBeta(0.9, 1, 3)).toBeCloseTo(0.999, 10)
  let direct = 0
  for (let k = 7; k <= 20; k++) {
    let choose = 1
    for (let i = 0; i < k; i++) choose = (choose * (20 - i)) / (i + 1)
    direct += choose * 0.15 ** k * 0.85 ** (20 - k)
  }
  expect(binomialTail(7, 20, 0.15)).toBeCloseTo(direct, 12)
  expect(binomialTail(0, 20, 0.15)).toBe(1)
  expect(binomialTail(21, 20, 0.15)).toBe(0)
})

test('the stratified tail is Fisher’s test for one stratum and counts by hand for two', () => {
  const logF = logFactorials(100)
  // 5 drawn from 10 of which 4 marked: P(X >= 3) = (4·15 + 1·6) / 252
  expect(stratifiedTail([{ population: 10, marked: 4, drawn: 5 }], 3, logF)).toBeCloseTo(66 / 252, 12)
  const two = [
    { population: 4, marked: 2, drawn: 1 },
    { population: 5, marked: 1, drawn: 2 },
  ]
  // P(A = 1) = 1/2, P(B = 1) = 2/5
  expect(stratifiedTail(two, 2, logF)).toBeCloseTo(0.2, 12)
  expect(stratifiedTail(two, 1, logF)).toBeCloseTo(1 - 0.5 * 0.6, 12)
  expect(expectedMarked(two)).toBeCloseTo(0.9, 12)
  expect(stratifiedTail([{ population: 4, marked: 4, drawn: 4 }], 4, logF)).toBe(1)
})

test('large draws keep their mass, whatever the split', () => {
  const logF = logFactorials(10_000)
  const half = stratifiedTail([{ population: 10_000, marked: 5000, drawn: 4000 }], 2000, logF)
  // Symmetric: ½ + ½ P(X = 2000), P(X = 2000) ≈ 1/√(2π 600).
  expect(half).toBeCloseTo(0.5 + 0.5 / Math.sqrt(2 * Math.PI * 600), 4)
  const split = [
    { population: 5000, marked: 2500, drawn: 2000 },
    { population: 5000, marked: 2500, drawn: 2000 },
  ]
  expect(stratifiedTail(split, 0, logF)).toBe(1)
  expect(stratifiedTail(split, 1, logF)).toBeCloseTo(1, 9)
  expect(stratifiedTail(split, 2000, logF)).toBeCloseTo(half, 3)
  expect(stratifiedTail([{ population: 10, marked: 9, drawn: 9 }], 9, logF)).toBeCloseTo(0.1, 12)
  expect(stratifiedTail([{ population: 10, marked: 9, drawn: 9 }], 8, logF)).toBeCloseTo(1, 12)
})

test('z of p inverts the normal tail', () => {
  expect(zOf(0.5)).toBeCloseTo(0, 8)
  expect(zOf(0.025)).toBeCloseTo(1.959964, 5)
  expect(zOf(0.975)).toBeCloseTo(-1.959964, 5)
  expect(zOf(1e-20)).toBeCloseTo(9.26234, 4)
  expect(Number.isFinite(zOf(1)) && Number.isFinite(zOf(1e-300))).toBe(true)
})

test('q-values are Benjamini and Hochberg’s', () => {
  expect([...qValues(Float64Array.of(0.01, 0.04, 0.03, 0.5))].map((q) => +q.toFixed(6))).toEqual([
    0.04, 0.053333, 0.053333, 0.5,
  ])
  expect(qValues(Float64Array.of(0.01), 10)[0]).toBeCloseTo(0.1, 12)
})
