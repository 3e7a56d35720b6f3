import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HASHING, murmur3Words, TextHasher, tfValues, visitGrams } from './hashing.ts'
import { normalizedString, normalizeText } from './normalize.ts'

const words = (text: string) => Uint32Array.from([...text], (c) => c.codePointAt(0) as number)
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      'Z',
      ' ',
      '\n',
      '5',
      '微',
      '信',
      '😀',
      '\u0301',
      'ｶ',
      'ﾞ',
      '\u200d',
      '\ud83d',
      'ㄱ',
      'ㅏ',
      'ﬁ',
    ),
    maxLength: 40,
  }),
)

describe('normalised text', () => {
  test.each([
    ['  Hello \t\n WORLD ', 'hello world'],
    ['ＦＲＥＥ　①②', 'free 00'],
    ['Call 0800-123 ٣٤ 四', 'call 0000-000 00 四'],
    ['f\u200br\u00adee\u2060', 'free'],
    ['e\u0301 \u00e9', 'é é'],
    ['ｶﾞ', 'ガ'],
    ['', ''],
    [' \n ', ''],
  ])('%j is %j', (text, want) => expect(normalizedString(text)).toBe(want))

  test('is NFKC, whatever is joined to what', () => {
    // Upper case, digits, blanks and invisible characters are changed on purpose; all else must be as NFKC has it.
    const plain = (text: string) => [...text].filter((c) => !/[\s\p{Z}\p{C}\p{Nd}]/u.test(c)).join('')
    fc.assert(
      fc.property(anyText, (text) => {
        const whole = text.normalize('NFKC')
        const pieces = normalizedString(text)
        expect(plain(pieces.normalize('NFKC'))).toBe(
          plain(
            whole
              .toLowerCase()
              .normalize('NFKC')
              .replace(/\p{Nd}/gu, '0')
              .replace(/[\s\p{Cc}\p{Z}]/gu, ' ')
              // Marks that an invisible character kept apart come together when it goes, and take their order.
              .replace(/\p{Cf}/gu, '')
              .normalize('NFKC'),
          ),
        )
      }),
      { examples: [['\u0301\u200d\uff9e']] },
    )
  })

  test('every character knows where it came from, in order', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { codes, starts, ends } = normalizeText(text)
        expect(codes[0]).toBe(0x20)
        expect(codes[codes.length - 1]).toBe(0x20)
        for (let i = 0; i < codes.length; i++) {
          expect(starts[i]).toBeLessThanOrEqual(ends[i])
          expect(ends[i]).toBeLessThanOrEqual(text.length)
          if (i > 0) expect(starts[i]).toBeGreaterThanOrEqual(starts[i - 1])
          if (i > 0) expect(codes[i] === 0x20 && codes[i - 1] === 0x20 && codes.length > 2).toBe(false)
        }
      }),
    )
  })
})

describe('hashing', () => {
  test('is MurmurHash3 of the UTF-32LE n-gram', () => {
    // sklearn.utils.murmurhash3_32(text.encode('utf-32-le'), 0, positive=True)
    const known: [string, number][] = [
      ['a', 1455541201],
      ['ab', 2096330911],
      ['加微信', 242313285],
      ['😀x', 3514066389],
    ]
    for (const [text, want] of known) expect(murmur3Words(words(text), 0, words(text).length, 0)).toBe(want)
  })

  test('visits every n-gram of 1 to 4 characters once, but for the lone blank', () => {
    const seen: [string, number][] = []
    const text = normalizeText('ab c')
    visitGrams(text, (bucket, from, n) => {
      seen.push([String.fromCodePoint(...text.codes.subarray(from, from + n)), bucket])
    })
    expect(seen.map(([gram]) => gram)).toEqual([
      ' a',
      ' ab',
      ' ab ',
      'a',
      'ab',
      'ab ',
      'ab c',
      'b',
      'b ',
      'b c',
      'b c ',
      ' c',
      ' c ',
      'c',
      'c ',
    ])
    for (const [gram, bucket] of seen)
      expect(bucket).toBe(murmur3Words(words(gram), 0, gram.length, 0) % 2 ** HASHING.bits)
  })

  test('vectors have length 1, each bucket once, and do not depend on what was hashed before', () => {
    const shared = new TextHasher()
    fc.assert(
      fc.property(anyText, (text) => {
        const { ids, values } = shared.vector(text)
        expect(new TextHasher().vector(text)).toEqual({ ids, values })
        expect(new Set(ids).size).toBe(ids.length)
        const norm = values.reduce((sum, v) => sum + v * v, 0)
        if (ids.length === 0) expect(normalizedString(text)).toBe('')
        else expect(norm).toBeCloseTo(1, 5)
      }),
      { numRuns: 40 },
    )
  })

  test('counts are damped by logarithm', () => {
    const [once, often] = tfValues(Int32Array.from([1, 100]))
    expect(often / once).toBeCloseTo(1 + Math.log(100), 5)
    expect(tfValues(new Int32Array(0))).toHaveLength(0)
  })

  test('a megabyte of text has at most one entry a bucket', () => {
    const text = '我爱北京 and then 加微信 win 123 '.repeat(40_000)
    expect(text.length).toBeGreaterThan(1_000_000)
    const { ids } = new TextHasher().vector(text)
    expect(ids.length).toBeGreaterThan(80)
    expect(ids.length).toBeLessThan(200)
  })
})
