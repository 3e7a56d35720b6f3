import Sqlite, { type Database } from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Selection } from '../../common/contract/selection.ts'
import type { CoreContext } from '../context.ts'
import { migrations } from '../db/migrations/index.ts'
import { reportMarks } from './reports.ts'

let db: Database
/** What the explorer was asked about. */
let asked: Selection[]
let ctx: CoreContext

beforeEach(() => {
  db = new Sqlite(':memory:')
  for (const { sql } of migrations) db.exec(sql)
  db.exec(`
    INSERT INTO source (id, path, table_name, status, imported_at) VALUES
      (1, 'a', 'accounts', 'ready', 0), (2, 'r', 'reports', 'ready', 0), (3, 'later', 'reports', 'importing', 0);
    INSERT INTO account (id, key, source_id, row) VALUES (1, 'a', 1, 1), (2, 'b', 1, 2), (3, 'c', 1, 3);
    INSERT INTO run (id, kind, algorithm, algorithm_version, params, inputs, status, started_at, app_version)
      VALUES (5, 'report_classes', 'x', '1', '{}', '{}', 'done', 0, 't');
    INSERT INTO report (id, key, account_id, ts, text, source_id, row) VALUES
      (10, 'r10', 1, 3000, 'x', 2, 1), (11, 'r11', 2, 1000, 'x', 2, 2), (12, 'r12', 3, 2000, 'x', 2, 3),
      (13, 'r13', 1, 2000, 'x', 2, 4), (14, 'r14', 1, NULL, 'x', 2, 5), (15, 'r15', 1, 1500, 'x', 3, 1);
    INSERT INTO report_class (run_id, report_id, class, confidence, probabilities) VALUES
      (5, 10, 'spam', 1, '{}'), (5, 11, 'scam', 1, '{}'), (5, 13, 'spam', 1, '{}');
  `)
  asked = []
  ctx = {
    open: () => ({ db, path: '/w' }),
    ask: {
      // Accounts 1 and 2 are selected.
      call: (_: string, { selection, ids }: { selection: Selection; ids: Uint32Array }) => {
        asked.push(selection)
        return Promise.resolve({ selected: Uint8Array.from(ids, (id) => Number(id <= 2)) })
      },
    },
  } as unknown as CoreContext
})
afterEach(() => db.close())

const marks = async (selection: Selection, span = { from: 0, to: 10_000 }, limit = 1000) => {
  const { id, ts, total, classes, class: codes } = await reportMarks(ctx, { selection, span, limit })
  return { total, rows: Array.from(id, (one, i) => [one, ts[i], classes[codes[i]!] ?? null]) }
}

test('dated reports of everybody come oldest first with their classes; nobody is asked who is selected', async () => {
  expect(await marks({ time: { from: 0, to: 1 } })).toEqual({
    total: 4,
    rows: [
      [11, 1000, 'scam'],
      [12, 2000, null],
      [13, 2000, 'spam'],
      [10, 3000, 'spam'],
    ],
  })
  expect(asked).toEqual([])
})

test('of a selection the newest are kept, all are counted, and its time does not narrow them', async () => {
  const some = await marks({ labels: ['malicious'], time: { from: 0, to: 1 } }, { from: 1000, to: 3001 }, 2)
  expect(some.total).toBe(3)
  expect(some.rows.map(([id]) => id)).toEqual([13, 10])
  expect(asked).toEqual([{ labels: ['malicious'] }])
  // From inclusive, to exclusive.
  expect((await marks({ labels: ['x'] }, { from: 1000, to: 3000 })).rows.map(([id]) => id)).toEqual([11, 13])
})

test('reports that a later import brings are there once it is ready', async () => {
  expect((await marks({})).total).toBe(4)
  db.exec(`UPDATE source SET status = 'ready' WHERE id = 3`)
  expect((await marks({})).rows.map(([id]) => id)).toEqual([11, 15, 12, 13, 10])
})
