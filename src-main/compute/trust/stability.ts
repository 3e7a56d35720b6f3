import { ShoalError } from '../../common/errors.ts'
import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { addBestMatches, membersOf } from './best-match.ts'
import { createThinner, seedFor } from './resample.ts'

/** Finds communities in `csr` anew. A node in no community has a number to itself, or one of n and more. */
export type Rerun = (csr: Csr, seed: number) => Promise<Uint32Array>

/** Share of the edges that a thinned graph loses: what if the export missed one in ten? */
export const DROPPED = 0.1

export interface StabilityOptions {
  /** Repetitions on the same graph with other seeds. */
  seeds: number
  /** Repetitions on thinned graphs. */
  bootstraps: number
  /** Share of the edges that a thinned graph loses, 0..1. */
  dropped: number
  seed: number
}

export interface Stability {
  /** Per community: mean Jaccard with its best match over all repetitions, 0..1. */
  stability: Float32Array
  /** The same over other seeds only; NaN with seeds = 0. */
  bySeed: Float32Array
  /** The same over thinned graphs only; NaN with bootstraps = 0. */
  byEdges: Float32Array
  /** Per node: share of the repetitions in which it was in its community's best match; 0 in no community. */
  confidence: Float32Array
  /** Mean stability of a member (weighted by size); NaN where there is no community. */
  mean: number
}

/**
 * How far communities come back when chance is varied: the detector's own (other seeds), and that of the data (edges
 * lost at random). Clusterwise stability after Hennig 2007 (Comput. Stat. Data Anal. 52:258): every community
 * gets its mean best Jaccard. The data are varied by losing edges as in Rosvall & Bergstrom 2010 (PLoS ONE
 * 5:e8694), who resample weights; theirs are counts and ours are not, so edges are thinned instead of drawn from a
 * Poisson distribution. A bootstrap with replacement would lose e⁻¹ = 37% of the edges, which breaks every small
 * community, real or not. Thinned graphs are searched with seeds of their own, so byEdges contains the detector's
 * chance too.
 *
 * `membership` values of `count` and more mean: in no community. Deterministic by options.seed.
 * Reports `trust.stability` in steps. Time is that of the repetitions; memory 12 bytes an entry.
 */
export async function measureStability(
  graph: { combined: Csr },
  membership: Uint32Array,
  count: number,
  rerun: Rerun,
  options: StabilityOptions,
  pace: Pace,
): Promise<Stability> {
  const { seeds, bootstraps, dropped, seed } = options
  const repetitions = seeds + bootstraps
  if (!(repetitions > 0)) {
    throw new ShoalError(
      'invalid_input',
      'Stability needs at least one repetition: give seeds or bootstraps.',
    )
  }
  if (!(dropped >= 0 && dropped < 1)) {
    throw new ShoalError('invalid_input', `dropped is ${dropped}; it must be at least 0 and below 1.`)
  }
  const csr = graph.combined
  const members = membersOf(membership, count)
  const seedSum = new Float64Array(count)
  const edgeSum = new Float64Array(count)
  const stayed = new Uint32Array(csr.n)
  const tell = (done: number) =>
    pace.progress({ phase: 'trust.stability', done, total: repetitions, unit: 'steps' })
  tell(0)
  if (count > 0) {
    for (let i = 0; i < seeds; i++) {
      const again = await rerun(csr, seedFor(seed, 'seeds', i))
      await addBestMatches(members, again, { jaccard: seedSum, stayed }, pace)
      tell(i + 1)
    }
    const thin = bootstraps > 0 ? createThinner(csr, dropped, pace) : null
    for (let i = 0; i < bootstraps; i++) {
      const thinned = await thin!(seedFor(seed, 'edges', i))
      const again = await rerun(thinned, seedFor(seed, 'search', i))
      await addBestMatches(members, again, { jaccard: edgeSum, stayed }, pace)
      tell(seeds + i + 1)
    }
  }
  const stability = new Float32Array(count)
  let weighted = 0
  for (let c = 0; c < count; c++) {
    stability[c] = (seedSum[c] + edgeSum[c]) / repetitions
    weighted += stability[c] * (members.offsets[c + 1] - members.offsets[c])
  }
  return {
    stability,
    bySeed: Float32Array.from(seedSum, (sum) => (seeds > 0 ? sum / seeds : NaN)),
    byEdges: Float32Array.from(edgeSum, (sum) => (bootstraps > 0 ? sum / bootstraps : NaN)),
    confidence: Float32Array.from(stayed, (times) => times / repetitions),
    mean: count > 0 ? weighted / members.nodes.length : NaN,
  }
}

export type Grade = 'A' | 'B' | 'C' | 'D'

/**
 * Hennig's reading of a mean Jaccard (fpc::clusterboot): from .85 highly stable (A), from .75 a valid stable
 * community (B), from .6 a pattern whose exact members are in doubt (C), below not to be trusted (D).
 */
export function gradeOf(stability: number): Grade {
  return stability >= 0.85 ? 'A' : stability >= 0.75 ? 'B' : stability >= 0.6 ? 'C' : 'D'
}

/** A member whose confidence is at least this belongs to the core, others to the fringe. */
export const CORE_CONFIDENCE = 0.75

/** Members of each community that belong to its core. */
export function coreSizes(membership: Uint32Array, count: number, confidence: Float32Array): Uint32Array {
  const core = new Uint32Array(count)
  for (let u = 0; u < membership.length; u++) {
    if (membership[u] < count && confidence[u] >= CORE_CONFIDENCE) core[membership[u]]++
  }
  return core
}
