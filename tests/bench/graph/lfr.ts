import { Random } from '../../../src-main/compute/communities/random.ts'
import { csrFromPairs } from '../../../src-main/compute/graph/csr.ts'
import { PairTable } from '../../../src-main/compute/graph/pair-table.ts'
import type { Csr } from '../../../src-main/compute/graph/types.ts'

/** Continuous power law on [low, high] with density ~ x^-exponent. */
function powerLaw(random: Random, low: number, high: number, exponent: number): number {
  const k = 1 - exponent
  return (low ** k + random.next() * (high ** k - low ** k)) ** (1 / k)
}

/**
 * A graph in the manner of LFR (Lancichinetti, Fortunato, Radicchi 2008): power-law degrees (2.5) and community
 * sizes (1.5), a share `mu` of every node's stubs is wired anywhere, the rest inside its community, by matching
 * stubs at random; loops and repeats are dropped. Nodes are named at random, as accounts are: their numbers say
 * nothing about their communities. About 3.4 edges a node. `realisedMu` is the share of edges that really leave.
 */
export function lfrLike(
  n: number,
  mu: number,
  seed: number,
): { csr: Csr; truth: Uint32Array; realisedMu: number } {
  const random = new Random(seed)
  const truth = new Uint32Array(n)
  let community = 0
  for (let at = 0; at < n; community++) {
    const size = Math.round(powerLaw(random, 20, 1000, 1.5))
    for (const end = Math.min(n, at + size); at < end; at++) truth[at] = community
  }
  const members = new Map<number, number[]>()
  const outside: number[] = []
  for (let u = 0; u < n; u++) {
    const degree = Math.round(powerLaw(random, 2.84, 100, 2.5))
    for (let k = 0; k < degree; k++) {
      if (random.next() < mu) outside.push(u)
      else {
        const list = members.get(truth[u])
        if (list === undefined) members.set(truth[u], [u])
        else list.push(u)
      }
    }
  }
  const name = random.permutation(n)
  const table = new PairTable(n, n, 'max')
  const match = (stubs: number[]): void => {
    for (let i = stubs.length - 1; i > 0; i--) {
      const j = random.int(i + 1)
      const swap = stubs[i]
      stubs[i] = stubs[j]
      stubs[j] = swap
    }
    for (let i = 0; i + 1 < stubs.length; i += 2) {
      const [a, b] = [stubs[i], stubs[i + 1]]
      if (a !== b) table.push(Math.min(name[a], name[b]), Math.max(name[a], name[b]), 1)
    }
  }
  for (const stubs of members.values()) match(stubs)
  match(outside)
  const csr = csrFromPairs(n, table.distinct(), () => 1)
  const planted = truth.slice()
  for (let u = 0; u < n; u++) truth[name[u]] = planted[u]
  let leaving = 0
  for (let u = 0; u < n; u++) {
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
      if (truth[csr.targets[e]] !== truth[u]) leaving++
    }
  }
  return { csr, truth, realisedMu: leaving / csr.targets.length }
}
