import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrations } from '../db/migrations/index.ts'
import { groupsOf } from './groups.ts'

let db: Sqlite.Database
beforeAll(() => {
  db = new Sqlite(':memory:')
  for (const { sql } of migrations) db.exec(sql)
  db.exec(`INSERT INTO run (id, kind, algorithm, algorithm_version, params, inputs, status, started_at, app_version)
           VALUES (1, 'communities', 'leiden', '2', '{}', '{}', 'done', 0, 't');
    INSERT INTO community VALUES (1, 0, 9, 1, 0, 0), (1, 1, 5, 1, 0, 0), (1, 2, 4, 1, 0, 0), (1, 3, 2, 1, 0, 0);
    -- {0,2} {1} {3}, then {0,2} {1,3}, then all of them.
    INSERT INTO community_group VALUES (1, 0, 0, 0), (1, 0, 1, 1), (1, 0, 2, 0), (1, 0, 3, 2),
      (1, 1, 0, 0), (1, 1, 1, 1), (1, 1, 2, 1), (1, 2, 0, 0), (1, 2, 1, 0)`)
})
afterAll(() => db.close())

test('a community knows its wider groups, and levels that add nobody are left out', () => {
  expect(groupsOf(db, 1, 0)).toEqual([
    { level: 1, communities: 2, accounts: 13, ids: [0, 2] },
    { level: 3, communities: 4, accounts: 20, ids: [0, 1, 2, 3] },
  ])
  expect(groupsOf(db, 1, 3)).toEqual([
    { level: 2, communities: 2, accounts: 7, ids: [1, 3] },
    { level: 3, communities: 4, accounts: 20, ids: [0, 1, 2, 3] },
  ])
})

test('a run without a hierarchy has no groups', () => {
  expect(groupsOf(db, 2, 0)).toEqual([])
})
