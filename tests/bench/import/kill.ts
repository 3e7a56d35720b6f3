import { spawn, type ChildProcess } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { checkWorkspace } from '../../../src-main/compute/ingest/resume/check.ts'
import { contentHash } from '../../../src-main/compute/ingest/resume/content-hash.ts'
import { blank, creditHash, seeded, storedFiles } from '../../../src-main/compute/ingest/testing/kill.ts'
import { contextFor } from '../../../src-main/compute/ingest/testing/workspace.ts'
import { openStore } from '../../../src-main/compute/store/open.ts'

/**
 * `shoal import` killed (SIGKILL, both of its processes) at random moments, 50 unless told: half of them evenly over the time behind its start, half evenly
 * over its phases, every fifth killed once more while it goes on. After each the workspace must open, pass
 * integrity_check and show either nothing of the import or all of it; `--resume` must end with the content, the credits and
 * the checks of an undisturbed import, without reading a stored file again (they are filled with zeros before it runs).
 * A kill leaves what the system holds of files alone: it is no power cut.
 * Usage: node tests/bench/import/kill.ts [KILLS] [--seed S] [--accounts N]. Exit code 1 where anything is wrong.
 */
const ROOT = resolve(import.meta.dirname, '../../..')
const CLI = join(ROOT, 'src-main/hosts/cli/main.ts')
const option = (name: string, otherwise: number) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : Number(process.argv[at + 1])
}
const kills = Number(process.argv[2]?.startsWith('--') ? 50 : (process.argv[2] ?? 50))
const seed = option('seed', 20261123)
const random = seeded(seed)
const dir = mkdtempSync(join(tmpdir(), 'shoal-kill-'))
const began = performance.now()

interface Ran {
  killed: boolean
  /** ms since the start at which each phase was first heard of. */
  phases: { phase: string; at: number }[]
  ms: number
  json: Record<string, unknown> | null
}
/** When to kill: so many ms after a phase began. */
type Moment = { after: number; phase: string } | null

function shoal(args: string[], moment: Moment = null): Promise<Ran> {
  const started = performance.now()
  const child: ChildProcess = spawn(process.execPath, [CLI, ...args, '--json'], {
    cwd: dir,
    env: { ...process.env, SHOAL_USER_DIR: join(dir, 'user') },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const ran: Ran = { killed: false, phases: [], ms: 0, json: null }
  let out = ''
  let err = ''
  let timer: NodeJS.Timeout | undefined
  // The whole group: the command and its compute process, as a crash of the machine's session takes both.
  const kill = () => {
    try {
      process.kill(-child.pid!, 'SIGKILL')
    } catch {
      // It has ended.
    }
  }
  child.stdout!.on('data', (data: Buffer) => (out += data.toString()))
  createInterface({ input: child.stderr! }).on('line', (line) => {
    err += `${line}\n`
    const phase = /^… (?:Importing · )?(.+)$/.exec(line)?.[1]
    if (phase === undefined) return
    ran.phases.push({ phase, at: performance.now() - started })
    if (moment?.phase === phase && timer === undefined) timer = setTimeout(kill, moment.after)
  })
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      ran.ms = performance.now() - started
      ran.killed = signal === 'SIGKILL'
      if (!ran.killed && code !== 0) fail(new Error(`shoal ${args.join(' ')}: ${err}${out}`))
      else {
        if (!ran.killed) ran.json = JSON.parse(out) as Record<string, unknown>
        done(ran)
      }
    })
  })
}

async function looked<T>(
  workspace: string,
  look: (ctx: ReturnType<typeof contextFor>) => Promise<T>,
): Promise<T> {
  const db = openStore(workspace)
  try {
    return await look(contextFor(workspace, db))
  } finally {
    db.close()
  }
}
const stateOf = (workspace: string) =>
  looked(workspace, async (ctx) => ({
    content: (await contentHash(ctx)).sha256,
    credits: creditHash(ctx.db),
  }))

const failures: string[] = []
try {
  await shoal(['simulate', 'first', '--accounts', '400', '--seed', '1'])
  await shoal(['simulate', 'export', '--accounts', String(option('accounts', 4000)), '--seed', '2'])
  await shoal(['import', 'base', 'first'])
  const before = await stateOf(join(dir, 'base.shoal'))
  cpSync(join(dir, 'base.shoal'), join(dir, 'whole.shoal'), { recursive: true })
  const whole = await shoal(['import', 'whole', 'export'])
  const expected = await stateOf(join(dir, 'whole.shoal'))
  const starts = whole.phases.filter(({ phase }, i, all) => all.findIndex((p) => p.phase === phase) === i)
  const first = starts[0]!.at
  const lengthOf = (i: number) => (starts[i + 1]?.at ?? whole.ms) - starts[i]!.at
  console.log(
    `${(whole.json!['rowsIn'] as number).toLocaleString('en-US')} rows of ${(whole.json!['sources'] as unknown[]).length} files, ` +
      `undisturbed ${(whole.ms / 1000).toFixed(1)} s; ${kills} kills, seed ${seed}`,
  )
  console.log('  kill  moment                       killed in       shows     stored  adopted  again  result')

  let early = 0
  let spared = 0
  for (let round = 1; round <= kills; round++) {
    const name = `kill${round}`
    const workspace = join(dir, `${name}.shoal`)
    cpSync(join(dir, 'base.shoal'), workspace, { recursive: true })
    const stage = Math.floor(random() * starts.length)
    const moment: Moment =
      round % 2 === 0
        ? { phase: starts[0]!.phase, after: random() * (whole.ms - first) }
        : { phase: starts[stage]!.phase, after: random() * lengthOf(stage) }
    const told = `${moment.phase} + ${moment.after.toFixed(0)} ms`
    const wrong: string[] = []
    let ran = await shoal(['import', name, 'export'], moment)
    const { seen, stored, job } = await looked(workspace, async (ctx) => {
      const said = ctx.db.pragma('integrity_check', { simple: true })
      if (said !== 'ok') wrong.push(`integrity_check: ${String(said)}`)
      return {
        seen: (await contentHash(ctx)).sha256,
        stored: storedFiles(ctx.db),
        job: ctx.db
          .prepare(`SELECT max(id) FROM job WHERE kind = 'import' AND status = 'running'`)
          .pluck()
          .get(),
      }
    })
    if (seen !== before.content && seen !== expected.content) wrong.push('shows half of it')
    const shows = seen === before.content ? 'nothing' : 'all'
    if (shows === 'nothing') early++
    if (!ran.killed) spared++
    const killedIn = ran.killed ? (ran.phases.at(-1)?.phase ?? 'opening') : '(ended before)'
    const goOn = job === null ? ['import', name, 'export'] : ['import', name, '--resume']
    let again = ''
    const restore = blank(stored)
    let adopted: unknown = '-'
    try {
      if (round % 5 === 0 && ran.killed) {
        const second = await shoal(goOn, {
          phase: starts[0]!.phase,
          after: random() * (whole.ms - first),
        })
        again = second.killed ? (second.phases.at(-1)?.phase ?? 'opening') : 'ended'
        const status = await looked(workspace, async ({ db }) =>
          db.prepare(`SELECT status FROM job WHERE kind = 'import' ORDER BY id DESC LIMIT 1`).pluck().get(),
        )
        const waits = status === 'running' || status === 'interrupted'
        ran = second.killed ? await shoal(waits ? ['import', name, '--resume'] : goOn) : second
      } else ran = await shoal(goOn)
      adopted = ran.json!['adopted']
      if (again === '' && adopted !== stored.length)
        wrong.push(`${String(adopted)} of ${stored.length} stored files adopted`)
    } catch (error) {
      wrong.push(`does not go on: ${String(error)}`)
    } finally {
      restore()
    }
    await looked(workspace, async (ctx) => {
      const { items, contentHash: content, waiting } = await checkWorkspace(ctx)
      for (const { code, samples } of items.filter(({ faults }) => faults > 0))
        wrong.push(`${code}: ${samples.join('; ')}`)
      if (waiting > 0) wrong.push(`${waiting} sources wait`)
      if (content !== expected.content) wrong.push('other content than undisturbed')
      if (creditHash(ctx.db) !== expected.credits) wrong.push('other credits than undisturbed')
    })
    console.log(
      `  ${String(round).padStart(4)}  ${told.padEnd(27)}  ${killedIn.padEnd(14)}  ${shows.padEnd(8)}  ${String(stored.length).padStart(6)}  ` +
        `${String(adopted).padStart(7)}  ${again.padEnd(5)}  ${wrong.length === 0 ? 'same as undisturbed' : wrong.join(', ')}`,
    )
    for (const what of wrong) failures.push(`kill ${round} (${told}): ${what}`)
    rmSync(workspace, { recursive: true })
  }
  console.log(
    `${kills - spared} killed (${early} before publishing, ${spared} had ended before), ${failures.length} failures, ` +
      `${((performance.now() - began) / 1000).toFixed(0)} s`,
  )
} finally {
  rmSync(dir, { recursive: true, force: true })
}
if (failures.length > 0) {
  for (const failure of failures) console.error(failure)
  process.exit(1)
}
