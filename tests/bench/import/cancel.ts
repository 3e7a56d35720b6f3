import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { contentHash } from '../../../src-main/compute/ingest/resume/content-hash.ts'
import { seeded } from '../../../src-main/compute/ingest/testing/kill.ts'
import { createNodeCore } from '../../../src-main/hosts/node/create.ts'

/**
 * How long a person waits who cancels an import: from jobs.cancel until the job has ended, at random moments (20 unless told), half of
 * them evenly over the import's time, half evenly over its phases. After each, what was left is cleared away and the
 * workspace must hold what it held before. A budget, since nobody else measures it: 1,000 ms at the 95th percentile.
 * Usage: node tests/bench/import/cancel.ts [CANCELS] [--accounts N]. Exit code 1 over the budget or with anything left.
 */
const BUDGET_MS = 1000
const CLI = resolve(import.meta.dirname, '../../../src-main/hosts/cli/main.ts')
const at = process.argv.indexOf('--accounts')
const accounts = at < 0 ? '20000' : process.argv[at + 1]!
const cancels = Number(process.argv[2]?.startsWith('--') ? 20 : (process.argv[2] ?? 20))
const dir = mkdtempSync(join(tmpdir(), 'shoal-cancel-'))
process.env['SHOAL_USER_DIR'] = join(dir, 'user')
const random = seeded(7)

const core = createNodeCore()
let wrong = 0
try {
  for (const args of [
    ['first', '--accounts', '400', '--seed', '1'],
    ['export', '--accounts', accounts, '--seed', '2'],
  ]) {
    const made = spawnSync(process.execPath, [CLI, 'simulate', ...args], { cwd: dir, encoding: 'utf8' })
    if (made.status !== 0) throw new Error(made.stderr)
  }
  const paths = [join(dir, 'export')]
  /** When each phase of the import that runs was first heard of, ms since its job began. */
  let phases: { phase: string; at: number }[] = []
  let began = 0
  let heard: ((phase: string) => void) | null = null
  core.on('jobs.changed', (job) => {
    if (job.kind !== 'import' || !job.progress) return
    const { phase } = job.progress
    if (phases.at(-1)?.phase !== phase) phases.push({ phase, at: performance.now() - began })
    heard?.(phase)
  })
  const start = async () => {
    phases = []
    began = performance.now()
    return (await core.ask('imports.start', { paths, analyze: false })).id
  }
  const jobs = () => core.session()!.jobs
  const content = async () =>
    (await contentHash({ db: core.session()!.workspace.db, progress() {}, async checkpoint() {} })).sha256

  await core.open(join(dir, 'whole'), true)
  await jobs().ended(await start())
  const length = performance.now() - began
  const whole = phases
  let made = 0
  const fresh = async (): Promise<string> => {
    await core.open(join(dir, `w${++made}`), true)
    const first = await core.ask('imports.start', { paths: [join(dir, 'first')], analyze: false })
    await jobs().ended(first.id)
    return content()
  }
  let before = await fresh()

  const waits: number[] = []
  const byPhase = new Map<string, number>()
  for (let round = 1; waits.length < cancels && round <= cancels * 3; round++) {
    const stage = whole[Math.floor(random() * whole.length)]!
    const span = (whole[whole.indexOf(stage) + 1]?.at ?? length) - stage.at
    const even = round % 2 === 0
    const id = await start()
    const moment = random()
    await new Promise<void>((done) => {
      if (even) return void setTimeout(done, moment * length)
      heard = (phase) => {
        if (phase !== stage.phase) return
        heard = null
        setTimeout(done, moment * span)
      }
      void jobs()
        .ended(id)
        .then(() => done())
    })
    heard = null
    const phase = phases.at(-1)?.phase ?? 'opening'
    const asked = performance.now()
    const cancelled = jobs().cancel(id)
    const ended = cancelled.finishedAt === null ? await jobs().ended(id) : cancelled
    if (ended.status !== 'cancelled') {
      before = await fresh() // it was faster
      continue
    }
    const wait = performance.now() - asked
    waits.push(wait)
    byPhase.set(phase, Math.max(byPhase.get(phase) ?? 0, wait))
    for (const job of jobs().list())
      if (job.status === 'queued' || job.status === 'running') await jobs().ended(job.id)
    const left = core
      .session()!
      .workspace.db.prepare(`SELECT count(*) FROM source WHERE status = 'importing'`)
      .pluck()
      .get()
    if (left !== 0 || (await content()) !== before) {
      console.error(`after a cancel in ${phase}: something is left`)
      wrong++
    }
  }
  waits.sort((a, b) => a - b)
  const share = (p: number) => waits[Math.min(waits.length - 1, Math.ceil(p * waits.length) - 1)]!.toFixed(0)
  console.log(
    `import of ${Number(accounts).toLocaleString('en-US')} accounts, undisturbed ${(length / 1000).toFixed(1)} s; ${waits.length} cancels`,
  )
  console.log(`  answered after: median ${share(0.5)} ms, p95 ${share(0.95)} ms, longest ${share(1)} ms`)
  for (const [phase, longest] of byPhase)
    console.log(`  ${phase.padEnd(20)} longest ${longest.toFixed(0)} ms`)
  if (Number(share(0.95)) > BUDGET_MS) wrong++
  console.log(wrong === 0 ? '  the workspace as before after each' : `  ${wrong} failures`)
} finally {
  await core.close()
  rmSync(dir, { recursive: true, force: true })
}
if (wrong > 0) process.exit(1)
