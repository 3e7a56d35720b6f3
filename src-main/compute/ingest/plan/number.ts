import type { NumberFormat } from '../../../common/mapping/mapping.ts'

/** What may stand around a number: white space, currency signs and codes (¥, US$, EUR). */
const AROUND =
  /^[\s\u00a0\u202f]*(?:[A-Z]{0,3}\p{Sc}|[A-Z]{3}|元)?[\s\u00a0\u202f]*|[\s\u00a0\u202f]*(?:\p{Sc}|[A-Z]{3}|元)?[\s\u00a0\u202f]*$/gu
const POINT = /^[+-]?(?:\d{1,3}(?:,\d{2,3})+|\d+)?(?:\.\d*)?$/
const COMMA = /^[+-]?(?:\d{1,3}(?:[.\s\u00a0\u202f\u2019']\d{3})+|\d+)?(?:,\d*)?$/u

/**
 * `1,234.50`, `¥1,234` (point) or `1.234,50`, `1 234,5 €` (comma) as digits with a point; what is no such number is given
 * back as it is, so that a problem says it.
 */
export function plainNumber(text: string, format: NumberFormat): string {
  const sign = /^\s*[-+−]/.exec(text)?.[0] ?? ''
  const bare = text.slice(sign.length).replace(AROUND, '')
  if (!/\d/.test(bare) || !(format === 'point' ? POINT : COMMA).test(bare)) return text
  const digits =
    format === 'point' ? bare.replaceAll(',', '') : bare.replaceAll(/[^\d,+-]/g, '').replace(',', '.')
  return `${/[-−]/.test(sign) ? '-' : ''}${digits}`
}
