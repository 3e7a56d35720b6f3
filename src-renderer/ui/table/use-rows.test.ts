import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scrollFor, windowOf } from './use-rows.ts'

const HEAD = 29
const scene = fc.record({
  count: fc.integer({ min: 1, max: 2_000_000 }),
  rowHeight: fc.integer({ min: 16, max: 60 }),
  height: fc.integer({ min: 60, max: 2000 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
})
const mostOf = (count: number, rowHeight: number, height: number) =>
  Math.max(0, HEAD + count * rowHeight - height)

test('every row that shows is in the document, and few more', () => {
  fc.assert(
    fc.property(scene, ({ count, rowHeight, height, share }) => {
      const scrollTop = share * mostOf(count, rowHeight, height)
      const { first, last } = windowOf(scrollTop, height, count, rowHeight, HEAD)
      // A row shows where it is neither under the header nor below the end.
      const shows = (row: number) =>
        row >= 0 &&
        row < count &&
        (row + 1) * rowHeight > scrollTop &&
        HEAD + row * rowHeight < scrollTop + height
      expect(shows(first - 1)).toBe(false)
      expect(shows(last + 1)).toBe(false)
      expect(first).toBeGreaterThanOrEqual(0)
      expect(last).toBeLessThan(count)
      expect(last - first).toBeLessThan(height / rowHeight + 11)
      expect(last).toBeGreaterThanOrEqual(first)
    }),
  )
})

test('a row that is asked for is in view whole, and one that is there stays where it is', () => {
  fc.assert(
    fc.property(scene, fc.double({ min: 0, max: 0.999, noNaN: true }), (s, which) => {
      const { count, rowHeight, height, share } = s
      fc.pre(height > HEAD + rowHeight)
      const row = Math.floor(which * count)
      const before = Math.floor(share * mostOf(count, rowHeight, height))
      const after = scrollFor(row, before, height, rowHeight, HEAD)
      const isWhole = (top: number) =>
        row * rowHeight >= top - 1e-6 && HEAD + (row + 1) * rowHeight <= top + height + 1e-6
      expect(isWhole(after)).toBe(true)
      if (isWhole(before)) expect(after).toBe(before)
    }),
  )
})

test('a list that has become shorter shows its end, one that nobody sees nothing', () => {
  expect(windowOf(28_000, 280, 20, 28, HEAD)).toEqual({ first: 7, last: 19 })
  expect(windowOf(0, 0, 1000, 28, HEAD)).toEqual({ first: 0, last: -1 })
  expect(windowOf(0, 280, 0, 28, HEAD)).toEqual({ first: 0, last: -1 })
})
