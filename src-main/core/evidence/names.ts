import type { Database } from 'better-sqlite3'

/** Keys as the pack shows them. */
export interface Names {
  readonly pseudonyms: boolean
  account(id: number, key: string): string
  entity(id: number, type: string, key: string): string
  report(id: number, key: string): string
  /** Free text with every key in it replaced. */
  text(text: string): string
}

export const plainNames: Names = {
  pseudonyms: false,
  account: (_id, key) => key,
  entity: (_id, _type, key) => key,
  report: (_id, key) => key,
  text: (text) => text,
}

/** Keys shorter than this are not looked for inside free text: '12' is more often a number than an account. */
export const SHORTEST_KEY_IN_TEXT = 3
/** From this length on a key is replaced wherever it stands, even inside a longer word. */
const ANYWHERE_FROM = 6
const PREFIX = 3
const BITS = 1 << 22

/**
 * Pseudonyms 'account~12', 'device~7' from the workspace's own numbers: consistent over the whole pack and over
 * packs of the same workspace. In free text the longest key at each place is replaced. A bit set over the first three
 * characters of all keys spares most look-ups; the keys themselves stay in the database.
 */
export function pseudonymNames(db: Database): Names {
  const bits = new Uint8Array(BITS >> 3)
  const lengths = new Set<number>()
  const hash = (text: string, at: number): number =>
    (Math.imul(text.charCodeAt(at), 0x9e3779b1) ^
      Math.imul(text.charCodeAt(at + 1), 0x85ebca6b) ^
      Math.imul(text.charCodeAt(at + 2), 0xc2b2ae35)) &
    (BITS - 1)
  const keys = 'SELECT key FROM account UNION ALL SELECT key FROM entity UNION ALL SELECT key FROM report'
  for (const key of db.prepare(keys).pluck().iterate() as Iterable<string>) {
    if (key.length < SHORTEST_KEY_IN_TEXT) continue
    lengths.add(key.length)
    const h = hash(key, 0)
    bits[h >> 3] |= 1 << (h & 7)
  }
  const longestFirst = [...lengths].sort((a, b) => b - a)
  const account = db.prepare('SELECT id FROM account WHERE key = ?').pluck()
  const types = db.prepare(`SELECT id, value FROM term WHERE domain = 'entity_type'`).all() as {
    id: number
    value: string
  }[]
  const entity = db.prepare('SELECT id FROM entity WHERE type_id = ? AND key = ?').pluck()
  const reports = new Map(
    (db.prepare('SELECT key, id FROM report').raw().all() as [string, number][]).map((r) => [r[0], r[1]]),
  )
  const clean = (type: string): string => type.replace(/[^\p{L}\p{N}_-]/gu, '') || 'entity'

  function lookUp(key: string): string | null {
    const id = account.get(key) as number | undefined
    if (id !== undefined) return `account~${id}`
    for (const type of types) {
      const found = entity.get(type.id, key) as number | undefined
      if (found !== undefined) return `${clean(type.value)}~${found}`
    }
    const report = reports.get(key)
    return report === undefined ? null : `report~${report}`
  }
  const inWord = (c: string | undefined): boolean => c !== undefined && /[A-Za-z0-9_]/.test(c)

  return {
    pseudonyms: true,
    account: (id) => `account~${id}`,
    entity: (id, type) => `${clean(type)}~${id}`,
    report: (id) => `report~${id}`,
    text(text) {
      let out = ''
      let from = 0
      for (let at = 0; at + PREFIX <= text.length;) {
        const h = hash(text, at)
        let step = 1
        if (bits[h >> 3] & (1 << (h & 7))) {
          for (const length of longestFirst) {
            if (at + length > text.length) continue
            const key = text.slice(at, at + length)
            const whole =
              !(inWord(text[at - 1]) && inWord(key[0])) && !(inWord(text[at + length]) && inWord(key.at(-1)))
            if (length < ANYWHERE_FROM && !whole) continue
            const name = lookUp(key)
            if (name === null) continue
            out += text.slice(from, at) + name
            from = at + length
            step = length
            break
          }
        }
        at += step
      }
      return out + text.slice(from)
    },
  }
}
