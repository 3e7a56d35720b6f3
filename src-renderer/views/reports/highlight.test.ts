import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findMatches, segmentText } from './highlight.ts'

const pieces = (text: string, query: string) =>
  segmentText(text, findMatches(text, query))
    .filter((s) => s.match)
    .map((s) => s.text)

describe('findMatches', () => {
  it('finds English whatever the case and Chinese as it is', () => {
    expect(pieces('He asked me to PAY, then pay again', 'pay')).toEqual(['PAY', 'pay'])
    expect(pieces('加我微信，日结三百，加我微信', '微信')).toEqual(['微信', '微信'])
  })
  it('takes the query as text, not as a pattern', () => {
    expect(pieces('a.b a+b (x)', '(x)')).toEqual(['(x)'])
    expect(pieces('abc', '.')).toEqual([])
  })
  it('keeps offsets right where lower case is longer than the text (İ) and beside emoji', () => {
    expect(pieces('İİ💰pay💰', 'pay')).toEqual(['pay'])
  })
  it('finds nothing for an empty query', () => {
    expect(findMatches('abc', '   ')).toEqual([])
  })
})

describe('segmentText', () => {
  it('gives the text back, whatever matches and spans are, and breaks no character', () => {
    const anyText = fc.string({ unit: 'grapheme', maxLength: 60 })
    fc.assert(
      fc.property(
        anyText,
        fc.string({ unit: 'grapheme', maxLength: 4 }),
        fc.array(fc.tuple(fc.integer({ min: -5, max: 90 }), fc.integer({ min: 0, max: 20 }), fc.float())),
        (text, query, raw) => {
          const spans = raw.map(([start, length, weight]) => ({ start, end: start + length, weight }))
          const segments = segmentText(text, findMatches(text, query), spans)
          expect(segments.map((s) => s.text).join('')).toBe(text)
          if (text.isWellFormed()) for (const s of segments) expect(s.text.isWellFormed()).toBe(true)
        },
      ),
    )
  })
  it('lets the strongest span speak where spans overlap', () => {
    const segments = segmentText(
      'abcdef',
      [],
      [
        { start: 0, end: 4, weight: 0.2 },
        { start: 2, end: 6, weight: -0.5 },
      ],
    )
    expect(segments).toEqual([
      { text: 'ab', match: false, weight: 0.2 },
      { text: 'cdef', match: false, weight: -0.5 },
    ])
  })
})
