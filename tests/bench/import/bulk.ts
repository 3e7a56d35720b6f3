import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * Import of a simulated export (default 50,000 accounts, about 0.5M events) by `shoal import`, against `sqlite3 .import`
 * of the same files into untyped tables with as many indexes on events as ours has. The peer neither types, resolves
 * ids, checks nor keeps provenance. Usage: node tests/bench/import/bulk.ts [ACCOUNTS]
 */
const ROOT = resolve(import.meta.dirname, '../../..')
const CLI = join(ROOT, 'src-main/hosts/cli/main.ts')
const accounts = process.argv[2] ?? '50000'
const dir = mkdtempSync(join(tmpdir(), 'shoal-bench-'))
const FILES = ['accounts', 'relations', 'links', 'events', 'reports', 'labels']

function shoal(...args: string[]): Record<string, number> {
  const done = spawnSync(process.execPath, [CLI, ...args, '--json'], {
    cwd: dir,
    encoding: 'utf8',
    env: { ...process.env, SHOAL_USER_DIR: dir },
    maxBuffer: 16 << 20,
  })
  if (done.status !== 0) throw new Error(done.stderr)
  return JSON.parse(done.stdout) as Record<string, number>
}
const timed = (work: () => void): number => {
  const started = performance.now()
  work()
  return (performance.now() - started) / 1000
}
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!

try {
  shoal('simulate', 'export', '--accounts', accounts, '--seed', '11')
  const bytes = FILES.reduce((sum, name) => sum + statSync(join(dir, 'export', `${name}.csv`)).size, 0)
  const script = [
    '.mode csv',
    'PRAGMA journal_mode = WAL;',
    ...FILES.map((name) => `.import export/${name}.csv ${name}`),
    'CREATE INDEX e1 ON events(account_id, ts);',
    'CREATE INDEX e2 ON events(ts, account_id, kind, outcome, context);',
    'CREATE INDEX e3 ON events(ip, account_id);',
    'CREATE INDEX e4 ON events(device, account_id);',
    'CREATE INDEX r1 ON relations(src);',
    'CREATE INDEX r2 ON relations(dst);',
    'CREATE INDEX l1 ON links(account_id);',
    'CREATE INDEX l2 ON links(entity_id);',
  ].join('\n')
  const ours: number[] = []
  const theirs: number[] = []
  let rows = 0
  let peak = 0
  for (let round = 0; round < 3; round++) {
    ours.push(
      timed(() => {
        const result = shoal('import', `w${round}`, 'export')
        rows = result['rowsIn']!
        peak = Math.max(peak, result['peakRssBytes']!)
      }),
    )
    theirs.push(
      timed(() => {
        const done = spawnSync('sqlite3', [`peer${round}.db`], { cwd: dir, input: script, encoding: 'utf8' })
        if (done.error || done.status !== 0) throw new Error(`sqlite3: ${done.error?.message ?? done.stderr}`)
      }),
    )
  }
  const ratio = median(ours.map((time, i) => time / theirs[i]!))
  const million = (bytes / 1e6).toFixed(0)
  console.log(`${rows.toLocaleString('en-US')} rows, ${million} MB, whole process, median of 3, in turn`)
  console.log(
    `  shoal import     ${median(ours).toFixed(1)} s   peak RSS ${(peak / 2 ** 20).toFixed(0)} MiB (both processes)`,
  )
  console.log(`  sqlite3 .import  ${median(theirs).toFixed(1)} s   (untyped, same number of indexes)`)
  console.log(`  ratio shoal/sqlite3: ${ratio.toFixed(2)}`)
} finally {
  rmSync(dir, { recursive: true, force: true })
}
