import type { Ego } from './ego.ts'

/** Entries of neighbours' rows that are looked through at most, and pairs of neighbours that are kept. */
const MOST_ENTRIES = 3_000_000
const MOST_PAIRS = 300_000

export type OverlapQuantity = 'triangles' | 'clustering' | 'overlap_sum' | 'overlap' | 'overlap_most'

/** Which of an account's neighbours over one relation know each other. */
export interface JoinedPairs {
  /** Of tie i those it is joined to: others[starts[i] .. starts[i + 1]), positions of ties. */
  readonly starts: Uint32Array
  readonly others: Uint32Array
}

/** null where there are too many to look through. */
export function joinedPairs(ego: Ego, r: number): JoinedPairs | null {
  const { offsets, targets } = ego.around.relations[r].csr
  let entries = 0
  for (const [i, v] of ego.neighbours.entries())
    if (ego.weights[r][i] > 0) entries += offsets[v + 1] - offsets[v]
  if (entries > MOST_ENTRIES || ego.truncated) return null
  // One array for all accounts: a position plus one for a neighbour, else 0.
  const { memo } = ego.scored
  const tieOf =
    (memo.get('tieOf') as Uint32Array | undefined) ?? new Uint32Array(ego.around.relations[r].csr.n)
  memo.set('tieOf', tieOf)
  for (const [i, v] of ego.neighbours.entries()) if (ego.weights[r][i] > 0) tieOf[v] = i + 1
  const starts = new Uint32Array(ego.neighbours.length + 1)
  const others: number[] = []
  for (const [i, v] of ego.neighbours.entries()) {
    if (tieOf[v] > 0)
      for (let e = offsets[v]; e < offsets[v + 1]; e++)
        if (tieOf[targets[e]] > 0) others.push(tieOf[targets[e]] - 1)
    starts[i + 1] = others.length
    if (others.length > MOST_PAIRS) break
  }
  for (const v of ego.neighbours) tieOf[v] = 0
  if (others.length > MOST_PAIRS) return null
  return { starts, others: Uint32Array.from(others) }
}

/** Triangles, clustering and overlap as features/overlap.ts has them, over the ties whose weight is above 0. */
export function overlapOf(
  ego: Ego,
  r: number,
  { starts, others }: JoinedPairs,
  weights: Float64Array,
): Record<OverlapQuantity, number> {
  const { offsets } = ego.around.relations[r].csr
  let degree = 0
  for (const w of weights) if (w > 0) degree++
  let both = 0
  let sum = 0
  let most = 0
  for (const [i, v] of ego.neighbours.entries()) {
    if (weights[i] === 0) continue
    let shared = 0
    for (let p = starts[i]; p < starts[i + 1]; p++) if (weights[others[p]] > 0) shared++
    const jaccard = shared / (degree + offsets[v + 1] - offsets[v] - shared)
    both += shared
    sum += jaccard
    if (jaccard > most) most = jaccard
  }
  return {
    triangles: both / 2,
    clustering: degree < 2 ? NaN : both / (degree * (degree - 1)),
    overlap_sum: degree === 0 ? NaN : sum,
    overlap: sum / degree,
    overlap_most: degree === 0 ? NaN : most,
  }
}
