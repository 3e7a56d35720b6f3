import { expect, it } from 'vitest'
import { quietBefore } from './activity-section.tsx'

const bins = (...counts: number[]) => Uint32Array.from(counts)
const base = { from: 1000, binMs: 10, failed: bins(0, 0, 0, 0, 0), other: bins(0, 0, 0, 0, 0) }

it('leaves out years in which accounts only registered, and says how many did', () => {
  const data = { ...base, registrations: bins(2, 0, 1, 4, 0), logins: bins(0, 0, 0, 3, 1) }
  expect(quietBefore(data)).toEqual({ from: 1030, registered: 3 })
})
it('leaves out nothing where events begin early, or where there are none', () => {
  const registrations = bins(2, 0, 0, 0, 0)
  expect(quietBefore({ ...base, registrations, logins: bins(0, 1, 0, 0, 0) })).toBeNull()
  expect(quietBefore({ ...base, registrations, logins: bins(0, 0, 0, 0, 0) })).toBeNull()
})
