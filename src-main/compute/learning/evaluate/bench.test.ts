import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { computeLearningMethods } from '../../../common/contract/compute-learning.ts'
import type { BenchResult } from '../../../common/contract/lab.ts'
import type { InputOf } from '../../../common/contract/method.ts'
import { recipeSchema } from '../../../common/recipe.ts'
import { Random } from '../../communities/random.ts'
import { runGraphStep } from '../../graph/step.ts'
import { testWorkspace, type TestWorkspace } from '../../graph/test-workspace.ts'
import { DERIVED_DIR } from '../../store/open.ts'
import { buildOrBare } from './bench-graph.ts'
import { runBench } from './bench.ts'

type Call = InputOf<(typeof computeLearningMethods)['compute.bench']>
const N = 240
const DAY = 86_400_000

let w: TestWorkspace
beforeEach(() => {
  w = testWorkspace()
})
afterEach(() => w.close())

interface World {
  /** Malicious accounts: those below this. */
  bad?: number
  /** Their friends are of their own class this often. */
  alike?: number
  /** How far the attribute tells the classes apart. */
  tells?: number
  /** Labels say nothing. */
  random?: boolean
}

function plant({ bad = 60, alike = 0.9, tells = 0, random: shuffled = false }: World = {}): void {
  const random = new Random(7)
  w.accounts(...Array.from({ length: N }, (_, i) => `a${i}`))
  const write = w.db.transaction(() => {
    for (let i = 0; i < N; i++) {
      const truth = i < bad
      const label = shuffled ? random.next() < bad / N : truth
      w.label(i + 1, label ? 'malicious' : 'benign')
      w.profile(i + 1, { x: String(random.next() + (truth ? tells : 0)), noise: String(random.next()) })
      for (let k = 0; k < 4; k++) {
        const own = random.next() < alike
        const j = truth === own ? random.int(bad) : bad + random.int(N - bad)
        if (j !== i) w.relation(i + 1, j + 1)
      }
    }
  })
  write()
}

const bench = (call: Partial<Call>): Promise<BenchResult> =>
  runBench(
    w.ctx,
    computeLearningMethods['compute.bench'].input.parse({
      workspace: w.ctx.workspace,
      jobId: null,
      scorers: [],
      protocol: { kind: 'stratified', seeds: 2 },
      capacity: 10,
      controls: false,
      curve: false,
      seed: 1,
      ...call,
    }),
  )
const rowOf = (result: BenchResult, scorer: string, control: string | null = null) =>
  result.rows.find((row) => row.scorer === scorer && row.control === control)!

describe('what was planted is found', () => {
  test('ties between malicious accounts: spreading sees them, own facts do not, and rewiring destroys them', async () => {
    plant()
    const result = await bench({ scorers: ['label-spreading', 'boosting-raw', 'prior'], controls: true })
    expect(rowOf(result, 'label-spreading').auroc.mean).toBeGreaterThan(0.9)
    expect(rowOf(result, 'label-spreading', 'rewired').auroc.mean).toBeLessThan(0.65)
    expect(rowOf(result, 'label-spreading', 'rewired').auroc.mean).toBeGreaterThan(0.35)
    expect(rowOf(result, 'boosting-raw').auroc.mean).toBeLessThan(0.65)
    expect(rowOf(result, 'prior').auroc.mean).toBe(0.5)
    expect(rowOf(result, 'prior').auprc.mean).toBeCloseTo(0.25, 6)
    const [graph] = result.graphs
    expect(graph.labelled).toEqual({ malicious: 60, benign: 180 })
    expect(graph.homophily!.adjusted).toBeGreaterThan(0.6)
    expect(graph.badGivenBad!.rate).toBeGreaterThan(0.7)
    expect(graph.badGivenBad!.base).toBe(0.25)
    expect(graph.training.badGivenBad!.rate).not.toBe(graph.badGivenBad!.rate)
    expect(result).toMatchObject({
      protocol: 'stratified',
      protocolText: 'stratified 40/40, seeds 1-2',
      seeds: [1, 2],
      tested: 96,
      baseRate: 0.25,
      capacity: 10,
      simulated: false,
    })
    for (const row of result.rows) {
      expect(row.error).toBeNull()
      expect(row.perSplit).toHaveLength(2)
      expect(row.perSplit[0]).toMatchObject({ trained: 96, tested: 96, positives: 24 })
      expect(row.auroc.low).toBeLessThanOrEqual(row.auroc.mean)
      expect(row.auroc.high).toBeGreaterThanOrEqual(row.auroc.mean)
    }
  }, 30_000)

  test('a perfect attribute, with and without the graph', async () => {
    plant({ alike: 0.5, tells: 2 })
    const result = await bench({
      scorers: ['logistic'],
      controls: true,
      protocol: { kind: 'stratified', seeds: 1 },
    })
    expect(rowOf(result, 'logistic').auroc.mean).toBeGreaterThan(0.95)
    expect(rowOf(result, 'logistic', 'features_only').auroc.mean).toBeGreaterThan(0.99)
    expect(rowOf(result, 'logistic').perSplit[0].recallAtK).toBeCloseTo(10 / 24, 6)
  }, 30_000)

  test('random labels teach nothing', async () => {
    plant({ random: true, tells: 2 })
    const result = await bench({
      scorers: ['label-spreading', 'logistic', 'boosting-raw'],
      protocol: { kind: 'stratified', seeds: 4 },
    })
    for (const row of result.rows) {
      expect(row.auroc.mean, row.scorer).toBeGreaterThan(0.38)
      expect(row.auroc.mean, row.scorer).toBeLessThan(0.62)
    }
  }, 30_000)

  test('more labels help, and the curve ends at all of them', async () => {
    plant({ alike: 0.8 })
    const result = await bench({ scorers: ['label-spreading', 'degree'], curve: true })
    const curve = rowOf(result, 'label-spreading').curve!
    expect(curve.map(({ labels }) => labels)).toEqual([24, 48, 96])
    expect(curve.at(-1)!.auroc).toBeCloseTo(rowOf(result, 'label-spreading').auroc.mean, 9)
    expect(curve[0].auroc).toBeLessThan(curve[2].auroc)
    expect(rowOf(result, 'degree').curve).toBeNull()
  })
})

test('facts dated after the label are not seen where splits are by label time', async () => {
  const random = new Random(3)
  w.accounts(...Array.from({ length: N }, (_, i) => `a${i}`))
  const bad = (i: number) => i % 4 === 0
  for (let i = 0; i < N; i++) {
    w.label(i + 1, bad(i) ? 'malicious' : 'benign', i * DAY)
    // Before the labels, ties that say nothing; long after, malicious accounts are tied to each other.
    for (let k = 0; k < 3; k++)
      w.relation(i + 1, 1 + ((i + 1 + random.int(N - 1)) % N), { first: 0, last: 0 })
    if (bad(i))
      for (let k = 0; k < 3; k++)
        w.relation(i + 1, 1 + 4 * random.int(N / 4), { first: 900 * DAY, last: 900 * DAY })
  }
  const recipe = recipeSchema.parse({ decayHalfLifeDays: null, relations: { direction: 'any' } })
  const call = { scorers: ['label-spreading'], recipes: [recipe], controls: true }
  const drawn = await bench({ ...call, protocol: { kind: 'stratified', seeds: 1 } })
  expect(rowOf(drawn, 'label-spreading').auroc.mean).toBeGreaterThan(0.85)
  const dated = await bench({ ...call, protocol: { kind: 'time', windows: 2 } })
  expect(rowOf(dated, 'label-spreading').perSplit).toHaveLength(2)
  expect(rowOf(dated, 'label-spreading').auroc.mean).toBeLessThan(0.7)
  expect(rowOf(dated, 'label-spreading', 'rewired').auroc.mean).toBeLessThan(0.7)
}, 30_000)

test('graphs are compared by what they do for detection', async () => {
  plant()
  for (let i = 0; i < N; i += 2) w.link(i + 1, 'device', `d${i % 30}`)
  const friends = await runGraphStep(w.ctx, recipeSchema.parse({ entities: { types: [] } }))
  const devices = recipeSchema.parse({ name: 'devices', relations: { types: [] } })
  const call = { scorers: ['label-spreading'], graphRunIds: [friends.runId], recipes: [devices] }
  const { rows, graphs } = await bench(call)
  expect(graphs.map(({ recipe }) => recipe)).toEqual(['default', 'devices'])
  expect(rows.map(({ graphRunId }) => graphRunId)).toEqual(graphs.map(({ graphRunId }) => graphRunId))
  expect(rows[0].auroc.mean).toBeGreaterThan(0.9)
  expect(rows[1].auroc.mean).toBeLessThan(0.75)
  w.accounts('later')
  w.db.exec(`UPDATE source SET sha256 = 'bb' WHERE id = 1`)
  await expect(bench(call)).rejects.toThrow('have different accounts')
})

test('a graph that cannot be built is told of, and accounts are scored by their own facts', async () => {
  plant({ tells: 2 })
  const broken = { ...recipeSchema.parse({ name: 'broken' }), decayHalfLifeDays: -1 }
  const { graph, note } = await buildOrBare(w.ctx, broken)
  expect(graph.combined.targets).toHaveLength(0)
  expect(note).toMatch(/^The graph of broken could not be built \(.*own facts only\.$/s)
  const result = await bench({
    scorers: ['logistic', 'label-spreading'],
    graphRunIds: [graph.runId],
    controls: true,
    protocol: { kind: 'stratified', seeds: 1 },
  })
  // Without edges there is nothing to control for.
  expect(result.rows.map(({ control }) => control)).toEqual([null, null])
  expect(rowOf(result, 'logistic').auroc.mean).toBeGreaterThan(0.95)
  expect(rowOf(result, 'label-spreading').auroc.mean).toBe(0.5)
  expect(result.graphs[0]).toMatchObject({ edges: 0, homophily: null, badGivenBad: null })
}, 30_000)

test('is stored as a run; one that fails stops nobody; unknown scorers are named', async () => {
  plant()
  const result = await bench({
    scorers: ['label-spreading', 'logistic', 'prior'],
    params: { logistic: { nonsense: 1 } },
  })
  expect(rowOf(result, 'logistic').error).toBe(
    'The scorer logistic has no parameter nonsense. ' + knownOf(result),
  )
  expect(rowOf(result, 'label-spreading').error).toBeNull()
  expect(rowOf(result, 'prior').perSplit).toHaveLength(2)
  const run = w.db.prepare('SELECT * FROM run WHERE id = ?').get(result.runId) as Record<string, string>
  expect(run).toMatchObject({
    kind: 'evaluation',
    status: 'done',
    parent_run_id: result.graphs[0].graphRunId,
  })
  expect((JSON.parse(run.stats) as BenchResult).rows[0]).toEqual(rowOf(result, 'label-spreading'))
  await expect(bench({ scorers: ['magic'] })).rejects.toThrow('There is no scorer magic. There are default')
})
const knownOf = (result: BenchResult) => rowOf(result, 'logistic').error!.split('. ').slice(1).join('. ')

test('a cancel ends it, and nothing is left behind', async () => {
  plant()
  const { ctx } = w
  const seen: string[] = []
  const stopping = {
    ...ctx,
    progress: (p: { phase: string; detail?: string }) => {
      seen.push(p.detail ?? p.phase)
      if (p.detail?.includes('rewired')) w.abort()
    },
  }
  const input = computeLearningMethods['compute.bench'].input.parse({
    workspace: ctx.workspace,
    scorers: ['logistic'],
    protocol: { kind: 'stratified', seeds: 1 },
    capacity: 10,
    controls: true,
    curve: false,
  })
  await expect(runBench(stopping, input)).rejects.toMatchObject({ code: 'cancelled' })
  expect(seen).toContain('logistic, seed 1')
  const status = w.db.prepare(`SELECT status FROM run WHERE kind = 'evaluation'`).pluck().get()
  expect(status).toBe('cancelled')
  const derived = join(ctx.workspace, DERIVED_DIR)
  expect(existsSync(derived) && readdirSync(derived).filter((name) => name.startsWith('validation'))).toEqual(
    [],
  )
}, 30_000)
