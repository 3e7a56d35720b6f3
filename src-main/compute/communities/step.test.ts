import { afterEach, beforeEach, expect, test } from 'vitest'
import { DEFAULT_RECIPE } from '../../common/recipe.ts'
import { runGraphStep } from '../graph/step.ts'
import { testWorkspace, type TestWorkspace } from '../graph/test-workspace.ts'
import { runCommunitiesStep } from './step.ts'
import { storedGroups } from './store.ts'

let ws: TestWorkspace
beforeEach(() => {
  ws = testWorkspace()
})
afterEach(() => ws.close())

test('stores communities by falling size with their weights; lone accounts get no row', async () => {
  ws.accounts('lone', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'alone')
  for (const [u, v] of [
    [2, 3],
    [3, 4],
    [2, 4],
    [4, 5],
    [5, 6],
    [7, 8],
  ])
    ws.relation(u, v)
  ws.relation(5, 6, { weight: 3 })
  const graph = await runGraphStep(ws.ctx, DEFAULT_RECIPE)
  const found = await runCommunitiesStep(ws.ctx, graph, { seed: 3 })
  expect(found.count).toBe(3)
  expect([...found.membership]).toEqual([3, 0, 0, 0, 1, 1, 2, 2, 4])
  const heavy = Math.log2(1 + 4)
  const rows = ws.db.prepare('SELECT * FROM community WHERE run_id = ? ORDER BY id').all(found.runId) as {
    id: number
  }[]
  const total = 2 * 5 + 2 * heavy
  const row = (id: number, size: number, internal: number, boundary: number) => {
    const volume = 2 * internal + boundary
    const conductance = boundary / Math.min(volume, total - volume)
    return {
      run_id: found.runId,
      id,
      size,
      internal_weight: expect.closeTo(internal, 5),
      boundary_weight: boundary,
      conductance: expect.closeTo(conductance, 5),
    }
  }
  expect(rows).toEqual([row(0, 3, 3, 1), row(1, 2, heavy, 1), row(2, 2, 1, 0)])
  const members = ws.db
    .prepare('SELECT account_id, community_id, belonging FROM community_member ORDER BY account_id')
    .raw(true)
    .all() as number[][]
  expect(members.map((m) => m[0])).toEqual([2, 3, 4, 5, 6, 7, 8])
  expect(members[2][2]).toBeCloseTo(2 / 3, 6)
  expect(members[0][2]).toBe(1)
  const run = ws.db.prepare('SELECT * FROM run WHERE id = ?').get(found.runId) as Record<string, unknown>
  expect(run).toMatchObject({
    kind: 'communities',
    algorithm: 'leiden',
    status: 'done',
    parent_run_id: graph.runId,
    seed: 3,
  })
  expect(JSON.parse(run.inputs as string)).toEqual({ graph: graph.sha256 })
  expect(JSON.parse(run.stats as string)).toMatchObject({
    communities: 3,
    members: 7,
    unassigned: 2,
    largest: 3,
  })
})

test('without a resolution, γ grows with the export, and the run says so', async () => {
  const n = 1000
  ws.accounts(...Array.from({ length: n + 5 }, (_, i) => `a${i}`))
  ws.db.transaction(() => {
    // A ring of 4-cliques: at γ = 1 neighbouring cliques merge.
    for (let k = 0; k < n; k += 4) {
      for (let i = 1; i <= 4; i++) for (let j = i + 1; j <= 4; j++) ws.relation(k + i, k + j)
      ws.relation(k + 4, ((k + 4) % n) + 1)
    }
  })()
  const graph = await runGraphStep(ws.ctx, DEFAULT_RECIPE)
  const automatic = await runCommunitiesStep(ws.ctx, graph)
  const coarse = await runCommunitiesStep(ws.ctx, graph, { resolution: 1 })
  expect(coarse.count).toBeLessThan(60)
  expect(automatic.count).toBe(n / 4)
  const params = ws.db
    .prepare("SELECT params FROM run WHERE kind = 'communities' ORDER BY id")
    .pluck()
    .all() as string[]
  expect(params.map((p) => JSON.parse(p))).toMatchObject([
    { resolution: (0.1 * n * n) / graph.combined.targets.length, resolutionChosen: 'automatic' },
    { resolution: 1, resolutionChosen: 'given' },
  ])
})

test('a cancel in the middle leaves no row behind', async () => {
  ws.accounts('a', 'b')
  ws.relation(1, 2)
  const graph = await runGraphStep(ws.ctx, DEFAULT_RECIPE)
  let told = 0
  const ctx = { ...ws.ctx, progress: () => void (++told === 3 && ws.abort()) }
  await expect(runCommunitiesStep(ctx, graph)).rejects.toMatchObject({ code: 'cancelled' })
  expect(ws.db.prepare('SELECT count(*) FROM community').pluck().get()).toBe(0)
  expect(ws.db.prepare("SELECT status FROM run WHERE kind = 'communities'").pluck().get()).toBe('cancelled')
})

test('by the Potts model the automatic resolution is a density, and modularity is stored beside it', async () => {
  ws.accounts('a', 'b', 'c', 'd', 'e', 'f')
  for (const [u, v] of [
    [1, 2],
    [2, 3],
    [1, 3],
    [4, 5],
    [5, 6],
    [4, 6],
  ])
    ws.relation(u, v)
  const graph = await runGraphStep(ws.ctx, DEFAULT_RECIPE)
  const found = await runCommunitiesStep(ws.ctx, graph, { objective: 'cpm' })
  expect(found.count).toBe(2)
  expect(found.quality).toBeCloseTo(2 * (3 - 0.1 * 3), 6)
  expect(groupRows(found.runId)).toEqual([])
  const run = ws.db.prepare('SELECT params, stats FROM run WHERE id = ?').get(found.runId) as {
    params: string
    stats: string
  }
  expect(JSON.parse(run.params)).toMatchObject({ objective: 'cpm', resolution: expect.closeTo(0.1, 6) })
  expect(JSON.parse(run.stats)).toMatchObject({ modularity: 0.5, quality: found.quality, levels: [] })
})

const groupRows = (run: number) =>
  ws.db
    .prepare('SELECT level, id, parent FROM community_group WHERE run_id = ? ORDER BY level, id')
    .raw()
    .all(run) as number[][]

test('the coarser levels are stored as a chain of groups', async () => {
  // Two pairs of triangles; the triangles of a pair are tied to each other, the pairs are not.
  ws.accounts(...'abcdefghijkl')
  for (const t of [1, 4, 7, 10]) {
    ws.relation(t, t + 1)
    ws.relation(t + 1, t + 2)
    ws.relation(t, t + 2)
  }
  ws.relation(3, 4)
  ws.relation(9, 10)
  const graph = await runGraphStep(ws.ctx, DEFAULT_RECIPE)
  const found = await runCommunitiesStep(ws.ctx, graph, { resolution: 1.5 })
  expect(found.count).toBe(4)
  const rows = groupRows(found.runId)
  expect(rows.map(([level, id]) => [level, id])).toEqual([0, 1, 2, 3].map((id) => [0, id]))
  const parent = (node: number) => rows[found.membership[node]][2]
  expect(parent(0)).toBe(parent(3))
  expect(parent(6)).toBe(parent(9))
  expect(parent(0)).not.toBe(parent(6))
})

test('levels keep only groups that hold a stored community', () => {
  // Communities 0 and 1 are stored; 2 is a lone account that shares a group with 1, 3 one that is by itself.
  const levels = storedGroups(
    [Uint32Array.of(0, 0, 1, 1, 2, 3), Uint32Array.of(1, 0, 0, 2), Uint32Array.of(0, 0, 1)],
    2,
  )
  expect(levels.map(({ level, id, parent }) => [level, [...id], [...parent]])).toEqual([
    [0, [0, 1], [1, 0]],
    [1, [0, 1], [0, 0]],
  ])
})

test('a graph without edges has no communities', async () => {
  ws.accounts('a')
  const graph = await runGraphStep(ws.ctx, DEFAULT_RECIPE)
  expect(await runCommunitiesStep(ws.ctx, graph)).toMatchObject({ count: 0, quality: 0 })
})
