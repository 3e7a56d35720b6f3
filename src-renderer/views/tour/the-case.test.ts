import { expect, test } from 'vitest'
import type { CommunityDetail } from '../../../src-main/common/contract/communities.ts'
import type { EntityCause, SharingCause } from '../../../src-main/common/contract/sharing.ts'
import { chooseCase, harmlessThing, LOOKED_AT, tellingThing, worthOf } from './the-case.ts'

const thing = (entityId: number, members: number, accounts: number) => ({
  entityId,
  type: 'ip',
  key: `10.0.0.${entityId}`,
  members,
  accounts,
})
const because = (id: number, cause: SharingCause, confidence = 0.9) =>
  ({ id, cause, confidence }) as EntityCause
const community = (part: Partial<CommunityDetail>) =>
  ({ size: 11, reports: 10, verdict: null, sharedEntities: [], ...part }) as CommunityDetail

const things = [thing(1, 7, 7), thing(2, 2, 175), thing(3, 4, 28)]
const causes = [because(1, 'none', 0.99), because(2, 'carrier', 0.92), because(3, 'unknown', 0.5)]

test('a good case has something unexplained, something harmless, reports, and nobody who decided', () => {
  expect(worthOf(community({ sharedEntities: things }), causes)).toBe(8)
  expect(worthOf(community({ sharedEntities: things, verdict: 'ring' }), causes)).toBe(7)
  expect(worthOf(community({ sharedEntities: things, reports: 0, size: 400 }), causes)).toBe(6)
  // What others use too, or what is not sure, teaches nothing.
  expect(worthOf(community({ sharedEntities: [thing(1, 7, 8)] }), causes)).toBe(3)
  expect(
    worthOf(
      community({ sharedEntities: things }),
      causes.map((c) => ({ ...c, confidence: 0.5 })),
    ),
  ).toBe(3)
})

test('the telling thing is the least shared outside, the harmless one the surest that is listed', () => {
  const more = [thing(9, 5, 6), ...things, thing(4, 3, 3)]
  const all = [...causes, because(9, 'none'), because(4, 'none')]
  expect(tellingThing(more, all)).toMatchObject({ entityId: 1 })
  expect(harmlessThing(more, [...all, because(3, 'family', 0.95)])).toMatchObject({ entityId: 3 })
  expect(tellingThing(things, [])).toBeNull()
  expect(harmlessThing(things, [because(1, 'none')])).toBeNull()
  // The page lists ten: what stands behind them cannot be pointed at.
  const far = [...Array.from({ length: 10 }, (_, i) => thing(20 + i, 2, 2)), thing(2, 2, 175)]
  expect(harmlessThing(far, causes)).toBeNull()
})

test('the worthiest of the riskiest is chosen, the riskier of two alike; none of none', async () => {
  const worthy = new Set([5, 6])
  let limit = 0
  const ask = (ids: number[]) => ({
    async list(most: number) {
      limit = most
      return ids.map((id) => ({ id }))
    },
    get: async (id: number) => community({ sharedEntities: worthy.has(id) ? things : [] }),
    causes: async () => causes,
  })
  expect(await chooseCase(ask([3, 5, 4, 6]))).toBe(5)
  expect(limit).toBe(LOOKED_AT)
  expect(await chooseCase(ask([3, 4]))).toBe(3)
  expect(await chooseCase(ask([]))).toBeNull()
})
