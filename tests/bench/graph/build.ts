/**
 * From the rows in SQLite to the account graph in memory, timed against two peers that read the same rows in the same
 * run: better-sqlite3's iterate() into a graphology graph, and Python's sqlite3 into a SciPy CSR matrix.
 *
 *   node tests/bench/graph/build.ts [--rows 3400000] [--accounts 1000000] [--only plain|dated|sharing] [--no-peers]
 *
 * Rates are distinct undirected edges a second, by the wall clock and by the CPU time of the process: on a machine that
 * others use, the second says what the work costs. Every contestant runs `--rounds` times (3), alternating; the best
 * counts. `--one` builds once in a process of its own and prints its peak memory, which is what the parent reports.
 */
import Sqlite from 'better-sqlite3'
import { UndirectedGraph } from 'graphology'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPace } from '../../../src-main/common/pace.ts'
import { DEFAULT_RECIPE } from '../../../src-main/common/recipe.ts'
import type { ComputeContext } from '../../../src-main/compute/context.ts'
import { buildGraph } from '../../../src-main/compute/graph/build.ts'
import { gatherFacts } from '../../../src-main/compute/graph/gather.ts'
import { planChannels } from '../../../src-main/compute/graph/plan-channels.ts'
import { DATABASE_FILE, openStore } from '../../../src-main/compute/store/open.ts'
import { makeWorkspace, type Kind } from './build-workspace.ts'

interface Result {
  name: string
  edges: number
  seconds: number
  cpu: number
}

const argument = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : process.argv[at + 1]
}
const flag = (name: string) => process.argv.includes(`--${name}`)

function contextOf(workspace: string): ComputeContext {
  return {
    ...createPace(new AbortController().signal),
    workspace,
    db: openStore(workspace),
    modelsDir: '',
    appVersion: 'bench',
    jobId: null,
    now: () => Date.now(),
    log: () => {},
  }
}

async function timed(name: string, work: () => Promise<number> | number): Promise<Result> {
  const cpu = process.cpuUsage()
  const start = performance.now()
  const edges = await work()
  const seconds = (performance.now() - start) / 1000
  const used = process.cpuUsage(cpu)
  return { name, edges, seconds, cpu: (used.user + used.system) / 1e6 }
}

/** Graphology gets fewer rows: a million edges take it a gigabyte, and it only gets slower with more. */
const GRAPHOLOGY_ROWS = 1_000_000

function graphology(workspace: string, rows: number): number {
  const db = new Sqlite(join(workspace, DATABASE_FILE), { readonly: true })
  const graph = new UndirectedGraph()
  for (const row of db
    .prepare('SELECT src_id AS src, dst_id AS dst, weight FROM relation LIMIT ?')
    .iterate(rows) as IterableIterator<{ src: number; dst: number; weight: number }>) {
    if (row.src === row.dst) continue
    graph.mergeNode(row.src)
    graph.mergeNode(row.dst)
    graph.updateEdge(row.src, row.dst, (known) => ({ weight: ((known.weight as number) ?? 0) + row.weight }))
  }
  db.close()
  return graph.size
}

function scipy(workspace: string): Result {
  const python = argument('python', '/opt/venv/bin/python')
  const script = join(import.meta.dirname, 'build_peer.py')
  const done = spawnSync(python, [script, join(workspace, DATABASE_FILE)], { encoding: 'utf8' })
  if (done.status !== 0) throw new Error(done.stderr)
  return { name: 'Python sqlite3 → SciPy CSR', ...(JSON.parse(done.stdout) as Omit<Result, 'name'>) }
}

async function measure(kind: Kind, workspace: string): Promise<void> {
  const results: Result[] = []
  const rounds = Number(argument('rounds', '3'))
  for (let round = 0; round < rounds; round++) {
    const ctx = contextOf(workspace)
    results.push(
      await timed('Shoal, reading and folding', async () => {
        const facts = await gatherFacts(ctx, DEFAULT_RECIPE, planChannels(ctx.db, DEFAULT_RECIPE))
        return kind === 'sharing' ? facts.incidence!.length : facts.relations.get(0)!.forward.length
      }),
      await timed('Shoal, rows to graph', async () => (await buildGraph(ctx, DEFAULT_RECIPE)).stats.edges),
    )
    ctx.db.close()
    if (kind === 'sharing' || flag('no-peers')) continue
    results.push(scipy(workspace))
    if (kind === 'plain') {
      const rows = Math.min(GRAPHOLOGY_ROWS, Number(argument('rows', '3400000')))
      results.push(await timed(`graphology, first ${rows} rows`, () => graphology(workspace, rows)))
    }
  }
  const million = (x: number) => `${(x / 1e6).toFixed(2)} M/s`.padStart(10)
  for (const name of new Set(results.map((result) => result.name))) {
    const own = results.filter((result) => result.name === name)
    const wall = Math.max(...own.map(({ edges, seconds }) => edges / seconds))
    const cpu = Math.max(...own.map(({ edges, cpu: used }) => edges / used))
    const unit = kind === 'sharing' && name.includes('reading') ? 'account–entity pairs' : 'edges'
    console.log(
      `  ${name.padEnd(34)} ${String(own[0].edges).padStart(9)} ${unit.padEnd(20)} wall ${million(wall)}  cpu ${million(cpu)}`,
    )
  }
  const one = spawnSync(process.execPath, [import.meta.filename, '--one', workspace], { encoding: 'utf8' })
  if (one.status !== 0) throw new Error(one.stderr)
  console.log(`  ${one.stdout.trim()}`)
}

/** Builds once and tells the peak memory of this process. */
async function one(workspace: string): Promise<void> {
  const base = process.memoryUsage().rss
  const ctx = contextOf(workspace)
  const { stats } = await buildGraph(ctx, DEFAULT_RECIPE)
  const peak = process.resourceUsage().maxRSS * 1024
  ctx.db.close()
  console.log(
    `peak memory ${(peak / 2 ** 20).toFixed(0)} MB for ${stats.edges} edges of ${stats.accounts} accounts: ` +
      `${((peak - base) / stats.edges).toFixed(0)} bytes per edge above an empty process`,
  )
}

if (flag('one')) await one(argument('one', ''))
else {
  const accounts = Number(argument('accounts', '1000000'))
  const rows = Number(argument('rows', '3400000'))
  const only = argument('only', '')
  console.log(
    `${cpus().length} × ${cpus()[0]?.model ?? 'cpu'}, Node ${process.version}, load ${loadavg()[0].toFixed(1)}`,
  )
  for (const kind of ['plain', 'dated', 'sharing'] as const) {
    if (only !== '' && only !== kind) continue
    const folder = mkdtempSync(join(tmpdir(), 'shoal-build-'))
    try {
      const workspace = makeWorkspace(folder, kind, accounts, rows)
      console.log(`${kind}: ${rows} ${kind === 'sharing' ? 'events' : 'relations'}, ${accounts} accounts`)
      await measure(kind, workspace)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
