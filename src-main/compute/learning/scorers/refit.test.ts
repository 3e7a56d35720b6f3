import { describe, expect, it } from 'vitest'
import { leanChoices } from './refit.ts'
import type { Choices } from './types.ts'

const choices = (...weights: number[]): Choices => ({
  members: weights.map((weight, k) => ({
    id: `m${k}`,
    learner: 'boosting',
    columns: 'all',
    params: {},
    weight,
    coefficient: 1.2 * weight,
  })),
  intercept: 0.3,
  graphHelps: true,
  calibration: { method: 'platt', base: 0, slope: 1, knots: [], bends: [] },
  threshold: { rule: 'f1', value: 0.5, precision: null, recall: null },
  folds: 5,
  rows: 100,
})

describe('leanChoices', () => {
  it('leaves out members under a tenth and hands their part of the log-odds to the others', () => {
    const lean = leanChoices(choices(0.6, 0.32, 0.08))
    expect(lean.members.map(({ id }) => id)).toEqual(['m0', 'm1'])
    expect(lean.members.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12)
    // Members that agree on a margin come to the same joint log-odds as before.
    expect(lean.members.reduce((sum, { coefficient }) => sum + coefficient, 0)).toBeCloseTo(1.2, 12)
    expect(lean.members[0].weight / lean.members[1].weight).toBeCloseTo(0.6 / 0.32, 12)
    expect(lean).toMatchObject({ intercept: 0.3, threshold: { value: 0.5 } })
  })

  it('changes nothing where all carry their share, or none does', () => {
    const all = choices(0.5, 0.5)
    expect(leanChoices(all)).toBe(all)
    const many = choices(...Array.from({ length: 20 }, () => 0.05))
    expect(leanChoices(many)).toBe(many)
  })
})
