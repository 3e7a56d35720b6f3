import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'

/** A graph of aggregated nodes. An aggregate's own inner weight is no entry: it only counts in its strength. */
export interface Level {
  readonly n: number
  readonly offsets: Uint32Array
  readonly targets: Uint32Array
  readonly weights: Float32Array | Float64Array
  /** Total edge weight of each node, inner weight counted twice. */
  readonly strength: Float64Array
  /** Sum of strength: 2m. The same at every level. */
  readonly total: number
}

export function baseLevel(csr: Csr): Level {
  const strength = new Float64Array(csr.n)
  let total = 0
  for (let u = 0; u < csr.n; u++) {
    let sum = 0
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) sum += csr.weights[e]
    strength[u] = sum
    total += sum
  }
  return { n: csr.n, offsets: csr.offsets, targets: csr.targets, weights: csr.weights, strength, total }
}

/** Labels below labels.length renumbered 0.. in order of first appearance. */
export function compactLabels(labels: Uint32Array): { labels: Uint32Array; count: number } {
  const seen = new Uint32Array(labels.length)
  const compact = new Uint32Array(labels.length)
  let count = 0
  for (let u = 0; u < labels.length; u++) {
    const label = labels[u]
    if (seen[label] === 0) seen[label] = ++count
    compact[u] = seen[label] - 1
  }
  return { labels: compact, count }
}

/** The graph whose nodes are the parts (0..count-1) of `level`. */
export async function aggregate(level: Level, part: Uint32Array, count: number, pace: Pace): Promise<Level> {
  const start = new Uint32Array(count + 1)
  for (let u = 0; u < level.n; u++) start[part[u] + 1]++
  for (let p = 0; p < count; p++) start[p + 1] += start[p]
  const cursor = start.slice(0, count)
  const members = new Uint32Array(level.n)
  for (let u = 0; u < level.n; u++) members[cursor[part[u]]++] = u

  const strength = new Float64Array(count)
  const offsets = new Uint32Array(count + 1)
  // Aggregating never makes more entries than there were.
  const targets = new Uint32Array(level.targets.length)
  const weights = new Float64Array(level.targets.length)
  const sum = new Float64Array(count)
  let at = 0
  let work = 0
  for (let p = 0; p < count; p++) {
    const rowStart = at
    for (let i = start[p]; i < start[p + 1]; i++) {
      const u = members[i]
      strength[p] += level.strength[u]
      for (let e = level.offsets[u]; e < level.offsets[u + 1]; e++) {
        const q = part[level.targets[e]]
        if (q === p) continue
        if (sum[q] === 0) targets[at++] = q
        sum[q] += level.weights[e]
      }
      work += level.offsets[u + 1] - level.offsets[u]
    }
    for (let e = rowStart; e < at; e++) {
      weights[e] = sum[targets[e]]
      sum[targets[e]] = 0
    }
    offsets[p + 1] = at
    if (work > 100_000) {
      work = 0
      await pace.checkpoint()
    }
  }
  return {
    n: count,
    offsets,
    targets: targets.slice(0, at),
    weights: weights.slice(0, at),
    strength,
    total: level.total,
  }
}
