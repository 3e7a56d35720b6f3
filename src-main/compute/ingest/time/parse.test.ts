import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_TIME, MIN_TIME, TimeParser } from './parse.ts'

const parser = new TimeParser()
function parse(text: string): number {
  const bytes = Buffer.from(`xx${text}yy`)
  return parser.parse(bytes, 2, bytes.length - 2)
}

const instant = fc.integer({ min: MIN_TIME, max: MAX_TIME - 1 })

describe('agrees with Date.parse', () => {
  test('on ISO times with Z, and states offset 0', () => {
    fc.assert(
      fc.property(instant, (ms) => {
        const iso = new Date(ms).toISOString()
        expect(parse(iso)).toBe(Date.parse(iso))
        expect(parser.tzOffset).toBe(0)
      }),
      { numRuns: 2000, seed: 1 },
    )
  })

  test('on ISO times with an offset, which is kept', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: -840, max: 840 }), fc.boolean(), (ms, offset, colon) => {
        const sign = offset < 0 ? '-' : '+'
        const pad = (n: number) => String(n).padStart(2, '0')
        const zone = `${sign}${pad(Math.floor(Math.abs(offset) / 60))}:${pad(Math.abs(offset) % 60)}`
        const iso = new Date(ms).toISOString().slice(0, -1)
        const expected = Date.parse(iso + zone)
        const got = parse(iso + (colon ? zone : zone.replace(':', '')))
        if (expected < MIN_TIME || expected >= MAX_TIME) {
          expect(got).toBeNaN()
          expect(parser.fault).toBe('range')
        } else {
          expect(got).toBe(expected)
          expect(parser.tzOffset).toBe(offset)
        }
      }),
      { numRuns: 2000, seed: 2 },
    )
  })

  test('on times without offset read as UTC, with spaces, slashes and any precision', () => {
    fc.assert(
      fc.property(instant, fc.constantFrom(10, 16, 19, 23), fc.boolean(), (ms, length, slashes) => {
        const iso = new Date(ms).toISOString().slice(0, length)
        const expected = Date.parse(length === 10 ? iso : `${iso}Z`)
        const text = iso.replace('T', ' ')
        expect(parse(slashes ? text.replaceAll('-', '/') : text)).toBe(expected)
        expect(parser.tzOffset).toBeNull()
      }),
      { numRuns: 2000, seed: 3 },
    )
  })

  test('on epoch seconds, milliseconds and microseconds', () => {
    fc.assert(
      fc.property(instant, (ms) => {
        expect(parse(String(ms))).toBe(ms)
        expect(parse(`${ms}123`)).toBe(ms)
        expect(parse(String(Math.floor(ms / 1000)))).toBe(Math.floor(ms / 1000) * 1000)
        expect(parse((ms / 1000).toFixed(3))).toBe(ms)
        expect(parser.tzOffset).toBeNull()
      }),
      { seed: 4 },
    )
  })
})

test.each([
  ['2024-1-5', '2024-01-05T00:00:00Z'],
  ['2024-01-01T1:00', '2024-01-01T01:00:00Z'],
  ['2024-01-01T12:00:00+8', '2024-01-01T04:00:00Z'],
  ['2024/1/5', '2024-01-05T00:00:00Z'],
  ['2024/1/5 07:08', '2024-01-05T07:08:00Z'],
  ['2024-02-29', '2024-02-29T00:00:00Z'],
  ['2024-01-31T24:00:00Z', '2024-02-01T00:00:00Z'],
  ['2024-01-31 12:00:00 UTC', '2024-01-31T12:00:00Z'],
  ['2024-01-31 12:00:00+08', '2024-01-31T04:00:00Z'],
  ['2024-01-31 12:00:00.123456789 -03:30', '2024-01-31T15:30:00.123Z'],
  ['  2024-01-31t12:00z ', '2024-01-31T12:00:00Z'],
])('reads %s', (text, iso) => {
  expect(parse(text)).toBe(Date.parse(iso))
})

// prettier-ignore
test.each([
  '', ' ', 'yesterday', '2024', '2024-13-01', '2024-00-10', '2024-01-32', '2023-02-29',
  '31/01/2024', '01-02-2024', '2024-01/02', '2024-01-01T', '2024-01-01T25:00',
  '2024-01-01T24:00:01', '2024-01-01T12:60', '2024-01-01T12:00:60', '2024-01-01T12:00:00.', '1e9',
  '2024-01-01T12:00:00+08:', '2024-01-01T12:00:00 PST', '2024-01-01Z', '-5',
  '1700000000,5', '2024-01-01T12:00:00UT', '2024-01-01T12:00:00Zx', '2024-01-01x',
])('refuses "%s" for its form or its size', (text) => {
  expect(parse(text)).toBeNaN()
})

test.each([
  '1989-12-31T23:59:59Z',
  '2100-01-01',
  '12345',
  '0',
  '19891231',
  '9999999999999999999',
  '1700000000000000000',
])('refuses %s as out of range', (text) => {
  expect(parse(text)).toBeNaN()
  expect(parser.fault).toBe('range')
})

test('noise never gives a time outside the range', () => {
  const noise = fc.string({ unit: fc.constantFrom(...'0123456789-/:T+Z. UC'), maxLength: 30 })
  fc.assert(
    fc.property(noise, (text) => {
      const ms = parse(text)
      expect(Number.isNaN(ms) || (ms >= MIN_TIME && ms < MAX_TIME && Number.isInteger(ms))).toBe(true)
    }),
    { numRuns: 5000, seed: 5 },
  )
})
