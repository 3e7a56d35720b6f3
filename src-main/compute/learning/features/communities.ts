import type { Pace } from '../../../common/pace.ts'
import { leiden } from '../../communities/leiden.ts'
import type { Csr } from '../../graph/types.ts'
import { quiet } from '../facts/progress.ts'
import type { Quantity } from './structure.ts'

/**
 * Partitions that columns are made of: Leiden by modularity at these resolutions with these settings, always, so that
 * the same graph has the same columns whatever communities somebody has looked at.
 */
export const PARTITIONS = [
  { id: 'community', resolution: 1 },
  { id: 'small_community', resolution: 5 },
] as const
export type PartitionId = (typeof PARTITIONS)[number]['id']

/** Community of each node for each of PARTITIONS. */
export async function partitions(
  csr: Csr,
  pace: Pace,
  tell: (share: number) => void,
): Promise<Map<PartitionId, Uint32Array>> {
  const out = new Map<PartitionId, Uint32Array>()
  for (const [i, { id, resolution }] of PARTITIONS.entries()) {
    const { membership } = await leiden(csr, { resolution, seed: 1, hierarchy: false }, quiet(pace))
    out.set(id, membership)
    tell((i + 1) / PARTITIONS.length)
  }
  return out
}

/**
 * Of each node's community: its size, its density (edges inside / pairs of members) and the share of the node's edges
 * that stay inside. NaN for nodes without edges, which are in none.
 */
export function communityColumns(csr: Csr, membership: Uint32Array, id: PartitionId): Quantity[] {
  const { n, offsets, targets } = csr
  const count = membership.reduce((most, c) => Math.max(most, c + 1), 0)
  const size = new Float64Array(count)
  const ends = new Float64Array(count)
  const own = new Uint32Array(n)
  for (let u = 0; u < n; u++) {
    const c = membership[u]
    size[c]++
    for (let e = offsets[u]; e < offsets[u + 1]; e++) if (membership[targets[e]] === c) own[u]++
    ends[c] += own[u]
  }
  const sizes = new Float32Array(n).fill(NaN)
  const density = new Float32Array(n).fill(NaN)
  const inside = new Float32Array(n).fill(NaN)
  for (let u = 0; u < n; u++) {
    const degree = offsets[u + 1] - offsets[u]
    if (degree === 0) continue
    const c = membership[u]
    sizes[u] = size[c]
    density[u] = size[c] > 1 ? ends[c] / (size[c] * (size[c] - 1)) : 0
    inside[u] = own[u] / degree
  }
  return [
    { base: `${id}_size`, unit: 'accounts', values: sizes },
    { base: `${id}_density`, unit: 'share', values: density },
    { base: `${id}_inside`, unit: 'share', values: inside },
  ]
}
