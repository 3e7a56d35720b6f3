import { describe, expect, it } from 'vitest'
import { registrationColumns } from './registrations.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

describe('registrationColumns', () => {
  it('knows the local hour, the age and what is missing', () => {
    // 18:00 UTC, and the same moment as 02:00 in UTC+8.
    const t = 100 * DAY + 18 * HOUR
    const columns = registrationColumns(Float64Array.of(t, t, NaN), Float64Array.of(0, 480, 0), t + 3 * DAY)
    const sin = columns.get('registration_hour_sin')!
    const cos = columns.get('registration_hour_cos')!
    expect(sin[0]).toBeCloseTo(-1)
    expect(cos[0]).toBeCloseTo(0)
    expect(sin[1]).toBeCloseTo(Math.sin((2 * 2 * Math.PI) / 24))
    expect(cos[1]).toBeCloseTo(Math.cos((2 * 2 * Math.PI) / 24))
    expect([...columns.get('account_age')!]).toEqual([3, 3, NaN])
    expect(columns.get('registration_burst')![2]).toBeNaN()
  })

  it('finds a burst against the usual rate', () => {
    // One registration every 6 hours for 30 days, and twenty at once on day 15 (plus 10 minutes).
    const steady = Array.from({ length: 120 }, (_, k) => k * 6 * HOUR)
    const burst = Array.from({ length: 20 }, () => 15 * DAY + HOUR / 6)
    const times = Float64Array.from([...steady, ...burst])
    const column = registrationColumns(times, new Float64Array(140), 30 * DAY).get('registration_burst')!
    // Within ±1 h of the burst: 20 and the steady one at day 15. Around: 56 steady in 14 days and the 20.
    const expected = ((56 + 20) * 2) / (14 * 24)
    expect(column[130]).toBeCloseTo((21 + 1) / (expected + 1), 4)
    expect(column[100]).toBeLessThan(2)
  })

  it('does not mind an export in which everybody registered at once', () => {
    const column = registrationColumns(new Float64Array(5).fill(7), new Float64Array(5), 7).get(
      'registration_burst',
    )!
    for (const v of column) expect(v).toBeCloseTo(1)
  })

  it('knows nothing where nothing is known', () => {
    for (const column of registrationColumns(Float64Array.of(NaN), Float64Array.of(0), 0).values())
      expect(column[0]).toBeNaN()
  })
})
