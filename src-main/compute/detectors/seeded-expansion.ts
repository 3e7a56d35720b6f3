import { z } from 'zod'
import { ShoalError } from '../../common/errors.ts'
import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { pushPageRank, PushScratch } from '../kernels/push.ts'
import { knownBad, namedAccounts } from './known-bad.ts'
import { detectionFromSets, totalVolume, weighSet } from './sets.ts'
import { sweepCut, type Sweep, type SweepOptions } from './sweep.ts'
import { defineDetector } from './types.ts'

/** Communities whose sweep is kept for display, and points of each. */
const SHOWN_SWEEPS = 50
const PROFILE_POINTS = 60
/** Two sets that share this much of the smaller one may be the same community. */
const SAME_SHARE = 0.5

export const seededExpansion = defineDetector({
  id: 'seeded-expansion',
  version: '1',
  help: 'What surrounds accounts that are known to be malicious: follows ties from each as far as they stay among themselves.',
  source:
    'Andersen, Chung, Lang 2006, Local Graph Partitioning using PageRank Vectors, FOCS; Yang, Leskovec 2012, ICDM',
  needs: ['labels'],
  overlapping: true,
  seeded: false,
  resample: 'edges',
  params: z.object({
    accounts: z
      .array(z.string())
      .max(100_000)
      .default([])
      .meta({ kind: 'accounts' })
      .describe('Accounts to start from; none: those labelled or judged malicious.'),
    alpha: z
      .number()
      .min(0.01)
      .max(0.9)
      .default(0.15)
      .describe('Chance that a walk goes back to its start at each step; smaller looks farther.'),
    maxSize: z.number().int().min(3).max(20_000).default(100).describe('Accounts in a community at most.'),
    cut: z
      .enum(['first', 'lowest'])
      .default('first')
      .describe('Where to cut: at the first clear dip of conductance, or at the lowest of all.'),
    rise: z
      .number()
      .min(1)
      .max(10)
      .default(1.02)
      .describe('A dip ends a community when conductance then rises by this factor.'),
    maxConductance: z
      .number()
      .min(0)
      .max(1)
      .default(0.8)
      .describe('A set of which a larger share of the ties leaves is no community.'),
  }),
  async run(input, { accounts, ...options }, _seed, pace) {
    const seeds = accounts.length > 0 ? namedAccounts(input, accounts) : knownBad(input)
    if (seeds.length === 0) {
      throw new ShoalError(
        'nothing_to_analyze',
        'No account is labelled or judged malicious. Import labels.csv, judge accounts, or name accounts to start from.',
      )
    }
    const csr = input.graph.combined
    const found = await expandAll(csr, seeds, { ...options, minSize: 3 }, pace)
    const { setOf, swallowed, ...detection } = detectionFromSets(
      csr,
      found.sets.map((set) => set.nodes),
    )
    return {
      ...detection,
      stats: {
        seeds: seeds.length,
        seedsWithoutTies: found.withoutTies,
        seedsWithoutCommunity: found.withoutCommunity,
        swallowed,
        sweeps: setOf.slice(0, SHOWN_SWEEPS).map((s, community) => {
          const { seed, nodes, conductance, sweep, seedsInside } = found.sets[s]
          return {
            community,
            /** The account it was grown from. */
            seed: input.graph.accountIds[seed],
            seeds: seedsInside,
            size: nodes.length,
            conductance,
            profile: thin(sweep.profile),
          }
        }),
      },
    }
  },
})

export interface Expansion {
  seed: number
  /** Ascending; holds the seed, and is connected. */
  nodes: Uint32Array
  conductance: number
  /** Of the seed alone, before sets were joined. */
  sweep: Sweep
  seedsInside: number
}

/**
 * Grows a set around every seed that no earlier set holds yet: approximate personalised PageRank, sweep cut, the part
 * of it that hangs together with the seed. Sets that share half of the smaller one are joined where that does not
 * make conductance worse. Deterministic.
 */
export async function expandAll(
  csr: Csr,
  seeds: Uint32Array,
  options: SweepOptions & { alpha: number; maxConductance: number },
  pace: Pace,
): Promise<{ sets: Expansion[]; withoutTies: number; withoutCommunity: number }> {
  const total = totalVolume(csr)
  const inside = new Uint8Array(csr.n)
  const scratch = new PushScratch(csr.n)
  // A set of maxSize average accounts has mass 1 / volume per unit of strength: a tenth of that is not missed.
  const epsilon = total > 0 ? (0.1 * csr.n) / (options.maxSize * total) : 1
  /** 1 + place in `sets`. */
  const setOf = new Map<number, Set<number>>()
  const sets: (Expansion | null)[] = []
  const quiet: Pace = { ...pace, progress: () => {} }
  let withoutTies = 0
  let withoutCommunity = 0
  for (let i = 0; i < seeds.length; i++) {
    const seed = seeds[i]
    pace.progress({ phase: 'detect.expand', done: i, total: seeds.length, unit: 'accounts' })
    await pace.checkpoint()
    if (csr.offsets[seed] === csr.offsets[seed + 1]) {
      withoutTies++
      continue
    }
    if ((setOf.get(seed)?.size ?? 0) > 0) continue
    const grown = await expandOne(csr, seed, { ...options, epsilon }, total, inside, scratch, quiet)
    if (grown === null || grown.conductance > options.maxConductance) {
      withoutCommunity++
      continue
    }
    let mine = grown
    // Sets that share accounts with it, in the order they were found.
    const near = new Map<number, number>()
    for (const u of mine.nodes) for (const s of setOf.get(u) ?? []) near.set(s, (near.get(s) ?? 0) + 1)
    for (const s of Array.from(near.keys()).sort((a, b) => a - b)) {
      const other = sets[s]!
      const joined = join(csr, mine, other, total, inside, options)
      if (joined === null) continue
      mine = joined
      sets[s] = null
      for (const u of other.nodes) setOf.get(u)!.delete(s)
    }
    for (const u of mine.nodes) {
      let places = setOf.get(u)
      if (places === undefined) setOf.set(u, (places = new Set()))
      places.add(sets.length)
    }
    sets.push(mine)
  }
  const isSeed = new Set(seeds)
  const kept = sets.filter((set) => set !== null)
  for (const set of kept) set.seedsInside = set.nodes.reduce((sum, u) => sum + (isSeed.has(u) ? 1 : 0), 0)
  return { sets: kept, withoutTies, withoutCommunity }
}

async function expandOne(
  csr: Csr,
  seed: number,
  options: SweepOptions & { alpha: number; epsilon: number },
  total: number,
  inside: Uint8Array,
  scratch: PushScratch,
  pace: Pace,
): Promise<Expansion | null> {
  const near = await pushPageRank(csr, [{ node: seed, weight: 1 }], options, pace, scratch)
  const perStrength = new Float64Array(near.nodes.length)
  for (let i = 0; i < near.nodes.length; i++) {
    let strength = 0
    const u = near.nodes[i]
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) strength += csr.weights[e]
    perStrength[i] = near.values[i] / strength
  }
  // The seed always comes first: it is its surroundings that are asked for.
  const order = Uint32Array.from(near.nodes.keys())
    .sort((a, b) => rank(near.nodes[a], near.nodes[b], perStrength[a], perStrength[b], seed))
    .map((i) => near.nodes[i])
  const sweep = sweepCut(csr, order, total, inside, options)
  if (sweep.size === 0) return null
  const nodes = reachable(csr, seed, order.subarray(0, sweep.size), inside)
  if (nodes.length < options.minSize) return null
  const { conductance } = weighSet(csr, nodes, total, inside)
  return { seed, nodes, conductance, sweep, seedsInside: 0 }
}

const rank = (u: number, v: number, x: number, y: number, seed: number): number =>
  u === seed ? -1 : v === seed ? 1 : y - x || u - v

/** The nodes that `start` reaches without leaving the set, ascending. */
function reachable(csr: Csr, start: number, set: Uint32Array, inside: Uint8Array): Uint32Array {
  for (const u of set) inside[u] = 1
  const found = [start]
  inside[start] = 0
  for (let head = 0; head < found.length; head++) {
    for (let e = csr.offsets[found[head]]; e < csr.offsets[found[head] + 1]; e++) {
      const v = csr.targets[e]
      if (inside[v] === 0) continue
      inside[v] = 0
      found.push(v)
    }
  }
  for (const u of set) inside[u] = 0
  return Uint32Array.from(found).sort()
}

/** Both as one, or null where they are two communities. */
function join(
  csr: Csr,
  a: Expansion,
  b: Expansion,
  total: number,
  inside: Uint8Array,
  options: SweepOptions,
): Expansion | null {
  const union = new Set(a.nodes)
  let shared = 0
  for (const u of b.nodes) {
    if (union.has(u)) shared++
    else union.add(u)
  }
  if (shared < SAME_SHARE * Math.min(a.nodes.length, b.nodes.length) || union.size > options.maxSize)
    return null
  const nodes = Uint32Array.from(union).sort()
  const { conductance } = weighSet(csr, nodes, total, inside)
  if (conductance > Math.max(a.conductance, b.conductance)) return null
  const first = a.conductance <= b.conductance ? a : b
  return { ...first, nodes, conductance }
}

/** At most PROFILE_POINTS of a sweep, as [accounts, conductance]. */
function thin(profile: Float64Array): [number, number][] {
  const step = Math.max(1, Math.ceil(profile.length / PROFILE_POINTS))
  const points: [number, number][] = []
  for (let i = 0; i < profile.length; i += step) points.push([i + 1, Number(profile[i].toFixed(4))])
  return points
}
