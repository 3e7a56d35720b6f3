import Sqlite from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  current,
  StatedAnew,
  supersede,
  supersederOf,
  supersededBy,
  supersededIds,
  supersededVersion,
} from './superseded.ts'

function store() {
  const db = new Sqlite(':memory:')
  db.exec(`CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE relation (id INTEGER PRIMARY KEY);
    WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 60) INSERT INTO relation SELECT i FROM n`)
  return db
}
const counted = (db: Sqlite.Database) =>
  db
    .prepare(`SELECT id FROM relation r WHERE true${current(db, 'relation', 'r')} ORDER BY id`)
    .pluck()
    .all()

test('whatever is noted in whichever order: each row once, and by whom it was first', () => {
  const pair = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 3 }))
  fc.assert(
    fc.property(fc.array(fc.array(pair, { maxLength: 20 }), { maxLength: 4 }), (rounds) => {
      const db = store()
      const first = new Map<number, number>()
      for (const round of rounds) {
        const rows = new StatedAnew()
        for (const [id, by] of round) {
          rows.add(id, by)
          if (!first.has(id)) first.set(id, by)
        }
        supersede(db, 'relation', rows)
        const gone = [...first.keys()].sort((a, b) => a - b)
        expect([...supersededIds(db, 'relation')]).toEqual(gone)
        expect(counted(db)).toEqual(
          Array.from({ length: 60 }, (_, i) => i + 1).filter((id) => !first.has(id)),
        )
        for (let id = 1; id <= 60; id++) expect(supersederOf(db, 'relation', id)).toBe(first.get(id) ?? null)
        for (const by of [1, 2, 3])
          expect(supersededBy(db, new Set([by])).relation).toBe(
            [...first.values()].filter((b) => b === by).length,
          )
      }
      db.close()
    }),
    { numRuns: 60 },
  )
})

test('what another connection notes is seen, also by a statement that was prepared before', () => {
  const db = store()
  const one = new StatedAnew()
  one.add(7, 1)
  supersede(db, 'relation', one)
  const prepared = db.prepare(`SELECT count(*) FROM relation WHERE true${current(db, 'relation')}`).pluck()
  expect(prepared.get()).toBe(59)
  // As the compute process writes it: not through this connection's memory.
  const kept = db.prepare(`SELECT value FROM meta WHERE key = 'superseded.relation'`).pluck().get() as string
  const more = JSON.stringify([...(JSON.parse(kept) as unknown[]), { by: 2, ids: btoa('\x09') }])
  db.prepare(`UPDATE meta SET value = ? WHERE key = 'superseded.relation'`).run(more)
  db.prepare(`UPDATE meta SET value = '9' WHERE key = 'superseded.version'`).run()
  expect(supersededVersion(db)).toBe(9)
  expect(current(db, 'link')).toBe('')
  expect(prepared.get()).toBe(58)
  expect([...supersededIds(db, 'relation')]).toEqual([7, 9])
})
