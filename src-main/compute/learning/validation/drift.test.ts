import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freePace } from '../../../common/pace.ts'
import { Random } from '../../communities/random.ts'
import { measureDrift, psi } from './drift.ts'
import { column, normal } from './test-world.ts'

const sample = (n: number, seed: number, mean = 0, sd = 1): Float32Array => {
  const random = new Random(seed)
  return Float32Array.from({ length: n }, () => mean + sd * normal(random))
}

describe('psi', () => {
  it('is what the formula gives on shares that are known', () => {
    const values = (zero: number, one: number) => new Float32Array(zero + one).fill(1, zero)
    const found = psi(values(5000, 5000), values(8000, 2000), 'category')
    expect(found.psi).toBeCloseTo(0.3 * Math.log(0.8 / 0.5) + -0.3 * Math.log(0.2 / 0.5), 3)
    expect(found.level).toBe('bad')
  })

  it('is small for samples of one population, however small they are, and large for shifted ones', () => {
    for (let seed = 1; seed <= 40; seed++) {
      expect(psi(sample(60, seed), sample(60, seed + 100)).level).toBe('good')
      expect(psi(sample(5000, seed), sample(5000, seed + 100)).level).toBe('good')
    }
    expect(psi(sample(2000, 1), sample(2000, 2, 0.45)).level).toBe('warn')
    expect(psi(sample(2000, 1), sample(2000, 2, 1)).level).toBe('bad')
    expect(psi(sample(2000, 1), sample(2000, 2, 0, 3)).level).toBe('bad')
  })

  it('sees values go missing', () => {
    const later = sample(2000, 2)
    later.fill(NaN, 0, 800)
    expect(psi(sample(2000, 1), later).level).toBe('bad')
    expect(psi(new Float32Array(500).fill(NaN), new Float32Array(500).fill(NaN)).psi).toBe(0)
  })

  it('sees a zero that most accounts have become rare, and a new category', () => {
    const zeros = (share: number) =>
      Float32Array.from({ length: 2000 }, (_, i) => (i < share * 2000 ? 0 : 1 + (i % 7)))
    expect(psi(zeros(0.95), zeros(0.95)).psi).toBe(0)
    expect(psi(zeros(0.95), zeros(0.7)).level).toBe('bad')
    expect(psi(new Float32Array(2000).fill(3), zeros(0.5), 'category').level).toBe('bad')
  })

  it('is never negative, and 0 for the same values', () => {
    const values = fc.array(fc.oneof(fc.float({ noNaN: false }), fc.constant(0)), {
      minLength: 1,
      maxLength: 60,
    })
    fc.assert(
      fc.property(values, values, fc.constantFrom('number' as const, 'category' as const), (a, b, kind) => {
        const [x, y] = [Float32Array.from(a), Float32Array.from(b)]
        expect(psi(x, y, kind).psi).toBeGreaterThanOrEqual(-1e-12)
        expect(psi(x, x, kind).psi).toBeCloseTo(0, 9)
      }),
    )
  })
})

describe('measureDrift', () => {
  const columns = [
    column('steady'),
    column('moved'),
    column('mean:all:moved', { base: 'moved', operator: 'mean' }),
    column('account_age', { family: 'registration' }),
  ]
  const run = (against: 'earlier_export' | 'earlier_accounts', shift: number) =>
    measureDrift(
      {
        against,
        columns,
        earlier: { count: 1500, values: async (_c, k) => sample(1500, k + 1), scores: sample(1500, 50) },
        later: {
          count: 900,
          values: async (_c, k) => sample(900, k + 20, k === 0 ? 0 : shift),
          scores: sample(900, 70, shift),
        },
      },
      freePace(),
    )

  it('names the facts of a drifted export and its score', async () => {
    const found = await run('earlier_export', 1.2)
    expect([...found.shifted].sort()).toEqual(['account_age', 'moved'])
    expect(found.compared).toBe(3)
    expect(found.report.features.at(-1)!.name).toBe('steady')
    expect(found.report.score.level).toBe('bad')
  })

  it('is quiet where nothing changed', async () => {
    const found = await run('earlier_export', 0)
    expect(found.shifted).toEqual([])
    expect(found.report.score.level).toBe('good')
  })

  it('takes no notice that later accounts are younger', async () => {
    const found = await run('earlier_accounts', 1.2)
    expect(found.shifted).toEqual(['moved'])
    expect(found.report.features.find((f) => f.name === 'account_age')!.level).toBe('info')
  })
})
