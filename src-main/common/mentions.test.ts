import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  encodeDraft,
  MENTION_KINDS,
  mentionBeingTyped,
  mentionToken,
  noteParts,
  plainNote,
} from './mentions.ts'

const mention = fc.record({
  kind: fc.constantFrom(...MENTION_KINDS),
  ref: fc.nat(),
  run: fc.option(fc.nat(), { nil: null }),
  label: fc.string({ unit: 'grapheme' }),
})

test('mentions of any label come back from the text as they went in', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.string().map((s) => s.replaceAll('@', '')),
          mention,
        ),
      ),
      (pieces) => {
        const text = pieces.map(([words, m]) => words + mentionToken(m)).join('')
        const parts = noteParts(text)
        expect(parts.filter((p) => typeof p !== 'string')).toEqual(pieces.map(([, m]) => m))
        expect(parts.map((p) => (typeof p === 'string' ? p : mentionToken(p))).join('')).toBe(text)
        expect(plainNote(text)).toBe(pieces.map(([words, m]) => `${words}@${m.label}`).join(''))
      },
    ),
  )
})

test('what is no mention stays text', () => {
  for (const text of ['@{account:x|a}', '@{report:1|a}', '@{account:1|a', 'a@b.com', '@{account:1}', ''])
    expect(noteParts(text)).toEqual(text === '' ? [] : [text])
})

test('an @ after a Latin letter is mail, after Chinese it names something', () => {
  expect(mentionBeingTyped('写信给 kefu@exa')).toBeNull()
  expect(mentionBeingTyped('和@wx_9')).toBe('wx_9')
  expect(mentionBeingTyped('see @')).toBe('')
  expect(mentionBeingTyped('see @a b')).toBeNull()
})

test('a draft keeps the longer of two labels apart', () => {
  const mentions = [
    { shown: 'u1', token: '@{account:1|u1}' },
    { shown: 'u12', token: '@{account:12|u12}' },
  ]
  expect(encodeDraft('@u12 paid @u1, not @u3', mentions)).toBe(
    '@{account:12|u12} paid @{account:1|u1}, not @u3',
  )
})
