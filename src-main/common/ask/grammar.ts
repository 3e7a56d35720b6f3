import type { Selection } from '../contract/selection.ts'
import type { AskPart } from './parts.ts'

export type AskLanguage = 'en' | 'zh-CN'
export type SelectionPart = keyof Selection

/** Setting of a part that a piece of its sentence says, and that the builder changes by it. */
export type AskField =
  | 'with'
  | 'type'
  | 'atMost'
  | 'times'
  | 'direction'
  | 'minutes'
  | 'registeredWithin'
  | 'activeWithin'
  | 'sameCommunity'
  | 'sameAttributes'
  | 'eventKind'
  | 'outcome'
  | 'context'
  | 'country'
  | 'span'
  | 'hours'
  | 'within'
  | 'class'
  | 'text'

/** A piece of a part's sentence; the pieces put together are the sentence. */
export interface Segment {
  text: string
  field?: AskField
}

/** Words that come from the data, as they are called in the reader's language. */
export interface WordNames {
  zoneMinutes: number
  thing(type: string): string
  relation(type: string): string
  word(
    kind: 'event' | 'outcome' | 'context' | 'country' | 'class' | 'label' | 'verdict',
    value: string,
  ): string
  /** How an account and an entity are called; null where that is not known yet. */
  account(id: number): string | null
  entity(id: number): string | null
}

export interface Grammar {
  /** A selection's part as a modifier of "accounts": after it in English, before it in Chinese. */
  modifiers: { [K in SelectionPart]-?: (value: NonNullable<Selection[K]>, names: WordNames) => string }
  /** "an account labelled malicious", "at least 3 other accounts". */
  other(modifiers: readonly string[], times: number): string
  part(part: AskPart, other: string, names: WordNames): Segment[]
  /** "Accounts labelled benign that …, and …". */
  question(who: readonly string[], parts: readonly string[], match: 'all' | 'any'): string
  /** "1,204 accounts in 3 communities, registered 2–5 March". */
  selection(accounts: number | null, communities: number | null, modifiers: readonly string[]): string
  duration(minutes: number): string
}

export const present = <T>(items: (T | null | undefined | false)[]): T[] =>
  items.filter((item): item is T => item !== null && item !== undefined && item !== false)

const NUMBERS: Record<AskLanguage, Intl.NumberFormat> = {
  en: new Intl.NumberFormat('en', { maximumFractionDigits: 6 }),
  'zh-CN': new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 6 }),
}
export const number = (value: number, language: AskLanguage): string => NUMBERS[language].format(value)

/** Two digits, as scores are written. */
export const score = (value: number) => value.toFixed(2)

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAY = 86_400_000

/**
 * Days of a half-open span on a zone's calendar, with the zone; with times of day where the span is no whole days; one
 * moment where it is empty. Written by hand: what Intl makes of ranges differs between versions, and sentences are kept.
 */
export function spanWords(
  span: { from: number; to: number },
  zoneMinutes: number,
  language: AskLanguage,
): string {
  const from = span.from + zoneMinutes * 60_000
  const to = Math.max(from, span.to + zoneMinutes * 60_000)
  const whole = from % DAY === 0 && to % DAY === 0 && to > from
  const a = new Date(from)
  const b = new Date(whole ? to - DAY : to)
  const clock = (d: Date) => d.toISOString().slice(11, 16)
  const sameDay = a.toISOString().slice(0, 10) === b.toISOString().slice(0, 10)
  const one = (d: Date) => (language === 'en' ? englishDay(d) : chineseDay(d))
  const text = sameDay
    ? `${one(a)}${whole ? '' : ` ${clock(a)}${to > from ? `–${clock(b)}` : ''}`}`
    : whole
      ? dayRange(a, b, language)
      : `${one(a)} ${clock(a)} – ${one(b)} ${clock(b)}`
  return language === 'en' ? `${text} (${zoneWords(zoneMinutes)})` : `${text}（${zoneWords(zoneMinutes)}）`
}
const englishDay = (d: Date, year = true) =>
  `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]}${year ? ` ${d.getUTCFullYear()}` : ''}`
const chineseDay = (d: Date, year = true) =>
  `${year ? `${d.getUTCFullYear()}年` : ''}${d.getUTCMonth() + 1}月${d.getUTCDate()}日`

function dayRange(a: Date, b: Date, language: AskLanguage): string {
  const sameYear = a.getUTCFullYear() === b.getUTCFullYear()
  const sameMonth = sameYear && a.getUTCMonth() === b.getUTCMonth()
  if (language === 'en') {
    if (sameMonth) return `${a.getUTCDate()}–${englishDay(b)}`
    return `${englishDay(a, !sameYear)} – ${englishDay(b)}`
  }
  return `${chineseDay(a)}至${sameMonth ? `${b.getUTCDate()}日` : chineseDay(b, !sameYear)}`
}

export function zoneWords(minutes: number): string {
  const abs = Math.abs(minutes)
  const pad = (n: number) => String(n).padStart(2, '0')
  return `UTC${minutes < 0 ? '−' : '+'}${pad(Math.floor(abs / 60))}:${pad(abs % 60)}`
}

/** The largest unit that says the minutes exactly. */
export function durationParts(minutes: number): { n: number; unit: 'second' | 'minute' | 'hour' | 'day' } {
  if (minutes % 1440 === 0) return { n: minutes / 1440, unit: 'day' }
  if (minutes % 60 === 0) return { n: minutes / 60, unit: 'hour' }
  if (minutes < 1) return { n: minutes * 60, unit: 'second' }
  return { n: minutes, unit: 'minute' }
}
export const hourText = (hour: number) => `${String(hour).padStart(2, '0')}:00`
export const communityText = (id: number) => `C-${id + 1}`
