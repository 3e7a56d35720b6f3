import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatDuration,
  formatInstant,
  formatNumber,
  formatScore,
  formatSpan,
  formatZone,
} from './format.ts'
import { pseudonym } from '../../src-main/common/pseudonym.ts'
import { riskBand, riskColor, RISK_STOPS, UNSCORED } from './theme/risk.ts'

describe('formats', () => {
  it('never round a score to certainty', () => {
    expect([0, 0.001, 0.5, 0.9, 0.997, 1].map(formatScore)).toEqual([
      '0.00',
      '<0.01',
      '0.50',
      '0.90',
      '>0.99',
      '1.00',
    ])
  })
  it('write numbers, bytes and durations', () => {
    expect(formatNumber(1234567, 'en')).toBe('1,234,567')
    expect(formatNumber(-0.001, 'zh-CN', 2)).toBe('0.00')
    expect(formatNumber(-1.5, 'en', 1)).toBe('-1.5')
    expect(formatBytes(999, 'en')).toBe('999 B')
    expect(formatBytes(1_530_000, 'en')).toBe('1.5 MB')
    expect(formatDuration(72)).toBe('1:12')
    expect(formatDuration(3725)).toBe('1:02:05')
  })
  it('show times on the clock of a zone', () => {
    const ms = Date.UTC(2026, 2, 1, 18, 10)
    expect(formatInstant(ms, 480)).toBe('2026-03-02 02:10')
    expect(formatInstant(ms, -210)).toBe('2026-03-01 14:40')
    expect([480, -210, 0].map(formatZone)).toEqual(['UTC+08:00', 'UTC−03:30', 'UTC+00:00'])
    expect(formatSpan(ms, ms + 3 * 86_400_000, 480, 'en')).toMatch(/2.*5/)
  })
})

describe('pseudonyms', () => {
  it('are the same for the same id and different for different ones', () => {
    expect(pseudonym(42)).toBe(pseudonym(42))
    const names = new Set(Array.from({ length: 50_000 }, (_, id) => pseudonym(id)))
    expect(names.size).toBe(50_000)
    expect(pseudonym(7)).toMatch(/^[A-Z][a-z]{7}·[0-9a-f]{2}$/)
  })
})

describe('risk', () => {
  const rgb = (hex: string) => `rgb(${[1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)).join(', ')})`
  it('runs through the palette and has a colour of its own for what is not scored', () => {
    for (const theme of ['dark', 'light'] as const) {
      expect(riskColor(0, theme)).toBe(rgb(RISK_STOPS[theme][0]))
      expect(riskColor(1, theme)).toBe(rgb(RISK_STOPS[theme][3]))
      expect(riskColor(7, theme)).toBe(rgb(RISK_STOPS[theme][3]))
      expect(riskColor(NaN, theme)).toBe(UNSCORED[theme])
      expect(riskColor(null, theme)).toBe(UNSCORED[theme])
    }
  })
  it('has four bands', () => {
    expect([0, 0.24, 0.25, 0.5, 0.75, 1].map(riskBand)).toEqual([
      'low',
      'low',
      'moderate',
      'elevated',
      'likelyMalicious',
      'likelyMalicious',
    ])
  })
})
