/**
 * Leiden on LFR-like graphs beside igraph's, one thread each; medians of three seeds.
 *
 *   node tests/bench/graph/leiden.ts [nodes ...]     default 10000 100000
 *   PYTHON=/opt/venv/bin/python names the Python that has igraph; without one the peer is reported as missing.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePace } from '../../../src-main/common/pace.ts'
import { leiden } from '../../../src-main/compute/communities/leiden.ts'
import type { Csr } from '../../../src-main/compute/graph/types.ts'
import { lfrLike } from './lfr.ts'

interface Result {
  seconds: number
  quality: number
  communities: number
}

async function ours(csr: Csr, maxIterations: number): Promise<Result> {
  const runs: Result[] = []
  for (let seed = 1; seed <= 3; seed++) {
    const start = performance.now()
    const found = await leiden(csr, { seed, maxIterations }, freePace())
    runs.push({ seconds: (performance.now() - start) / 1000, ...found })
  }
  return runs.sort((a, b) => a.seconds - b.seconds)[1]
}

function igraph(csr: Csr, iterations: number): Result | null {
  const python = process.env.PYTHON ?? 'python3'
  if (spawnSync(python, ['-c', 'import igraph, numpy']).status !== 0) return null
  const dir = mkdtempSync(join(tmpdir(), 'shoal-bench-'))
  try {
    const edges = new Uint32Array(csr.targets.length)
    let at = 0
    for (let u = 0; u < csr.n; u++) {
      for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
        if (csr.targets[e] < u) continue
        edges[at++] = u
        edges[at++] = csr.targets[e]
      }
    }
    writeFileSync(join(dir, 'edges.bin'), edges)
    const script = join(import.meta.dirname, 'leiden_peer.py')
    const done = spawnSync(python, [script, join(dir, 'edges.bin'), String(csr.n), String(iterations)], {
      encoding: 'utf8',
    })
    if (done.status !== 0) throw new Error(done.stderr)
    return JSON.parse(done.stdout) as Result
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const show = (r: Result): string =>
  `${r.seconds.toFixed(2).padStart(7)} s  Q ${r.quality.toFixed(4)}  ${r.communities} communities`
const sizes = process.argv.slice(2).map(Number)
for (const n of sizes.length > 0 ? sizes : [10_000, 100_000]) {
  const { csr, realisedMu } = lfrLike(n, 0.4, 7)
  console.log(`LFR-like, ${n} nodes, ${csr.targets.length / 2} edges, realised mu ${realisedMu.toFixed(3)}`)
  await ours(csr, 1) // warms the compiler up
  for (const iterations of [2, 10]) {
    const mine = await ours(csr, iterations)
    console.log(`  shoal, at most ${iterations} iterations  ${show(mine)}`)
    const peer = igraph(csr, iterations)
    if (peer === null) console.log('  igraph: missing (set PYTHON to one that has igraph and numpy)')
    else {
      console.log(`  igraph, ${iterations} iterations        ${show(peer)}`)
      console.log(
        `  ratio shoal/igraph: time ${(mine.seconds / peer.seconds).toFixed(2)}, Q ${(mine.quality / peer.quality).toFixed(4)}`,
      )
    }
  }
}
console.log(`peak RSS ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`)
