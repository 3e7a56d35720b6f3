import { useCallback } from 'react'
import { usePrefs } from '../state/prefs.ts'
import { formatNumber } from './format.ts'

export interface Numbers {
  /** Grouped, without decimals. */
  n(value: number): string
  /** With as many digits as tell it, at most `digits`. */
  d(value: number, digits?: number): string
  /** A share as a percentage, one digit below ten. */
  percent(share: number): string
  /** Large counts short, so that columns stay narrow: 1.54 M. */
  short(value: number): string
}

export function useNumbers(): Numbers {
  const language = usePrefs((s) => s.language)
  const n = useCallback((value: number) => formatNumber(value, language), [language])
  const d = useCallback(
    (value: number, digits = 3) =>
      new Intl.NumberFormat(language, { maximumFractionDigits: digits, signDisplay: 'negative' }).format(
        value,
      ),
    [language],
  )
  const percent = useCallback(
    (share: number) => {
      const p = share * 100
      // Neither all nor nothing is said unless it is so.
      if (share < 1 && p >= 99.95) return '>99.9'
      if (share > 0 && p < 0.05) return '<0.1'
      return formatNumber(p, language, Math.abs(p) < 10 && p !== 0 ? 1 : Math.abs(p) >= 99 && p < 100 ? 1 : 0)
    },
    [language],
  )
  const short = useCallback(
    (value: number) =>
      Math.abs(value) < 100_000
        ? formatNumber(value, language)
        : new Intl.NumberFormat(language, { notation: 'compact', maximumSignificantDigits: 3 }).format(value),
    [language],
  )
  return { n, d, percent, short }
}
