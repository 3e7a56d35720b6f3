/**
 * How well planted communities are found as they dissolve: LFR-like graphs from mu 0.1 to 0.7, normalised mutual
 * information (over the arithmetic mean, as igraph's) against what was planted; means over the graphs.
 *
 *   node tests/bench/graph/lfr_sweep.ts [nodes] [--graphs 3]     default 10000
 *   PYTHON=… names the Python that has igraph and networkit, as for leiden.ts.
 *
 * The mixing that counts is the realised one: loops and repeated stubs are dropped, and a stub wired anywhere may land
 * inside. "Planted Q" is the modularity of the planted communities: where what was found has more, modularity itself
 * prefers another partition, and no better search for it would help.
 */
import { parseArgs } from 'node:util'
import { freePace } from '../../../src-main/common/pace.ts'
import { labelPropagation } from '../../../src-main/compute/communities/label-propagation.ts'
import { leiden } from '../../../src-main/compute/communities/leiden.ts'
import { louvain } from '../../../src-main/compute/communities/louvain.ts'
import { modularity, type Partition } from '../../../src-main/compute/communities/partition.ts'
import { comparePartitions } from '../../../src-main/compute/detectors/compare.ts'
import type { Csr } from '../../../src-main/compute/graph/types.ts'
import { lfrLike } from './lfr.ts'
import { Peer, type Result } from './leiden-peer.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { graphs: { type: 'string', default: '3' } },
})
const n = Number(positionals[0] ?? 10_000)

/** Two passes, as the bench beside it; γ = 1 and 8, because γ = 1 can't see small communities of a large graph. */
const METHODS: Record<string, (csr: Csr, seed: number) => Promise<Partition>> = {
  'Leiden γ = 1': (csr, seed) => leiden(csr, { seed, maxIterations: 2 }, freePace()),
  'Leiden γ = 8': (csr, seed) => leiden(csr, { seed, maxIterations: 2, resolution: 8 }, freePace()),
  Louvain: (csr, seed) => louvain(csr, { seed }, freePace()),
  'label propagation': (csr, seed) => labelPropagation(csr, { seed }, freePace()),
}
const PEERS: Record<string, string> = { igraph: 'igraph 1 2', networkit: 'networkit 1 3' }

const row = (cells: string[]): void => console.log(`| ${cells.join(' | ')} |`)
row([
  'mu',
  'realised',
  'planted Q',
  ...Object.keys(METHODS),
  'igraph Leiden γ = 1',
  'networkit ParallelLeiden',
  'Q shoal − igraph',
])
row(Array.from({ length: 10 }, () => '---'))
for (const mu of [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]) {
  const seen = new Map<string, number[]>()
  const note = (name: string, value: number): void => void seen.set(name, [...(seen.get(name) ?? []), value])
  for (let graph = 1; graph <= Number(values.graphs); graph++) {
    const { csr, truth, realisedMu } = lfrLike(n, mu, graph)
    note('realised', realisedMu)
    note('planted', modularity(csr, truth))
    let quality = 0
    for (const [name, method] of Object.entries(METHODS)) {
      const found = await method(csr, graph)
      note(name, comparePartitions(found.membership, truth).nmi)
      if (name === 'Leiden γ = 1') quality = found.quality
    }
    const peer = await Peer.start(csr, truth)
    for (const [name, line] of Object.entries(PEERS)) {
      const found = await peer?.ask<Result | null>(line)
      if (!found) continue
      note(name, found.nmi!)
      if (name === 'igraph') note('ahead', quality - found.quality)
    }
    peer?.stop()
  }
  const mean = (name: string, digits = 3): string => {
    const of = seen.get(name)
    return of === undefined ? 'not installed' : (of.reduce((a, b) => a + b, 0) / of.length).toFixed(digits)
  }
  row([
    mu.toFixed(1),
    mean('realised'),
    mean('planted'),
    ...Object.keys(METHODS).map((name) => mean(name)),
    mean('igraph'),
    mean('networkit'),
    mean('ahead', 4),
  ])
}
