import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TimeFormat } from '../../../common/mapping/mapping.ts'
import { MAX_TIME, MIN_TIME, TimeParser } from './parse.ts'
import { Zone } from './zone.ts'

function read(text: string, options: Partial<TimeFormat> = {}): string | null {
  const parser = new TimeParser({ format: 'auto', ...options })
  const bytes = Buffer.from(text)
  const ms = parser.parse(bytes, 0, bytes.length)
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}

describe('ways of writing', () => {
  it.each([
    ['2024年1月31日', '2024-01-31T00:00:00.000Z'],
    ['2024年01月31日 12:34:56', '2024-01-31T12:34:56.000Z'],
    ['2024年1月31日12时34分56秒', '2024-01-31T12:34:56.000Z'],
    ['2024年1月31日 下午3:20', '2024-01-31T15:20:00.000Z'],
    ['2024年1月31日 上午12:20', '2024-01-31T00:20:00.000Z'],
    ['2024年1月31日 星期三 凌晨1点05分', '2024-01-31T01:05:00.000Z'],
    ['2024.1.31 8:05', '2024-01-31T08:05:00.000Z'],
    ['2024/1/31 8:05', '2024-01-31T08:05:00.000Z'],
    ['20240131', '2024-01-31T00:00:00.000Z'],
    ['20240131123456', '2024-01-31T12:34:56.000Z'],
    ['20240131T123456Z', '2024-01-31T12:34:56.000Z'],
    ['31 Jan 2024', '2024-01-31T00:00:00.000Z'],
    ['31-Jan-2024 23:59:59', '2024-01-31T23:59:59.000Z'],
    ['Jan 31, 2024 3:20 PM', '2024-01-31T15:20:00.000Z'],
    ['Wed, 31 Jan 2024 12:00:00 GMT', '2024-01-31T12:00:00.000Z'],
    ['Wed, 31 Jan 2024 12:00:00 +0800', '2024-01-31T04:00:00.000Z'],
    ['Wed Jan 31 12:00:00 +0800 2024', '2024-01-31T04:00:00.000Z'],
    ['Tue Mar  7 20:24:25 2009', '2009-03-07T20:24:25.000Z'],
    ['Jan 31, 2024 @ 15:20:01.250', '2024-01-31T15:20:01.250Z'],
    ['[31/Jan/2024:12:00:00 +0000]', '2024-01-31T12:00:00.000Z'],
    ['31/Jan/2024:12:00:00 -0500', '2024-01-31T17:00:00.000Z'],
    ['2024-01-31 12:00:00\t', '2024-01-31T12:00:00.000Z'],
  ])('%s', (text, expected) => expect(read(text)).toBe(expected))

  it.each([
    '2024年13月1日',
    '2024年2月30日',
    '31/01/2024',
    '20241301',
    '31 Foo 2024',
    'Jan 31, 2024 13:20 PM',
    'Tue Foo 17 20:24:25 +0000 2009',
    'Tue Feb 30 20:24:25 +0000 2009',
    '31/Jan/2024:25:00:00 +0000',
    '2024年1月31日 25:00',
    '',
  ])('refuses %s', (text) => expect(read(text)).toBeNull())

  it('goes by the stated order of day and month', () => {
    expect(read('03/04/2024 10:00', { format: 'day-first' })).toBe('2024-04-03T10:00:00.000Z')
    expect(read('03/04/2024 10:00', { format: 'month-first' })).toBe('2024-03-04T10:00:00.000Z')
    expect(read('31.01.2024', { format: 'day-first' })).toBe('2024-01-31T00:00:00.000Z')
    expect(read('31/01/2024', { format: 'month-first' })).toBeNull()
  })

  it('goes by the stated unit, whatever the size', () => {
    expect(read('1706704496', { format: 'epoch-s' })).toBe('2024-01-31T12:34:56.000Z')
    expect(read('1706704496.5', { format: 'epoch-s' })).toBe('2024-01-31T12:34:56.500Z')
    expect(read('1706704496789', { format: 'epoch-ms' })).toBe('2024-01-31T12:34:56.789Z')
    expect(read('1706704496789123', { format: 'epoch-us' })).toBe('2024-01-31T12:34:56.789Z')
    expect(read('1706704496', { format: 'epoch-ms' })).toBeNull()
    expect(read('1706704496', { format: 'iso' })).toBeNull()
  })

  it('reads the day numbers of Excel', () => {
    expect(read('45322.524259259262', { format: 'excel' })).toBe('2024-01-31T12:34:56.000Z')
    fc.assert(
      fc.property(fc.integer({ min: MIN_TIME / 1000, max: MAX_TIME / 1000 - 1 }), (seconds) => {
        const serial = String(25_569 + seconds / 86_400)
        expect(read(serial, { format: 'excel' })).toBe(new Date(seconds * 1000).toISOString())
      }),
    )
  })
})

describe('zones', () => {
  it('reads a clock without offset in the stated zone, and one with its own by that', () => {
    expect(read('2024-01-31 20:34:56', { zone: 'Asia/Shanghai' })).toBe('2024-01-31T12:34:56.000Z')
    expect(read('2024-01-31', { zone: '+08:00' })).toBe('2024-01-30T16:00:00.000Z')
    expect(read('2024-01-31T20:34:56Z', { zone: 'Asia/Shanghai' })).toBe('2024-01-31T20:34:56.000Z')
    expect(read('1706704496', { zone: 'Asia/Shanghai' })).toBe('2024-01-31T12:34:56.000Z')
    expect(read('2024年1月31日 20:34', { zone: 'Asia/Shanghai' })).toBe('2024-01-31T12:34:00.000Z')
  })

  it('keeps the offset in force, for local time in lanes', () => {
    const parser = new TimeParser({ format: 'auto', zone: 'America/New_York' })
    const offset = (text: string) => (parser.parse(Buffer.from(text), 0, text.length), parser.tzOffset)
    expect(offset('2024-01-15 12:00')).toBe(-300)
    expect(offset('2024-07-15 12:00')).toBe(-240)
  })

  it('takes the earlier of two and goes on by the old offset through a gap', () => {
    const zone = { zone: 'America/New_York' }
    expect(read('2024-11-03 01:30', zone)).toBe('2024-11-03T05:30:00.000Z')
    expect(read('2024-03-10 02:30', zone)).toBe('2024-03-10T07:30:00.000Z')
    expect(read('1991-04-14 02:30', { zone: 'Asia/Shanghai' })).toBe('1991-04-13T18:30:00.000Z')
  })

  it('goes there and back for every instant, in zones of every kind', () => {
    const names = [
      'Asia/Shanghai',
      'America/New_York',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'Europe/London',
    ]
    for (const name of names) {
      const zone = new Zone(name)
      const format = new Intl.DateTimeFormat('sv-SE', {
        timeZone: name,
        dateStyle: 'short',
        timeStyle: 'medium',
      })
      fc.assert(
        fc.property(fc.integer({ min: MIN_TIME / 1000, max: MAX_TIME / 1000 - 1 }), (seconds) => {
          const shown = Date.parse(`${format.format(seconds * 1000).replace(' ', 'T')}Z`)
          const back = shown - zone.offsetAt(shown) * 60_000
          // A clock time that occurs twice is the earlier instant.
          expect([0, 1_800_000, 3_600_000, 7_200_000]).toContain(seconds * 1000 - back)
        }),
        { numRuns: 300 },
      )
    }
  })

  it('names a zone that is none', () => {
    expect(() => new Zone('Mars/Olympus')).toThrow(/no time zone Mars\/Olympus/)
  })
})
