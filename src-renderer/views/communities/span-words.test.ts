import { describe, expect, it } from 'vitest'
import { spanWords } from './span-words.ts'

const at = (text: string) => Date.parse(`${text}Z`)

describe('spanWords', () => {
  it('says months for years, days for weeks, and a shared year or day once', () => {
    expect(spanWords(at('2023-09-06T00:00'), at('2026-05-19T00:00'), 0)).toBe('2023-09 – 2026-05')
    expect(spanWords(at('2026-03-02T02:10'), at('2026-03-05T04:40'), 0)).toBe('2026-03-02 – 03-05')
    expect(spanWords(at('2025-12-30T00:00'), at('2026-01-02T00:00'), 0)).toBe('2025-12-30 – 2026-01-02')
    expect(spanWords(at('2026-03-02T02:10'), at('2026-03-02T09:10'), 0)).toBe('2026-03-02')
  })
  it('counts days in the zone', () => {
    expect(spanWords(at('2026-03-02T15:00'), at('2026-03-02T17:00'), 480)).toBe('2026-03-02 – 03-03')
  })
})
