import { afterEach, beforeEach, expect, test } from 'vitest'
import { isCancelled, ShoalError } from '../../common/errors.ts'
import { DEFAULT_RECIPE } from '../../common/recipe.ts'
import { loadCommunities } from '../communities/load.ts'
import { runGraphStep } from '../graph/step.ts'
import { testWorkspace, type TestWorkspace } from '../graph/test-workspace.ts'
import { runDetectStep } from './step.ts'

let w: TestWorkspace
beforeEach(() => {
  w = testWorkspace()
})
afterEach(() => w.close())

/** Two rings of five that share devices, a bridge, and two accounts without ties. */
function twoRings() {
  w.accounts(...Array.from({ length: 12 }, (_, i) => `a${i}`))
  for (let ring = 0; ring < 2; ring++) {
    for (let i = 1; i <= 5; i++) {
      for (let j = i + 1; j <= 5; j++) w.relation(ring * 5 + i, ring * 5 + j)
    }
  }
  w.relation(5, 6)
}

test('stores what a detector finds as a communities run that says how it was made', async () => {
  twoRings()
  const graph = await runGraphStep(w.ctx, DEFAULT_RECIPE)
  const result = await runDetectStep(w.ctx, graph, { detector: 'leiden', seed: 3, stability: true })
  expect(result).toMatchObject({
    graphRunId: graph.runId,
    detector: 'leiden',
    seed: 3,
    communities: 2,
    members: 10,
    allConnected: true,
    stability: 1,
    params: { resolution: 1, maxIterations: 4 },
  })
  // Two cliques of 10 edges and a bridge: 20/21 - 2 (21/42)².
  expect(result.modularity).toBeCloseTo(20 / 21 - 0.5, 6)
  const run = w.db.prepare('SELECT * FROM run WHERE id = ?').get(result.runId) as Record<string, string>
  expect(run).toMatchObject({ kind: 'communities', algorithm: 'leiden', status: 'done', seed: 3 })
  expect(JSON.parse(run['stats'])).toMatchObject({
    communities: 2,
    unassigned: 2,
    largest: 5,
    medianSize: 5,
    coverage: expect.closeTo(20 / 21, 6),
    meanConductance: expect.closeTo(1 / 21, 6),
    stability: 1,
  })
  const loaded = loadCommunities(w.ctx, result.runId, graph.accountIds)
  expect(loaded.membership).toEqual(result.membership)
  expect(new Set(result.membership).size).toBe(4)
  expect(w.progress.at(-1)).toMatchObject({ phase: 'detect.write', done: 100, total: 100 })
})

test('refuses what it does not know, naming what there is, before a run is recorded', async () => {
  w.accounts('a')
  const graph = await runGraphStep(w.ctx, DEFAULT_RECIPE)
  const attempt = (detector: string, params: Record<string, unknown>) =>
    runDetectStep(w.ctx, graph, { detector, params }).then(
      () => 'nothing',
      (error: ShoalError) => `${error.code}: ${error.message}`,
    )
  expect(await attempt('lieden', {})).toContain(
    'invalid_input: There is no detector lieden. There are leiden',
  )
  expect(await attempt('leiden', { gamma: 1 })).toContain('no parameter gamma. It has objective, resolution')
  expect(await attempt('leiden', { maxIterations: 0.5 })).toContain(
    "maxIterations can't be 0.5. It must be a whole number from 1 to 100.",
  )
  expect(w.db.prepare("SELECT count(*) FROM run WHERE kind = 'communities'").pluck().get()).toBe(0)
})

test('a cancelled detection leaves nothing to see', async () => {
  twoRings()
  const graph = await runGraphStep(w.ctx, DEFAULT_RECIPE)
  w.abort()
  const error = await runDetectStep(w.ctx, graph, { detector: 'leiden' }).catch((e: unknown) => e)
  expect(isCancelled(error)).toBe(true)
  expect(w.db.prepare("SELECT status FROM run WHERE kind = 'communities'").pluck().all()).toEqual([
    'cancelled',
  ])
  expect(w.db.prepare('SELECT count(*) FROM community_member').pluck().get()).toBe(0)
})
