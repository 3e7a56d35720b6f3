import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cursorSpan, draggedSpan, dragTo, grab, moveCursor } from './brush.ts'

const bounds = { from: 0, to: 1000 }
const grid = { from: 0, binMs: 10 }

describe('brushing with the pointer', () => {
  it('starts anew on empty ground and snaps outwards to whole bins', () => {
    const drag = dragTo(grab(123, null, 5), 187)
    expect(draggedSpan(drag, bounds, grid)).toEqual({ from: 120, to: 190 })
  })
  it('works leftwards too', () => {
    expect(draggedSpan(dragTo(grab(187, null, 5), 123), bounds, grid)).toEqual({ from: 120, to: 190 })
  })
  it('moves one edge when that edge is grabbed', () => {
    const brush = { from: 100, to: 300 }
    expect(draggedSpan(dragTo(grab(298, brush, 5), 400), bounds, grid)).toEqual({ from: 100, to: 400 })
    expect(draggedSpan(dragTo(grab(102, brush, 5), 400), bounds, grid)).toEqual({ from: 300, to: 400 })
  })
  it('moves the whole brush when its body is grabbed, keeping its width inside the bounds', () => {
    const brush = { from: 100, to: 300 }
    expect(draggedSpan(dragTo(grab(200, brush, 5), 254), bounds, grid)).toEqual({ from: 150, to: 350 })
    expect(draggedSpan(dragTo(grab(200, brush, 5), 5000), bounds, grid)).toEqual({ from: 800, to: 1000 })
  })
  it('always yields a span inside the bounds that holds both ends of the drag', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1000 }), (a, b) => {
        const span = draggedSpan(dragTo(grab(a, null, 5), b), bounds, grid)
        expect(span.from).toBeLessThanOrEqual(Math.min(a, b))
        expect(span.to).toBeGreaterThanOrEqual(Math.max(a, b))
        expect(span.from).toBeGreaterThanOrEqual(0)
        expect(span.to).toBeLessThanOrEqual(1000)
      }),
    )
  })
})

describe('brushing with the keyboard', () => {
  it('grows from where extending began, both ends included', () => {
    let cursor = moveCursor({ bin: 5, anchor: null }, 1, 100, false)
    expect(cursorSpan(cursor, grid)).toBeNull()
    cursor = moveCursor(cursor, 1, 100, true)
    cursor = moveCursor(cursor, 1, 100, true)
    expect(cursorSpan(cursor, grid)).toEqual({ from: 60, to: 90 })
    cursor = moveCursor(cursor, -5, 100, true)
    expect(cursorSpan(cursor, grid)).toEqual({ from: 30, to: 70 })
  })
  it('stops at the ends', () => {
    expect(moveCursor({ bin: 0, anchor: null }, -10, 100, false).bin).toBe(0)
    expect(moveCursor({ bin: 98, anchor: null }, 10, 100, true)).toEqual({ bin: 99, anchor: 98 })
  })
})
