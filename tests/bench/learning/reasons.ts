/**
 * How long a reason takes once a scores run is open: what `compute.explain` answers (contributions of every quantity, and
 * what the 40 strongest neighbours do) for accounts of all scores, in a simulated workspace with a model trained in it.
 * Beside it, in turns, the plain way: every column set to typical once and the model run on each such row, and the model
 * run again without each of the same neighbours. The ratio is reason / plain way, by the median.
 *
 *   node tests/bench/learning/reasons.ts [--accounts 10000] [--ask 20] [--folds 2]
 *
 * Ends with 1 where a reason's contributions do not add up to the score.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPace, freePace } from '../../../src-main/common/pace.ts'
import { DEFAULT_RECIPE } from '../../../src-main/common/recipe.ts'
import type { ComputeContext } from '../../../src-main/compute/context.ts'
import { runGraphStep } from '../../../src-main/compute/graph/step.ts'
import { importExport } from '../../../src-main/compute/ingest/import.ts'
import { trainingLabels } from '../../../src-main/compute/store/labels.ts'
import { counterfactuals } from '../../../src-main/compute/learning/reasons/counterfactuals.ts'
import { openEgo } from '../../../src-main/compute/learning/reasons/ego.ts'
import { explainAccounts } from '../../../src-main/compute/learning/reasons/explain.ts'
import { dropKeptScores } from '../../../src-main/compute/learning/reasons/keeper.ts'
import { nodeOf, rowsOf, scoresRun, withScored } from '../../../src-main/compute/learning/reasons/kept.ts'
import { Questions } from '../../../src-main/compute/learning/reasons/questions.ts'
import { jointContributions } from '../../../src-main/compute/learning/reasons/table-reasons.ts'
import { strongestTies } from '../../../src-main/compute/learning/reasons/ties.ts'
import { jointMargins } from '../../../src-main/compute/learning/scorers/joint.ts'
import { trainScorer } from '../../../src-main/compute/learning/scorers/train.ts'
import { simulateOptionsSchema } from '../../../src-main/compute/simulate/settings.ts'
import { simulate } from '../../../src-main/compute/simulate/simulate.ts'
import { openStore } from '../../../src-main/compute/store/open.ts'
import { createWorkspaceFolder, openDatabase } from '../../../src-main/core/db/open.ts'

const argument = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : Number(process.argv[at + 1])
}
const accounts = argument('accounts', 10_000)
const asked = argument('ask', 20)

const clock = async <T>(work: () => Promise<T>): Promise<{ ms: number; cpu: number; value: T }> => {
  const start = performance.now()
  const used = process.cpuUsage()
  const value = await work()
  const { user, system } = process.cpuUsage(used)
  return { ms: performance.now() - start, cpu: (user + system) / 1000, value }
}
const ranked = (values: readonly number[]) => values.toSorted((a, b) => a - b)
const median = (values: readonly number[]) => ranked(values)[values.length >> 1]
const said = (values: readonly number[]) =>
  `median ${median(values).toFixed(0)} ms, 95% ${ranked(values)[Math.floor(0.95 * values.length)].toFixed(0)} ms, most ${Math.max(...values).toFixed(0)} ms`

const folder = mkdtempSync(join(tmpdir(), 'shoal-bench-reasons-'))
try {
  const source = join(folder, 'export')
  await simulate(simulateOptionsSchema.parse({ out: source, accounts, seed: 1 }), freePace())
  const workspace = createWorkspaceFolder(join(folder, 'bench.shoal'))
  openDatabase(workspace).close()
  const db = openStore(workspace)
  const ctx: ComputeContext = {
    ...createPace(new AbortController().signal),
    workspace,
    db,
    modelsDir: '',
    appVersion: 'bench',
    jobId: null,
    now: () => Date.now(),
    log: (_, message) => console.error(message),
  }
  await importExport(ctx, { paths: [source] })
  const graph = await runGraphStep(ctx, DEFAULT_RECIPE)
  const training = await clock(() =>
    trainScorer(ctx, {
      workspace,
      jobId: null,
      graphRunId: graph.runId,
      scorer: 'default',
      params: { folds: argument('folds', 2) },
      seed: 1,
      refit: null,
      folder: 'bench-1',
      actor: 'bench',
    }),
  )
  const { scoresRunId: runId, members } = training.value
  const labels = trainingLabels(ctx, graph.accountIds).nodes.length
  console.log(
    `${accounts} simulated accounts, ${graph.combined.targets.length / 2} edges, ${labels} labels; members ${members
      .map(({ id }) => id)
      .join(', ')}; trained in ${(training.ms / 1000).toFixed(1)} s`,
  )
  // Accounts of all scores: every (n / asked)th by score.
  const byScore = db
    .prepare('SELECT account_id FROM score WHERE run_id = ? ORDER BY score DESC, account_id')
    .pluck()
    .all(runId) as number[]
  const ids = Array.from({ length: asked }, (_, i) => byScore[Math.floor((i * byScore.length) / asked)])
  const first = await clock(() => explainAccounts(ctx, runId, [ids[0]]))
  console.log(`first question of a run (opens graph, table, labels, model): ${first.ms.toFixed(0)} ms`)

  const plain = (accountId: number): Promise<number> =>
    withScored(ctx, scoresRun(ctx, runId), async (scored) => {
      const ego = await openEgo(scored, nodeOf(scored, accountId), ctx)
      const questions = new Questions(ego)
      const width = scored.columns.length
      for (let k = 0; k < width; k++) {
        const row = ego.row.slice()
        row[k] = scored.typical[k]
        await scored.model.score(row, 1)
      }
      for (const tie of strongestTies(ego, 40)) await questions.scores([{ ties: new Set([tie]) }], ctx)
      return width
    })
  /** By how much an account's contributions miss its joint log-odds. */
  const missing = (accountId: number): Promise<number> =>
    withScored(ctx, scoresRun(ctx, runId), async (scored) => {
      const row = await rowsOf(scored, Uint32Array.of(nodeOf(scored, accountId)))
      const { parts, baseline } = jointContributions(scored.scorer!, row)
      const { members: models, choices } = scored.scorer!
      const [z] = jointMargins(models, choices.intercept, row.length, row, 1)
      return Math.abs(parts.reduce((sum, part) => sum + part, baseline) - z)
    })
  const reasons: number[] = []
  const brute: number[] = []
  const cpu = { reason: 0, plain: 0 }
  let off = 0
  let untold = 0
  for (const accountId of ids) {
    const reason = await clock(() => explainAccounts(ctx, runId, [accountId]))
    const other = await clock(() => plain(accountId))
    reasons.push(reason.ms)
    brute.push(other.ms)
    cpu.reason += reason.cpu
    cpu.plain += other.cpu
    off = Math.max(off, await missing(accountId))
    const [{ score, baseline, reasons: parts }] = reason.value
    const sum = parts.reduce((total, { contribution }) => total + contribution, 0)
    untold = Math.max(untold, Math.abs(sum - (score - baseline)))
  }
  console.log(
    `a reason                 ${said(reasons)}; ${(cpu.reason / asked).toFixed(0)} ms of processor time`,
  )
  console.log(
    `every column one by one  ${said(brute)}; ${(cpu.plain / asked).toFixed(0)} ms of processor time`,
  )
  console.log(
    `ratio ${(median(reasons) / median(brute)).toFixed(2)} by the clock, ${(cpu.reason / cpu.plain).toFixed(2)} in processor time`,
  )
  console.log(
    `contributions miss the log-odds by at most ${off.toExponential(1)}; those that are not told (under 0.001, or beyond the 150 largest) come to at most ${untold.toFixed(3)} of a score`,
  )

  const searches: number[] = []
  let named = 0
  let random = 0
  let flipped = 0
  let over = 0
  let counted = 0
  for (const accountId of byScore.slice(0, asked)) {
    const found = await clock(() => counterfactuals(ctx, { workspace, scoresRunId: runId, accountId }))
    searches.push(found.ms)
    const { fidelity, flip, score, threshold } = found.value
    if (score >= threshold) over++
    if (flip !== null) flipped++
    if (fidelity === null) continue
    counted++
    named += fidelity.named
    random += fidelity.random
  }
  console.log(`what would change it     ${said(searches)}, the ${asked} highest scores`)
  console.log(
    `of ${over} over the threshold ${flipped} flip; the score falls by ${(named / counted).toFixed(3)} without what is named, by ${(random / counted).toFixed(3)} without as much at random`,
  )
  console.log(`Node ${process.version}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}`)
  await dropKeptScores()
  db.close()
  if (!(off < 1e-3)) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
