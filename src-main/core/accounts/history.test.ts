import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { caseChanges } from '../cases/since.ts'
import { migrations } from '../db/migrations/index.ts'
import { accountHistory } from './history.ts'

const HOUR = 3_600_000
let db: Sqlite.Database
beforeEach(() => {
  db = new Sqlite(':memory:')
  for (const { sql } of migrations) db.exec(sql)
  db.exec(`
    INSERT INTO source (id, path, table_name, status, imported_at) VALUES
      (1, '/a.csv', 'accounts', 'ready', 10), (2, '/late.csv', 'reports', 'ready', 9000), (3, '/x.csv', 'events', 'importing', 1);
    INSERT INTO account (id, key, source_id, row) VALUES (1, 'wx_1', 1, 1), (2, 'wx_2', 1, 2);
    INSERT INTO account_record (account_id, registered_at, tz_offset, source_id, row) VALUES (1, 1000, 480, 1, 1);
    INSERT INTO term (id, domain, value) VALUES (1, 'event_kind', 'login'), (2, 'outcome', 'failed'),
      (3, 'relation_type', 'invited'), (4, 'event_kind', 'register'), (5, 'event_kind', 'payment');
    INSERT INTO relation (src_id, dst_id, type_id, first_seen, source_id, row) VALUES (2, 1, 3, 900, 1, 5);
    INSERT INTO report (id, key, account_id, ts, text, source_id, row) VALUES (4, 'R4', 1, 5000, 't', 2, 1);
    INSERT INTO label (account_id, label, label_source, ts, source_id, row) VALUES (1, 'malicious', 'team', 6000, 1, 2);`)
  const event = db.prepare(
    'INSERT INTO event (account_id, ts, tz_offset, kind_id, outcome_id, source_id, row) VALUES (1, ?, 480, ?, ?, ?, ?)',
  )
  event.run(1000, 4, null, 1, 9)
  // Both before and after 16:00 UTC, which is midnight at UTC+8.
  event.run(15 * HOUR, 1, null, 1, 10)
  event.run(15 * HOUR + 1, 1, 2, 1, 11)
  event.run(17 * HOUR, 5, null, 1, 12)
  event.run(18 * HOUR, 1, null, 3, 13)
  const run = db.prepare(
    `INSERT INTO run (id, kind, algorithm, algorithm_version, params, inputs, parent_run_id, status, started_at,
       finished_at, app_version, model_name) VALUES (?, ?, 'a', '1', '{}', '{}', ?, ?, ?, ?, 't', 'm')`,
  )
  run.run(1, 'graph', null, 'done', 100, 110)
  run.run(2, 'communities', 1, 'done', 120, 130)
  run.run(3, 'layout', 2, 'done', 140, 150)
  run.run(4, 'scores', 1, 'done', 160, 170)
  run.run(5, 'scores', 1, 'done', 8000, 8100)
  run.run(6, 'scores', 1, 'failed', 8200, null)
  run.run(7, 'communities', 1, 'done', 8300, 8400)
  db.exec(`
    INSERT INTO community VALUES (2, 0, 2, 1, 0, 0), (7, 3, 1, 1, 0, 0);
    INSERT INTO community_member VALUES (2, 1, 0, 1), (2, 2, 0, 1), (7, 1, 3, 1);
    INSERT INTO score VALUES (4, 1, 0.25), (4, 2, 0.75), (5, 1, 0.9), (5, 2, 0.7), (6, 1, 0.1);
    INSERT INTO judgement (target_kind, target, verdict, reason, created_at, created_by, retracted_at) VALUES
      ('account', 1, 'unsure', '', 7000, 'L', 7100), ('account', 1, 'malicious', 'D-7', 7100, 'L', NULL),
      ('account', 2, 'benign', '', 7000, 'L', NULL);
    INSERT INTO case_file (id, name, created_at, created_by) VALUES (1, 'K', 7000, 'L');
    INSERT INTO case_item (case_id, kind, run_id, ref, added_at, added_by) VALUES
      (1, 'account', NULL, 1, 7200, 'L'), (1, 'community', 2, 0, 7300, 'L');`)
})
afterEach(() => db.close())
const all = { id: 1, offset: 0, limit: 500 }

test('days are local days, with outcomes told apart; rows that are still being imported are not there', () => {
  const { rows } = accountHistory(db, { ...all, knowledge: 'observed' })
  expect(rows.filter((r) => r.kind === 'day').map((r) => [r.at, r.values])).toEqual([
    [17 * HOUR, { logins: 0, failed: 0, other: 1 }],
    [15 * HOUR, { logins: 1, failed: 1, other: 0 }],
  ])
  expect(rows.map((r) => r.kind)).toEqual(['day', 'day', 'label', 'report', 'registered', 'relation'])
  expect(rows.at(-1)).toMatchObject({ values: { type: 'invited', out: 0 }, account: { id: 2, key: 'wx_2' } })
  expect(rows[3]!.provenance).toMatchObject({ file: '/late.csv', row: 1 })
})

test('a score is told with its change from the run before; a failed run and an undrawn partition are not', () => {
  const { rows, scores } = accountHistory(db, { ...all, knowledge: 'inferred' })
  expect(scores.map(({ runId, score, change, shown }) => ({ runId, score, change, shown }))).toEqual([
    { runId: 4, score: 0.25, change: null, shown: false },
    { runId: 5, score: 0.9, change: 0.65, shown: true },
  ])
  expect(rows.map((r) => [r.kind, r.runId])).toEqual([
    ['scored', 5],
    ['scored', 4],
    ['community', 2],
  ])
})

test('what was taken back is told too, and pages add up', () => {
  const { rows } = accountHistory(db, { ...all, knowledge: 'judged' })
  expect(rows.map((r) => [r.at, r.kind, r.values['verdict'] ?? null])).toEqual([
    [7200, 'caseIn', null],
    [7100, 'judged', 'malicious'],
    [7100, 'retracted', 'unsure'],
    [7000, 'judged', 'unsure'],
  ])
  const whole = accountHistory(db, all)
  const paged = [0, 5, 10].flatMap((offset) => accountHistory(db, { ...all, offset, limit: 5 }).rows)
  expect(paged).toEqual(whole.rows.slice(0, 15))
  expect(whole.total).toBe(13)
})

test('a case says what changed since each thing was put there', () => {
  const [account, community] = caseChanges(db, 1)
  expect(account).toMatchObject({
    scoreThen: 0.25,
    scoreNow: 0.9,
    newReports: 1,
    newEvents: 0,
    newLabels: 0,
    community: null,
    decision: { verdict: 'malicious', reason: 'D-7', by: 'L' },
  })
  expect(community).toMatchObject({
    scoreThen: 0.5,
    community: { sameRun: true },
    decision: null,
    newReports: 1,
  })
  expect(community!.scoreNow).toBeCloseTo(0.8, 12)
})

test('of a community of an older run it is told where its members are now', () => {
  db.exec(`UPDATE case_item SET run_id = 7, ref = 3 WHERE kind = 'community'`)
  expect(caseChanges(db, 1)[1]!.community).toEqual({
    sameRun: false,
    nowId: 0,
    shared: 1,
    size: 1,
    nowSize: 2,
  })
})
