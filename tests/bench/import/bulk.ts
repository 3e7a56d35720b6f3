import { spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

/**
 * Import of one CSV of login events (default 2,000,000, simulated) by `shoal import`, whole process, against
 * `sqlite3 .import` of the same file into an untyped table with the same four indexes. The peer neither types, resolves
 * ids, checks, hashes, keeps records nor makes keys searchable. Memory is that of the command and its compute process
 * together, looked at twice a second: said at each tenth of the time, to show whether it grows.
 *
 * Usage: node tests/bench/import/bulk.ts [--events N] [--rounds N] [--no-peer]
 */
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '2000000' },
    rounds: { type: 'string', default: '3' },
    'no-peer': { type: 'boolean', default: false },
  },
})
const events = Number(values.events)
const rounds = Number(values.rounds)
const CLI = join(resolve(import.meta.dirname, '../../..'), 'src-main/hosts/cli/main.ts')
const dir = mkdtempSync(join(tmpdir(), 'shoal-bench-'))
const FILE = join(dir, 'logins.csv')

/** mulberry32 */
function random(seed: number): () => number {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Events in the order of time; an account has two devices and three addresses, one of them shared by some hundred. */
function writeEvents(): void {
  const next = random(11)
  const accounts = Math.max(1000, Math.round(events / 20))
  const of = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!
  const file = openSync(FILE, 'w')
  let text = 'account_id,ts,kind,context,ip,device,country,outcome\n'
  let time = 1_700_000_000_000
  for (let i = 0; i < events; i++) {
    const who = Math.floor(next() ** 1.5 * accounts)
    time += Math.floor(next() * 900)
    const home = Math.floor(next() * 3)
    const ip =
      home === 0 ? `10.${who % 8}.${(who >> 3) % 250}.${who % 7}` : `100.${home}.${who >> 8}.${who & 255}`
    text +=
      `u${String(who).padStart(8, '0')},${time},${of(['login', 'login', 'login', 'message', 'register'])},` +
      `${of(['app', 'web', 'mini_program'])},${ip},d${(who * 2 + (next() < 0.2 ? 1 : 0)).toString(16).padStart(8, '0')},` +
      `${of(['CN', 'CN', 'CN', 'JP', 'US'])},${next() < 0.9 ? 'success' : 'failure'}\n`
    if (text.length > 1 << 20) {
      writeSync(file, text)
      text = ''
    }
  }
  writeSync(file, text)
  closeSync(file)
}

interface Run {
  seconds: number
  cpu: number
  /** Bytes of both processes, twice a second. */
  memory: number[]
  /** Of these, the process that imports. */
  importing: number[]
}

/** Resident bytes of a process and its children, or its own. */
function resident(pid: number, family = true): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
    if (!family) return pages * 4096
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
    return pages * 4096 + children.reduce((sum, child) => sum + resident(Number(child)), 0)
  } catch {
    return 0
  }
}

/** Processor seconds of all children that have ended, whole trees. */
function childSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) / 100
}

async function run(command: string, args: string[], input = ''): Promise<Run & { out: string }> {
  const cpuBefore = childSeconds()
  const started = performance.now()
  const child = spawn(command, args, { cwd: dir, env: { ...process.env, SHOAL_USER_DIR: dir } })
  const memory: number[] = []
  const importing: number[] = []
  const timer = setInterval(() => {
    memory.push(resident(child.pid!))
    importing.push(Math.max(0, memory.at(-1)! - resident(child.pid!, false)))
  }, 500)
  let out = ''
  let trouble = ''
  child.stdout.on('data', (chunk) => (out += String(chunk)))
  child.stderr.on('data', (chunk) => (trouble += String(chunk)))
  child.stdin.end(input)
  const code = await new Promise((done, fail) => child.on('error', fail).on('close', done))
  clearInterval(timer)
  if (code !== 0) throw new Error(`${command}: ${trouble}`)
  return {
    out,
    memory,
    importing,
    seconds: (performance.now() - started) / 1000,
    cpu: childSeconds() - cpuBefore,
  }
}

const median = (list: number[]) => list.toSorted((a, b) => a - b)[list.length >> 1]!
const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(0)
const SCRIPT = [
  '.mode csv',
  'PRAGMA journal_mode = WAL;',
  '.import logins.csv events',
  'CREATE INDEX e1 ON events(account_id, ts);',
  'CREATE INDEX e2 ON events(ts, account_id, kind, outcome, context);',
  'CREATE INDEX e3 ON events(ip, account_id);',
  'CREATE INDEX e4 ON events(device, account_id);',
].join('\n')

try {
  writeEvents()
  const ours: Run[] = []
  const theirs: Run[] = []
  for (let round = 0; round < rounds; round++) {
    const mine = await run(process.execPath, [CLI, 'import', `w${round}`, FILE, '--json'])
    const result = JSON.parse(mine.out) as { rowsIn: number; rowsStored: number; problems: number }
    if (result.rowsIn !== events || result.rowsIn !== result.rowsStored + result.problems)
      throw new Error(`${result.rowsIn} rows in, ${result.rowsStored} stored`)
    ours.push(mine)
    rmSync(join(dir, `w${round}.shoal`), { recursive: true })
    if (values['no-peer']) continue
    theirs.push(await run('sqlite3', ['peer.db'], SCRIPT))
    for (const end of ['', '-wal', '-shm']) rmSync(join(dir, `peer.db${end}`), { force: true })
  }
  const { size } = statSync(FILE)
  const version = spawnSync('sqlite3', ['--version'], { encoding: 'utf8' }).stdout?.split(' ')[0]
  console.log(
    `${events.toLocaleString('en-US')} simulated events, ${(size / 1e6).toFixed(0)} MB, whole processes, ` +
      `median of ${rounds} in turn; ${availableParallelism()} cores, Node ${process.versions.node}, sqlite3 ${version}`,
  )
  const line = (name: string, runs: Run[], note: string) =>
    console.log(
      `  ${name.padEnd(16)} ${median(runs.map((r) => r.seconds)).toFixed(1)} s by the clock, ` +
        `${median(runs.map((r) => r.cpu)).toFixed(1)} s of processor   ${note}`,
    )
  const peak = (of: (run: Run) => number[]) => mib(Math.max(...ours.flatMap(of)))
  line(
    'shoal import',
    ours,
    `peak memory ${peak((r) => r.memory)} MiB, of the process that imports ${peak((r) => r.importing)} MiB`,
  )
  if (theirs.length > 0) {
    line('sqlite3 .import', theirs, '(untyped, the same four indexes)')
    console.log(
      `  ratio shoal/sqlite3: ${median(ours.map((r, i) => r.seconds / theirs[i]!.seconds)).toFixed(2)} by the clock, ` +
        `${median(ours.map((r, i) => r.cpu / theirs[i]!.cpu)).toFixed(2)} of processor`,
    )
  }
  const memory = ours[0]!.importing
  const tenths = Array.from(
    { length: 10 },
    (_, i) => memory[Math.floor(((i + 1) * (memory.length - 1)) / 10)]!,
  )
  console.log(`  the importing process's memory at each tenth of the time: ${tenths.map(mib).join(', ')} MiB`)
} finally {
  rmSync(dir, { recursive: true, force: true })
}
