import type { Database } from 'better-sqlite3'
import { readSearchFloor, SEARCH_FLOOR_KEY } from '../../common/search-index.ts'
import { likeLiteral } from '../../common/selection/fts.ts'

/** What keys are looked up in: accounts by key and stated name, entities by key. */
export type KeyKind = 'account' | 'entity'

/** Behind every string that begins with another one, in SQLite's byte order. */
const LAST = '\u{10ffff}'
const READY = 'source_id IN (SELECT id FROM ready_source)'

/**
 * Ids whose key begins with the text, in key order, by the key's own index: case as typed, all lower or all upper.
 * Accounts by key only.
 */
export function beginningWith(db: Database, kind: KeyKind, text: string, limit: number): number[] {
  const found = new Set<number>()
  const variants = new Set([text, text.toLowerCase(), text.toUpperCase()])
  // Entity keys are indexed within their type.
  const types =
    kind === 'entity'
      ? (db.prepare(`SELECT id FROM term WHERE domain = 'entity_type'`).pluck().all() as number[])
      : [null]
  const query = db
    .prepare(
      kind === 'entity'
        ? `SELECT id FROM entity WHERE type_id = ? AND key >= ? AND key < ? AND ${READY} ORDER BY key LIMIT ?`
        : `SELECT id FROM account WHERE key >= ? AND key < ? AND ${READY} ORDER BY key LIMIT ?`,
    )
    .pluck()
  for (const variant of variants) {
    for (const type of types) {
      const at = [...(type === null ? [] : [type]), variant, variant + LAST, limit]
      for (const id of query.all(...at) as number[]) found.add(id)
    }
  }
  return [...found]
}

/**
 * Ids whose key or name contains the text (case ignored), in no useful order, by the trigram index; what the index does
 * not hold yet is read. Stops being asked when the caller stops: the first hits of a common text cost nothing.
 */
export function* containing(db: Database, kind: KeyKind, text: string): Generator<number> {
  const needle = text.toLowerCase()
  const characters = [...needle]
  if (characters.length === 0) return
  const floor = readSearchFloor(
    db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(SEARCH_FLOOR_KEY) as string | undefined,
  )
  if (characters.length < 3) {
    // Every pair of characters begins a term (migration 0005), so the terms' rows are the answer, without a look.
    const seen = new Set<number>()
    const rows = db
      .prepare(
        `SELECT t.doc FROM ${kind}_fts_terms t JOIN ${kind} a ON a.id = t.doc
         WHERE t.term >= ? AND t.term < ? AND a.${READY}`,
      )
      .pluck()
      .iterate(needle, needle + LAST) as IterableIterator<number>
    for (const id of rows) {
      if (seen.has(id)) continue
      seen.add(id)
      yield id
    }
  } else {
    const terms = new Set(characters.slice(2).map((_, i) => characters.slice(i, i + 3).join('')))
    const match = [...terms].map((term) => `"${term.replaceAll('"', '""')}"`).join(' AND ')
    const rows = db
      .prepare(
        kind === 'account'
          ? `SELECT s.id, s.key, ${terms.size > 1 ? 's.name' : 'NULL'} FROM account_fts f JOIN account_search s ON s.id = f.rowid
             WHERE account_fts MATCH ? AND s.${READY}`
          : `SELECT e.id, e.key, NULL FROM entity_fts f JOIN entity e ON e.id = f.rowid
             WHERE entity_fts MATCH ? AND e.${READY}`,
      )
      .raw()
      .iterate(match) as IterableIterator<[number, string, string | null]>
    for (const [id, key, name] of rows) {
      // One trigram is the text itself; several may stand apart.
      if (terms.size === 1 || key.toLowerCase().includes(needle) || name?.toLowerCase().includes(needle))
        yield id
    }
  }
  const tail = db
    .prepare(`SELECT id FROM ${kind} WHERE id > ? AND key LIKE ? ESCAPE '\\' AND ${READY}`)
    .pluck()
    .iterate(floor[kind], `%${likeLiteral(text)}%`) as IterableIterator<number>
  yield* tail
}

/** Up to `limit` of what begins with the text, then of what contains it. */
export function candidates(db: Database, kind: KeyKind, text: string, limit: number): number[] {
  const found = new Set(beginningWith(db, kind, text, limit))
  if (found.size < limit) {
    for (const id of containing(db, kind, text)) {
      found.add(id)
      if (found.size >= limit) break
    }
  }
  return [...found]
}

/** All that contain the text, ascending, at most `limit`; `cut` where there are more. */
export function allContaining(
  db: Database,
  kind: KeyKind,
  text: string,
  limit: number,
): { ids: Uint32Array; cut: boolean } {
  const ids: number[] = []
  let cut = false
  for (const id of containing(db, kind, text)) {
    if (ids.length === limit) {
      cut = true
      break
    }
    ids.push(id)
  }
  return { ids: Uint32Array.from(ids).sort(), cut }
}
