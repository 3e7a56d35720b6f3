import type { Pace } from '../../../common/pace.ts'
import { strengths } from '../../diffusion/operator.ts'
import type { Csr } from '../../graph/types.ts'
import { coreNumbers } from '../../kernels/core-numbers.ts'
import { pageRank } from '../../kernels/pagerank.ts'
import { quiet } from '../facts/progress.ts'
import { overlap } from './overlap.ts'

/** One quantity of one graph. */
export interface Quantity {
  readonly base: string
  readonly unit?: string
  readonly values: Float32Array
}

/**
 * What one graph says of each account's place in it, n values each: degree; strength (where edges differ in weight);
 * core number; PageRank × n (damping .85); rarity Σ 1/ln(1 + d) and crowding Σ 1/d over neighbours of degree d;
 * triangles, clustering, and how far the account and its neighbours know the same others (Jaccard: sum, mean, maximum).
 * The last five are left out where listing triangles would take too long; `note` is told.
 */
export async function structureOf(csr: Csr, pace: Pace, note: (text: string) => void): Promise<Quantity[]> {
  const { n, offsets, targets, weights } = csr
  const silent = quiet(pace)
  const degree = new Float32Array(n)
  for (let u = 0; u < n; u++) degree[u] = offsets[u + 1] - offsets[u]
  const out: Quantity[] = [{ base: 'degree', unit: 'accounts', values: degree }]
  if (weights.some((w) => w !== weights[0]))
    out.push({ base: 'strength', unit: 'weight', values: Float32Array.from(strengths(csr)) })
  await pace.checkpoint()
  out.push({ base: 'core', unit: 'index', values: Float32Array.from(await coreNumbers(csr, silent)) })
  const rank = await pageRank(csr, { tolerance: 1e-7 }, silent)
  out.push({ base: 'pagerank', unit: 'ratio', values: Float32Array.from(rank, (x) => x * n) })
  const rarity = new Float32Array(n)
  const crowding = new Float32Array(n)
  for (let u = 0; u < n; u++) {
    let rare = 0
    let share = 0
    for (let e = offsets[u]; e < offsets[u + 1]; e++) {
      const d = degree[targets[e]]
      rare += 1 / Math.log1p(d)
      share += 1 / d
    }
    rarity[u] = rare
    crowding[u] = share
  }
  await pace.checkpoint()
  out.push({ base: 'neighbour_rarity', unit: 'ratio', values: rarity })
  out.push({ base: 'neighbour_share', unit: 'accounts', values: crowding })
  const shared = await overlap(csr, silent)
  if (shared === null) {
    note('The graph is so dense that triangles were not listed: clustering and overlap are left out.')
    return out
  }
  out.push({ base: 'triangles', unit: 'count', values: shared.triangles })
  out.push({ base: 'clustering', unit: 'share', values: shared.clustering })
  out.push({ base: 'overlap_sum', unit: 'ratio', values: shared.sum })
  out.push({ base: 'overlap', unit: 'share', values: shared.mean })
  out.push({ base: 'overlap_most', unit: 'share', values: shared.max })
  return out
}
