/**
 * Training a scorer in the app, as a person starts it (features, inner validation, all members, saving, scoring every
 * account), against scikit-learn fitting the same members on the same columns and folds (its labels-as-columns aside).
 *
 *   node tests/bench/learning/training.ts [EXPORT]            default ../shared/data/tolokers
 *   node tests/bench/learning/training.ts --refit [ACCOUNTS]  20 new labels on simulated accounts: refit against training
 *
 * PYTHON names the interpreter of the peer (numpy, scikit-learn); without it the peer is left out and that is said.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TrainResult } from '../../../src-main/common/contract/learning.ts'
import type { Core } from '../../../src-main/core/app.ts'
import { startTraining } from '../../../src-main/core/learning/service.ts'
import { createNodeCore } from '../../../src-main/hosts/node/create.ts'

const args = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'shoal-training-'))
const seconds = (from: number) => (performance.now() - from) / 1000
const core = createNodeCore()
try {
  await core.open(join(folder, 'w.shoal'), true)
  if (args[0] === '--refit') await refit(core, Number(args[1] ?? 100_000))
  else await full(core, resolve(args[0] ?? join(import.meta.dirname, '../../../../shared/data/tolokers')))
} finally {
  await core.close()
  rmSync(folder, { recursive: true, force: true })
}

async function ended(core: Core, id: number): Promise<Record<string, unknown>> {
  const job = await core.session()!.jobs.ended(id)
  if (job.status !== 'done') throw new Error(job.error?.message ?? job.status)
  return job.result!
}

async function train(core: Core, refit: boolean): Promise<TrainResult & { wall: number }> {
  const started = performance.now()
  const job = startTraining(core.context, core.session()!, { scorer: 'default', params: {}, seed: 1, refit })
  const result = (await ended(core, job.id)) as unknown as TrainResult
  return { ...result, wall: seconds(started) }
}

async function prepare(core: Core, path: string): Promise<void> {
  await ended(core, (await core.ask('imports.start', { paths: [path], analyze: false })).id)
  await ended(core, (await core.ask('analysis.start', {})).id)
}

async function full(core: Core, path: string): Promise<void> {
  await prepare(core, path)
  const result = await train(core, false)
  const again = await train(core, true)
  say(`${path}: ${result.malicious} malicious, ${result.benign} benign labels`)
  say(`  full training, saving and scoring included   ${result.wall.toFixed(1)} s`)
  say(`  refit                                        ${again.wall.toFixed(1)} s`)
  say(
    `  inner AUROC ${result.auroc!.toFixed(4)}, AUPRC ${result.auprc!.toFixed(4)}; ${result.members.map((m) => `${m.id} ${m.weight.toFixed(2)}`).join(', ')}`,
  )
  const python = process.env['PYTHON']
  if (python === undefined) return say('  PYTHON is not set: scikit-learn was not run, so there is no ratio.')
  const dataset = join(folder, 'dataset')
  await ended(core, (await core.ask('models.exportDataset', { path: dataset })).id)
  const peer = spawnSync(python, [join(import.meta.dirname, 'training_peer.py'), dataset], {
    encoding: 'utf8',
  })
  if (peer.status !== 0) throw new Error(peer.stderr)
  const found = JSON.parse(peer.stdout) as { seconds: number; auroc: number; versions: string }
  say(
    `  ${found.versions}, the same members and folds, 2 threads: ${found.seconds.toFixed(1)} s (out-of-fold AUROC of the boosting on all columns ${found.auroc.toFixed(4)})`,
  )
  say(`  ratio ${(result.wall / found.seconds).toFixed(2)}`)
}

async function refit(core: Core, accounts: number): Promise<void> {
  const out = join(folder, 'sim')
  await core.context.compute.call('compute.simulate', { out, accounts, seed: 5 })
  await prepare(core, out)
  const first = await train(core, false)
  const page = await core.ask('labels.queue', { limit: 20 })
  for (const [i, { accountId }] of page.entries())
    await core.ask('judgements.set', {
      target: { kind: 'account', ref: accountId },
      verdict: i % 3 === 0 ? 'malicious' : 'benign',
      reason: '',
    })
  const again = await train(core, true)
  say(`${accounts} simulated accounts, ${first.malicious + first.benign} labels, 20 more by an analyst`)
  say(
    `  full training ${first.wall.toFixed(1)} s, refit ${again.wall.toFixed(1)} s: ratio ${(again.wall / first.wall).toFixed(2)}`,
  )
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
