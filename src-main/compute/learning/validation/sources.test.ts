import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { recipeSchema } from '../../../common/recipe.ts'
import { Random } from '../../communities/random.ts'
import { runGraphStep } from '../../graph/step.ts'
import { testWorkspace, type TestWorkspace } from '../../graph/test-workspace.ts'
import type { AccountGraph } from '../../graph/types.ts'
import { DERIVED_DIR } from '../../store/open.ts'
import { openFeatures } from '../features/source.ts'
import { imitable } from './camouflage.ts'
import { imitate } from './imitation.ts'
import { graphAsOf, PassingSources } from './sources.ts'

const open: TestWorkspace[] = []
afterEach(() => {
  for (const w of open.splice(0)) w.close()
})
const recipe = recipeSchema.parse({ decayHalfLifeDays: null })
const edges = (graph: AccountGraph, id: string) =>
  (graph.channels.find((c) => c.id === id)?.csr.targets.length ?? 0) / 2

it('graphs of a moment hold no later fact, and what is not dated at all', async () => {
  const w = testWorkspace()
  open.push(w)
  w.accounts('a', 'b', 'c', 'd')
  w.relation(1, 2, { type: 'friend', first: 100, last: 100 })
  w.relation(2, 3, { type: 'friend', first: 200, last: 200 })
  w.relation(3, 4, { type: 'invited' })
  w.link(1, 'device', 'phone', { first: 150, last: 150 })
  w.link(4, 'device', 'phone', { first: 300, last: 300 })
  const graph = await runGraphStep(w.ctx, recipe)
  expect([
    edges(graph, 'relation:friend'),
    edges(graph, 'relation:invited'),
    edges(graph, 'entity:device'),
  ]).toEqual([2, 1, 1])
  const then = await graphAsOf(w.ctx, graph, recipe, 199)
  expect([
    edges(then, 'relation:friend'),
    edges(then, 'relation:invited'),
    edges(then, 'entity:device'),
  ]).toEqual([1, 1, 0])
  expect(then.combined.targets.length / 2).toBe(2)
  expect(then.accountIds).toEqual(graph.accountIds)
  expect(then.sha256).not.toBe(graph.sha256)
  const late = await graphAsOf(w.ctx, graph, recipe, 300)
  expect(late.combined).toEqual(graph.combined)
})

it('features of passing graphs leave nothing behind', async () => {
  const w = testWorkspace()
  open.push(w)
  w.accounts('a', 'b')
  w.relation(1, 2)
  const graph = await runGraphStep(w.ctx, recipe)
  const passing = new PassingSources(w.ctx, 5)
  const source = await passing.features({ ...graph, sha256: 'other' }, {})
  expect(source.table.n).toBe(2)
  expect(existsSync(join(w.ctx.workspace, DERIVED_DIR, 'validation-5'))).toBe(true)
  await passing.remove()
  expect(existsSync(join(w.ctx.workspace, DERIVED_DIR, 'validation-5'))).toBe(false)
})

it('imitation gives the columns that an export with the copied facts would have', async () => {
  const n = 120
  const build = async (copied: boolean) => {
    const w = testWorkspace()
    open.push(w)
    const random = new Random(4)
    w.accounts(...Array.from({ length: n }, (_, u) => `a${u}`))
    const facts = Array.from({ length: n }, (_, u) => ({
      income: (u + random.next()).toFixed(3),
      platform: ['ios', 'android', 'web'][random.int(3)],
      ...(random.next() < 0.8 && { score: random.next().toFixed(3) }),
    }))
    // Malicious 0..9 copy everything from the one donor, 50.
    for (let u = 0; u < n; u++)
      w.profile(u + 1, { ...facts[copied && u < 10 ? 50 : u] } as Record<string, string>)
    for (let e = 0; e < 4 * n; e++) {
      const [u, v] = [random.int(n), random.int(n)]
      if (u !== v) w.relation(u + 1, v + 1, { type: e % 2 === 0 ? 'friend' : 'invited' })
    }
    return { w, graph: await runGraphStep(w.ctx, recipe) }
  }
  const before = await build(false)
  const after = await build(true)
  const source = await openFeatures(before.w.ctx, before.graph)
  const truth = await openFeatures(after.w.ctx, after.graph, {
    encoding: source.encoding,
    like: { columns: source.table.columns, graph: after.graph.sha256 },
  })
  const marked = Uint32Array.from({ length: 10 }, (_, u) => u)
  const changed = await imitate(before.w.ctx, before.graph, source, marked, Uint32Array.of(50), 1, 1)
  let compared = 0
  for (const [k, column] of source.table.columns.entries()) {
    if (column.family !== 'attributes' || column.base.startsWith('frequency:')) continue
    const values = changed.get(column.name)
    expect(values, column.name).toBeDefined()
    const wanted = await truth.table.column(k)
    for (let u = 0; u < n; u++) {
      if (Number.isNaN(wanted[u])) expect(values![u], `${column.name} ${u}`).toBeNaN()
      else
        expect(Math.abs(values![u] - wanted[u]), `${column.name} ${u}`).toBeLessThan(
          1e-3 * (1 + Math.abs(wanted[u])),
        )
    }
    if (!imitable(column)) compared++
  }
  // Over both relations and the whole graph: the neighbours' columns were there to be compared.
  expect(compared).toBeGreaterThan(15)
  await source.close()
  await truth.close()
})
