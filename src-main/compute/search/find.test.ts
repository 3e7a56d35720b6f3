import type { Database } from 'better-sqlite3'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SEARCH_FLOOR_KEY } from '../../common/search-index.ts'
import { ExploreState } from '../explore/state.ts'
import { testWorkspace, type TestWorkspace } from '../graph/test-workspace.ts'
import * as find from './find.ts'
import { allContaining, beginningWith } from './keys.ts'

let w: TestWorkspace
let db: Database
let state: ExploreState
const searchAll = (query: string, limit: number) => find.searchAll(state.snapshot({}), query, limit)
beforeEach(() => {
  w = testWorkspace()
  db = w.db
  state = new ExploreState(w.ctx.workspace)
  db.exec(`DELETE FROM source;
           INSERT INTO source (id, path, table_name, status, imported_at)
           VALUES (1, 'a', 'accounts', 'ready', 0), (2, 'b', 'accounts', 'importing', 0);
           INSERT INTO term (id, domain, value) VALUES (1, 'entity_type', 'device'), (2, 'entity_type', 'ip')`)
})
afterEach(() => {
  state.close()
  w.close()
})

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

test('ranks exact, then beginning, then inside, and shows nothing of an unfinished import', async () => {
  for (const key of ['xx_ab12', 'ab12345', 'ab12', 'zzz']) account(key)
  account('ab12_new', undefined, 2)
  indexAccounts(4)
  expect((await searchAll('ab12', 8)).accounts.map((a) => a.key)).toEqual(['ab12', 'ab12345', 'xx_ab12'])
  expect((await searchAll('AB12', 8)).accounts).toHaveLength(3)
  expect((await find.searchCounts(state.snapshot({}), 'ab12')).accounts).toBe(3)
  expect([...find.searchAccounts(db, 'ab12').accounts]).toEqual([1, 2, 3])
})

test('finds accounts by the name they state, Chinese words of two characters too', async () => {
  const id = account('u100', '隔壁老王')
  account('u101', '晚风呀')
  indexAccounts(2)
  for (const text of ['老王', '隔壁老', '王'])
    expect((await searchAll(text, 8)).accounts.map((a) => a.id)).toEqual([id])
  expect((await searchAll('老王', 8)).accounts[0]).toMatchObject({ key: 'u100', name: '隔壁老王' })
  expect((await searchAll('老张', 8)).accounts).toEqual([])
})

test('counts who uses an entity the same by its columns as by the tables', async () => {
  const [a, b] = [account('a'), account('b')]
  const put = db.prepare('INSERT INTO entity (type_id, key, source_id, row) VALUES (?, ?, 1, 1)')
  const [device, ip] = [1, 2].map((type, i) => Number(put.run(type, `thing${i}`).lastInsertRowid))
  db.exec(`INSERT INTO link (account_id, entity_id, source_id, row) VALUES (${a}, ${device}, 1, 1), (${b}, ${device}, 1, 2);
           INSERT INTO term (id, domain, value) VALUES (9, 'event_kind', 'login');
           INSERT INTO event (account_id, ts, kind_id, ip_id, device_id, source_id, row)
             VALUES (${a}, 1, 9, ${ip}, ${device}, 1, 1), (${a}, 2, 9, ${ip}, NULL, 1, 2)`)
  const before = (await searchAll('thing', 8)).entities
  expect(before).toEqual([
    { id: device, type: 'device', key: 'thing0', accounts: 2 },
    { id: ip, type: 'ip', key: 'thing1', accounts: 1 },
  ])
  await state.snapshot({}).facts.uses()
  // The tables are not asked again.
  db.exec('DELETE FROM event; DELETE FROM link')
  expect((await searchAll('thing', 8)).entities).toEqual(before)
})
