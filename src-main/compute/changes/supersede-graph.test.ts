import { afterEach, beforeEach, expect, test } from 'vitest'
import { recipeSchema } from '../../common/recipe.ts'
import { migrations } from '../../core/db/migrations/index.ts'
import { explainEdge } from '../graph/explain-edge.ts'
import { ingredients } from '../graph/ingredients.ts'
import { runGraphStep } from '../graph/step.ts'
import type { AccountGraph } from '../graph/types.ts'
import { createWorkspace, type TestWorkspace } from '../ingest/testing/workspace.ts'
import { importNext } from './testing.ts'

const schema = migrations.map(({ sql }) => sql).join('\n')
let w: TestWorkspace
beforeEach(() => {
  w = createWorkspace(schema)
})
afterEach(() => w.dispose())

const RECIPE = recipeSchema.parse({
  relations: { damping: 'none' },
  entities: { types: ['device'] },
  decayHalfLifeDays: 30,
})
const relations = (...rows: string[]) => `src,dst,type,weight,first_seen,last_seen\n${rows.join('\n')}\n`
const links = (...rows: string[]) =>
  `account_id,entity_type,entity_id,first_seen,last_seen,count\n${rows.join('\n')}\n`

function weightBetween(graph: AccountGraph, a: number, b: number): number {
  const u = graph.accountIds.indexOf(a)
  const { offsets, targets, weights } = graph.combined
  for (let k = offsets[u]!; k < offsets[u + 1]!; k++)
    if (graph.accountIds[targets[k]!] === b) return weights[k]!
  return 0
}
const explained = async (graph: AccountGraph, a: number, b: number) =>
  (await explainEdge(w.ctx, graph.runId, a, b)).reduce((sum, reason) => sum + reason.weight, 0)

test('the graph, its explanation and its ingredients count what the newest export states, and nothing stale is used', async () => {
  await importNext(w, {
    relations: relations('a,b,pays,10,2026-01-01,2026-01-10', 'a,c,pays,2,2026-01-01,2026-01-10'),
    links: links('a,device,d,2026-01-01,2026-03-01,9', 'b,device,d,2026-01-01,2026-03-01,9'),
  })
  const before = await runGraphStep(w.ctx, RECIPE)
  const heavy = weightBetween(before, 1, 2)
  await importNext(w, {
    relations: relations('a,b,pays,4,2026-01-01,2026-01-10', 'a,c,pays,2,2026-01-01,2026-01-10'),
    links: links('a,device,d,2026-01-01,2026-01-02,9'),
  })
  const after = await runGraphStep(w.ctx, RECIPE)
  expect(after.runId).not.toBe(before.runId)
  expect(weightBetween(after, 1, 2)).toBeLessThan(heavy / 2)
  expect(await explained(after, 1, 2)).toBeCloseTo(weightBetween(after, 1, 2), 4)
  expect(await explained(after, 1, 3)).toBeCloseTo(weightBetween(after, 1, 3), 4)
  expect((await ingredients(w.ctx)).relations).toEqual([{ type: 'pays', rows: 2 }])

  // In another workspace, the newer export alone: the same edge weighs the same.
  const alone = createWorkspace(schema)
  try {
    await importNext(alone, {
      relations: relations('a,b,pays,4,2026-01-01,2026-01-10', 'a,c,pays,2,2026-01-01,2026-01-10'),
      links: links('a,device,d,2026-01-01,2026-01-02,9', 'b,device,d,2026-01-01,2026-03-01,9'),
    })
    const graph = await runGraphStep(alone.ctx, RECIPE)
    expect(weightBetween(graph, 1, 2)).toBeCloseTo(weightBetween(after, 1, 2), 6)
  } finally {
    alone.dispose()
  }
  expect((await runGraphStep(w.ctx, RECIPE)).runId).toBe(after.runId)
})
