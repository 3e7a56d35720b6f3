import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_RECIPE } from '../../../common/recipe.ts'
import type { ComputeContext } from '../../context.ts'
import { runGraphStep } from '../../graph/step.ts'
import { testWorkspace } from '../../graph/test-workspace.ts'
import type { TestWorkspace } from '../../graph/test-workspace.ts'
import { DERIVED_DIR } from '../../store/open.ts'
import { openAccountModel } from './account-model.ts'
import { COLUMN_COUNT } from './channels.ts'
import { explainAccounts } from './explain.ts'
import { groupsOf } from './reasons.ts'
import { runScoresStep } from './step.ts'
import type { ScoresStats } from '../scorers/write-scores.ts'

const MODELS = join(import.meta.dirname, '../../../../models')
const DAY = 86_400_000
const N = 40

const open: TestWorkspace[] = []
afterEach(() => {
  for (const w of open.splice(0)) w.close()
})

/** A farm of ten on one device that registered together, and thirty who live apart. `order` gives the ids. */
function world(order: readonly number[] = Array.from({ length: N }, (_, k) => k)) {
  const w = testWorkspace(400 * DAY)
  open.push(w)
  const ctx: ComputeContext = { ...w.ctx, modelsDir: MODELS }
  const id = (k: number) => order.indexOf(k) + 1
  w.accounts(...order.map((k) => `a${k}`))
  const record = w.db.prepare(
    'INSERT INTO account_record (account_id, registered_at, source_id, row) VALUES (?, ?, 1, 1)',
  )
  for (let k = 0; k < N; k++) {
    const farm = k < 10
    record.run(id(k), farm ? 380 * DAY + k * 60_000 : k * 9 * DAY + k * 3_600_000)
    w.event(id(k), 390 * DAY + k * 1000, {
      ip: farm ? 'den' : `home${k >> 1}`,
      device: farm ? 'phone' : `own${k}`,
    })
    w.event(id(k), 391 * DAY + k * 7000, { ip: farm ? 'den' : `home${k >> 1}` })
    if (!farm && k + 3 < N) w.relation(id(k), id(k + 3))
  }
  w.relation(id(2), id(15))
  return { w, ctx, id }
}

const scoresOf = (ctx: ComputeContext, runId: number) =>
  new Map(
    ctx.db
      .prepare('SELECT a.key, s.score FROM score s JOIN account a ON a.id = s.account_id WHERE run_id = ?')
      .raw()
      .all(runId) as [string, number][],
  )

describe('runScoresStep', () => {
  it('scores every account once, from 0 to 1, and records how', async () => {
    const { ctx } = world()
    const graph = await runGraphStep(ctx, DEFAULT_RECIPE)
    const done = await runScoresStep(ctx, graph)
    expect(done).toMatchObject({ scored: N, provider: 'cpu' })
    const scores = scoresOf(ctx, done.runId)
    expect(scores.size).toBe(N)
    for (const score of scores.values()) {
      expect(score).toBeGreaterThanOrEqual(0)
      expect(score).toBeLessThanOrEqual(1)
    }
    const mean = (from: number, to: number) => {
      let sum = 0
      for (let k = from; k < to; k++) sum += scores.get(`a${k}`)!
      return sum / (to - from)
    }
    expect(mean(0, 10)).toBeGreaterThan(mean(10, N))

    const run = ctx.db.prepare('SELECT * FROM run WHERE id = ?').get(done.runId) as Record<string, string>
    const manifest = JSON.parse(readFileSync(join(MODELS, 'account-gnn/model.json'), 'utf8'))
    expect(run).toMatchObject({
      kind: 'scores',
      algorithm: 'account-gnn',
      status: 'done',
      parent_run_id: graph.runId,
      model_name: 'account-gnn',
      model_sha256: manifest.sha256,
      provider: 'cpu',
    })
    expect(JSON.parse(run.inputs)).toMatchObject({ graph: graph.sha256 })
    const stats = JSON.parse(run.stats) as ScoresStats
    expect(stats.histogram.reduce((s, v) => s + v, 0)).toBe(N)
    expect(stats.above).toBe([...scores.values()].filter((s) => s >= stats.threshold).length)
    expect(stats.missingFeatures).toContain('reports_received')
    expect(stats.warnings.map((x) => x.code)).toEqual(['trained_on_simulation', 'features_missing'])
    expect(stats.goldenError).toBeLessThanOrEqual(1e-5)
  })

  it('does not depend on the order of accounts', async () => {
    const order = Array.from({ length: N }, (_, k) => (k * 27 + 5) % N)
    const first = world()
    const second = world(order)
    const a = await runScoresStep(first.ctx, await runGraphStep(first.ctx, DEFAULT_RECIPE))
    const b = await runScoresStep(second.ctx, await runGraphStep(second.ctx, DEFAULT_RECIPE))
    const other = scoresOf(second.ctx, b.runId)
    for (const [key, score] of scoresOf(first.ctx, a.runId))
      expect(Math.abs(score - other.get(key)!)).toBeLessThan(1e-5)
  })

  it('says so when an export lacks nearly everything', async () => {
    const w = testWorkspace()
    open.push(w)
    const ctx = { ...w.ctx, modelsDir: MODELS }
    w.accounts('a', 'b', 'c')
    const { runId } = await runScoresStep(ctx, await runGraphStep(ctx, DEFAULT_RECIPE))
    const { stats } = ctx.db.prepare('SELECT stats FROM run WHERE id = ?').get(runId) as { stats: string }
    expect((JSON.parse(stats) as ScoresStats).warnings.map((x) => x.code)).toEqual([
      'trained_on_simulation',
      'most_features_missing',
      'no_edges',
    ])
  })

  it('leaves no scores behind when cancelled', async () => {
    const { w, ctx } = world()
    const graph = await runGraphStep(ctx, DEFAULT_RECIPE)
    const stopped: ComputeContext = {
      ...ctx,
      progress: (p) => {
        if (p.phase === 'scores.write') w.abort()
      },
    }
    await expect(runScoresStep(stopped, graph)).rejects.toMatchObject({ code: 'cancelled' })
    expect(ctx.db.prepare("SELECT status FROM run WHERE kind = 'scores'").pluck().all()).toEqual([
      'cancelled',
    ])
    expect(ctx.db.prepare('SELECT count(*) FROM score').pluck().get()).toBe(0)
  })
})

describe('explainAccounts', () => {
  let made: ReturnType<typeof world>
  let runId: number
  beforeEach(async () => {
    made = world()
    runId = (await runScoresStep(made.ctx, await runGraphStep(made.ctx, DEFAULT_RECIPE))).runId
  })

  it('tells the run’s own score, with reasons and neighbours', async () => {
    const { ctx, id } = made
    const [farm, home] = await explainAccounts(ctx, runId, [id(0), id(20)])
    const scores = scoresOf(ctx, runId)
    expect(farm.score).toBeCloseTo(scores.get('a0')!, 5)
    expect(home.score).toBeCloseTo(scores.get('a20')!, 5)
    expect(farm.baseline).toBe(home.baseline)
    expect(farm.reasons.length).toBeGreaterThan(3)
    for (const { contribution } of [...farm.reasons, ...home.reasons]) {
      expect(Number.isFinite(contribution)).toBe(true)
      expect(Math.abs(contribution)).toBeLessThanOrEqual(1)
    }
    const sizes = farm.reasons.map((r) => Math.abs(r.contribution))
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
    // Nine share its device, and are its only neighbours.
    expect(farm.neighbours.map((x) => x.accountId).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 9 }, (_, k) => id(k + 1)).sort((a, b) => a - b),
    )
    expect(farm.neighbours[0].key).toMatch(/^a\d$/)
  })

  it('tells values in human units', async () => {
    const [farm] = await explainAccounts(made.ctx, runId, [made.id(0)])
    const known: Record<string, [value: number, typical: number]> = {
      device_crowd: [10, 1],
      ip_crowd: [10, 2],
      degree_entities: [9, 1],
      logins: [2, 2],
      account_age: [11 + (7000 * 39) / DAY, NaN],
    }
    let checked = 0
    for (const { feature, hop, value, typical } of farm.reasons) {
      if (hop > 0 || !(feature in known)) continue
      const [wanted, usual] = known[feature]
      expect(value).toBeCloseTo(wanted, 2)
      if (!Number.isNaN(usual)) expect(typical).toBeCloseTo(usual, 5)
      checked++
    }
    expect(checked).toBeGreaterThan(1)
    const far = farm.reasons.find((r) => r.feature === 'device_crowd' && r.hop === 1)
    if (far) expect(far.value).toBeCloseTo(10, 1)
  })

  it('adds up to score − baseline, also where the score is at its ceiling', async () => {
    const all = await explainAccounts(made.ctx, runId, [0, 5, 9, 10, 15, 20, 30, 39].map(made.id))
    for (const { score, baseline, reasons } of all) {
      const sum = reasons.reduce((s, r) => s + r.contribution, 0)
      // What is left are reasons too small to tell, at most 0.001 each.
      expect(Math.abs(sum - (score - baseline))).toBeLessThan(0.05)
    }
  })

  it('computes the features again when derived/ was deleted', async () => {
    const { ctx, id } = made
    const before = await explainAccounts(ctx, runId, [id(3)])
    rmSync(join(ctx.workspace, DERIVED_DIR), { recursive: true })
    expect(await explainAccounts(ctx, runId, [id(3)])).toEqual(before)
  })

  it('refuses when the facts have changed and the file is gone', async () => {
    const { w, ctx, id } = made
    rmSync(join(ctx.workspace, DERIVED_DIR), { recursive: true })
    w.event(id(3), 392 * DAY)
    await expect(explainAccounts(ctx, runId, [id(3)])).rejects.toMatchObject({ code: 'derived_missing' })
  })

  it('names what it does not find', async () => {
    const { ctx } = made
    await expect(explainAccounts(ctx, 99, [1])).rejects.toMatchObject({ code: 'run_missing' })
    await expect(explainAccounts(ctx, runId, [999])).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('openAccountModel', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'shoal-models-'))
    cpSync(join(MODELS, 'account-gnn'), join(dir, 'account-gnn'), { recursive: true })
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  it('opens the model that ships, whose golden vectors match', async () => {
    const model = await openAccountModel(dir)
    expect(model.loaded.goldenError).toBeLessThanOrEqual(1e-5)
    expect(model.threshold).toBeGreaterThan(0)
    await model.loaded.release()
  })

  it('refuses a model made for other features', async () => {
    const file = join(dir, 'account-gnn/model.json')
    const manifest = JSON.parse(readFileSync(file, 'utf8'))
    manifest.params.features[3].name = 'shoe_size'
    writeFileSync(file, JSON.stringify(manifest))
    await expect(openAccountModel(dir)).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringMatching(
        /model\.json: it was made for other features \(see 'strength_entities'\)/,
      ),
    })
  })
})

describe('groupsOf', () => {
  it('puts every column into one group, whatever is missing', () => {
    for (const isMissing of [() => false, () => true, (k: number) => k % 3 === 0]) {
      const columns = groupsOf(isMissing).flatMap((g) => g.columns)
      expect(columns.sort((a, b) => a - b)).toEqual(Array.from({ length: COLUMN_COUNT }, (_, c) => c))
    }
  })
})
