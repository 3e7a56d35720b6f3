import type { Database } from 'better-sqlite3'
import { decodeIds, encodeIds } from '../../../common/account-set.ts'
import type { Known, KnownTable } from './known.ts'

type Matching = Partial<Record<KnownTable, Known | null>>

/** `meta` keys under which a finished source of an unpublished import keeps which earlier facts its rows were matched with. */
const PREFIX = 'import.known.'

/** Notes what was matched since the last source was finished. Call it in the transaction that finishes this one. */
export function keepMatches(db: Database, sourceId: number, known: Matching): void {
  const ids: Record<string, string> = {}
  for (const [table, matching] of Object.entries(known)) {
    const matched = matching?.matchedSince()
    if (matched && matched.length > 0) ids[table] = Buffer.from(encodeIds(matched)).toString('base64')
  }
  if (Object.keys(ids).length === 0) return
  db.prepare(`INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)`).run(
    `${PREFIX}${sourceId}`,
    JSON.stringify(ids),
  )
}

/** Which earlier facts the rows of finished sources were matched with, by table. */
export function keptMatches(db: Database, sourceIds: readonly number[]): Map<KnownTable, Uint32Array[]> {
  const kept = new Map<KnownTable, Uint32Array[]>()
  const find = db.prepare(`SELECT value FROM meta WHERE key = ?`).pluck()
  for (const id of sourceIds) {
    const value = find.get(`${PREFIX}${id}`) as string | undefined
    if (value === undefined) continue
    for (const [table, ids] of Object.entries(JSON.parse(value) as Record<KnownTable, string>)) {
      const lists = kept.get(table as KnownTable) ?? []
      kept.set(table as KnownTable, lists)
      lists.push(decodeIds(Buffer.from(ids, 'base64')))
    }
  }
  return kept
}

/** Forgets what was noted: of these sources, or of all. */
export function forgetMatches(db: Database, sourceIds?: readonly number[]): void {
  if (sourceIds === undefined) db.prepare(`DELETE FROM meta WHERE key LIKE '${PREFIX}%'`).run()
  else for (const id of sourceIds) db.prepare(`DELETE FROM meta WHERE key = ?`).run(`${PREFIX}${id}`)
}
