import { describe, expect, it } from 'vitest'
import { overlapOf, sharedByBoth } from './compare.tsx'

const entity = (entityId: number, accounts: number) => ({
  entityId,
  accounts,
  members: 2,
  type: 'device',
  key: `d${entityId}`,
})

describe('two communities side by side', () => {
  it('names what both use, the rarest first', () => {
    const a = { sharedEntities: [entity(1, 90), entity(2, 4), entity(3, 5)] }
    const b = { sharedEntities: [entity(2, 4), entity(1, 90), entity(9, 2)] }
    expect(sharedByBoth(a, b).map(([x, y]) => [x.entityId, y.entityId])).toEqual([
      [2, 2],
      [1, 1],
    ])
    expect(sharedByBoth(a, { sharedEntities: [] })).toEqual([])
  })
  it('says how much of the shorter span both have', () => {
    const span = (registeredFrom: number | null, registeredTo: number | null) => ({
      registeredFrom,
      registeredTo,
    })
    const half = overlapOf(span(0, 10), span(5, 25))!
    expect(half.share).toBe(0.5)
    expect(half.at(0)).toBe(0)
    expect(half.at(25)).toBe(1)
    expect(overlapOf(span(0, 10), span(11, 12))!.share).toBe(0)
    expect(overlapOf(span(3, 3), span(0, 10))!.share).toBe(1)
    expect(overlapOf(span(null, 3), span(0, 10))).toBeNull()
  })
})
