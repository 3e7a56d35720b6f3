import type { NumberFormat, TimeFormat } from '../../../common/mapping/mapping.ts'
import { guessLabels } from './labels.ts'
import { ENTITY_MEANINGS, meaningsOf, zoneOf, type Meaning } from './headers.ts'
import { profileValues, type Shape, type ValueProfile } from './values.ts'

/** What one column may be: its meanings by name and values together, best first. */
export interface ColumnGuess {
  name: string
  profile: ValueProfile
  meanings: { meaning: Meaning; sure: number; by: 'name' | 'values' | 'both' }[]
}

const TIME_SHAPES: readonly Shape[] = [
  'iso',
  'local-time',
  'compact-time',
  'epoch-ms',
  'epoch-us',
  'epoch-s',
  'day-first',
  'month-first',
  'excel',
]
const TIMES: readonly Meaning[] = ['time', 'registered_at', 'first_seen', 'last_seen']
const WORDS: readonly Meaning[] = [
  'event_kind',
  'context',
  'outcome',
  'country',
  'city',
  'relation_type',
  'entity_type',
  'category',
  'lang',
  'label_source',
]
const IDS: readonly Meaning[] = ['account', 'from_account', 'to_account', 'reporter', 'reported']
const ENTITIES: readonly Meaning[] = ENTITY_MEANINGS
const NUMBERS: readonly Meaning[] = ['weight', 'count']

/** How well values go with a meaning, as a factor on what the name says; 1 where they say nothing. */
function fits(meaning: Meaning, profile: ValueProfile): number {
  const { share, distinct, length, cells, filled, top } = profile
  const timely = Math.max(...TIME_SHAPES.map((shape) => share[shape]))
  const many = cells >= 20
  if (TIMES.includes(meaning)) return timely >= 0.9 ? 1.1 : timely >= 0.5 ? 0.8 : 0.1
  if (NUMBERS.includes(meaning)) return isNumber(profile) ? 1 : 0.1
  if (WORDS.includes(meaning)) {
    if (share.prose > 0.5 || share.iso > 0.5) return 0.2
    return many && distinct > 0.9 ? 0.4 : 1
  }
  // What is hidden in part is the same for many who have nothing in common.
  const masked = share.masked >= 0.5
  // Lists and objects are nobody's name, and a text is not made of them.
  if (share.json >= 0.3 && (meaning === 'text' || IDS.includes(meaning) || ENTITIES.includes(meaning)))
    return 0.05
  if (IDS.includes(meaning)) {
    // One account in all rows is whoever made the export, or what they all belong to.
    if (meaning === 'account' && cells * filled >= 20 && top.length === 1) return 0.2
    // Some platforms make ids of two numbers with a point between: 1234567890.1700000000.
    const fractional = length < 14 ? share.decimal - share.integer : 0
    if (share.prose > 0.3 || fractional > 0.3 || share.iso > 0.5 || share['local-time'] > 0.5) return 0.1
    return masked ? 0.4 : 1
  }
  if (masked && ENTITIES.includes(meaning)) return 0.2
  switch (meaning) {
    case 'ip':
      return share.ip >= 0.8 ? 1.2 : share.ip >= 0.3 ? 0.8 : 0.15
    case 'email':
      return share.email >= 0.8 ? 1.2 : 0.3
    case 'text':
      if (share.prose >= 0.3) return 1.2
      return length >= 8 && distinct > 0.3 ? 0.9 : 0.4
    case 'device':
      return share.model >= 0.5 ? 0.2 : 1
    case 'label':
      if (many && distinct > 0.5) return 0.1
      return top.length === 0 || guessLabels(top, filled) ? 1 : 0.6
    default:
      return 1
  }
}

function isNumber({ share }: ValueProfile): boolean {
  return share.decimal + Math.max(share['grouped-point'], share['grouped-comma']) >= 0.9
}

/** How a column of numbers is written; undefined where they are digits and a point alone. */
export function guessNumber({ profile: { share } }: ColumnGuess): NumberFormat | undefined {
  const [point, comma] = [share['grouped-point'], share['grouped-comma']]
  return point + comma === 0 ? undefined : comma > point ? 'comma' : 'point'
}

/**
 * What whole numbers on both sides of 0 mean as kinds of a relation: trust and distrust; null where a column holds others.
 */
export function signWords({ profile: { share, least, most } }: ColumnGuess): Record<string, string> | null {
  if (share.integer < 0.98 || least >= 0 || most <= 0 || least < -20 || most > 20) return null
  const far = Math.max(-least, most)
  const words: Record<string, string> = { '0': 'neutral' }
  for (let n = 1; n <= far; n++) {
    words[`${n}`] = 'positive'
    words[`-${n}`] = 'negative'
  }
  return words
}

/** What values say alone, where the name says nothing of that kind. */
function byValues({ share, distinct, cells }: ValueProfile): { meaning: Meaning; sure: number }[] {
  const found: { meaning: Meaning; sure: number }[] = []
  const add = (meaning: Meaning, sure: number) => found.push({ meaning, sure })
  if (cells < 1) return found
  if (share.ip >= 0.95) add('ip', 0.85)
  if (share.email >= 0.95) add('email', 0.85)
  if (share.phone >= 0.95) add('phone', 0.6)
  if (share.masked >= 0.5) found.length = 0
  if (share.iso >= 0.95) add('time', 0.6)
  else if (share['local-time'] >= 0.95) add('time', 0.55)
  else if (Math.max(share['day-first'], share['month-first']) >= 0.95) add('time', 0.5)
  else if (share['epoch-ms'] >= 0.99 || share['epoch-us'] >= 0.99) add('time', 0.45)
  else if (share['epoch-s'] >= 0.99 && cells >= 10) add('time', 0.35)
  if (share.prose >= 0.7 && distinct > 0.3) add('text', 0.5)
  return found
}

export function guessColumn(name: string, cells: readonly string[]): ColumnGuess {
  const profile = profileValues(cells)
  const blank = profile.filled === 0
  const named = meaningsOf(name)
  const meanings: ColumnGuess['meanings'] = named.map(({ meaning, sure }) => {
    const factor = blank ? 1 : fits(meaning, profile)
    // Values that are times leave little doubt of what a name that ends so means.
    const least = factor > 1 && sure >= 0.4 && TIMES.includes(meaning) ? 0.75 : 0
    return { meaning, sure: Math.min(1, Math.max(least, sure * factor)), by: factor > 1 ? 'both' : 'name' }
  })
  if (!blank) meanings.push(...judged(meanings, profile))
  for (const { meaning, sure } of byValues(profile)) {
    const timely = TIMES.includes(meaning)
    const there = meanings.find((m) => m.meaning === meaning || (timely && TIMES.includes(m.meaning)))
    if (!there) meanings.push({ meaning, sure, by: 'values' })
  }
  return { name, profile, meanings: meanings.sort((a, b) => b.sure - a.sure) }
}

/** Words that say malicious and benign are labels, whatever a status or category is called. */
function judged(
  meanings: readonly { meaning: Meaning }[],
  { top, filled, share }: ValueProfile,
): ColumnGuess['meanings'] {
  if (meanings.some(({ meaning }) => meaning === 'label') || share.decimal > 0.5) return []
  if (!meanings.some(({ meaning }) => meaning === 'outcome' || meaning === 'category')) return []
  // Yes and no answer what the name asks: a login that went well is no malicious one.
  if (top.some(({ value }) => /^(?:true|false|[tfyn]|yes|no|ok|是|否|有|无)$/i.test(value))) return []
  const words = guessLabels(top, filled)
  const both = words && new Set(Object.values(words)).size === 2
  return both ? [{ meaning: 'label', sure: 0.75, by: 'values' }] : []
}

export interface TimeGuess {
  time: TimeFormat
  /** What a person should look at: times without a zone, 03/04/2024. */
  doubt: 'no_zone' | 'day_or_month' | null
}

/** How a time column is written, from its values and its header. */
export function guessTime({ name, profile: { share } }: ColumnGuess): TimeGuess {
  const stated = zoneOf(name)
  // A header in Chinese comes from a platform that most likely writes its clock; a guess, and shown as one.
  const zone = stated ?? (/\p{Script=Han}/u.test(name) ? 'Asia/Shanghai' : undefined)
  const local = (format: TimeFormat['format'], doubt: TimeGuess['doubt'] = null): TimeGuess => ({
    time: { format, ...(zone !== undefined && { zone }) },
    doubt: doubt ?? (stated === null ? 'no_zone' : null),
  })
  if (share.iso >= 0.5)
    return { time: { format: 'auto', ...(zone !== undefined && share.iso < 1 && { zone }) }, doubt: null }
  if (share['local-time'] >= 0.5) return local('auto')
  if (share['compact-time'] >= 0.9) return local('auto')
  if (share['epoch-ms'] >= 0.9) return { time: { format: 'epoch-ms' }, doubt: null }
  if (share['epoch-us'] >= 0.9) return { time: { format: 'epoch-us' }, doubt: null }
  if (share['epoch-s'] >= 0.9) return { time: { format: 'epoch-s' }, doubt: null }
  const [day, month] = [share['day-first'], share['month-first']]
  if (Math.max(day, month) >= 0.5) {
    if (day > month) return local('day-first')
    if (month > day) return local('month-first')
    return local('month-first', 'day_or_month')
  }
  if (share.excel >= 0.9) return local('excel')
  return { time: { format: 'auto' }, doubt: null }
}
