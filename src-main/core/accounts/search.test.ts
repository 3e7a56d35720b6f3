import Sqlite, { type Database } from 'better-sqlite3'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSearchFloor, SEARCH_FLOOR_KEY } from '../../common/search-index.ts'
import { migrations } from '../db/migrations/index.ts'
import { searchAccounts, searchAll, searchCounts } from './search.ts'
import { allContaining, beginningWith, searchLags } from './search-keys.ts'

let db: Database
beforeEach(() => {
  db = new Sqlite(':memory:')
  for (const { sql } of migrations) db.exec(sql)
  db.exec(`INSERT INTO source (id, path, table_name, status, imported_at)
           VALUES (1, 'a', 'accounts', 'ready', 0), (2, 'b', 'accounts', 'importing', 0);
           INSERT INTO term (id, domain, value) VALUES (1, 'entity_type', 'device'), (2, 'entity_type', 'ip')`)
})
afterEach(() => void db.close())

const account = (key: string, name?: string, source = 1) => {
  const id = Number(
    db.prepare('INSERT INTO account (key, source_id, row) VALUES (?, ?, 1)').run(key, source).lastInsertRowid,
  )
  if (name !== undefined) {
    db.prepare('INSERT INTO account_record (account_id, attributes, source_id, row) VALUES (?, ?, ?, 1)').run(
      id,
      JSON.stringify({ display_name: name }),
      source,
    )
  }
  return id
}
/** As compute/search/index-keys.ts does for new accounts up to an id; its own test holds the two together. */
const indexAccounts = (to: number) => {
  db.prepare(
    `INSERT OR REPLACE INTO account_fts (rowid, text)
     SELECT id, key || coalesce(char(10) || name, '') || char(1) || char(1) FROM account_search WHERE id <= ?`,
  ).run(to)
  db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)').run(
    SEARCH_FLOOR_KEY,
    JSON.stringify({ account: to, account_record: to, entity: 0 }),
  )
}

test('finds exactly what contains the text, whatever part of it is indexed', () => {
  const letters = fc.constantFrom('a', 'B', '0', '_', '小', '明', '%', '"')
  const word = fc.string({ unit: letters, minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(
      fc.uniqueArray(word, { minLength: 1, maxLength: 25 }),
      fc.string({ unit: letters, minLength: 1, maxLength: 4 }),
      fc.nat(25),
      (keys, needle, indexed) => {
        db.exec(`DELETE FROM account; DELETE FROM account_fts; DELETE FROM meta`)
        keys.forEach((key) => account(key))
        indexAccounts(indexed)
        const expected = keys.flatMap((key, i) =>
          key.toLowerCase().includes(needle.toLowerCase()) ? [i + 1] : [],
        )
        expect([...allContaining(db, 'account', needle, 100).ids]).toEqual(expected)
        const starts = keys.flatMap((key, i) => (key.startsWith(needle) ? [i + 1] : []))
        expect(beginningWith(db, 'account', needle, 100)).toEqual(expect.arrayContaining(starts))
      },
    ),
    { numRuns: 150 },
  )
})

test('ranks exact, then beginning, then inside, and shows nothing of an unfinished import', () => {
  for (const key of ['xx_ab12', 'ab12345', 'ab12', 'zzz']) account(key)
  account('ab12_new', undefined, 2)
  indexAccounts(4)
  expect(searchAll(db, 'ab12', 8).accounts.map((a) => a.key)).toEqual(['ab12', 'ab12345', 'xx_ab12'])
  expect(searchAll(db, 'AB12', 8).accounts).toHaveLength(3)
  expect(searchCounts(db, 'ab12').accounts).toBe(3)
  expect([...searchAccounts(db, 'ab12').accounts]).toEqual([1, 2, 3])
})

test('finds accounts by the name they state, Chinese words of two characters too', () => {
  const id = account('u100', '隔壁老王')
  account('u101', '晚风呀')
  indexAccounts(2)
  for (const text of ['老王', '隔壁老', '王'])
    expect(searchAll(db, text, 8).accounts.map((a) => a.id)).toEqual([id])
  expect(searchAll(db, '老王', 8).accounts[0]).toMatchObject({ key: 'u100', name: '隔壁老王' })
  expect(searchAll(db, '老张', 8).accounts).toEqual([])
})

test('knows when the index lags, and a broken floor counts as none', () => {
  account('a')
  expect(searchLags(db)).toBe(true)
  indexAccounts(1)
  expect(searchLags(db)).toBe(false)
  account('b')
  expect(searchLags(db)).toBe(true)
  expect(readSearchFloor('nonsense')).toEqual({ account: 0, account_record: 0, entity: 0 })
})
