import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseNumber } from './number.ts'

const parse = (text: string) => {
  const bytes = Buffer.from(`9${text}9`)
  return parseNumber(bytes, 1, bytes.length - 1)
}

test('reads what JavaScript writes', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), (value, whole) => {
      expect(parse(String(value))).toBe(Number(String(value)))
      expect(parse(` ${whole} `)).toBe(whole)
    }),
    { seed: 1 },
  )
})

test.each(['', ' ', 'abc', '0x10', '1,5', '1 000', 'NaN', 'Infinity', '1e999', '--1', '.', '1e', '١'])(
  'refuses "%s"',
  (text) => expect(parse(text)).toBeNaN(),
)

test.each([
  ['007', 7],
  ['.5', 0.5],
  ['5.', 5],
  ['+1e-3', 0.001],
  ['1234567890123', 1234567890123],
])('reads %s', (text, value) => expect(parse(text)).toBe(value))
