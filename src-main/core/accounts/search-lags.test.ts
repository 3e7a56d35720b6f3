import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { readSearchFloor, SEARCH_FLOOR_KEY } from '../../common/search-index.ts'
import { migrations } from '../db/migrations/index.ts'
import { searchLags } from './search-lags.ts'

test('knows when the index lags, and a broken floor counts as none', () => {
  const db = new Sqlite(':memory:')
  for (const { sql } of migrations) db.exec(sql)
  db.exec(`INSERT INTO source (id, path, table_name, status, imported_at) VALUES (1, 'a', 'accounts', 'ready', 0);
           INSERT INTO account (key, source_id, row) VALUES ('a', 1, 1)`)
  const floor = JSON.stringify({ account: 1, account_record: 0, entity: 0 })
  expect(searchLags(db)).toBe(true)
  db.prepare('INSERT INTO meta (key, value) VALUES (?, ?)').run(SEARCH_FLOOR_KEY, floor)
  expect(searchLags(db)).toBe(false)
  db.exec(`INSERT INTO account (key, source_id, row) VALUES ('b', 1, 2)`)
  expect(searchLags(db)).toBe(true)
  expect(readSearchFloor('nonsense')).toEqual({ account: 0, account_record: 0, entity: 0 })
  db.close()
})
