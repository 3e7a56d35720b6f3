import type { Database } from 'better-sqlite3'
import type { AppOutput } from '../../common/contract/index.ts'

/** What accounts and entities are called, by id. */
export function searchNames(
  db: Database,
  ids: { accounts: number[]; entities: number[] },
): AppOutput<'search.names'> {
  return {
    accounts: db
      .prepare('SELECT a.id, a.key FROM json_each(?) i JOIN ready_account a ON a.id = i.value')
      .all(JSON.stringify(ids.accounts)) as AppOutput<'search.names'>['accounts'],
    entities: db
      .prepare(
        `SELECT e.id, t.value AS type, e.key FROM json_each(?) i JOIN entity e ON e.id = i.value
         JOIN term t ON t.id = e.type_id`,
      )
      .all(JSON.stringify(ids.entities)) as AppOutput<'search.names'>['entities'],
  }
}
