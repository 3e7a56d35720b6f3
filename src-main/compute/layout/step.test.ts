import { afterEach, beforeEach, expect, test } from 'vitest'
import { DEFAULT_RECIPE } from '../../common/recipe.ts'
import { runCommunitiesStep } from '../communities/step.ts'
import { runGraphStep } from '../graph/step.ts'
import { testWorkspace, type TestWorkspace } from '../graph/test-workspace.ts'
import { runLayoutStep } from './step.ts'

let ws: TestWorkspace
beforeEach(() => {
  ws = testWorkspace()
  ws.accounts('a', 'b', 'c', 'd', 'e', 'alone')
  ws.relation(1, 2)
  ws.relation(2, 3)
  ws.relation(4, 5)
})
afterEach(() => ws.close())

test('stores a place for every account and every community', async () => {
  const graph = await runGraphStep(ws.ctx, DEFAULT_RECIPE)
  const communities = await runCommunitiesStep(ws.ctx, graph)
  const { runId } = await runLayoutStep(ws.ctx, graph, communities)
  const inside = ws.db
    .prepare(
      `SELECT a.account_id, (a.x - c.x) * (a.x - c.x) + (a.y - c.y) * (a.y - c.y) < c.radius * c.radius AS inside
       FROM account_place a
       LEFT JOIN community_member m ON m.run_id = @communities AND m.account_id = a.account_id
       LEFT JOIN community_place c ON c.run_id = a.run_id AND c.community_id = m.community_id
       WHERE a.run_id = @layout ORDER BY a.account_id`,
    )
    .raw(true)
    .all({ communities: communities.runId, layout: runId })
  expect(inside).toEqual([
    [1, 1],
    [2, 1],
    [3, 1],
    [4, 1],
    [5, 1],
    [6, null],
  ])
  const run = ws.db.prepare('SELECT * FROM run WHERE id = ?').get(runId)
  expect(run).toMatchObject({ kind: 'layout', status: 'done', parent_run_id: communities.runId })
  const last = ws.progress[ws.progress.length - 1]
  expect([last.done, last.total]).toEqual([100, 100])
})

test('a cancel while writing leaves no place behind', async () => {
  const graph = await runGraphStep(ws.ctx, DEFAULT_RECIPE)
  const communities = await runCommunitiesStep(ws.ctx, graph)
  const ctx = {
    ...ws.ctx,
    progress: ({ phase }: { phase: string }) => void (phase === 'layout.write' && ws.abort()),
  }
  await expect(runLayoutStep(ctx, graph, communities)).rejects.toMatchObject({ code: 'cancelled' })
  expect(ws.db.prepare('SELECT count(*) FROM account_place').pluck().get()).toBe(0)
  expect(ws.db.prepare("SELECT status FROM run WHERE kind = 'layout'").pluck().get()).toBe('cancelled')
})
