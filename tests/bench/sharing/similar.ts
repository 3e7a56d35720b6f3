/**
 * How long "most like this one" and the scan of all shared things take on a workspace that has been analysed:
 *
 *   node tests/bench/sharing/similar.ts WORKSPACE [--accounts N]
 */
import { globSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { similarityWeightsSchema } from '../../../src-main/common/contract/sharing.ts'
import { freePace } from '../../../src-main/common/pace.ts'
import type { ComputeContext } from '../../../src-main/compute/context.ts'
import { sharingIndex } from '../../../src-main/compute/sharing/index-file.ts'
import { duplicateGroups } from '../../../src-main/compute/similarity/groups.ts'
import { similarAccounts } from '../../../src-main/compute/similarity/similar-accounts.ts'
import { openStore } from '../../../src-main/compute/store/open.ts'

const workspace = process.argv[2]
if (workspace === undefined) {
  process.stderr.write('Name a workspace.\n')
  process.exit(2)
}
const at = process.argv.indexOf('--accounts')
const asked = at < 0 ? 100 : Number(process.argv[at + 1])
const db = openStore(workspace)
const ctx: ComputeContext = {
  ...freePace(),
  workspace,
  db,
  modelsDir: '',
  appVersion: 'bench',
  jobId: null,
  now: () => 0,
  log: () => {},
}
/** On a busy machine the processor's time says more than the clock's. */
const cpuSeconds = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
const timed = async (name: string, work: () => Promise<unknown>): Promise<void> => {
  const started = performance.now()
  const before = cpuSeconds()
  await work()
  const seconds = ((performance.now() - started) / 1000).toFixed(2)
  process.stdout.write(`${name}: ${seconds} s (processor ${(cpuSeconds() - before).toFixed(2)} s)\n`)
}
const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number
process.stdout.write(
  `${count('account')} accounts, ${count('event')} events, ${count('link')} links, ${count('relation')} relations\n`,
)
// Only the index is rebuilt; it is derived and loses nothing.
for (const file of globSync(join(workspace, 'derived/sharing-*.bin'))) rmSync(file)
await timed('scan of all shared things, causes and factors', () => sharingIndex(ctx, null))
await timed('the same from its file', () => sharingIndex(ctx, null))
const graphRunId =
  (db.prepare(`SELECT max(id) FROM run WHERE kind = 'graph' AND status = 'done'`).pluck().get() as
    number | null) ?? null
const ids = db.prepare('SELECT id FROM ready_account ORDER BY id').pluck().all() as number[]
const seconds: number[] = []
const processor: number[] = []
for (let k = 0; k < asked; k++) {
  const id = ids[Math.floor(((k + 0.5) * ids.length) / asked)]!
  const before = cpuSeconds()
  const found = await similarAccounts(ctx, {
    graphRunId,
    id,
    limit: 20,
    weights: similarityWeightsSchema.parse({}),
  })
  seconds.push(found.seconds)
  processor.push(cpuSeconds() - before)
}
const quantiles = (values: number[]): string => {
  values.sort((x, y) => x - y)
  const at = (q: number) => values[Math.min(asked - 1, Math.floor(q * asked))]!.toFixed(2)
  return `median ${at(0.5)} s, 95% ${at(0.95)} s, most ${at(1)} s`
}
process.stdout.write(
  `most like this one, ${asked} accounts: ${quantiles(seconds)} (processor: ${quantiles(processor)})\n`,
)
const options = { minSimilarity: 0.8, minLength: 20, account: null, offset: 0, limit: 50 }
for (const part of ['profiles', 'reports', 'entities'] as const)
  await timed(`groups by ${part}`, () => duplicateGroups(ctx, { ...options, of: part }))
process.stdout.write(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB\n`)
db.close()
