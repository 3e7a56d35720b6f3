import Sqlite from 'better-sqlite3'
import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import type { CaseDetail } from '../../common/contract/cases.ts'
import type { CoreContext } from '../context.ts'
import { sql } from '../db/migrations/0001-initial.ts'
import { verifyJournal } from '../journal/journal.ts'
import { judgedOf } from '../selection/judged.ts'
import { undoStacks } from './changes.ts'
import { sessionHandlers } from '../session/service.ts'
import { caseHandlers } from './service.ts'

type Call = { signal: AbortSignal }
const call: Call = { signal: new AbortController().signal }

function setUp() {
  const db = new Sqlite(':memory:')
  db.exec(sql)
  db.exec(`
    INSERT INTO source (id, path, table_name, status, imported_at) VALUES (1, 'x', 'accounts', 'ready', 0);
    INSERT INTO account (id, key, source_id, row) VALUES (1, 'a1', 1, 1), (2, 'a2', 1, 2);
    INSERT INTO report (id, key, account_id, text, source_id, row) VALUES (1, 'r1', 1, 'text', 1, 1);
    INSERT INTO run (id, kind, algorithm, algorithm_version, params, inputs, status, started_at, app_version)
      VALUES (1, 'communities', 'leiden', '1', '{}', '{}', 'done', 0, '0');
    INSERT INTO community (run_id, id, size, internal_weight, boundary_weight, conductance)
      VALUES (1, 0, 2, 1, 0, 0), (1, 1, 2, 1, 0, 0);`)
  let now = 1000
  const context = (actor: string) =>
    ({
      open: () => ({ path: '', name: '', db }),
      actor,
      now: () => now++,
      emit: () => {},
    }) as unknown as CoreContext
  return {
    db,
    handlers: caseHandlers(context('L. Chen')),
    other: caseHandlers(context('M. Wu')),
    undo: sessionHandlers(context('L. Chen')),
  }
}
let world: ReturnType<typeof setUp>
beforeEach(() => {
  world = setUp()
})

test('a case holds what is pinned to it, by name', async () => {
  const { handlers, db } = world
  const made = await handlers['cases.create']({ name: 'Ring', summary: '' }, call)
  await handlers['cases.addItem']({ id: made.id, item: { kind: 'community', ref: 1 } }, call)
  await handlers['cases.addItem']({ id: made.id, item: { kind: 'community', ref: 1 } }, call)
  await handlers['cases.addItem']({ id: made.id, item: { kind: 'account', ref: 2 } }, call)
  await handlers['notes.add'](
    { caseId: made.id, target: { kind: 'community', ref: 1 }, text: 'same scripts' },
    call,
  )
  const detail = await handlers['cases.get']({ id: made.id }, call)
  expect(detail.items.map((i) => i.label)).toEqual(['C-2', 'a2'])
  expect(detail).toMatchObject({ communities: 1, accounts: 1, reports: 0, notes: 1 })
  expect(detail.noteRows[0]).toMatchObject({ text: 'same scripts', targetLabel: 'C-2', createdBy: 'L. Chen' })
  expect(verifyJournal(db).ok).toBe(true)
})

test('what is not there cannot be judged, noted or pinned; a name is used once', async () => {
  const { handlers } = world
  const made = (await handlers['cases.create']({ name: 'Ring', summary: '' }, call)) as CaseDetail
  const wrong = [
    () => handlers['cases.addItem']({ id: made.id, item: { kind: 'account', ref: 99 } }, call),
    () => handlers['cases.addItem']({ id: 99, item: { kind: 'account', ref: 1 } }, call),
    () =>
      handlers['judgements.set'](
        { target: { kind: 'community', ref: 7 }, verdict: 'ring', reason: '' },
        call,
      ),
    () => handlers['notes.retract']({ id: 5 }, call),
  ]
  for (const attempt of wrong) expect(attempt).toThrow(expect.objectContaining({ code: 'not_found' }))
  expect(() => handlers['cases.create']({ name: 'Ring', summary: '' }, call)).toThrow('already')
})

test("an analyst's new verdict replaces their own; another's stands beside it", () => {
  const { handlers, other, db } = world
  const target = { kind: 'account' as const, ref: 1 }
  void handlers['judgements.set']({ target, verdict: 'malicious', reason: 'device farm' }, call)
  void other['judgements.set']({ target, verdict: 'benign', reason: 'repair shop' }, call)
  void handlers['judgements.set']({ target, verdict: 'unsure', reason: '' }, call)
  const standing = judgedOf(db, 'account', 1, null).judgements
  expect(standing.map((j) => [j.by, j.verdict])).toEqual([
    ['L. Chen', 'unsure'],
    ['M. Wu', 'benign'],
  ])
  expect(db.prepare('SELECT count(*) FROM judgement').pluck().get()).toBe(3)
})

type Action = (h: ReturnType<typeof setUp>['handlers'], id: number) => unknown
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.tuple(fc.constantFrom('malicious', 'benign', 'unsure', null), fc.constantFrom(1, 2)).map(
    ([verdict, ref]): Action =>
      (h) =>
        h['judgements.set']({ target: { kind: 'account', ref }, verdict, reason: 'r' }, call),
  ),
  fc.string({ minLength: 1, maxLength: 5 }).map(
    (text): Action =>
      (h) =>
        h['notes.add']({ target: { kind: 'account', ref: 1 }, text }, call),
  ),
  fc.array(fc.constantFrom('x', 'y', 'z')).map(
    (tags): Action =>
      (h) =>
        h['tags.set']({ target: { kind: 'report', ref: 1 }, tags }, call),
  ),
  fc.constantFrom(0, 1).map(
    (ref): Action =>
      (h, id) =>
        h['cases.addItem']({ id, item: { kind: 'community', ref } }, call),
  ),
  fc.string({ maxLength: 5 }).map(
    (summary): Action =>
      (h, id) =>
        h['cases.update']({ id, summary }, call),
  ),
)

/** All that a person can see of the judgements. */
function visible(world: ReturnType<typeof setUp>, id: number): unknown {
  return [
    world.handlers['cases.get']({ id }, call),
    judgedOf(world.db, 'account', 1, null),
    judgedOf(world.db, 'account', 2, null),
    judgedOf(world.db, 'report', 1, null),
  ]
}

test('undoing everything gives the first state, redoing everything the last, across a restart too', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 12 }), fc.boolean(), (actions, restart) => {
      const world = setUp()
      const { id } = world.handlers['cases.create']({ name: 'c', summary: '' }, call) as CaseDetail
      const first = visible(world, id)
      for (const act of actions) act(world.handlers, id)
      const last = visible(world, id)
      // A restart: new handlers over the journal alone.
      if (restart) {
        const copy = new Sqlite(world.db.serialize())
        world.db = copy
        const context = {
          open: () => ({ path: '', name: '', db: copy }),
          actor: 'L. Chen',
          now: () => 9,
          emit: () => {},
        } as unknown as CoreContext
        world.handlers = caseHandlers(context)
        world.undo = sessionHandlers(context)
      }
      let steps = 0
      while (undoStacks(world.db).back.length > 1) {
        world.undo['undo.back']({ origin: '' }, call)
        steps++
      }
      expect(visible(world, id)).toEqual(first)
      for (let i = 0; i < steps; i++) world.undo['undo.forward']({ origin: '' }, call)
      expect(visible(world, id)).toEqual(last)
      expect(verifyJournal(world.db).ok).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test('a new step after an undo ends the redo', () => {
  const { handlers } = world
  const note = (text: string) => handlers['notes.add']({ target: { kind: 'account', ref: 1 }, text }, call)
  void note('one')
  void world.undo['undo.back']({ origin: '' }, call)
  void note('two')
  expect(world.undo['undo.forward']({ origin: '' }, call)).toEqual({ done: false, what: null, views: {} })
})
