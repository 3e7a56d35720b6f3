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

const places = (runId: number) =>
  ws.db.prepare('SELECT account_id, x, y FROM account_place WHERE run_id = ? ORDER BY 1').all(runId) as {
    account_id: number
    x: number
    y: number
  }[]
const record = (runId: number) => {
  const row = ws.db.prepare('SELECT params, inputs, stats FROM run WHERE id = ?').get(runId) as Record<
    'params' | 'inputs' | 'stats',
    string
  >
  return {
    params: JSON.parse(row.params) as { previousLayoutRunId: number | null; fresh: boolean },
    inputs: JSON.parse(row.inputs) as { previous_layout?: string },
    stats: JSON.parse(row.stats) as { held: { previousLayoutRunId: number; moved: object } | null },
  }
}
const layOut = async (recipe = DEFAULT_RECIPE, options?: { fresh?: boolean }) => {
  // The test's facts change without a new file, so the graph step can't know.
  const graph = await runGraphStep(ws.ctx, recipe, { force: true })
  return (await runLayoutStep(ws.ctx, graph, await runCommunitiesStep(ws.ctx, graph), options)).runId
}

test('goes on from the newest layout and says so; `fresh` draws anew', async () => {
  const first = await layOut()
  expect(record(first).params).toMatchObject({ previousLayoutRunId: null, fresh: false })
  expect(record(first).stats.held).toBeNull()
  const again = await layOut()
  expect(places(again)).toEqual(places(first))
  expect(record(again).params.previousLayoutRunId).toBe(first)
  expect(record(again).inputs.previous_layout).toMatch(/^[0-9a-f]{64}$/)
  expect(record(again).stats.held).toMatchObject({
    previousLayoutRunId: first,
    rescaled: 1,
    moved: { communities: 2, accounts: 5, communityMost: 0, accountMedian: 0 },
  })

  // A third ring and a member more: the others stay.
  ws.accounts('g', 'h', 'i')
  ws.relation(7, 8)
  ws.relation(9, 5)
  ws.relation(9, 4)
  const grown = await layOut()
  expect(record(grown).params.previousLayoutRunId).toBe(again)
  for (const account of [1, 2, 3, 6])
    expect(places(grown)[account - 1]).toEqual({ ...places(first)[account - 1] })
  expect(places(grown)).toHaveLength(9)

  const anew = await layOut(DEFAULT_RECIPE, { fresh: true })
  expect(record(anew).params).toMatchObject({ previousLayoutRunId: null, fresh: true })
  expect(record(anew).inputs.previous_layout).toBeUndefined()
  expect(places(anew)).not.toEqual(places(grown))
})

test('another recipe goes on from its own layout first, and from the newest one before it has any', async () => {
  const other = { ...DEFAULT_RECIPE, name: 'other', relations: { ...DEFAULT_RECIPE.relations, weight: 0.5 } }
  const first = await layOut()
  const others = await layOut(other)
  expect(record(others).params.previousLayoutRunId).toBe(first)
  expect(record(await layOut()).params.previousLayoutRunId).toBe(first)
  expect(record(await layOut(other)).params.previousLayoutRunId).toBe(others)
})
