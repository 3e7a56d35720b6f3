import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AttributeProfile, MOST_CATEGORIES, REST, numberOf, reader, templateOf, textOf } from './encoding.ts'
import type { AttributeEncoding } from './encoding.ts'

function decide(values: readonly unknown[], name = 'x', accounts = values.length): AttributeEncoding {
  const profile = new AttributeProfile()
  for (const value of values) profile.add(value)
  return profile.decide(name, accounts)
}
const NEWEST = Date.UTC(2024, 0, 11)
const read = (encoding: AttributeEncoding, values: readonly unknown[]) => values.map(reader(encoding, NEWEST))
const many = (count: number, make: (i: number) => string) => Array.from({ length: count }, (_, i) => make(i))

describe('numberOf', () => {
  it('reads decimals as files write them, and nothing else', () => {
    expect(['12', '-0.5', '.5', '1e-5', '+3.', '12.5%'].map(numberOf)).toEqual([12, -0.5, 0.5, 1e-5, 3, 12.5])
    for (const text of ['', '0x10', '1,2', 'Infinity', '1e999', 'twelve', '1 2'])
      expect(numberOf(text)).toBeNaN()
    expect(Number.isFinite(Math.fround(numberOf('1e300')))).toBe(true)
  })
})

describe('textOf', () => {
  it('knows words for nothing', () => {
    for (const value of ['', ' ', 'NA', 'n/a', 'NaN', 'null', '-', null, undefined])
      expect(textOf(value)).toBeNull()
    expect(textOf(' a ')).toBe('a')
    expect(textOf(3)).toBe('3')
    expect(textOf({ a: 1 })).toBe('{"a":1}')
  })
})

describe('AttributeProfile', () => {
  it('tells kinds apart', () => {
    expect(decide(['1', '2.5', '1e-5', ''])).toEqual({ name: 'x', kind: 'number' })
    expect(decide(['0', '1', '0'])).toEqual({ name: 'x', kind: 'number' })
    expect(decide(['true', 'FALSE', 'yes'])).toEqual({ name: 'x', kind: 'boolean' })
    expect(decide(['是', '否', '1'])).toEqual({ name: 'x', kind: 'boolean' })
    expect(decide(['2024-01-01', '2023/5/6 10:00', ''])).toEqual({ name: 'x', kind: 'date' })
    expect(decide(['1700000000', '1700000001'], 'created_at')).toEqual({ name: 'created_at', kind: 'date' })
    expect(decide(['1700000000', '1700000001'], 'balance')).toEqual({ name: 'balance', kind: 'number' })
    expect(
      decide(many(30, (i) => `I like to write long sentences about the number ${i} and others`)).kind,
    ).toBe('text')
    expect(decide(['', 'NA'])).toEqual({ name: 'x', kind: 'left_out', why: 'empty' })
    expect(decide(['a', 'a'])).toEqual({ name: 'x', kind: 'left_out', why: 'constant' })
    expect(decide(many(40, (i) => `user-${i}`))).toEqual({ name: 'x', kind: 'left_out', why: 'key' })
    expect(
      decide(
        many(40, (i) => `${i}`),
        'customer_id',
      ),
    ).toMatchObject({ kind: 'left_out', why: 'key' })
    expect(
      decide(
        many(40, (i) => `${i}`),
        'visits',
      ),
    ).toMatchObject({ kind: 'number' })
  })

  it('keeps a single value where others have none', () => {
    const verified = decide(['verified', 'verified'], 'badge', 10)
    expect(verified).toEqual({ name: 'badge', kind: 'category', categories: ['verified'] })
    expect(read(verified, ['verified', ''])).toEqual([0, NaN])
  })

  it('takes a few mistakes among numbers for missing', () => {
    const encoding = decide([...many(95, (i) => `${i / 7}`), 'broken', '??', 'x1', 'five', '1.2.3'])
    expect(encoding.kind).toBe('number')
    expect(read(encoding, ['5', 'broken', '1.2.3'])).toEqual([5, NaN, NaN])
  })

  it('codes categories by frequency, ties by name, rare ones together', () => {
    const values = [
      ...many(50, () => 'ios'),
      ...many(70, () => 'android'),
      ...many(50, () => 'harmony'),
      ...many(3, () => 'symbian'),
      'palm',
      'webos',
    ]
    const encoding = decide(values)
    expect(encoding).toEqual({ name: 'x', kind: 'category', categories: ['android', 'harmony', 'ios', REST] })
    expect(read(encoding, ['android', 'ios', 'palm', 'never seen', ''])).toEqual([0, 2, 3, 3, NaN])
  })

  it('counts how often a value occurs where there are too many to list', () => {
    const encoding = decide(many(2000, (i) => `city ${i % 100}`))
    expect(encoding.categories).toHaveLength(MOST_CATEGORIES + 1)
    expect(encoding.frequency).toBe(true)
  })

  it('does not depend on the order of the values', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom('a', 'b', 'true', 'no', '', '1', '2024-01-01', 'NA'),
            fc.nat(50).map(String),
            fc.nat(5).map((i) => `word ${i}`),
          ),
          { maxLength: 60 },
        ),
        fc.infiniteStream(fc.nat()),
        (values, random) => {
          const shuffled = values
            .map((value) => ({ value, key: random.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .map(({ value }) => value)
          expect(decide(shuffled)).toEqual(decide(values))
        },
      ),
      { numRuns: 200, seed: 1 },
    ))

  it('forgets too many numbers in whatever order they come', () => {
    const numbers = many(1500, (i) => `${i}`)
    const words = many(6000, (i) => ['x', 'y', 'z'][i % 3])
    const expected = { kind: 'category', categories: ['x', 'y', 'z', REST], frequency: true }
    expect(decide([...numbers, ...words])).toMatchObject(expected)
    expect(decide([...words, ...numbers])).toMatchObject(expected)
  })
})

describe('reader', () => {
  it('counts dates back from the newest fact and does not see later ones', () => {
    const encoding: AttributeEncoding = { name: 'x', kind: 'date' }
    expect(read(encoding, ['2024-01-01', '2024-01-12', 'soon', ''])).toEqual([10, NaN, NaN, NaN])
  })
  it('reads booleans in words and digits', () => {
    expect(read({ name: 'x', kind: 'boolean' }, ['Yes', 'no', '1', '0', '2', 'maybe'])).toEqual([
      1,
      0,
      1,
      0,
      NaN,
      NaN,
    ])
  })
  it('knows pasted texts with other numbers again', () => {
    expect(templateOf('Earn  500\nToday')).toBe(templateOf('earn 7 today'))
    expect(templateOf('earn today')).not.toBe(templateOf('earn 7 today'))
  })
  it('measures texts', () => {
    expect(read({ name: 'x', kind: 'text' }, [' four ', ''])).toEqual([4, NaN])
  })
})
