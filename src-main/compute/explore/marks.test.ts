import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Selection } from '../../common/contract/selection.ts'
import { reportMarks } from './marks.ts'
import { ExploreState } from './state.ts'
import { testWorkspace, type TestWorkspace } from '../graph/test-workspace.ts'

let w: TestWorkspace
let state: ExploreState
const runs = { report_classes: 5 }

beforeEach(() => {
  w = testWorkspace()
  w.db.exec(`
    DELETE FROM source;
    INSERT INTO source (id, path, table_name, sha256, status, imported_at) VALUES
      (1, 'a', 'accounts', 'a', 'ready', 0), (2, 'r', 'reports', 'r', 'ready', 0), (3, 'later', 'reports', 'l', 'importing', 0);
    INSERT INTO account (id, key, source_id, row) VALUES (1, 'a', 1, 1), (2, 'b', 1, 2), (3, 'c', 1, 3);
    INSERT INTO label (account_id, label, source_id, row) VALUES (1, 'malicious', 1, 1), (2, 'malicious', 1, 2);
    INSERT INTO run (id, kind, algorithm, algorithm_version, params, inputs, status, started_at, app_version)
      VALUES (5, 'report_classes', 'x', '1', '{}', '{}', 'done', 0, 't');
    INSERT INTO report (id, key, account_id, ts, text, source_id, row) VALUES
      (10, 'r10', 1, 3000, 'x', 2, 1), (11, 'r11', 2, 1000, 'x', 2, 2), (12, 'r12', 3, 2000, 'x', 2, 3),
      (13, 'r13', 1, 2000, 'x', 2, 4), (14, 'r14', 1, NULL, 'x', 2, 5), (15, 'r15', 1, 1500, 'x', 3, 1);
    INSERT INTO report_class (run_id, report_id, class, confidence, probabilities) VALUES
      (5, 10, 'spam', 1, '{}'), (5, 11, 'scam', 1, '{}'), (5, 13, 'spam', 1, '{}');
  `)
  state = new ExploreState(w.ctx.workspace)
})
afterEach(() => {
  state.close()
  w.close()
})

const marks = async (selection: Selection, span = { from: 0, to: 10_000 }, limit = 1000) => {
  const found = await reportMarks(state.snapshot(runs), selection, span, limit)
  const { id, ts, total, classes, class: codes } = found
  return { total, rows: Array.from(id, (one, i) => [one, ts[i], classes[codes[i]!] ?? null]) }
}

test('dated reports of everybody come oldest first with their classes', async () => {
  const all = {
    total: 4,
    rows: [
      [11, 1000, 'scam'],
      [12, 2000, null],
      [13, 2000, 'spam'],
      [10, 3000, 'spam'],
    ],
  }
  expect(await marks({ time: { from: 0, to: 1 } })).toEqual(all)
  // From the file, too.
  state.close()
  state = new ExploreState(w.ctx.workspace)
  w.db.exec('DELETE FROM report_class; DELETE FROM report')
  expect(await marks({})).toEqual(all)
})

test('of a selection the newest are kept, all are counted, and its time does not narrow them', async () => {
  const some = await marks({ labels: ['malicious'], time: { from: 0, to: 1 } }, { from: 1000, to: 3001 }, 2)
  expect(some.total).toBe(3)
  expect(some.rows.map(([id]) => id)).toEqual([13, 10])
  // From inclusive, to exclusive.
  const cut = await marks({ labels: ['malicious'] }, { from: 1000, to: 3000 })
  expect(cut.rows.map(([id]) => id)).toEqual([11, 13])
})

test('reports that a later import brings are there once it is ready', async () => {
  expect((await marks({})).total).toBe(4)
  w.db.exec(`UPDATE source SET status = 'ready' WHERE id = 3`)
  expect((await marks({})).rows.map(([id]) => id)).toEqual([11, 15, 12, 13, 10])
})
