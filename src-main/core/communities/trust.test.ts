import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { communityMethods } from '../../common/contract/communities.ts'
import type { CoreContext } from '../context.ts'
import { migrations } from '../db/migrations/index.ts'
import { communityHandlers } from './service.ts'
import { membershipConfidence, testsOf, trustColumns } from './trust.ts'

let db: Sqlite.Database
beforeEach(() => {
  db = new Sqlite(':memory:')
  for (const { sql } of migrations) db.exec(sql)
  const run = db.prepare(
    `INSERT INTO run (id, kind, algorithm, algorithm_version, params, inputs, parent_run_id, status, started_at,
       app_version, stats) VALUES (?, ?, 'a', '1', ?, '{}', ?, 'done', ?, 't', ?)`,
  )
  const add = (id: number, kind: string, parent: number | null, params: object = {}, stats: object = {}) =>
    run.run(id, kind, JSON.stringify(params), parent, 1000 * id, JSON.stringify(stats))
  db.exec(`
    INSERT INTO source (id, path, table_name, status, imported_at) VALUES (1, '/a.csv', 'accounts', 'ready', 0);
    INSERT INTO account (id, key, source_id, row) SELECT value, 'u' || value, 1, value FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12]');
    INSERT INTO term (id, domain, value) VALUES (1, 'entity_type', 'ip');
    INSERT INTO entity (id, type_id, key, source_id, row) VALUES (7, 1, '203.0.113.7', 1, 1);`)
  add(1, 'graph', null)
  add(2, 'communities', 1)
  add(3, 'layout', 2)
  add(4, 'trust', 2, { seeds: 2, bootstraps: 3, dropped: 0.1, rewirings: 1 })
  const counts = { born: 1, same: 0, grown: 1, shrunk: 0, split: 1, merged: 1, gone: 1 }
  add(5, 'lineage', 2, { earlier: 1, later: 2 }, counts)
  db.exec(`
    INSERT INTO community VALUES (2, 0, 5, 1, 1, 0.5), (2, 1, 4, 1, 1, 0.5), (2, 2, 3, 1, 1, 0.5);
    INSERT INTO community_member SELECT 2, value, CASE WHEN value <= 5 THEN 0 WHEN value <= 9 THEN 1 ELSE 2 END, 1
      FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12]');
    INSERT INTO community_stability VALUES (4, 0, 0.7, 0.8, 0.6, 'C', 3), (4, 1, 0.9, 1, 0.8, 'A', 4);
    INSERT INTO member_confidence VALUES (4, 1, 0.8);
    INSERT INTO community_test VALUES
      (4, 0, 'density', 3, 2, 1, 1e-9, 1e-8), (4, 0, 'hub_sharing@7', 4, 1, 5, 1e-6, 1e-5),
      (4, 0, 'age_spread', 1, 300, 2, 0.03, 0.09), (4, 0, 'registration_burst@24', 4, 1.1, 3, 0.001, 0.01),
      (4, 0, 'label_malicious', 0, 1, NULL, 1, 1), (4, 0, 'surprise', 2.5, 0.43, 2, 0.003, 0.01),
      (4, 1, 'surprise', 0.2, 0.43, -1, 0.6, 0.6);
    INSERT INTO community_lineage VALUES (5, 'split', 3, 0, 3, 9, 5), (5, 'merged', 3, 0, 3, 9, 5),
      (5, 'merged', 4, 0, 2, 2, 5), (5, 'split', 3, 1, 4, 9, 4), (5, 'born', NULL, 2, 0, 0, 3),
      (5, 'gone', 8, NULL, 0, 6, 0);`)
})
afterEach(() => db.close())

const handlers = () => communityHandlers({ open: () => ({ db, path: '/nowhere' }) } as unknown as CoreContext)
const list = async (input: object) =>
  (await handlers()['communities.list'](communityMethods['communities.list'].input.parse(input), {} as never))
    .rows

test('rows carry grade, surprise with the statistic it rests on, and fate', async () => {
  const rows = await list({ sort: 'id', descending: false })
  expect(rows).toMatchObject([
    {
      grade: 'C',
      stability: expect.closeTo(0.7, 6),
      surprise: expect.closeTo(2.5, 6),
      surpriseQ: expect.closeTo(0.01, 6),
      surpriseBy: 'registration_burst',
      fate: 'merged',
    },
    { grade: 'A', surprise: expect.closeTo(0.2, 6), surpriseBy: null, fate: 'split' },
    { grade: null, stability: null, surprise: null, surpriseQ: null, surpriseBy: null, fate: 'born' },
  ])
})

test('sorting puts what is not measured last in descending order; filters keep what they say', async () => {
  const ids = async (input: object) => (await list(input)).map((r) => r.id)
  expect(await ids({ sort: 'surprise' })).toEqual([0, 1, 2])
  expect(await ids({ sort: 'stability' })).toEqual([1, 0, 2])
  expect(await ids({ sort: 'stability', descending: false })).toEqual([2, 0, 1])
  expect(await ids({ only: 'stable' })).toEqual([1])
  expect(await ids({ only: 'surprising' })).toEqual([0])
  expect(await ids({ only: 'born' })).toEqual([2])
  expect(await ids({ only: 'grown' })).toEqual([])
})

test('tests come in reading order, with the entity where there is one', () => {
  const tests = testsOf(db, 4, 0)
  expect(tests.map((t) => t.statistic)).toEqual([
    'registration_burst',
    'age_spread',
    'label_malicious',
    'hub_sharing',
    'density',
  ])
  expect(tests[0]).toMatchObject({ detail: 24, entity: null, p: 0.001 })
  expect(tests[2]!.z).toBeNull()
  expect(tests[3]).toMatchObject({ detail: 7, entity: { id: 7, type: 'ip', key: '203.0.113.7' } })
})

test('a trust run of other communities is not shown with these', () => {
  const runs = { communities: 99, trust: 4, lineage: 5 }
  const columns = trustColumns(db, runs, 3)
  expect([columns.trustRunId, columns.lineageRunId]).toEqual([null, null])
  expect(columns.grade).toEqual([null, null, null])
})

test('an account’s confidence is that of the shown run, null where it has none', () => {
  expect(membershipConfidence(db, 1)).toBe(0.8)
  expect(membershipConfidence(db, 2)).toBeNull()
  db.exec('DELETE FROM member_confidence')
  expect(membershipConfidence(db, 1)).toBeNull()
})

test('what changed is counted and listed, all or of one kind', async () => {
  const lineage = async (input: object) =>
    handlers()['communities.lineage'](communityMethods['communities.lineage'].input.parse(input), {} as never)
  const all = await lineage({})
  expect(all).toMatchObject({ earlierRunId: 1, laterRunId: 2, earlierAt: 1000, total: 6 })
  expect(all!.counts.gone).toBe(1)
  const gone = await lineage({ kind: 'gone' })
  expect(gone).toMatchObject({ total: 1, links: [{ kind: 'gone', earlierId: 8, laterId: null }] })
  db.exec(`UPDATE run SET status = 'failed' WHERE id = 5`)
  expect(await lineage({})).toBeNull()
})

test('equal ones are told apart by the next order', async () => {
  const ids = async (input: object) => (await list(input)).map((r) => r.id)
  // All three have the same conductance: the second order decides, and its direction is its own.
  expect(await ids({ sort: 'conductance', ties: [{ sort: 'size', descending: false }] })).toEqual([2, 1, 0])
  expect(await ids({ sort: 'conductance', ties: [{ sort: 'size', descending: true }] })).toEqual([0, 1, 2])
  expect(await ids({ sort: 'conductance' })).toEqual([0, 1, 2])
})
