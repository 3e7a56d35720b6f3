import { expect, it } from 'vitest'
import { freePace } from '../../../common/pace.ts'
import { Random } from '../../communities/random.ts'
import { auprcDrop, skillLost } from './compare.ts'
import { columnOf, asRanks, keepColumns } from './fold-rows.ts'
import { rankCorrelation, singleFeature } from './single-feature.ts'
import { column, normal } from './test-world.ts'

const pace = freePace()

it('a paired interval is narrow where two rankings share their errors, and covers nothing lost', async () => {
  const random = new Random(2)
  const y = Uint8Array.from({ length: 600 }, (_, i) => (i < 150 ? 1 : 0))
  const a = Float32Array.from(y, (label) => label + normal(random))
  const same = await auprcDrop(y, a, a, { seed: 1 }, pace)
  expect([same.drop, same.low, same.high]).toEqual([0, 0, 0])
  const noisy = await auprcDrop(
    y,
    a,
    a.map((s) => s + 0.02 * normal(random)),
    { seed: 1 },
    pace,
  )
  expect(noisy.low).toBeLessThan(0)
  expect(noisy.high).toBeGreaterThan(0)
  expect(noisy.high - noisy.low).toBeLessThan(0.03)
  const worse = await auprcDrop(
    y,
    a,
    a.map((s) => s + 2 * normal(random)),
    { seed: 1 },
    pace,
  )
  expect(worse.low).toBeGreaterThan(0)
  expect(worse.drop).toBeCloseTo(worse.with - worse.without, 12)
})

it('skill is counted from the base rate', () => {
  expect(skillLost(0.8, 0.5, 0.2)).toBeCloseTo(0.5, 12)
  expect(skillLost(0.8, 0.2, 0.2)).toBeCloseTo(1, 12)
  expect(skillLost(0.2, 0.1, 0.2)).toBe(0)
})

it('one feature alone is judged by its order, its middle, its gaps and its categories; noise is not', () => {
  const random = new Random(6)
  const y = Uint8Array.from({ length: 2000 }, (_, i) => (i < 500 ? 1 : 0))
  const noise = Float32Array.from(y, () => normal(random))
  const alone = (values: Float32Array, kind: 'number' | 'category' = 'number') =>
    singleFeature(y, values, kind, 1).auroc
  expect(alone(noise)).toBeLessThan(0.55)
  expect(alone(noise.map((v, i) => v - 2 * y[i]))).toBeGreaterThan(0.88)
  // Malicious in the middle.
  expect(alone(noise.map((v, i) => (y[i] === 1 ? 0.1 * v : Math.sign(v) + v)))).toBeGreaterThan(0.88)
  expect(alone(noise.map((v, i) => (y[i] === 1 && i % 5 > 0 ? NaN : v)))).toBeGreaterThan(0.85)
  expect(
    alone(
      Float32Array.from(y, (label) => (label === 1 ? 3 : random.int(3))),
      'category',
    ),
  ).toBeGreaterThan(0.99)
  // A category of its own for everybody knows nothing of anybody else.
  expect(alone(Float32Array.from(y.keys()), 'category')).toBeLessThan(0.55)
})

it('ranks are compared over what both have', () => {
  const a = Float32Array.from({ length: 50 }, (_, i) => i)
  const b = a.map((v) => (v % 7 === 0 ? NaN : Math.exp(v / 10)))
  expect(rankCorrelation(a, b)).toBeCloseTo(1, 12)
  expect(
    rankCorrelation(
      a,
      b.map((v) => -v),
    ),
  ).toBeCloseTo(-1, 12)
  expect(rankCorrelation(a, new Float32Array(50).fill(2))).toBe(0)
})

it('rows keep their columns by place', () => {
  const rows = {
    columns: ['a', 'b', 'c'].map((name) => column(name)),
    rows: 2,
    x: Float32Array.of(1, 2, 3, 4, 5, 6),
    y: Uint8Array.of(0, 1),
  }
  const kept = keepColumns(rows, [2, 0])
  expect([...kept.x]).toEqual([3, 1, 6, 4])
  expect([...columnOf(kept, 0)]).toEqual([3, 6])
  expect([...asRanks(Float32Array.of(5, 1, 5, 9))]).toEqual(
    [0.5, 0.125, 0.5, 0.875].map((v) => expect.closeTo(v, 6)),
  )
})
