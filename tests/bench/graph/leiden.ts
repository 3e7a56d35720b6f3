/**
 * Leiden on LFR-like graphs beside igraph's and NetworKit's (one thread each), taking turns so that whatever else the
 * machine does hits all of them; medians. On a busy machine
 * compare processor time (cpu): it counts all of a process's threads.
 *
 *   node tests/bench/graph/leiden.ts [nodes ...] [--rounds 3] [--mu 0.4]     default 100000 1000000
 *   PYTHON=/path/to/python names the Python that has igraph, numpy and networkit (from pip); what is missing is said.
 *
 * igraph runs 2 iterations, as we do. NetworKit's ParallelLeiden runs its default of 3, and 2 as well. Seconds are
 * those of detection alone, from the graph each has in memory (ours includes copying it into the kernels' memory).
 */
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { freePace } from '../../../src-main/common/pace.ts'
import { leiden } from '../../../src-main/compute/communities/leiden.ts'
import { GRAPHOLOGY_MOST, graphologyLouvain } from './leiden-graphology.ts'
import { lfrLike } from './lfr.ts'
import { Peer, type Result } from './leiden-peer.ts'

const ITERATIONS = 2
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '3' }, mu: { type: 'string', default: '0.4' } },
})
const sizes = positionals.length > 0 ? positionals.map(Number) : [100_000, 1_000_000]

const middle = (numbers: number[]): number => numbers.sort((a, b) => a - b)[(numbers.length - 1) >> 1]
const median = (runs: Result[]): Result => ({
  seconds: middle(runs.map((r) => r.seconds)),
  cpu: middle(runs.map((r) => r.cpu)),
  quality: middle(runs.map((r) => r.quality)),
  communities: middle(runs.map((r) => r.communities)),
})

for (const n of sizes) {
  const { csr, realisedMu } = lfrLike(n, Number(values.mu), 7)
  const edges = csr.targets.length / 2
  console.log(`\nLFR-like, ${n} nodes, ${edges} edges, realised mixing ${realisedMu.toFixed(3)}`)
  const peer = await Peer.start(csr)
  const versions = await peer?.ask<Record<string, string | null>>('versions')
  const peers: [name: string, line: (seed: number) => string][] = []
  if (versions?.igraph) {
    const name = `igraph ${versions.igraph}, ${ITERATIONS} iterations`
    peers.push([name, (seed) => `igraph ${seed} ${ITERATIONS}`])
  } else console.log('  igraph: not installed (set PYTHON)')
  if (versions?.networkit) {
    for (const iterations of [2, 3])
      peers.push([
        `networkit ${versions.networkit} ParallelLeiden, ${iterations} iterations${iterations === 3 ? ' (default)' : ''}`,
        (seed) => `networkit ${seed} ${iterations}`,
      ])
  } else console.log('  networkit: not installed (set PYTHON)')

  const mine: Result[] = []
  const theirs: Result[][] = peers.map(() => [])
  for (let seed = 1; seed <= Number(values.rounds); seed++) {
    const start = performance.now()
    const used = process.cpuUsage()
    const found = await leiden(csr, { seed, maxIterations: ITERATIONS }, freePace())
    const { user, system } = process.cpuUsage(used)
    mine.push({ ...found, seconds: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 })
    for (const [k, [, line]] of peers.entries()) theirs[k].push(await peer!.ask<Result>(line(seed)))
  }
  peer?.stop()
  if (n <= GRAPHOLOGY_MOST) {
    peers.push(['graphology-communities-louvain 2.0, once', () => ''])
    theirs.push([graphologyLouvain(csr, 1)])
  } else console.log(`  graphology: only up to ${GRAPHOLOGY_MOST} nodes (memory)`)
  const show = (r: Result, name: string, ratio = ''): void =>
    console.log(
      `  ${r.seconds.toFixed(2).padStart(6)} s  cpu ${r.cpu.toFixed(2).padStart(6)} s  Q ${r.quality.toFixed(5)}  ${String(r.communities).padStart(5)} communities  ${name}${ratio}`,
    )
  const own = median(mine)
  show(own, `shoal, ${ITERATIONS} iterations`)
  for (const [k, [name]] of peers.entries()) {
    const r = median(theirs[k])
    show(
      r,
      name,
      `: shoal takes ${(own.seconds / r.seconds).toFixed(2)} × (cpu ${(own.cpu / r.cpu).toFixed(2)} ×), Q ${(own.quality - r.quality).toFixed(5)}`,
    )
  }
  console.log(
    `  load ${loadavg()[0].toFixed(1)}, peak RSS ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`,
  )
}
