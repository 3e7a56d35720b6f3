import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_RECIPE } from '../../../common/recipe.ts'
import { Random } from '../../communities/random.ts'
import type { ComputeContext } from '../../context.ts'
import { runGraphStep } from '../../graph/step.ts'
import { testWorkspace } from '../../graph/test-workspace.ts'
import type { TestWorkspace } from '../../graph/test-workspace.ts'
import type { AccountGraph } from '../../graph/types.ts'
import { auroc } from '../evaluate/metrics.ts'
import { openFeatures } from '../features/source.ts'
import { trainingLabels } from '../../store/labels.ts'
import { openTableModel } from './model-folder.ts'
import { everyNode, RowReader } from './score-table.ts'
import { scoreWithModel } from './score.ts'
import { trainScorer } from './train.ts'
import type { ScoresStats } from './write-scores.ts'

const N = 320
const BAD = 80

const open: TestWorkspace[] = []
afterAll(() => {
  for (const w of open) w.close()
})

/** Bad accounts know each other and write more; some facts are missing. The first `labelled` of each kind have labels. */
function world(labelled: number): TestWorkspace {
  const w = testWorkspace(1_700_000_000_000)
  open.push(w)
  const random = new Random(7)
  w.accounts(...Array.from({ length: N }, (_, k) => `a${k}`))
  w.db.transaction(() => {
    for (let k = 0; k < N; k++) {
      const bad = k < BAD
      const attributes: Record<string, string> = {
        messages: String(Math.round((bad ? 30 : 20) * (0.5 + random.next()))),
        noise: String(random.int(1000)),
        platform: random.next() < (bad ? 0.6 : 0.3) ? 'ios' : 'android',
      }
      if (random.next() < 0.2) delete attributes['messages']
      w.profile(k + 1, attributes)
      for (let e = 0; e < 4; e++) {
        const own = bad ? random.int(BAD) : BAD + random.int(N - BAD)
        const other = random.next() < 0.75 ? own : random.int(N)
        if (other !== k) w.relation(k + 1, other + 1)
      }
      if (bad ? k < labelled : k - BAD < labelled) w.label(k + 1, bad ? 'malicious' : 'benign', 1000 * k)
    }
  })()
  return w
}

const input = (w: TestWorkspace, graph: AccountGraph, folder: string, more = {}) => ({
  workspace: w.ctx.workspace,
  jobId: null,
  graphRunId: graph.runId,
  scorer: 'default',
  params: { folds: 3, network: false } as Record<string, unknown>,
  seed: 1,
  refit: null as string | null,
  folder,
  actor: 'ada',
  ...more,
})

const scoresOf = (ctx: ComputeContext, runId: number): Float32Array =>
  Float32Array.from(
    ctx.db
      .prepare('SELECT score FROM score WHERE run_id = ? ORDER BY account_id')
      .pluck()
      .all(runId) as number[],
  )
const statsOf = <T>(ctx: ComputeContext, runId: number): T =>
  JSON.parse(ctx.db.prepare('SELECT stats FROM run WHERE id = ?').pluck().get(runId) as string) as T

describe('trainScorer', () => {
  let w: TestWorkspace
  let graph: AccountGraph
  let made: Awaited<ReturnType<typeof trainScorer>>
  beforeAll(async () => {
    w = world(60)
    graph = await runGraphStep(w.ctx, DEFAULT_RECIPE)
    made = await trainScorer(w.ctx, input(w, graph, 'default-1', { params: { folds: 3 } }))
  }, 60_000)

  it('finds the bad accounts that have no label', () => {
    const scores = scoresOf(w.ctx, made.scoresRunId)
    expect(scores).toHaveLength(N)
    const unlabelled = Array.from({ length: N }, (_, k) => k).filter((k) =>
      k < BAD ? k >= 60 : k >= BAD + 60,
    )
    const y = Uint8Array.from(unlabelled, (k) => (k < BAD ? 1 : 0))
    expect(
      auroc(
        y,
        Float32Array.from(unlabelled, (k) => scores[k]),
      ),
    ).toBeGreaterThan(0.85)
    for (const score of scores) expect(score >= 0 && score <= 1).toBe(true)
  })

  it('writes a folder that opens, whose ONNX gives the scores that are stored and its members compute', async () => {
    const folder = join(w.ctx.workspace, 'models/default-1')
    expect(made.folder).toBe(folder)
    expect(readdirSync(join(w.ctx.workspace, 'models'))).toEqual(['default-1'])
    const model = await openTableModel(folder)
    expect(model.loaded.goldenError).toBeLessThanOrEqual(1e-5)
    expect(model.loaded.sha256).toBe(made.sha256)
    expect(model.manifest).toMatchObject({ kind: 'account_scores', trained_on: 'workspace', opset: 18 })
    expect(model.params?.scorer).toBe('default')
    expect(model.params?.columns.map((c) => c.name)).toEqual(model.names)
    expect(model.names.some((name) => name.startsWith('rate:'))).toBe(true)
    const source = await openFeatures(w.ctx, graph)
    const labels = await source.labelColumns(trainingLabels(w.ctx, graph.accountIds), { seed: 1 }, w.ctx)
    const reader = new RowReader(source, labels, model.names)
    const x = new Float32Array(N * model.names.length)
    await reader.read(everyNode(N), x)
    expect(reader.missing).toEqual([])
    const onnx = await model.score(x, N)
    const members = (await model.members()).score(x, N)
    const stored = scoresOf(w.ctx, made.scoresRunId)
    for (let u = 0; u < N; u++) {
      expect(Math.abs(onnx[u] - stored[u])).toBeLessThan(1e-5)
      expect(Math.abs(members[u] - stored[u])).toBeLessThan(1e-5)
    }
    await model.loaded.release()
    await source.close()
  })

  it('says in its runs and on its card what it is', () => {
    const runs = w.ctx.db
      .prepare('SELECT id, kind, status, parent_run_id AS parent FROM run WHERE id >= ?')
      .all(made.trainingRunId)
    expect(runs).toEqual([
      { id: made.trainingRunId, kind: 'training', status: 'done', parent: graph.runId },
      { id: made.scoresRunId, kind: 'scores', status: 'done', parent: graph.runId },
    ])
    const training = statsOf<Record<string, never>>(w.ctx, made.trainingRunId)
    expect(training).toMatchObject({
      malicious: 60,
      benign: 60,
      few: false,
      refit: false,
      folder: 'default-1',
    })
    expect(training['by']).toEqual([{ who: 'import:', malicious: 60, benign: 60 }])
    const stats = statsOf<ScoresStats>(w.ctx, made.scoresRunId)
    expect(stats.scored).toBe(N)
    expect(stats.histogram.reduce((s, v) => s + v, 0)).toBe(N)
    expect(stats.above).toBe(
      scoresOf(w.ctx, made.scoresRunId).filter((s) => s >= Math.fround(stats.threshold)).length,
    )
    expect(made).toMatchObject({ malicious: 60, benign: 60, few: false, scorer: 'default' })
    expect(made.auroc).toBeGreaterThan(0.8)
    expect(made.members.reduce((s, m) => s + m.weight, 0)).toBeCloseTo(1, 6)
    const card = readFileSync(join(made.folder, 'card.md'), 'utf8')
    for (const words of [
      '120 labelled accounts',
      '60 malicious',
      'A score is a lead, not a verdict',
      'by ada',
      '3-fold',
      '## What it looks at',
    ])
      expect(card).toContain(words)
    expect(card).not.toContain('simulated')
    expect(card).not.toMatch(/undefined|NaN|null/)
  })

  it('gives the same model for the same seed', async () => {
    const params = { folds: 3, network: false }
    const first = await trainScorer(w.ctx, input(w, graph, 'same-1', { params }))
    const second = await trainScorer(w.ctx, input(w, graph, 'same-2', { params }))
    expect(second.sha256).toBe(first.sha256)
    expect(scoresOf(w.ctx, second.scoresRunId)).toEqual(scoresOf(w.ctx, first.scoresRunId))
  }, 60_000)

  it('scores again with the folder alone, and with the labels that stand then', async () => {
    const again = await scoreWithModel(w.ctx, { graphRunId: graph.runId, folder: made.folder })
    const stored = scoresOf(w.ctx, made.scoresRunId)
    scoresOf(w.ctx, again.runId).forEach((score, u) => expect(Math.abs(score - stored[u])).toBeLessThan(1e-5))
    expect(statsOf<ScoresStats>(w.ctx, again.runId).warnings).toEqual([])
    expect(again).toMatchObject({ scored: N, provider: 'cpu' })
  })

  it('refits with the choices of a folder, quickly and without choosing', async () => {
    w.judge(70, 'malicious')
    w.judge(BAD + 70, 'benign')
    const refit = await trainScorer(w.ctx, input(w, graph, 'default-2', { refit: made.folder }))
    expect(refit).toMatchObject({ malicious: 61, benign: 61, auroc: null })
    const kept = made.members.filter(({ weight }) => weight >= 0.1)
    const sum = kept.reduce((total, { weight }) => total + weight, 0)
    expect(refit.members.map(({ id }) => id)).toEqual(kept.map(({ id }) => id))
    refit.members.forEach(({ weight }, k) => expect(weight).toBeCloseTo(kept[k].weight / sum, 9))
    const shares = Object.values((await openTableModel(made.folder)).params!.choices.importance!)
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 2)
    const model = await openTableModel(refit.folder)
    expect(model.params!.choices.threshold).toEqual(
      (await openTableModel(made.folder)).params!.choices.threshold,
    )
    expect(model.params!.members.every((files) => files.length === 1)).toBe(true)
    expect(readFileSync(join(refit.folder, 'card.md'), 'utf8')).toContain('taken over from')
    expect(statsOf<{ by: unknown[] }>(w.ctx, refit.trainingRunId).by).toHaveLength(2)
  })

  it('lets through what can be reviewed, where that is asked for', async () => {
    const capped = await trainScorer(
      w.ctx,
      input(w, graph, 'capped', { scorer: 'logistic', params: { folds: 3, capacity: 12 } }),
    )
    const labelled = new Set(trainingLabels(w.ctx, graph.accountIds).nodes)
    const { threshold } = statsOf<ScoresStats>(w.ctx, capped.scoresRunId)
    const through = scoresOf(w.ctx, capped.scoresRunId).filter((s, u) => s >= threshold && !labelled.has(u))
    expect(through).toHaveLength(12)
  })

  it('leaves nothing when cancelled, wherever that is', async () => {
    for (const phase of ['training.folds', 'training.score', 'training.write']) {
      const before = w.ctx.db.prepare('SELECT count(*) FROM score').pluck().get()
      const abort = new AbortController()
      const stopped: ComputeContext = {
        ...w.ctx,
        signal: abort.signal,
        progress: (p) => {
          if (p.phase === phase) abort.abort()
        },
        async checkpoint() {
          abort.signal.throwIfAborted()
        },
      }
      const params = { folds: 2 }
      const given = input(w, graph, 'stopped', { scorer: 'logistic', params })
      await expect(trainScorer(stopped, given)).rejects.toMatchObject({ name: 'AbortError' })
      expect(existsSync(join(w.ctx.workspace, 'models/stopped'))).toBe(false)
      expect(existsSync(join(w.ctx.workspace, 'models/stopped.part'))).toBe(false)
      expect(w.ctx.db.prepare('SELECT count(*) FROM score').pluck().get()).toBe(before)
      const left = w.ctx.db.prepare("SELECT count(*) FROM run WHERE status = 'running'").pluck().get()
      expect(left).toBe(0)
    }
  })

  it('refuses what can not be trained', async () => {
    const refuse = (more: Record<string, unknown>, message: RegExp) =>
      expect(trainScorer(w.ctx, input(w, graph, 'x', more))).rejects.toThrow(message)
    await refuse({ scorer: 'label-spreading' }, /can't be saved as a model/)
    await refuse({ scorer: 'magic' }, /no scorer magic. There are default,/)
    await refuse({ params: { fold: 3 } }, /no parameter fold/)
    await refuse({ scorer: 'logistic', refit: made.folder }, /was not trained by logistic/)
  })
})

describe('trainScorer with few labels', () => {
  it('says how many are missing', async () => {
    const w = world(3)
    const graph = await runGraphStep(w.ctx, DEFAULT_RECIPE)
    await expect(trainScorer(w.ctx, input(w, graph, 'm'))).rejects.toThrow(
      /3 malicious and 3 benign. Label at least 2 more malicious and 2 more benign accounts/,
    )
  })

  it('refuses a single class', async () => {
    const w = world(0)
    for (let k = 0; k < 30; k++) w.label(k + 1, 'malicious')
    const graph = await runGraphStep(w.ctx, DEFAULT_RECIPE)
    await expect(trainScorer(w.ctx, input(w, graph, 'm'))).rejects.toThrow(/5 more benign accounts/)
  })

  it('warns, and still learns something, with 8 of each', async () => {
    const w = world(8)
    const graph = await runGraphStep(w.ctx, DEFAULT_RECIPE)
    const made = await trainScorer(w.ctx, input(w, graph, 'few'))
    expect(made.few).toBe(true)
    expect(statsOf<ScoresStats>(w.ctx, made.scoresRunId).warnings.map((x) => x.code)).toEqual(['few_labels'])
    const scores = scoresOf(w.ctx, made.scoresRunId)
    const y = Uint8Array.from(scores, (_, k) => (k < BAD ? 1 : 0))
    expect(auroc(y, scores)).toBeGreaterThan(0.6)
    expect(readFileSync(join(made.folder, 'card.md'), 'utf8')).toContain('Few labels')
  })
})

describe('scoreWithModel', () => {
  it('says what another export lacks', async () => {
    const w = world(60)
    const graph = await runGraphStep(w.ctx, DEFAULT_RECIPE)
    const { folder } = await trainScorer(
      w.ctx,
      input(w, graph, 'm', { scorer: 'logistic', params: { folds: 2 } }),
    )
    const bare = world(0)
    bare.db.exec('DELETE FROM account_record')
    bare.relation(1, N)
    const other = await runGraphStep(bare.ctx, DEFAULT_RECIPE)
    const { runId } = await scoreWithModel(bare.ctx, { graphRunId: other.runId, folder })
    const { warnings } = statsOf<ScoresStats>(bare.ctx, runId)
    expect(warnings.map((x) => x.code)).toEqual(['embedding_not_aligned', 'features_missing'])
    for (const score of scoresOf(bare.ctx, runId)) expect(score >= 0 && score <= 1).toBe(true)
  })
})
