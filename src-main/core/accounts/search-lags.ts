import type { Database } from 'better-sqlite3'
import { readSearchFloor, SEARCH_FLOOR_KEY } from '../../common/search-index.ts'

/** Whether there are accounts, entities or records that the search index does not hold yet. */
export function searchLags(db: Database): boolean {
  const floor = readSearchFloor(
    db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(SEARCH_FLOOR_KEY) as string | undefined,
  )
  const max = (table: string) =>
    db.prepare(`SELECT coalesce(max(id), 0) FROM ${table}`).pluck().get() as number
  return (['account', 'account_record', 'entity'] as const).some((table) => max(table) > floor[table])
}
