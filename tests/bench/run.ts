import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/**
 * `npm run bench [NAME …]`: every benchmark, or those named. Each prints a ratio against a named peer in the same run;
 * what was measured is noted in docs/benchmarks.md with machine, versions and command.
 */
const BENCHES: Record<string, string[]> = {
  import: ['import/bulk.ts'],
  kill: ['import/kill.ts'],
  cancel: ['import/cancel.ts'],
  fuzz: ['import/fuzz.ts'],
  search: ['explorer/search.ts'],
  graph: ['graph/leiden.ts'],
  layout: ['graph/layout.ts', '20000', '100000'],
  detectors: ['graph/detectors.ts'],
  lfr: ['graph/lfr_sweep.ts', '10000'],
  memory: ['graph/leiden_memory.ts', '1000000'],
  build: ['graph/build.ts', '--rows', '1000000', '--accounts', '300000'],
  kernels: ['graph/kernels.ts'],
  scoring: ['learning/scoring.ts'],
  trees: ['learning/trees.ts'],
  reasons: ['learning/reasons.ts'],
  training: ['learning/training.ts'],
  refit: ['learning/training.ts', '--refit', '20000'],
  explore: ['explorer/engine.ts'],
  chromium: ['explorer/chromium.ts'],
  pipeline: ['graph/pipeline.ts', '--simulate', '20000'],
}
const wanted = process.argv.slice(2)
const names = wanted.length > 0 ? wanted : Object.keys(BENCHES)
for (const name of names) {
  const bench = BENCHES[name]
  if (!bench) {
    process.stderr.write(`There is no benchmark ${name}; there are ${Object.keys(BENCHES).join(', ')}.\n`)
    process.exit(2)
  }
  process.stdout.write(`\n== ${name}\n`)
  const [file, ...args] = bench
  const done = spawnSync(process.execPath, [join(import.meta.dirname, file!), ...args], { stdio: 'inherit' })
  if (done.status !== 0) process.exit(done.status ?? 1)
}
