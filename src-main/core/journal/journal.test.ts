import Sqlite from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sql } from '../db/migrations/0001-initial.ts'
import { appendJournal, canonicalJson, verifyJournal } from './journal.ts'

function filled(n: number): Sqlite.Database {
  const db = new Sqlite(':memory:')
  db.exec(sql)
  for (let i = 0; i < n; i++) {
    appendJournal(db, {
      actor: 'a\nb',
      action: `x.${i}`,
      payload: { b: i, a: [`line\n${i}`] },
      now: 1000 + i,
    })
  }
  return db
}

test('a chain that nobody touched is intact', () => {
  for (const n of [0, 1, 25])
    expect(verifyJournal(filled(n))).toEqual({ ok: true, entries: n, firstBadSeq: null })
})

test('changing any field of any entry, or removing one, is found at that entry', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom('time', 'actor', 'action', 'payload', 'prev_hash', 'hash', 'delete'),
      (seq, field) => {
        const db = filled(12)
        if (field === 'delete') {
          db.prepare('DELETE FROM journal WHERE seq = ?').run(seq)
          // The last entry's absence leaves a shorter, intact chain: the pack's chain head is what tells.
          expect(verifyJournal(db).ok).toBe(seq === 12)
        } else {
          const changed = field === 'time' ? 'time + 1' : `${field} || ' '`
          db.prepare(`UPDATE journal SET ${field} = ${changed} WHERE seq = ?`).run(seq)
          const found = verifyJournal(db)
          expect(found.ok).toBe(false)
          expect(found.firstBadSeq).toBe(seq)
        }
        db.close()
      },
    ),
    { numRuns: 60 },
  )
})

test('canonical JSON does not depend on the order of keys', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const shuffled = Object.fromEntries(Object.entries(value).reverse())
      expect(canonicalJson(shuffled)).toBe(canonicalJson(value))
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})
