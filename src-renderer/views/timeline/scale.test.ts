import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binsFor, clampView, DAY, HOUR, MIN_SPAN_MS, MINUTE, momentLabel, panView } from './scale.ts'
import { tickLabel, ticksFor, timeAt, xOf, zoneName, zoomView } from './scale.ts'

const T0 = Date.UTC(2026, 2, 1)
const month = { from: T0, to: T0 + 30 * DAY }

describe('view', () => {
  it('zooms about the time under the pointer', () => {
    const about = T0 + 10 * DAY
    const before = xOf(about, month, 900)
    const view = zoomView(month, month, 2, about)
    expect(view.to - view.from).toBeCloseTo(15 * DAY)
    expect(xOf(about, view, 900)).toBeCloseTo(before)
  })
  it('never leaves its bounds and never gets narrower than a minute', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.double({ min: 0.05, max: 40, noNaN: true }),
            fc.double({ min: 0, max: 1, noNaN: true }),
          ),
        ),
        (steps) => {
          let view = month
          for (const [factor, share] of steps) {
            view = zoomView(view, month, factor, view.from + share * (view.to - view.from))
            view = panView(view, month, share - 0.5)
            expect(view.from).toBeGreaterThanOrEqual(month.from)
            expect(view.to).toBeLessThanOrEqual(month.to + 1e-3)
            expect(view.to - view.from).toBeGreaterThanOrEqual(MIN_SPAN_MS - 1e-3)
          }
        },
      ),
    )
  })
  it('pushes a view that hangs over the edge back in', () => {
    expect(clampView({ from: T0 - DAY, to: T0 + DAY }, month)).toEqual({ from: T0, to: T0 + 2 * DAY })
  })
  it('maps x to time and back', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 900, noNaN: true }), (x) => {
        expect(xOf(timeAt(x, month, 900), month, 900)).toBeCloseTo(x, 4)
      }),
    )
    expect(timeAt(-50, month, 900)).toBe(month.from)
    expect(timeAt(5000, month, 900)).toBe(month.to)
  })
  it('asks for bins inside the contract', () => {
    expect(binsFor(0)).toBe(10)
    expect(binsFor(1200)).toBe(300)
    expect(binsFor(1e6)).toBe(2000)
  })
})

describe('ticks', () => {
  it('stand at local midnights of the zone', () => {
    const { ticks, unit } = ticksFor({ from: T0, to: T0 + 8 * DAY }, 900, 480)
    expect(unit).toBe('day')
    for (const t of ticks) expect((t.ms + 480 * MINUTE) % DAY).toBe(0)
  })
  it('are apart, inside the view and rising at every scale', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: MIN_SPAN_MS, max: 4000 * DAY }),
        fc.constantFrom(-210, 0, 330, 480),
        (width, zone) => {
          const view = { from: T0 + 12_345, to: T0 + 12_345 + width }
          const { ticks } = ticksFor(view, 900, zone)
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
  it('say the date where a day begins and the hour within it', () => {
    const { ticks, unit } = ticksFor({ from: T0 + 21 * HOUR, to: T0 + 29 * HOUR }, 900, 0)
    expect(ticks.map((t) => tickLabel(t, unit, 0, 'en'))).toContain('2 Mar')
    expect(ticks.map((t) => tickLabel(t, unit, 0, 'en'))).toContain('23:00')
    expect(tickLabel({ ms: T0, major: true }, 'day', 480, 'zh-CN')).toBe('3月1日')
  })
  it('names zones', () => {
    expect([0, 480, -210].map(zoneName)).toEqual(['UTC', 'UTC+08:00', 'UTC-03:30'])
    expect(momentLabel(T0, 480, 'en')).toBe('1 Mar, 08:00')
  })
})
