import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR, MIN_SPAN_MS, MINUTE, xOf } from './scale.ts'
import { shadesFor } from './shades.ts'
import { momentLabel, sinceTicks, tickLabel, ticksFor, viewLabel } from './ticks.ts'
import { instantOf, offsetName, UTC, wallOf, zoneName, zoneOf, type Zone } from './zone.ts'

const T0 = Date.UTC(2026, 2, 1)
const east = (minutes: number) => zoneOf('export', minutes)
/** Berlin in 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC. */
const berlin: Zone = {
  id: 'viewer',
  offsetAt: (ms) => (ms >= Date.UTC(2026, 2, 29, 1) && ms < Date.UTC(2026, 9, 25, 1) ? 120 : 60),
}

describe('zones', () => {
  it('give back every instant but the hour that is shown twice', () => {
    fc.assert(
      fc.property(fc.integer({ min: T0, max: T0 + 365 * DAY }), (ms) => {
        expect(instantOf(wallOf(ms, east(-210)), east(-210))).toBe(ms)
        const again = instantOf(wallOf(ms, berlin), berlin)
        // Where the clock was put back, the earlier of the two.
        expect(ms - again === 0 || ms - again === HOUR).toBe(true)
        expect(wallOf(again, berlin)).toBe(wallOf(ms, berlin))
      }),
    )
  })
  it('say their offset, and both where it changes in between', () => {
    expect([0, 480, -210].map(offsetName)).toEqual(['UTC', 'UTC+08:00', 'UTC−03:30'])
    expect(zoneName(berlin, T0, T0 + 60 * DAY)).toBe('UTC+01:00/+02:00')
  })
})

describe('ticks', () => {
  it('stand at local midnights of the zone, also after the clocks have changed', () => {
    for (const zone of [east(480), berlin]) {
      const { ticks, unit } = ticksFor({ from: T0 + 25 * DAY, to: T0 + 32 * DAY }, 900, zone)
      expect(unit).toBe('day')
      expect(ticks.length).toBeGreaterThan(5)
      for (const t of ticks) expect(wallOf(t.ms, zone) % DAY).toBe(0)
    }
  })
  it('are apart, inside the view and rising at every scale from seconds to decades', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.integer({ min: MIN_SPAN_MS, max: 10 * MINUTE }),
          fc.integer({ min: MINUTE, max: 8000 * DAY }),
        ),
        fc.constantFrom(-210, 0, 330, 480),
        (width, zone) => {
          const view = { from: T0 + 12_345, to: T0 + 12_345 + width }
          const { ticks } = ticksFor(view, 900, east(zone))
          let last = -Infinity
          for (const t of ticks) {
            const x = xOf(t.ms, view, 900)
            expect(x).toBeGreaterThanOrEqual(-1e-6)
            expect(x).toBeLessThanOrEqual(900 + 1e-6)
            expect(x - last).toBeGreaterThan(60)
            last = x
          }
          expect(ticks.length).toBeLessThanOrEqual(13)
        },
      ),
    )
  })
  it('say the date where a day begins, the hour within it, the second where that matters', () => {
    const day = ticksFor({ from: T0 + 21 * HOUR, to: T0 + 29 * HOUR }, 900, UTC)
    const words = day.ticks.map((t) => tickLabel(t, day.unit, UTC, 'en'))
    expect(words).toContain('2 Mar')
    expect(words).toContain('23:00')
    const close = ticksFor({ from: T0 + HOUR, to: T0 + HOUR + 10_000 }, 900, UTC)
    expect(close.unit).toBe('second')
    expect(close.ticks.map((t) => tickLabel(t, close.unit, UTC, 'en'))).toContain('01:00:03')
    expect(tickLabel({ ms: T0, major: true }, 'day', east(480), 'zh-CN')).toBe('3月1日')
    expect(tickLabel({ ms: T0, major: true }, 'month', east(480), 'zh-CN')).toBe('2026年3月')
  })
  it('say what they leave open: the year, and the day within a day', () => {
    expect(viewLabel({ from: T0, to: T0 + 3 * HOUR }, UTC, 'en')).toBe('Sun, 1 Mar 2026')
    expect(viewLabel({ from: T0, to: T0 + 40 * DAY }, UTC, 'zh-CN')).toMatch(/2026年3月1日.*4月9日/)
    expect(momentLabel(T0, east(480), 'en')).toBe('1 Mar, 08:00')
    expect(momentLabel(T0 + 7000, UTC, 'zh-CN', { year: true, seconds: true })).toBe('2026年3月1日 00:00:07')
  })
  it('count from an anchor on an aligned axis, through zero', () => {
    const ticks = sinceTicks({ from: -2 * DAY, to: 6 * DAY }, 900)
    expect(ticks.map((t) => t.count)).toEqual([-2, -1, 0, 1, 2, 3, 4, 5, 6])
    expect(ticks[0].unit).toBe('day')
  })
})

describe('shades', () => {
  it('are nights and weekends of the zone, cut to the view', () => {
    // Sunday 1 March 2026, 00:00 UTC is 08:00 in Shanghai.
    const shades = shadesFor({ from: T0, to: T0 + DAY }, east(480))
    expect(shades).toEqual([
      { kind: 'weekend', from: T0, to: T0 + 16 * HOUR },
      { kind: 'night', from: T0 + 14 * HOUR, to: T0 + 22 * HOUR },
    ])
  })
  it('are left out where they would be hatching', () => {
    expect(shadesFor({ from: T0, to: T0 + 400 * DAY }, UTC)).toEqual([])
    expect(shadesFor({ from: T0, to: T0 + 60 * DAY }, UTC).every((s) => s.kind === 'weekend')).toBe(true)
  })
})
