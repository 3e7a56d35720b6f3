import Sqlite from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ShoalError } from '../../common/errors.ts'
import type { CoreContext } from '../context.ts'
import { sql } from '../db/migrations/0001-initial.ts'
import { verifyJournal } from '../journal/journal.ts'
import { sessionHandlers } from '../session/service.ts'
import { caseHandlers } from './service.ts'

function workspace() {
  const db = new Sqlite(':memory:')
  db.pragma('foreign_keys = ON')
  db.exec(sql)
  db.exec(`
    INSERT INTO source (id, path, table_name, status, imported_at) VALUES (1, '/x/accounts.csv', 'accounts', 'ready', 1);
    INSERT INTO account (id, key, source_id, row) VALUES (1, 'u_1', 1, 1), (2, '林小雨', 1, 2), (3, 'u_3', 1, 3);
    INSERT INTO report (id, key, account_id, text, source_id, row) VALUES (1, 'R1', 2, 'hi', 1, 1);
    INSERT INTO run (id, kind, algorithm, algorithm_version, params, inputs, status, started_at, app_version)
      VALUES (1, 'communities', 'leiden', '1', '{}', '{}', 'done', 1, 't'), (2, 'scores', 'gnn', '1', '{}', '{}', 'done', 1, 't');
    INSERT INTO community VALUES (1, 0, 2, 1, 1, 0.5), (1, 1, 1, 1, 1, 0.5);
    INSERT INTO community_member VALUES (1, 1, 0, 1), (1, 2, 0, 0.5), (1, 3, 1, 1);
    INSERT INTO score VALUES (2, 1, 0.9), (2, 2, 0.5);`)
  let time = 1000
  const ctx = {
    open: () => ({ path: '/x', name: 'x', db }),
    actor: 'L. Chen',
    now: () => ++time,
    emit: () => {},
  } as unknown as CoreContext
  const handlers = { ...caseHandlers(ctx), ...sessionHandlers(ctx) }
  const call = { signal: new AbortController().signal }
  return { db, ctx, on: handlers, call }
}
/** Everything that views can see of judgements. Stamps of removed rows are not part of it. */
function visible(db: Sqlite.Database) {
  return [
    'SELECT id, name, summary FROM case_file WHERE removed_at IS NULL',
    'SELECT id, case_id, kind, run_id, ref, added_at FROM case_item WHERE removed_at IS NULL',
    'SELECT id, case_id, target_kind, target, text FROM note WHERE retracted_at IS NULL',
    `SELECT g.id, t.name, target_kind, target FROM tagging g JOIN tag t ON t.id = g.tag_id WHERE removed_at IS NULL`,
    'SELECT id, target_kind, run_id, target, verdict, reason FROM judgement WHERE retracted_at IS NULL',
  ].map((statement) => db.prepare(`${statement} ORDER BY 1`).all())
}
/** Without a window only judgements are turned. */
const judgements = { origin: '' }
const ref = fc.integer({ min: 1, max: 3 })
const account = ref.map((r) => ({ kind: 'account' as const, ref: r }))
const community = fc.integer({ min: 0, max: 1 }).map((r) => ({ kind: 'community' as const, ref: r }))
const action = fc.oneof(
  fc.record({ do: fc.constant('create' as const), name: fc.constantFrom('A', 'B', 'C', 'D') }),
  fc.record({
    do: fc.constant('update' as const),
    id: ref,
    name: fc.constantFrom('A', 'B', 'X'),
    summary: fc.string(),
  }),
  fc.record({ do: fc.constant('pin' as const), id: ref, item: fc.oneof(account, community) }),
  fc.record({ do: fc.constant('unpin' as const), id: ref, itemId: ref }),
  fc.record({
    do: fc.constant('note' as const),
    target: fc.oneof(account, community),
    text: fc.string({ minLength: 1 }),
  }),
  fc.record({ do: fc.constant('unnote' as const), id: ref }),
  fc.record({ do: fc.constant('tag' as const), target: account, tags: fc.subarray(['a', 'b', 'c']) }),
  fc.record({
    do: fc.constant('judge' as const),
    target: fc.oneof(account, community),
    verdict: fc.constantFrom('malicious' as const, 'benign' as const, null),
  }),
  fc.record({ do: fc.constant('undo' as const) }),
  fc.record({ do: fc.constant('redo' as const) }),
)

test('undoing all brings back the first state, redoing all the last; the same after a restart', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 25 }), fc.boolean(), async (actions, restart) => {
      const made = workspace()
      const { db, call } = made
      let { on } = made
      const first = visible(db)
      for (const a of actions) {
        try {
          if (a.do === 'create') await on['cases.create']({ name: a.name, summary: '' }, call)
          else if (a.do === 'update')
            await on['cases.update']({ id: a.id, name: a.name, summary: a.summary }, call)
          else if (a.do === 'pin') await on['cases.addItem']({ id: a.id, item: a.item }, call)
          else if (a.do === 'unpin') await on['cases.removeItem']({ id: a.id, itemId: a.itemId }, call)
          else if (a.do === 'note') await on['notes.add']({ target: a.target, text: a.text }, call)
          else if (a.do === 'unnote') await on['notes.retract']({ id: a.id }, call)
          else if (a.do === 'tag') await on['tags.set']({ target: a.target, tags: a.tags }, call)
          else if (a.do === 'judge')
            await on['judgements.set']({ target: a.target, verdict: a.verdict, reason: '' }, call)
          else await on[a.do === 'undo' ? 'undo.back' : 'undo.forward'](judgements, call)
        } catch (error) {
          if (!(error instanceof ShoalError)) throw error
        }
      }
      while ((await on['undo.forward'](judgements, call)).done);
      const last = visible(db)
      // Another connection's object has no memory of this session: the stacks come from the journal alone.
      const again = restart ? new Sqlite(db.serialize()) : db
      if (restart) {
        const ctx = { ...made.ctx, open: () => ({ path: '/x', name: 'x', db: again }) }
        on = { ...caseHandlers(ctx), ...sessionHandlers(ctx) }
      }
      while ((await on['undo.back'](judgements, call)).done);
      expect(visible(again)).toEqual(first)
      while ((await on['undo.forward'](judgements, call)).done);
      expect(visible(again)).toEqual(last)
      expect(verifyJournal(again).ok).toBe(true)
    }),
    { numRuns: 120 },
  )
})
