import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ValidationReport } from '../../../common/contract/lab.ts'
import { recipeSchema } from '../../../common/recipe.ts'
import { Random } from '../../communities/random.ts'
import { runGraphStep } from '../../graph/step.ts'
import { testWorkspace, type TestWorkspace } from '../../graph/test-workspace.ts'
import { DERIVED_DIR } from '../../store/open.ts'
import { boosting, boostingParams } from '../../trees/index.ts'
import { defineScorer } from '../scorers/define.ts'
import { rowsOf, stressOf } from './panel.ts'
import { normal } from './test-world.ts'
import { validate } from './validate.ts'

const DAY = 86_400_000
const N = 240
const START = 1_750_000_000_000
const quick = boostingParams.parse({
  trees: 25,
  rate: 0.2,
  leaves: 6,
  leafRows: 10,
  bins: 16,
  columnsPerTree: 1,
})
const stress = stressOf('boosting', boosting, quick)

/** The whole way of a scorer, with a learner that takes milliseconds. */
const scorer = defineScorer({
  id: 'quick',
  version: '1',
  group: 'trees',
  probabilities: true,
  trainable: false,
  needsLabels: true,
  params: z.object({}),
  source: 'test',
  help: 'test',
  async run(ctx, { source, labelled, target, seed }) {
    const block = await source.labelColumns(labelled, { seed }, ctx)
    const columns = [...source.table.columns, ...block.columns]
    const train = await rowsOf(source, block, columns, labelled.nodes, labelled.y, ctx)
    const member = await stress.train(train, seed, ctx)
    const nodes = target === 'all' ? Uint32Array.from({ length: source.table.n }, (_, u) => u) : target
    const rows = await rowsOf(source, block, columns, nodes, new Uint8Array(nodes.length), ctx)
    const scores = member.predict(rows.x, rows.rows).map((m) => 1 / (1 + Math.exp(-m)))
    return { scores, choices: null, weights: null, inner: null }
  },
})

const open: TestWorkspace[] = []
afterEach(() => {
  for (const w of open.splice(0)) w.close()
})

interface Plant {
  /** An attribute that is filled in by whoever decided. */
  leak?: boolean
  /** Malicious accounts log in no more once they were labelled. */
  late?: boolean
  /** Labels without any connection to the accounts. */
  shuffled?: boolean
  /** A second export: 'same' kind of accounts, or 'drifted' ones. */
  second?: 'same' | 'drifted'
}

/** Accounts that register over 12 weeks; a third malicious, told by four facts and by whom they know, each a little. */
async function planted(plant: Plant = {}) {
  const w = testWorkspace(START + 200 * DAY)
  open.push(w)
  const random = new Random(17)
  const bad = (u: number) => u % 3 === 0
  const shift = plant.leak || plant.late ? 0.3 : 1.1
  const alike = plant.leak || plant.late ? 0.55 : 0.7
  w.db.exec(`INSERT INTO source (id, path, table_name, sha256, rows_stored, status, imported_at) VALUES
    (10, '/a.csv', 'accounts', 'a', 1, 'ready', 1), (11, '/b.csv', 'accounts', 'b', 1, 'ready', 2)`)
  w.db.exec('BEGIN')
  w.accounts(...Array.from({ length: N }, (_, u) => `a${u}`))
  const record = w.db.prepare(
    'INSERT INTO account_record (account_id, registered_at, attributes, source_id, row) VALUES (?, ?, ?, ?, 1)',
  )
  const order = new Random(5).permutation(N)
  const exported = new Random(6).permutation(N)
  for (let u = 0; u < N; u++) {
    // Who is in the second export has nothing to do with when they registered, as far as facts go.
    const later = plant.second !== undefined && exported[u] < N / 3
    const moved = later && plant.second === 'drifted' ? 2.5 : 0
    const facts: Record<string, string> = {}
    for (let k = 0; k < 5; k++)
      facts[`f${k}`] = ((k < 4 && bad(u) ? shift : 0) + normal(random) + (k < 2 ? moved : 0)).toFixed(4)
    // What gives three quarters of the malicious away is plain, its AUROC alone modest.
    if (plant.leak)
      facts.closing = (bad(u) && random.next() < 0.75 ? 40 + random.next() : 60 * random.next() - 30).toFixed(
        3,
      )
    const registered = START + Math.floor(order[u] * ((84 * DAY) / N))
    record.run(u + 1, registered, JSON.stringify(facts), later ? 11 : 10)
    const labelledAt = registered + 10 * DAY
    const known = plant.shuffled ? random.next() < 1 / 3 : bad(u)
    if (!later) w.label(u + 1, known ? 'malicious' : 'benign', labelledAt)
    for (let e = 0; e < 10; e++) {
      const at = registered + Math.floor((e + random.next()) * 3 * DAY)
      if (random.next() < 0.4) continue
      if (plant.late && bad(u) && at > labelledAt && random.next() < 0.6) continue
      w.event(u + 1, at)
    }
    for (let d = 0; d < 3; d++) {
      const other = random.int(N)
      if (other !== u && random.next() < (bad(other) === bad(u) ? alike : 1 - alike))
        w.relation(u + 1, other + 1, { first: registered, last: registered })
    }
  }
  w.db.exec('COMMIT')
  const graph = await runGraphStep(w.ctx, recipeSchema.parse({ decayHalfLifeDays: null }))
  return { w, graph }
}

const input = (graphRunId: number, folder: string | null = null) => ({
  workspace: '',
  jobId: null,
  graphRunId,
  communitiesRunId: null,
  scorer: 'quick',
  params: {},
  capacity: 30,
  prior: null,
  folder,
  seed: 1,
})

async function reportOf(plant: Plant = {}): Promise<{ report: ValidationReport; w: TestWorkspace }> {
  const { w, graph } = await planted(plant)
  return { report: await validate(w.ctx, input(graph.runId), { scorer, stress }), w }
}
const grave = (report: ValidationReport) =>
  report.verdict.findings.filter((f) => f.level === 'bad').map((f) => f.code)
const codes = (report: ValidationReport) => report.verdict.findings.map((f) => f.code)

describe('validate', () => {
  it('has nothing grave to say of sound facts, fills every part, and keeps the report as a run', async () => {
    const { report, w } = await reportOf({ second: 'same' })
    expect(grave(report)).toEqual([])
    expect(codes(report)).toEqual(
      expect.arrayContaining(['skill_good', 'shuffled_fine', 'leak_none', 'drift_none']),
    )
    for (const absent of [
      'labels_doubtful',
      'leak_feature',
      'leak_alone',
      'after_label',
      'drift_score',
      'skill_none',
    ])
      expect(codes(report)).not.toContain(absent)
    expect(report.splits.map((s) => s.protocol)).toEqual(['random', 'community', 'time'])
    expect(report.calibration!.before.bins.length).toBeGreaterThan(3)
    expect(report.drift!.against).toBe('earlier_export')
    expect(report.leakage.afterLabel.find((a) => a.family === 'logins')!.share).toBeGreaterThan(0.9)
    expect(report.noise!.checked).toBe((2 * N) / 3)
    for (const { key, by } of report.noise!.accounts) {
      expect(key).toMatch(/^a\d+$/)
      expect(by).toBe('import:')
    }
    expect(report.camouflage.rewiring.map((p) => p.share)).toEqual([0, 0.25, 0.5, 1])
    expect(report.camouflage.mimicry[3].auprc).toBeLessThan(report.camouflage.mimicry[0].auprc - 0.1)
    expect(report.replay!.steps.length).toBeGreaterThan(2)
    const replayed = report.replay!.steps.reduce((sum, s) => sum + s.caught, 0)
    expect(replayed).toBeGreaterThan(10)
    const run = w.db
      .prepare(`SELECT kind, status, parent_run_id, stats FROM run WHERE id = ?`)
      .get(report.runId) as {
      stats: string
    }
    expect(run).toMatchObject({ kind: 'validation', status: 'done', parent_run_id: report.graphRunId })
    expect(JSON.parse(run.stats)).toEqual(JSON.parse(JSON.stringify(report)))
    // What was made to look at once is gone.
    expect(
      readdirSync(join(w.ctx.workspace, DERIVED_DIR)).filter((name) => name.startsWith('validation')),
    ).toEqual([])
    const done = w.progress.filter((p) => p.phase.startsWith('validate.')).map((p) => p.done)
    expect(done).toEqual([...done].sort((a, b) => a - b))
    expect(w.progress.every((p) => p.phase.startsWith('validate.') || p.phase.startsWith('graph.'))).toBe(
      true,
    )
  })

  it('catches a leaking fact', async () => {
    const { report } = await reportOf({ leak: true })
    const leak = report.leakage.features.find((f) => f.name === 'closing')!
    expect(leak.auroc).toBeLessThan(0.93)
    expect(leak.level).toBe('bad')
    expect(report.leakage.features[0].name).toBe('closing')
    expect(grave(report)).toEqual(['leak_feature'])
    expect(report.verdict.level).toBe('not_defensible')
  })

  it('catches facts from after the labels', async () => {
    const { report } = await reportOf({ late: true })
    const logins = report.leakage.afterLabel.find((a) => a.family === 'logins')!
    expect(logins.auprcWithout!).toBeLessThan(report.leakage.fullAuprc - 0.1)
    expect(grave(report)).toEqual(['after_label'])
    expect(report.verdict.findings[0].params.family).toBe('logins')
  })

  it('catches a drifted export', async () => {
    const { report } = await reportOf({ second: 'drifted' })
    expect(report.drift!.against).toBe('earlier_export')
    const bad = report.drift!.features.filter((f) => f.level === 'bad').map((f) => f.name)
    expect(bad).toEqual(expect.arrayContaining(['f0', 'f1']))
    expect(bad).not.toContain('f3')
    expect(report.drift!.score.level).toBe('bad')
    expect(grave(report)).toEqual(['drift_score'])
  })

  it('catches shuffled labels', async () => {
    const { report } = await reportOf({ shuffled: true })
    expect(grave(report)).toEqual(['skill_none'])
  })

  it('compares an export that says the same accounts’ facts again; writes the verdict into the model’s card', async () => {
    const { w, graph } = await planted()
    const again = w.db.prepare(
      'INSERT INTO account_record (account_id, registered_at, attributes, source_id, row) VALUES (?, ?, ?, 11, 1)',
    )
    const records = w.db
      .prepare('SELECT account_id, registered_at, attributes FROM account_record')
      .all() as {
      account_id: number
      registered_at: number
      attributes: string
    }[]
    for (const r of records) {
      const facts = JSON.parse(r.attributes) as Record<string, string>
      facts.f0 = String(Number(facts.f0) + 3)
      again.run(r.account_id, r.registered_at, JSON.stringify(facts))
    }
    w.db.exec(`UPDATE source SET sha256 = 'changed' WHERE id = 11`)
    const folder = join(w.ctx.workspace, 'models', 'quick-1')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'card.md'), '# quick 1\n')
    w.db.exec(`INSERT INTO model (id, name, version, origin, kind, folder, sha256, added_at, added_by)
      VALUES (4, 'quick', '1', 'trained', 'table', 'quick-1', 'x', 0, 'me')`)
    const report = await validate(w.ctx, input(graph.runId, folder), { scorer, stress })
    expect(report.drift).toMatchObject({ against: 'earlier_export', earlier: N, later: N })
    expect(report.drift!.features.filter((f) => f.level === 'bad').map((f) => f.name)).toEqual(['f0'])
    expect(report.modelId).toBe(4)
    expect(readFileSync(join(folder, 'card.md'), 'utf8')).toContain('## Validation')
  })

  it('leaves nothing of a cancelled run', async () => {
    const { w, graph } = await planted()
    mkdirSync(join(w.ctx.workspace, DERIVED_DIR, 'validation-77'))
    const stopping = {
      ...scorer,
      run: async (...given: Parameters<typeof scorer.run>) => {
        w.abort()
        return scorer.run(...given)
      },
    }
    const running = validate(w.ctx, input(graph.runId), { scorer: stopping, stress })
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    const run = w.db.prepare(`SELECT id, status, stats FROM run WHERE kind = 'validation'`).all()
    expect(run).toEqual([{ id: expect.any(Number), status: 'cancelled', stats: '{}' }])
    expect(
      readdirSync(join(w.ctx.workspace, DERIVED_DIR)).filter((name) => name.startsWith('validation')),
    ).toEqual([])
  })

  it('says how many labels are missing', async () => {
    const { w, graph } = await planted()
    w.db.exec(`DELETE FROM label WHERE label = 'malicious' AND account_id > 9`)
    const few = validate(w.ctx, input(graph.runId), { scorer, stress })
    await expect(few).rejects.toThrow(/Too few labels to learn from: 3 malicious/)
    w.db.exec(`UPDATE label SET label = 'malicious' WHERE account_id BETWEEN 10 AND 15`)
    const some = validate(w.ctx, input(graph.runId), { scorer, stress })
    await expect(some).rejects.toThrow(/Too few labels to validate with: 7 malicious .* at least 10 of each/)
    expect(w.db.prepare(`SELECT count(*) FROM run WHERE kind = 'validation'`).pluck().get()).toBe(0)
  })
})
