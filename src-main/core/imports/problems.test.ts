import Sqlite, { type Database } from 'better-sqlite3'
import { beforeEach, describe, expect, test } from 'vitest'
import type { KeptRows } from '../../common/contract/problems.ts'
import type { ProvenanceRows } from '../../common/contract/provenance.ts'
import type { CoreContext } from '../context.ts'
import { migrations } from '../db/migrations/index.ts'
import { maskedHandlers } from '../privacy/service.ts'
import { problemOverview } from './problems.ts'
import { provenanceHandlers, provenanceOf } from './provenance.ts'

let db: Database
beforeEach(() => {
  db = new Sqlite(':memory:')
  for (const { sql } of migrations) db.exec(sql)
  const mapping = JSON.stringify({
    match: { file: '*', columns: [] },
    read: {},
    outputs: [
      {
        to: 'events',
        cells: { account_id: { column: 'who' }, ts: { column: 'at' }, kind: { value: 'login' } },
        attributes: 'rest',
        optional: false,
      },
      {
        to: 'links',
        cells: { account_id: { column: 'who' }, entity_id: { column: 'dev' } },
        attributes: [],
        optional: true,
      },
    ],
    columns: ['who', 'at', 'dev', 'note'],
  })
  db.exec(`INSERT INTO job (id, kind, params, status, created_at, started_at) VALUES
    (1, 'import', '{"mapping":{"name":"logins"}}', 'done', 1, 2), (2, 'retry', '{}', 'done', 3, 4)`)
  const source = db.prepare(
    `INSERT INTO source (id, job_id, path, table_name, mapping, rows_in, rows_stored, problems, status, imported_at, retry_of)
     VALUES (?, ?, '/x/logins.csv', 'events', '${mapping}', ?, ?, ?, ?, 5, ?)`,
  )
  source.run(1, 1, 5, 3, 2, 'ready', null)
  source.run(2, 2, 2, 1, 1, 'ready', 1)
  source.run(3, 1, 9, 9, 9, 'importing', null)
  db.exec(`INSERT INTO import_problem (source_id, row, column_name, code, message) VALUES
      (1, 4, 'at', 'bad_time', 'm'), (1, 5, NULL, 'ragged_row', 'm'), (2, 7, 'at', 'bad_time', 'm'), (3, 1, NULL, 'nul_byte', 'm');
    INSERT INTO account (id, key, source_id, row) VALUES (1, 'ann', 1, 1), (2, 'bob', 1, 2);
    INSERT INTO term (id, domain, value) VALUES (1, 'event_kind', 'login'), (2, 'relation_type', 'friend');
    INSERT INTO event (account_id, ts, kind_id, source_id, row) VALUES (1, 1, 1, 1, 3), (1, 2, 1, 2, 6), (2, 3, 1, 1, 2), (1, 9, 1, 3, 1);
    INSERT INTO relation (src_id, dst_id, type_id, source_id, row) VALUES (2, 1, 2, 1, 1), (1, 1, 2, 1, 2)`)
})

describe('the problem list', () => {
  test('groups by kind over all files and adds up', () => {
    const overview = problemOverview(db)
    expect(overview.kinds).toEqual([
      {
        code: 'bad_time',
        count: 2,
        parts: [
          { sourceId: 1, file: '/x/logins.csv', part: '', retried: false, count: 1 },
          { sourceId: 2, file: '/x/logins.csv', part: '', retried: true, count: 1 },
        ],
      },
      {
        code: 'ragged_row',
        count: 1,
        parts: [{ sourceId: 1, file: '/x/logins.csv', part: '', retried: false, count: 1 }],
      },
    ])
    expect(overview.sum).toEqual({ rowsIn: 7, rowsStored: 4, problems: 3, listed: 3, holds: true })
    expect(overview.broken).toEqual([])
  })

  test('says so where a row is missing, also where another one makes up for it in the sum', () => {
    db.exec(`DELETE FROM import_problem WHERE source_id = 1 AND row = 5`)
    expect(problemOverview(db).broken).toMatchObject([{ sourceId: 1, problems: 2, listed: 1, holds: false }])
    db.exec(`INSERT INTO import_problem (source_id, row, code, message) VALUES (2, 8, 'bad_time', 'm')`)
    const { sum, broken } = problemOverview(db)
    expect(sum).toMatchObject({ problems: 3, listed: 3, holds: false })
    expect(broken.map(({ sourceId }) => sourceId)).toEqual([1, 2])
    db.exec(`UPDATE source SET rows_in = 8 WHERE id = 1`)
    expect(problemOverview(db).sum.holds).toBe(false)
  })
})

const kept: KeptRows = {
  sources: [
    { sourceId: 2, columns: ['who', 'at', 'dev', 'note'], from: 'workspace', lost: null, damaged: false },
  ],
  rows: [
    { sourceId: 2, row: 7, cells: ['ann', 'never', '', 'hi', 'more'], text: 'ann,never,,hi,more' },
    { sourceId: 99, row: 1, cells: null, text: null },
  ],
}
const refs = kept.rows.map(({ sourceId, row }) => ({ sourceId, row }))

describe('where a fact is from', () => {
  test('a row has its file, job and mapping, and each cell what it was used for', () => {
    const { rows, sources } = provenanceOf(db, refs, kept)
    expect(sources).toHaveLength(1)
    expect(sources[0]).toMatchObject({
      path: '/x/logins.csv',
      job: { id: 2, kind: 'retry', startedAt: 4 },
      mapping: null,
      retryOf: 1,
      from: 'workspace',
    })
    expect(rows).toEqual([
      {
        sourceId: 2,
        row: 7,
        cells: [
          {
            column: 'who',
            value: 'ann',
            uses: [
              { to: 'events', role: 'account_id' },
              { to: 'links', role: 'account_id' },
            ],
          },
          { column: 'at', value: 'never', uses: [{ to: 'events', role: 'ts' }] },
          { column: 'dev', value: '', uses: [{ to: 'links', role: 'entity_id' }] },
          { column: 'note', value: 'hi', uses: [{ to: 'events', role: 'attribute' }] },
          { column: '', value: 'more', uses: [] },
        ],
        text: 'ann,never,,hi,more',
        problem: { code: 'bad_time', column: 'at', message: 'm' },
      },
    ])
  })

  const handlers = () =>
    provenanceHandlers({
      open: () => ({ path: '/w', db }),
      ask: { call: () => Promise.resolve(kept) },
    } as unknown as CoreContext)
  const call = { signal: new AbortController().signal }

  test('an account has all rows that say something of it, once each, and none of what is not shown', async () => {
    const of = async (accountId: number, about: 'all' | 'events' | 'relations', limit = 100, offset = 0) =>
      handlers()['provenance.facts']({ accountId, about, offset, limit }, call)
    expect(await of(1, 'all')).toEqual({
      total: 4,
      refs: [
        { sourceId: 1, row: 1, to: 'relations' },
        { sourceId: 1, row: 2, to: 'relations' },
        { sourceId: 1, row: 3, to: 'events' },
        { sourceId: 2, row: 6, to: 'events' },
      ],
    })
    expect(await of(2, 'relations')).toEqual({ total: 1, refs: [{ sourceId: 1, row: 1, to: 'relations' }] })
    expect(await of(1, 'events', 1, 1)).toEqual({ total: 2, refs: [{ sourceId: 2, row: 6, to: 'events' }] })
  })

  test('while identities are hidden no cell and no text of a row reaches a window, and none can be exported', async () => {
    const raw = { ...handlers(), 'problems.csv': () => ({ text: 'ann', next: null }) }
    let hidden = false
    const masked = maskedHandlers(raw as never, { hidden: () => hidden, db: () => db })
    const ask = async (name: string) => (await masked[name]!({ refs } as never, call)) as ProvenanceRows
    expect((await ask('provenance.rows')).rows[0]!.cells).toHaveLength(5)
    hidden = true
    const answer = await ask('provenance.rows')
    expect(answer).toMatchObject({ hidden: true, rows: [{ row: 7, cells: null, text: null }] })
    expect(JSON.stringify(answer)).not.toContain('ann')
    await expect(ask('problems.csv')).rejects.toMatchObject({ code: 'unsupported_here' })
  })
})
