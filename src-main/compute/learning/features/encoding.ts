import { TimeParser } from '../../ingest/time/parse.ts'

/**
 * How one attribute of the accounts becomes columns. Decided once from all values (deterministic: the same values in
 * any order decide the same) and kept with a model, so that another export is read the same way.
 */
export interface AttributeEncoding {
  /** The attribute, as the file calls it. */
  readonly name: string
  /** number: as it is; boolean: 0 or 1; date: age in days; category: code by frequency; text: its length; left_out. */
  readonly kind: 'number' | 'boolean' | 'date' | 'category' | 'text' | 'left_out'
  /** kind 'category': value k stands for categories[k]; the last one, REST, for all others. */
  readonly categories?: readonly string[]
  /** A second column: ln(1 + accounts with the same value). For texts, and where not all categories are listed. */
  readonly frequency?: boolean
  /** Why it was left out: 'empty', 'constant', 'key' (nearly everybody has another value) or 'too_many'. */
  readonly why?: 'empty' | 'constant' | 'key' | 'too_many'
}

/** How the attributes of a table were read. JSON; its presence in FeatureOptions makes another export follow it. */
export interface Encoding {
  readonly version: 1
  readonly attributes: readonly AttributeEncoding[]
}

/** The category of all values that have none of their own. No value of a file can be it. */
export const REST = '\u0000rest'
/** Categories that get a code of their own; further ones are REST. */
export const MOST_CATEGORIES = 32
/** A category needs this share of the accounts that have a value, and this many. */
const LEAST_SHARE = 0.002
const LEAST_COUNT = 5
/** An attribute is numbers (or dates) where at least this share of its values is: the others are mistakes. */
const PURE = 0.9
/** Distinct values that are counted, words and numbers, and the longest that is a category. */
const MOST_DISTINCT = 20_000
const MOST_NUMBERS = 1000
const LONGEST_CATEGORY = 80
/** Above this mean length, in characters, values are text that somebody wrote. */
const TEXT_LENGTH = 40

const LARGEST = 1e30
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const MISSING = new Set(['', '-', '?', 'na', 'n/a', 'nan', 'null', '\\n', 'undefined', 'none', 'unknown'])
const TRUE = new Set(['true', 'yes', 'y', 't', 'on', '是', '有'])
const FALSE = new Set(['false', 'no', 'n', 'f', 'off', '否', '无'])
const DATE_NAME =
  /(^|[_\s-])(at|on|ts|time|timestamp|date|day|since|seen|created|updated|birthday|时间|日期)$/i
const KEY_NAME = /(^|[_\s-])(id|uid|uuid|guid|key|hash)$/i

/** The text of a value; null where there is none. Attributes are strings; other JSON is read as its text. */
export function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).trim()
  return MISSING.has(text.toLowerCase()) ? null : text
}

/** The finite number that a text spells ('12', '-0.5', '1e-5', '12.5%'); NaN if none. */
export function numberOf(text: string): number {
  const digits = text.endsWith('%') ? text.slice(0, -1).trimEnd() : text
  if (!DECIMAL.test(digits)) return NaN
  const value = Number(digits)
  // Single precision, and squares of it in double, must hold it.
  return Number.isFinite(value) ? Math.max(-LARGEST, Math.min(LARGEST, value)) : NaN
}

const times = new TimeParser()
/** ms of a date as exports write them; with `epoch`, plain seconds, milliseconds and microseconds too. NaN if none. */
export function dateOf(text: string, epoch: boolean): number {
  if (!epoch && DECIMAL.test(text)) return NaN
  if (text.length > 40) return NaN
  const bytes = Buffer.from(text, 'utf8')
  return times.parse(bytes, 0, bytes.length)
}

export const booleanOf = (text: string): number => {
  const word = text.toLowerCase()
  return TRUE.has(word) ? 1 : FALSE.has(word) ? 0 : NaN
}

/** What the values of one attribute look like, gathered one by one in any order. */
export class AttributeProfile {
  private present = 0
  private numbers = 0
  private whole = 0
  private words = 0
  private dates = 0
  private epochs = 0
  private length = 0
  private least = Infinity
  private most = -Infinity
  /** More distinct words, or numbers, than are counted: they are forgotten then, in whatever order they came. */
  private manyWords = false
  private manyNumbers = false
  private readonly counts = new Map<string, number>()
  private readonly numberCounts = new Map<string, number>()

  add(value: unknown): void {
    const text = textOf(value)
    if (text === null) return
    this.present++
    this.length += text.length
    const number = numberOf(text)
    if (!Number.isNaN(number)) {
      this.numbers++
      if (Number.isInteger(number)) this.whole++
      if (number < this.least) this.least = number
      if (number > this.most) this.most = number
      // Seconds since 2000-01-01 at least: smaller numbers are rather counts.
      if (number >= 946_684_800 && !Number.isNaN(dateOf(text, true))) this.epochs++
    } else if (!Number.isNaN(booleanOf(text))) this.words++
    else if (/\d{4}[-/]\d/.test(text) && !Number.isNaN(dateOf(text, false))) this.dates++
    if (Number.isNaN(number)) this.manyWords = count(this.counts, text, MOST_DISTINCT, this.manyWords)
    else this.manyNumbers = count(this.numberCounts, text, MOST_NUMBERS, this.manyNumbers)
  }

  /** `accounts`: how many there are, with or without a value. */
  decide(name: string, accounts: number): AttributeEncoding {
    const { present, counts, numberCounts } = this
    if (present === 0) return { name, kind: 'left_out', why: 'empty' }
    // Where numbers were too many to count, they may all differ.
    const distinct =
      (this.manyWords ? Infinity : counts.size) + (this.manyNumbers ? this.numbers : numberCounts.size)
    // A single value still tells something where others have none.
    if (distinct === 1 && present === accounts) return { name, kind: 'left_out', why: 'constant' }
    const enough = PURE * present
    if (this.dates >= enough || (DATE_NAME.test(name) && this.epochs >= enough)) return { name, kind: 'date' }
    if (this.words + this.numbers === present && this.words > 0 && this.least >= 0 && this.most <= 1)
      return { name, kind: 'boolean' }
    if (this.words === present) return { name, kind: 'boolean' }
    if (this.numbers >= enough) {
      // A numbered key says who somebody is, not what he does.
      if (KEY_NAME.test(name) && this.whole === this.numbers && distinct > present / 2)
        return { name, kind: 'left_out', why: 'key' }
      return { name, kind: 'number' }
    }
    if (this.length > TEXT_LENGTH * present) return { name, kind: 'text', frequency: true }
    if (this.manyWords) return { name, kind: 'left_out', why: 'too_many' }
    if (distinct > present / 2) return { name, kind: 'left_out', why: 'key' }
    const least = Math.max(LEAST_COUNT, LEAST_SHARE * present)
    const ranked = [...counts, ...numberCounts]
      .filter(([text]) => text.length <= LONGEST_CATEGORY)
      .sort(([x, a], [y, b]) => b - a || (x < y ? -1 : 1))
    // In a handful of accounts everything is rare: then all that repeats is a category.
    const frequent = ranked.filter(([, count]) => count >= Math.min(least, Math.max(2, present / 10)))
    const categories = frequent.slice(0, MOST_CATEGORIES).map(([text]) => text)
    const listed = categories.length === distinct
    if (categories.length === 0) return { name, kind: 'left_out', why: 'too_many' }
    return {
      name,
      kind: 'category',
      categories: listed ? categories : [...categories, REST],
      ...(distinct > MOST_CATEGORIES && { frequency: true }),
    }
  }
}

/** What texts are compared by: a bio that was pasted with another number in it is the same. */
export const templateOf = (text: string): string =>
  text.toLowerCase().replace(/\d+/g, '0').replace(/\s+/g, ' ')

/** Counts a text unless there are too many different ones; true when that is so. */
function count(counts: Map<string, number>, text: string, most: number, many: boolean): boolean {
  if (many) return true
  const known = counts.get(text)
  if (known === undefined && counts.size === most) {
    counts.clear()
    return true
  }
  counts.set(text, (known ?? 0) + 1)
  return false
}

/** Reads values as an encoding says: one number per value, NaN for what is missing or can't be read. */
export function reader(encoding: AttributeEncoding, newest: number): (value: unknown) => number {
  switch (encoding.kind) {
    case 'number':
      return (value) => {
        const text = textOf(value)
        return text === null ? NaN : numberOf(text)
      }
    case 'boolean':
      return (value) => {
        const text = textOf(value)
        if (text === null) return NaN
        const word = booleanOf(text)
        if (!Number.isNaN(word)) return word
        const number = numberOf(text)
        return number === 0 || number === 1 ? number : NaN
      }
    case 'date':
      return (value) => {
        const text = textOf(value)
        if (text === null) return NaN
        const at = dateOf(text, true)
        // What is dated later than the moment of looking is not known yet.
        return at <= newest ? (newest - at) / 86_400_000 : NaN
      }
    case 'text':
      return (value) => textOf(value)?.length ?? NaN
    case 'category': {
      const categories = encoding.categories ?? []
      const codes = new Map(categories.map((text, code) => [text, code]))
      const rest = codes.get(REST) ?? NaN
      return (value) => {
        const text = textOf(value)
        return text === null ? NaN : (codes.get(text) ?? rest)
      }
    }
    case 'left_out':
      return () => NaN
  }
}
