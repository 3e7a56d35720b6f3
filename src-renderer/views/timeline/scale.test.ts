import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clampView, covers, DAY, MIN_SPAN_MS, padded, panView, timeAt, xOf, zoomView } from './scale.ts'

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
  it('never leaves its bounds and never gets narrower than a few seconds', () => {
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
  it('asks for as much again on either side, inside the bounds', () => {
    const view = { from: T0 + DAY, to: T0 + 3 * DAY }
    expect(padded(view, month, 0.75)).toEqual({ from: T0, to: T0 + 4.5 * DAY })
    expect(covers(padded(view, month, 0.75), view)).toBe(true)
  })
})
