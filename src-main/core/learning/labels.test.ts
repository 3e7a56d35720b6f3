import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { trainingLabels } from '../../compute/store/labels.ts'
import { migrations } from '../db/migrations/index.ts'
import { labelState, listLabels } from './labels.ts'

/** A database with accounts 1..n and one ready source. */
function workspace(n: number) {
  const db = new Database(':memory:')
  for (const { sql } of migrations) db.exec(sql)
  db.exec(
    `INSERT INTO source (id, path, table_name, status, imported_at) VALUES (1, '/x/labels.csv', 'labels', 'ready', 0),
       (2, '/x/half.csv', 'labels', 'importing', 0)`,
  )
  for (let id = 1; id <= n; id++)
    db.prepare('INSERT INTO account (id, key, source_id, row) VALUES (?, ?, 1, ?)').run(id, `a${id}`, id)
  let row = 0
  return {
    db,
    file: (account: number, label: string, ts: number | null, source = 1) =>
      db
        .prepare(
          `INSERT INTO label (account_id, label, label_source, ts, source_id, row) VALUES (?, ?, 'review', ?, ?, ?)`,
        )
        .run(account, label, ts, source, ++row),
    verdict: (account: number, verdict: string, by: string, at = 9) =>
      db
        .prepare(
          `INSERT INTO judgement (target_kind, target, verdict, created_at, created_by) VALUES ('account', ?, ?, ?, ?)`,
        )
        .run(account, verdict, at, by),
  }
}

describe('labels of a workspace', () => {
  it('uses the newest word of an analyst, then the newest of the files', () => {
    const w = workspace(6)
    w.file(1, 'benign', 500)
    w.file(1, 'malicious', 100)
    w.file(2, 'malicious', null)
    w.file(2, 'benign', 100)
    w.file(3, 'benign', 100)
    w.verdict(3, 'malicious', 'li')
    w.file(4, 'malicious', 100)
    w.verdict(4, 'unsure', 'li')
    w.file(5, 'malicious', 100, 2) // half imported
    w.file(6, 'suspended', 100) // no label to train on
    const state = labelState(w.db)
    expect(state).toMatchObject({
      malicious: 1,
      benign: 2,
      unlabelled: 3,
      disagreements: 3,
      state: 'too_few',
    })
    expect(state.by).toEqual([
      { who: 'li', kind: 'analyst', malicious: 1, benign: 0, unsure: 1 },
      { who: 'import:review', kind: 'import', malicious: 3, benign: 3, unsure: 0 },
    ])
    const used = listLabels(w.db, { disputed: false, offset: 0, limit: 100 }).rows.filter((r) => r.used)
    expect(used.map((r) => `${r.key} ${r.label} ${r.by}`).sort()).toEqual([
      'a1 benign import:review',
      'a2 benign import:review',
      'a3 malicious li',
    ])
    // What the app says is used is what training uses.
    const trained = trainingLabels({ db: w.db }, Uint32Array.from([1, 2, 3, 4, 5, 6]))
    expect(
      [...trained.nodes].map((u, i) => `a${u + 1} ${trained.y[i] ? 'malicious' : 'benign'} ${trained.by[i]}`),
    ).toEqual(used.map((r) => `${r.key} ${r.label} ${r.by}`).sort())
  })

  it('lists both sides of a disagreement, with where they stand', () => {
    const w = workspace(2)
    w.file(1, 'benign', 100)
    w.verdict(1, 'malicious', 'li')
    w.verdict(1, 'benign', 'wang')
    w.file(2, 'benign', 100)
    const { total, rows } = listLabels(w.db, { disputed: true, offset: 0, limit: 10 })
    expect(total).toBe(3)
    expect(rows.map((r) => [r.label, r.by, r.used, r.provenance])).toEqual([
      ['benign', 'wang', true, null],
      ['malicious', 'li', false, null],
      ['benign', 'import:review', false, { file: '/x/labels.csv', row: 1 }],
    ])
  })

  it('says what is missing', () => {
    const w = workspace(200)
    expect(labelState(w.db).state).toBe('none')
    for (let id = 1; id <= 60; id++) w.file(id, 'benign', id)
    expect(labelState(w.db)).toMatchObject({ state: 'one_class', missing: { malicious: 5, benign: 0 } })
    for (let id = 61; id <= 70; id++) w.file(id, 'malicious', id)
    expect(labelState(w.db)).toMatchObject({ state: 'few', missing: { malicious: 40, benign: 0 } })
    for (let id = 71; id <= 110; id++) w.file(id, 'malicious', id)
    expect(labelState(w.db).state).toBe('enough')
  })
})
