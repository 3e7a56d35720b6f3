import fc from 'fast-check'
import { expect, test } from 'vitest'
import { orderOf } from './radix.ts'
import { binOf, bytesOf, edgesOf, scaleOf } from './scale.ts'

const numbers = fc.array(
  fc.oneof(
    fc.double(),
    fc.constantFrom(0, -0, NaN, 1, 1, -1, Infinity, -Infinity),
    fc.integer({ min: -5, max: 5 }),
  ),
  { maxLength: 200 },
)

test('orders as comparing does: unknown last, equal ones as they came', () => {
  fc.assert(
    fc.property(numbers, fc.boolean(), (values, descending) => {
      const wanted = Array.from(values.keys()).sort((a, b) => {
        const [x, y] = [values[a], values[b]]
        if (Number.isNaN(x) || Number.isNaN(y))
          return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a - b
        return (x === y ? 0 : x < y === descending ? 1 : -1) || a - b
      })
      expect([...orderOf(values, descending)]).toEqual(wanted)
    }),
  )
})

test('several columns: the first decides, the next where it is equal', () => {
  const few = fc.constantFrom(0, 1, 2, NaN)
  fc.assert(
    fc.property(fc.array(fc.tuple(few, few), { maxLength: 60 }), fc.boolean(), fc.boolean(), (rows, a, b) => {
      const [first, second] = [rows.map((r) => r[0]), rows.map((r) => r[1])]
      const got = [...orderOf(first, a, orderOf(second, b))]
      const rank = (values: number[], descending: boolean) => {
        const order = [...new Set(values.filter((v) => !Number.isNaN(v)))].sort((x, y) =>
          descending ? y - x : x - y,
        )
        return (i: number) => (Number.isNaN(values[i]) ? order.length : order.indexOf(values[i]))
      }
      const [r1, r2] = [rank(first, a), rank(second, b)]
      expect(got).toEqual(Array.from(rows.keys()).sort((x, y) => r1(x) - r1(y) || r2(x) - r2(y) || x - y))
    }),
  )
})

test('a greater value never gets a lesser byte or bin, and the stop of a byte is near the value', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 }),
      (values) => {
        const scale = scaleOf(values)
        const bytes = bytesOf(values, scale)
        const edges = edgesOf(scale, 9)
        const order = orderOf(values, false)
        for (let i = 1; i < order.length; i++) {
          expect(bytes[order[i]]).toBeGreaterThanOrEqual(bytes[order[i - 1]])
          expect(binOf(edges, values[order[i]])).toBeGreaterThanOrEqual(binOf(edges, values[order[i - 1]]))
        }
        for (const [i, value] of values.entries()) {
          if (!scale.heavy)
            expect(Math.abs(scale.stops[bytes[i]] - value)).toBeLessThanOrEqual(
              (scale.max - scale.min) / 254 + 1e-9,
            )
          else expect(scale.stops[bytes[i]]).toBeGreaterThanOrEqual(value)
        }
      },
    ),
  )
})
