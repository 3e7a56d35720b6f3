import type { Database } from 'better-sqlite3'
import { idOfPseudonym, pseudonym, PSEUDONYM, scramble, unscramble } from '../../common/pseudonym.ts'
import { isPersonal, maskPatterns } from './words.ts'

/** Hides who is who in what a window is shown, and reads what it sends back. */
export interface Mask {
  /** The answer with every key, address and number replaced; what cannot hold one is handed through as it is. */
  out(value: unknown): unknown
  /** The input with every pseudonym replaced by what it stands for: `back(out(x))` is x. */
  back<T>(value: T): T
  text(text: string): string
}

/** Fields that hold a key and nothing else. */
const KEY = /^(?:key|keys|ip|device|account|reporter|entity|targetLabel|username|handle)$|[a-z](?:Key|Keys)$/
/** Fields that a person wrote. */
const WRITTEN =
  /^(?:text|texts|snippet|excerpt|excerpts|note|notes|summary|reason|message|name|title|what|query|label|labels|value|values|mine|theirs|bio|payload|description|raw)$|[a-z](?:Text|En|Zh)$|^(?:text|title)[A-Z]/
/** Fields of hashes, and of files that are opened by what they are called. */
const OPAQUE = /sha256|hash/i
/** A run of what keys are made of, wherever it stands in a text. */
const TOKEN = /[A-Za-z0-9_](?:[A-Za-z0-9_.:@+~-]*[A-Za-z0-9_])?/g
const REMEMBERED = 200_000

/** Where an object says which attribute it is about, and where it says what. */
const SUBJECT = /^(?:name|attribute|channel|field|column)$/
const SAID = /^(?:value|values|label|labels|options|text|categories)$/

type How = 'key' | 'written' | 'personal' | 'other'

/**
 * A mask over a workspace. Accounts are called by `pseudonym(id, salt)`, entities `device·0k3x9ab` from their ids; what is
 * in no table (a number in a text) by what it was, which is remembered so that it can be read back.
 */
export function createMask(db: Database, salt: number): Mask {
  const accountId = db.prepare('SELECT id FROM account WHERE key = ?').pluck()
  const accountKey = db.prepare('SELECT key FROM account WHERE id = ?').pluck()
  const entityOf = db.prepare(
    `SELECT e.id, t.value AS type FROM term t JOIN entity e ON e.type_id = t.id AND e.key = ? WHERE t.domain = 'entity_type'`,
  )
  const reportKey = db.prepare('SELECT key FROM report WHERE id = ?').pluck()
  const originals = new Map<string, string>()
  const remember = (masked: string, original: string): string => {
    if (originals.size >= REMEMBERED) originals.delete(originals.keys().next().value!)
    originals.set(masked, original)
    return masked
  }
  const clean = (type: string) => type.replace(/[^\p{L}\p{N}_-]/gu, '') || 'entity'
  const numbered = (type: string, id: number, key: string) =>
    remember(
      `${clean(type)}·${scramble((id ^ salt) >>> 0)
        .toString(36)
        .padStart(7, '0')}`,
      key,
    )
  /** What is in no table: by a hash of what it is. */
  const worded = (kind: string, found: string) => remember(`${clean(kind)}·x${digest(found, salt)}`, found)

  function keyName(key: string): string | null {
    const account = accountId.get(key) as number | undefined
    if (account !== undefined) return pseudonym(account, salt)
    const entity = entityOf.get(key) as { id: number; type: string } | undefined
    return entity ? numbered(entity.type, entity.id, key) : null
  }
  /** Whether a run of characters in a text can be a key: short figures and plain words are rarely meant as one. */
  const couldBeKey = (token: string, written: boolean) =>
    /^\d+$/.test(token)
      ? token.length >= 5
      : /\d/.test(token)
        ? token.length >= 3
        : written && token.length >= 4 && !/^[a-z]+$/.test(token)

  function text(value: string, written: boolean): string {
    const tokens = value.replace(TOKEN, (token) => {
      if (couldBeKey(token, written)) {
        const name = keyName(token)
        if (name !== null) return name
      }
      // 'device:d12' or 'u1-u2': what stands between the marks.
      if (!/[.:@+~-]/.test(token)) return token
      return token.replace(/[A-Za-z0-9_]+/g, (part) =>
        couldBeKey(part, written) ? (keyName(part) ?? part) : part,
      )
    })
    return maskPatterns(tokens, written, worded)
  }

  function leaf(value: string, how: How, field: string, owner: object): string {
    if (value === '' || OPAQUE.test(field)) return value
    if (how === 'personal') return worded(field, value)
    if (how === 'key') {
      const name = wholeKey(value, owner)
      if (name !== null) return name
    }
    return text(value, how !== 'other')
  }
  /** A value that is a key as a whole; figures only where the number beside them says of what. */
  function wholeKey(value: string, owner: object): string | null {
    const { id, accountId: ofAccount, text: said } = owner as Record<string, unknown>
    if (typeof id === 'number' && (ofAccount !== undefined || said !== undefined)) {
      if (reportKey.get(id) === value) return numbered('report', id, value)
    }
    if (!/^\d{1,4}$/.test(value)) return keyName(value)
    const account = accountId.get(value) as number | undefined
    if (account !== undefined && numbersOf(owner).has(account)) return pseudonym(account, salt)
    const entity = entityOf.get(value) as { id: number; type: string } | undefined
    return entity && numbersOf(owner).has(entity.id) ? numbered(entity.type, entity.id, value) : null
  }

  function walk(value: unknown, how: How, field: string, owner: object): unknown {
    if (typeof value === 'string') return leaf(value, how, field, owner)
    if (!isTree(value)) return value
    if (Array.isArray(value)) return value.map((one) => walk(one, how, field, owner))
    const entries = Object.entries(value)
    const about = personalSubject(entries)
    return Object.fromEntries(
      entries.map(([key, one]) => {
        if (about !== null) {
          if (SUBJECT.test(key)) return [key, one]
          if (SAID.test(key)) return [key, walk(one, 'personal', about, value)]
        }
        if (field === 'attributes' && isPersonal(key)) return [key, walk(one, 'personal', key, value)]
        // Categories of a personal attribute: {value, accounts}.
        if (how === 'personal' && SAID.test(key)) return [key, walk(one, how, field, value)]
        // {12: 'u100'}: the field around a table by number says what it holds.
        return /^\d+$/.test(key)
          ? [key, walk(one, how, field, value)]
          : [key, walk(one, howOf(key, value), key, value)]
      }),
    )
  }

  function back(value: unknown): unknown {
    if (typeof value === 'string') return value.includes('·') ? unmask(value) : value
    if (!isTree(value)) return value
    if (Array.isArray(value)) return value.map(back)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, back(one)]))
  }
  const unmask = (value: string): string =>
    value
      .replace(PSEUDONYM, (name) => {
        const id = idOfPseudonym(name, salt)
        return id === null ? name : ((accountKey.get(id) as string | undefined) ?? name)
      })
      .replace(/[\p{L}\p{N}_-]{1,80}·(?:x[0-9a-z]{8}|[0-9a-z]{7})/gu, (found) => {
        // Chinese stands right before a pseudonym: the longest ending that means something counts.
        for (let at = 0; found[at] !== '·'; at++) {
          const name = found.slice(at)
          const original = originals.get(name) ?? entityBack(name)
          if (original !== null) return found.slice(0, at) + original
        }
        return found
      })
  /** An entity's pseudonym says its number, so that it can be read after a restart, too. */
  function entityBack(name: string): string | null {
    const [type = '', tail = ''] = name.split('·')
    if (tail.length !== 7) return null
    const id = (unscramble(Number.parseInt(tail, 36)) ^ salt) >>> 0
    const found = db
      .prepare('SELECT e.key, t.value AS type FROM entity e JOIN term t ON t.id = e.type_id WHERE e.id = ?')
      .get(id) as { key: string; type: string } | undefined
    return found && clean(found.type) === type ? found.key : null
  }

  return {
    out: (value) => walk(value, 'other', '', {}),
    back: (value) => back(value) as typeof value,
    text: (value) => text(value, true),
  }
}

function howOf(field: string, owner: object): How {
  if (KEY.test(field)) return 'key'
  // 'label' is a key where it names what a number refers to.
  if (field === 'label' && 'ref' in owner) return 'key'
  return WRITTEN.test(field) ? 'written' : 'other'
}

/** What can hold strings: columns, dates and the like are handed through. */
const isTree = (value: unknown): value is object =>
  Array.isArray(value) ||
  (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)

/** The personal attribute that an object is about ({name: 'display_name', values: [...]}); null: none. */
function personalSubject(entries: [string, unknown][]): string | null {
  for (const [key, value] of entries) {
    if (!SUBJECT.test(key) || typeof value !== 'string') continue
    const name = value.replace(/^attribute:/, '')
    if (/^[\p{L}\p{N}_-]+$/u.test(name) && isPersonal(name)) return name
  }
  return null
}

const numbers = new WeakMap<object, Set<number>>()
/** Every number that stands beside a field, in columns too. */
function numbersOf(owner: object): Set<number> {
  const known = numbers.get(owner)
  if (known) return known
  const found = new Set<number>()
  numbers.set(owner, found)
  for (const value of Object.values(owner)) {
    if (typeof value === 'number') found.add(value)
    else if (ArrayBuffer.isView(value)) for (const one of value as unknown as number[]) found.add(Number(one))
    else if (Array.isArray(value)) for (const one of value) if (typeof one === 'number') found.add(one)
  }
  // {12: 'x'}: the numbers are the names.
  for (const key of Object.keys(owner)) if (/^\d+$/.test(key)) found.add(Number(key))
  return found
}

/** FNV-1a of the text and the salt, eight characters: the same words are called the same within a workspace. */
function digest(text: string, salt: number): string {
  let h = (0x811c9dc5 ^ salt) >>> 0
  let g = salt >>> 0
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0
    g = Math.imul(g ^ text.charCodeAt(i), 0x85ebca6b) >>> 0
  }
  return (
    scramble(h).toString(36).padStart(7, '0').slice(-4) +
    scramble(g ^ h)
      .toString(36)
      .padStart(7, '0')
      .slice(-4)
  )
}
