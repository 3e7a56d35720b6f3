import type { Pace } from '../../common/pace.ts'
import type { Level } from './level.ts'
import type { Random } from './random.ts'

/**
 * Refinement (Traag et al. 2019, algorithm A.2, MergeNodesSubset): inside each community, nodes start alone and a
 * node that is still alone and well connected to its community joins a well-connected part with probability
 * ∝ exp(gain/θ) among the parts with gain ≥ 0, itself included. Returns labels below level.n; every part is
 * connected, because a merge needs an edge. theta is in units of edge weight.
 */
export async function refine(
  level: Level,
  community: Uint32Array,
  resolution: number,
  theta: number,
  random: Random,
  pace: Pace,
): Promise<Uint32Array> {
  const { n, offsets, targets, weights, strength } = level
  const scale = resolution / level.total
  const communityTotal = new Float64Array(n)
  const part = new Uint32Array(n)
  const partTotal = Float64Array.from(strength)
  const alone = new Uint8Array(n).fill(1)
  /** Weight between a part and the rest of its community. */
  const cut = new Float64Array(n)
  for (let u = 0; u < n; u++) {
    part[u] = u
    communityTotal[community[u]] += strength[u]
    let sum = 0
    for (let e = offsets[u]; e < offsets[u + 1]; e++) {
      if (community[targets[e]] === community[u]) sum += weights[e]
    }
    cut[u] = sum
  }
  await pace.checkpoint()

  const toPart = new Float64Array(n)
  const seen = new Uint32Array(n)
  const chance = new Float64Array(n)
  let work = 0
  for (const u of random.permutation(n)) {
    if (alone[u] === 0) continue
    const whole = communityTotal[community[u]]
    const own = strength[u]
    if (cut[u] < own * (whole - own) * scale) continue
    let seenCount = 0
    for (let e = offsets[u]; e < offsets[u + 1]; e++) {
      const v = targets[e]
      if (community[v] !== community[u]) continue
      const p = part[v]
      if (toPart[p] === 0) seen[seenCount++] = p
      toPart[p] += weights[e]
    }
    let best = 0
    for (let i = 0; i < seenCount; i++) {
      const p = seen[i]
      const other = partTotal[p]
      let gain = -1
      if (cut[p] >= other * (whole - other) * scale) gain = toPart[p] - own * other * scale
      chance[i] = gain
      if (gain > best) best = gain
    }
    // Gains are taken relative to the best one: exp would overflow otherwise.
    let sum = Math.exp(-best / theta)
    for (let i = 0; i < seenCount; i++) {
      if (chance[i] >= 0) sum += Math.exp((chance[i] - best) / theta)
    }
    let left = random.next() * sum - Math.exp(-best / theta)
    let chosen = u
    for (let i = 0; i < seenCount && left >= 0; i++) {
      if (chance[i] < 0) continue
      left -= Math.exp((chance[i] - best) / theta)
      chosen = seen[i]
    }
    if (chosen !== u) {
      part[u] = chosen
      alone[u] = 0
      alone[chosen] = 0
      partTotal[chosen] += own
      cut[chosen] += cut[u] - 2 * toPart[chosen]
    }
    for (let i = 0; i < seenCount; i++) toPart[seen[i]] = 0
    work += offsets[u + 1] - offsets[u] + 1
    if (work > 50_000) {
      work = 0
      await pace.checkpoint()
    }
  }
  return part
}
