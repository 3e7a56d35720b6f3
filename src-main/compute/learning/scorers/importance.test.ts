import { describe, expect, it } from 'vitest'
import { freePace } from '../../../common/pace.ts'
import { columnsOf, noisyData } from '../../trees/testing.ts'
import { carryingColumns, columnImportance } from './importance.ts'
import { fitMember } from './fitting.ts'
import { LEARNERS } from './learners.ts'
import type { MemberChoice } from './types.ts'

const choice = (coefficient: number): MemberChoice => ({
  id: 'm',
  learner: 'boosting',
  columns: 'all',
  params: {},
  weight: 1,
  coefficient,
})

describe('columnImportance', () => {
  it('gives the columns that decide the largest shares, and shares that sum to 1', async () => {
    const data = noisyData(1500, 6, 3)
    const { member } = await fitMember(
      { learner: 'boosting', params: LEARNERS.boosting.params.parse({ trees: 60 }), seed: 1, data },
      freePace(),
    )
    const members = [
      { choice: choice(1), models: [member], columns: Uint32Array.from({ length: 6 }, (_, k) => k) },
    ]
    const shares = await columnImportance(data.columns, members, data.x, data.rows, freePace())
    expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 2)
    const order = Object.keys(shares).sort((a, b) => shares[b] - shares[a])
    expect(order.slice(0, 2).sort()).toEqual(['f0', 'f1'])
  })
})

describe('carryingColumns', () => {
  const columns = columnsOf(300)
  const every = Uint32Array.from(columns.keys())

  it('keeps those with the largest shares, in their order', () => {
    const importance = Object.fromEntries(columns.map(({ name }, k) => [name, k >= 172 ? 1 / 128 : 0]))
    expect(Array.from(carryingColumns(columns, importance, [every]))).toEqual(
      Array.from({ length: 128 }, (_, k) => 172 + k),
    )
  })

  it('leaves no member without a column', () => {
    const importance = Object.fromEntries(columns.map(({ name }, k) => [name, k >= 172 ? 1 / 128 : 0]))
    const kept = carryingColumns(columns, importance, [every, Uint32Array.of(3, 5)])
    expect(Array.from(kept.slice(0, 2))).toEqual([3, 5])
    expect(kept).toHaveLength(130)
  })

  it('keeps all where nothing is known of them', () => {
    expect(carryingColumns(columns, undefined, [every])).toEqual(every)
  })
})
