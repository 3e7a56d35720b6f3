import type { Pace } from '../../common/pace.ts'
import type { Level } from './level.ts'
import type { Random } from './random.ts'

/**
 * Fast local moving: every node is visited in random order and moves to the neighbouring (or an empty) community
 * with the largest gain; when it moves, its neighbours elsewhere are visited again, until nothing moves.
 * Changes `community` (labels below level.n) in place.
 */
export async function moveNodes(
  level: Level,
  community: Uint32Array,
  resolution: number,
  random: Random,
  pace: Pace,
): Promise<void> {
  const { n, offsets, targets, weights, strength } = level
  const scale = resolution / level.total
  // Below this a gain is rounding, and following rounding could go in circles.
  const least = (1e-10 * level.total) / n
  const total = new Float64Array(n)
  const size = new Uint32Array(n)
  for (let u = 0; u < n; u++) {
    total[community[u]] += strength[u]
    size[community[u]]++
  }
  const empty = new Uint32Array(n + 1)
  let empties = 0
  for (let c = n - 1; c >= 0; c--) if (size[c] === 0) empty[empties++] = c

  const queue = random.permutation(n)
  const queued = new Uint8Array(n).fill(1)
  let head = 0
  let waiting = n
  const toCommunity = new Float64Array(n)
  const seen = new Uint32Array(n)
  let work = 0
  while (waiting > 0) {
    const u = queue[head]
    head = head + 1 === n ? 0 : head + 1
    waiting--
    queued[u] = 0
    const from = community[u]
    let seenCount = 0
    const end = offsets[u + 1]
    for (let e = offsets[u]; e < end; e++) {
      const c = community[targets[e]]
      if (toCommunity[c] === 0) seen[seenCount++] = c
      toCommunity[c] += weights[e]
    }
    const own = strength[u]
    const pull = own * scale
    let best = from
    let bestGain = toCommunity[from] - pull * (total[from] - own) + least
    for (let i = 0; i < seenCount; i++) {
      const c = seen[i]
      if (c === from) continue
      const gain = toCommunity[c] - pull * total[c]
      if (gain > bestGain) {
        bestGain = gain
        best = c
      }
    }
    for (let i = 0; i < seenCount; i++) toCommunity[seen[i]] = 0
    if (bestGain < 0 && size[from] > 1) best = empty[--empties]
    if (best !== from) {
      total[from] -= own
      total[best] += own
      if (--size[from] === 0) {
        total[from] = 0
        empty[empties++] = from
      }
      size[best]++
      community[u] = best
      for (let e = offsets[u]; e < end; e++) {
        const v = targets[e]
        if (queued[v] === 1 || community[v] === best) continue
        queued[v] = 1
        let tail = head + waiting
        if (tail >= n) tail -= n
        queue[tail] = v
        waiting++
      }
    }
    work += end - offsets[u] + 1
    if (work > 50_000) {
      work = 0
      await pace.checkpoint()
    }
  }
}
