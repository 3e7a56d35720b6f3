import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DEFAULT_RECIPE, recipeSchema, type Recipe } from '../../common/recipe.ts'
import { testApp, type TestApp } from './testing/app.ts'

let app: TestApp
let call: TestApp['call']
let ended: TestApp['ended']

beforeEach(async () => {
  app = testApp()
  ;({ call, ended } = app)
  await call('workspace.create', { path: join(app.dir, 'case') })
  await ended(await call('imports.start', { paths: [app.writeExport()], analyze: false }))
})
afterEach(() => app.close())

const devicesOnly = recipeSchema.parse({
  name: 'devices only',
  relations: { types: [] },
  entities: { types: ['device'] },
})

test('recipes are saved in versions, journaled, and undone like judgements', async () => {
  const first = await call('recipes.save', { recipe: devicesOnly })
  expect(first).toMatchObject({ name: 'devices only', revision: 1, savedBy: 'tester', builtRunId: null })
  expect(await call('recipes.save', { recipe: devicesOnly })).toEqual(first)
  const second = await call('recipes.save', { recipe: { ...devicesOnly, decayHalfLifeDays: 30 } })
  expect(second.revision).toBe(2)
  expect(second.sha256).not.toBe(first.sha256)
  expect((await call('recipes.list', {})).map((r) => r.revision)).toEqual([2, 1])

  await call('recipes.remove', { id: second.id })
  expect((await call('recipes.list', {})).map((r) => r.id)).toEqual([first.id])
  expect(await call('undo.back', {})).toEqual({ done: true, what: 'recipe', views: {} })
  expect(await call('recipes.list', {})).toHaveLength(2)
  await call('undo.back', {})
  expect((await call('recipes.list', {})).map((r) => r.id)).toEqual([first.id])
  // What was undone keeps its number: a revision never means two things.
  expect((await call('recipes.save', { recipe: { ...devicesOnly, minEvidence: 2 } })).revision).toBe(3)

  const { rows } = await call('journal.list', {})
  expect(rows.map((row) => row.action)).toContain('judge.recipe.save')
  expect((await call('journal.verify', {})).ok).toBe(true)
})

test('ingredients say what there is to design with', async () => {
  const found = await call('recipes.ingredients', {})
  expect(found.relations).toEqual([{ type: 'friend', rows: 40 }])
  expect(found.entities).toEqual([
    { type: 'ip', entities: 5, shared: 5 },
    { type: 'device', entities: 4, shared: 4 },
  ])
  expect(found).toMatchObject({ events: 40, reports: 2, profiles: 40 })
  expect(found.span!.from).toBeLessThan(found.span!.to)
})

test('a design is previewed, built and compared beside the shown one, shown, and left again', async () => {
  await ended(await call('analysis.start', {}))
  const before = (await call('workspace.info', {}))!.runs
  const preview = await call('recipes.preview', { recipe: devicesOnly })
  expect(preview.sampled).toBe(preview.accounts)

  const built = await ended(await call('recipes.build', { recipe: devicesOnly }))
  expect(built.error).toBeNull()
  expect((await call('workspace.info', {}))!.runs).toEqual(before)
  const designs = await call('designs.list', {})
  expect(designs.map((d) => [d.recipe.name, d.shown])).toEqual([
    ['devices only', false],
    [DEFAULT_RECIPE.name, true],
  ])
  expect(designs[0]!.edges).toBe(preview.edges.value)
  expect(preview.edges.value).toBe(4 * 45) // four devices of ten accounts

  const ids = designs.map((d) => d.communitiesRunId)
  const comparison = await call('designs.compare', { communitiesRunIds: ids })
  expect(comparison.designs.map((d) => d.edges)).toEqual(designs.map((d) => d.edges))
  expect(comparison.pairs).toHaveLength(1)
  const [pair] = comparison.pairs
  expect(pair!.edgesShared).toBe(180) // the default recipe has them all
  expect(pair!.edgesOnlyA).toBe(0)
  expect(pair!.ari).toBeGreaterThanOrEqual(-1)
  expect(comparison.designs[0]!.labelled).toEqual({ malicious: 1, benign: 0 })
  expect(comparison.designs[0]!.homophily).toBeNull()

  const shown = await ended(await call('designs.show', { communitiesRunId: ids[0]! }))
  expect(shown.error).toBeNull()
  const during = (await call('workspace.info', {}))!
  expect(during.runs).toMatchObject({ graph: designs[0]!.graphRunId, communities: ids[0] })
  expect(during.runs.scores).toBeGreaterThan(before.scores!)
  expect((await call('accounts.list', {})).rows[0]!.score).not.toBeNull()
  // New facts don't undo a choice: an analysis goes on with the shown recipe unless it is told another.
  const job = await ended(await call('analysis.start', {}))
  expect((job.params['recipe'] as Recipe).name).toBe('devices only')
  await ended(await call('designs.show', { communitiesRunId: ids[0]! }))
  // Going back needs no new runs, and a new analysis is shown when it is done.
  await ended(await call('designs.show', { communitiesRunId: ids[1]! }))
  const { report_classes: _, ...rest } = before // classes of reports hang on no graph
  expect((await call('workspace.info', {}))!.runs).toMatchObject(rest)
  await ended(await call('analysis.start', { recipe: DEFAULT_RECIPE, seed: 2, freshLayout: true }))
  expect((await call('workspace.info', {}))!.runs.communities).toBeGreaterThan(ids[0]!)
})
