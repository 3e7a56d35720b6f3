import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { testWorkspace, type TestWorkspace } from '../graph/test-workspace.ts'
import { groupsOf, loadGroups, readGroups } from './groups.ts'

let w: TestWorkspace
beforeEach(() => {
  w = testWorkspace()
  w.db
    .exec(`INSERT INTO run (id, kind, algorithm, algorithm_version, params, inputs, status, started_at, app_version)
             VALUES (1, 'communities', 'leiden', '2', '{}', '{}', 'done', 0, 't')`)
})
afterEach(() => w.close())
const of = async (run: number, communities: number) => {
  const groups = await readGroups(w.db, { id: run, communities }, freePace())
  return (id: number) => groupsOf(groups, id)
}

test('a community knows its wider groups, and levels that add nobody are left out', async () => {
  w.db.exec(`
    INSERT INTO community VALUES (1, 0, 9, 1, 0, 0), (1, 1, 5, 1, 0, 0), (1, 2, 4, 1, 0, 0), (1, 3, 2, 1, 0, 0);
    -- {0,2} {1} {3}, then {0,2} {1,3}, then all of them.
    INSERT INTO community_group VALUES (1, 0, 0, 0), (1, 0, 1, 1), (1, 0, 2, 0), (1, 0, 3, 2),
      (1, 1, 0, 0), (1, 1, 1, 1), (1, 1, 2, 1), (1, 2, 0, 0), (1, 2, 1, 0)`)
  const groups = await of(1, 4)
  expect(groups(0)).toEqual([
    { level: 1, communities: 2, accounts: 13, ids: [0, 2] },
    { level: 3, communities: 4, accounts: 20, ids: [0, 1, 2, 3] },
  ])
  expect(groups(3)).toEqual([
    { level: 2, communities: 2, accounts: 7, ids: [1, 3] },
    { level: 3, communities: 4, accounts: 20, ids: [0, 1, 2, 3] },
  ])
  const run = { id: 1, communities: 4 }
  const made = await loadGroups(w.db, w.ctx.workspace, 'k', run, freePace())
  w.db.exec('DELETE FROM community_group')
  expect(await loadGroups(w.db, w.ctx.workspace, 'k', run, freePace())).toEqual(made)
})

test('a run without a hierarchy has no groups', async () => {
  expect((await of(2, 0))(0)).toEqual([])
})

/** By recursion in SQL, from a group down to its communities. */
function bySql(id: number) {
  const parentOf = w.db
    .prepare('SELECT parent FROM community_group WHERE run_id = 1 AND level = ? AND id = ?')
    .pluck()
  const inside = w.db
    .prepare(
      `WITH RECURSIVE part(level, id) AS (
         SELECT level, id FROM community_group WHERE run_id = 1 AND level = ? AND parent = ?
         UNION ALL
         SELECT g.level, g.id FROM part p
         JOIN community_group g ON g.run_id = 1 AND g.level = p.level - 1 AND g.parent = p.id)
       SELECT c.id, c.size FROM part p JOIN community c ON c.run_id = 1 AND c.id = p.id
       WHERE p.level = 0 ORDER BY c.size DESC, c.id`,
    )
    .raw()
  const groups = []
  let group = id
  let known = 1
  for (let level = 0; ; level++) {
    const parent = parentOf.get(level, group) as number | undefined
    if (parent === undefined) return groups
    const rows = inside.all(level, parent) as [number, number][]
    if (rows.length > known) {
      const accounts = rows.reduce((sum, [, size]) => sum + size, 0)
      groups.push({ level: level + 1, communities: rows.length, accounts, ids: rows.map(([c]) => c) })
      known = rows.length
    }
    group = parent
  }
}

test('any hierarchy says what recursion over its table says', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(20), { minLength: 1, maxLength: 25 }),
      fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }),
      async (sizes, factors) => {
        w.db.exec('DELETE FROM community_group; DELETE FROM community; BEGIN')
        sizes.forEach((size, c) =>
          w.db.prepare('INSERT INTO community VALUES (1, ?, ?, 0, 0, 0)').run(c, size),
        )
        const put = w.db.prepare('INSERT INTO community_group VALUES (1, ?, ?, ?)')
        let count = sizes.length
        factors.forEach((factor, level) => {
          for (let id = 0; id < count; id++) put.run(level, id, (id * 7) % Math.ceil(count / factor))
          count = Math.ceil(count / factor)
        })
        w.db.exec('COMMIT')
        const groups = await of(1, sizes.length)
        for (let c = 0; c < sizes.length; c++) expect(groups(c)).toEqual(bySql(c))
      },
    ),
    { numRuns: 30 },
  )
})
