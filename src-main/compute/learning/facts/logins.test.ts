import { describe, expect, it } from 'vitest'
import { emptyColumns } from './columns.ts'
import { LOGIN_COLUMNS, LoginSummary } from './logins.ts'
import type { LoginRow } from './logins.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const row = (hours: number, rest: Partial<LoginRow> = {}): LoginRow => ({
  ts: hours * HOUR,
  tzOffset: null,
  context: null,
  ip: null,
  device: null,
  country: null,
  failed: null,
  ...rest,
})

function summarise(...accounts: LoginRow[][]) {
  const columns = emptyColumns(LOGIN_COLUMNS, accounts.length)
  const summary = new LoginSummary()
  accounts.forEach((rows, u) => {
    rows.forEach((r) => summary.push(r))
    summary.write(columns, u, 10 * DAY)
  })
  return (name: (typeof LOGIN_COLUMNS)[number]) => [...columns.get(name)!]
}

describe('LoginSummary', () => {
  it('counts, and starts anew with each account', () => {
    const of = summarise(
      [
        row(1, { ip: 1, device: 5, country: 8, context: 2, failed: false }),
        row(3, { ip: 2, device: 6, country: 9, context: 2, failed: true }),
        row(26, { ip: 1, device: 5, country: 9, context: 3, failed: false }),
        row(40, { ip: 3, device: 7, country: 8, context: 2 }),
      ],
      [],
      [row(30)],
    )
    expect(of('logins')).toEqual([4, 0, 1])
    expect(of('login_active_days')).toEqual([2, 0, 1])
    // 01:00, 03:00, 02:00, 16:00; and 06:00, which is morning.
    expect(of('login_night_share')).toEqual([0.75, NaN, 0])
    expect(of('login_ips')).toEqual([3, NaN, 0])
    expect(of('login_contexts')).toEqual([2, NaN, 0])
    expect(of('login_devices')).toEqual([3, NaN, NaN])
    // Of three logins after the first, 6 and 7 were new.
    expect(of('login_new_device_share')).toEqual([Math.fround(2 / 3), NaN, NaN])
    expect(of('login_countries')).toEqual([2, NaN, NaN])
    expect(of('login_country_changes')).toEqual([Math.fround(2 / 3), NaN, NaN])
    expect(of('login_failure_share')).toEqual([Math.fround(1 / 3), NaN, NaN])
    expect(of('login_recency')).toEqual([Math.fround(200 / 24), NaN, 8.75])
  })

  it('measures spread over the hours from 0 to 1', () => {
    const day = Array.from({ length: 24 }, (_, h) => row(h))
    const nine = Array.from({ length: 5 }, (_, d) => row(24 * d + 9))
    const [even, always] = summarise(day, nine)('login_hour_entropy')
    expect(even).toBeCloseTo(1)
    expect(always).toBe(0)
  })

  it('tells clocks from bursts', () => {
    const clock = Array.from({ length: 20 }, (_, k) => row(6 * k))
    const bursts = [0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 100, 100.01, 100.02, 100.03].map((h) => row(h))
    const [regular, bursty, few] = summarise(clock, bursts, [row(1), row(2)])('login_burstiness')
    expect(regular).toBeCloseTo(-1, 3)
    expect(bursty).toBeGreaterThan(0.4)
    expect(few).toBeNaN()
  })

  it('uses the local hour where the file stated one', () => {
    const [utc, local] = summarise([row(20)], [row(20, { tzOffset: 480 })])('login_night_share')
    expect([utc, local]).toEqual([0, 1])
  })
})
