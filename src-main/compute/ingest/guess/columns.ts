import type { TimeFormat } from '../../../common/mapping/mapping.ts'
import { meaningsOf, zoneOf, type Meaning } from './headers.ts'
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
const NUMBERS: readonly Meaning[] = ['weight', 'count']

/** How well values go with a meaning, as a factor on what the name says; 1 where they say nothing. */
function fits(meaning: Meaning, { share, distinct, length, cells }: ValueProfile): number {
  const timely = Math.max(...TIME_SHAPES.map((shape) => share[shape]))
  const many = cells >= 20
  if (TIMES.includes(meaning)) return timely >= 0.9 ? 1.1 : timely >= 0.5 ? 0.8 : 0.1
  if (NUMBERS.includes(meaning)) return share.decimal >= 0.9 ? 1 : 0.1
  if (WORDS.includes(meaning)) {
    if (share.prose > 0.5 || share.iso > 0.5) return 0.2
    return many && distinct > 0.9 ? 0.4 : 1
  }
  if (IDS.includes(meaning)) {
    const fractional = share.decimal - share.integer
    if (share.prose > 0.3 || fractional > 0.3 || share.iso > 0.5 || share['local-time'] > 0.5) return 0.1
    return 1
  }
  switch (meaning) {
    case 'ip':
      return share.ip >= 0.8 ? 1.2 : share.ip >= 0.3 ? 0.8 : 0.15
    case 'email':
      return share.email >= 0.8 ? 1.2 : 0.3
    case 'text':
      if (share.prose >= 0.3) return 1.2
      return length >= 8 && distinct > 0.3 ? 0.9 : 0.4
    case 'label':
      return many && distinct > 0.5 ? 0.1 : 1
    default:
      return 1
  }
}

/** What values say alone, where the name says nothing of that kind. */
function byValues({ share, distinct, cells }: ValueProfile): { meaning: Meaning; sure: number }[] {
  const found: { meaning: Meaning; sure: number }[] = []
  const add = (meaning: Meaning, sure: number) => found.push({ meaning, sure })
  if (cells < 1) return found
  if (share.ip >= 0.95) add('ip', 0.85)
  if (share.email >= 0.95) add('email', 0.85)
  if (share.phone >= 0.95) add('phone', 0.6)
  if (share.iso >= 0.95) add('time', 0.6)
  else if (share['local-time'] >= 0.95) add('time', 0.55)
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
    return { meaning, sure: Math.min(1, sure * factor), by: factor > 1 ? 'both' : 'name' }
  })
  for (const { meaning, sure } of byValues(profile)) {
    const timely = TIMES.includes(meaning)
    const there = meanings.find((m) => m.meaning === meaning || (timely && TIMES.includes(m.meaning)))
    if (!there) meanings.push({ meaning, sure, by: 'values' })
  }
  return { name, profile, meanings: meanings.sort((a, b) => b.sure - a.sure) }
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
