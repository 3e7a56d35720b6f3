import type { QueueItem } from '../../../common/contract/learning.ts'

/** What each ground counts, 0..1. */
export interface Shares {
  readonly uncertain: number
  readonly disagreement: number
  readonly community: number
  readonly different: number
  readonly high: number
}
type Ground = keyof Shares

export interface Candidate {
  readonly node: number
  /** 0..1; null where nothing has been scored. */
  readonly score: number | null
  /** −1: in none. */
  readonly community: number
  /** 1 at the threshold, 0 at scores of 0 and 1. */
  readonly uncertain: number
  /** 1 for a large community without labels, near 0 where there are many. */
  readonly uncovered: number
}

export interface Situation {
  readonly n: number
  /** 1: not to be asked about. */
  readonly out: Uint8Array
  readonly scores: Float32Array | null
  readonly threshold: number
  readonly community: Int32Array
  readonly sizes: ReadonlyMap<number, number>
  /** Labelled accounts of each community. */
  readonly labelledIn: ReadonlyMap<number, number>
}

/** What is known of candidates beside their scores, parallel to them. */
export interface Views {
  /** How far the model's members are apart about each, 0..1; null where they can't be asked. */
  readonly disagreement: Float32Array | null
  /** Rows of a few standardised values, `width` each; empty where there are none. */
  readonly places: Float32Array
  /** The same of labelled accounts (a sample). */
  readonly labelled: Float32Array
  readonly width: number
}

/** 1 at the threshold, falling to 0 at 0 and 1 alike: how little a score says. */
export function uncertainty(score: number, threshold: number): number {
  const t = Math.min(0.99, Math.max(0.01, threshold))
  return score >= t ? (1 - score) / (1 - t) : score / t
}

/** A community is worth a look the larger it is and the fewer of its accounts are labelled. */
export function uncovered(size: number, labelled: number): number {
  if (size < 2) return 0
  return (Math.log2(size) / (Math.log2(size) + 3)) * (1 / (1 + labelled))
}

/**
 * The accounts worth looking at closely: the most uncertain, the highest, those of the least covered communities, and an
 * even spread over all, a quarter each. O(n log n).
 */
export function candidatesOf(situation: Situation, most: number): Candidate[] {
  const { n, out, scores, threshold, community, sizes, labelledIn } = situation
  const all: Candidate[] = []
  for (let u = 0; u < n; u++) {
    if (out[u] === 1) continue
    const score = scores === null || Number.isNaN(scores[u]) ? null : scores[u]
    const c = community[u]
    all.push({
      node: u,
      score,
      community: c,
      uncertain: score === null ? 0.5 : uncertainty(score, threshold),
      uncovered: c < 0 ? 0 : uncovered(sizes.get(c) ?? 0, labelledIn.get(c) ?? 0),
    })
  }
  if (all.length <= most) return all
  const quarter = Math.ceil(most / 4)
  const chosen = new Map<number, Candidate>()
  const take = (order: Candidate[]) => {
    for (const candidate of order.slice(0, quarter)) chosen.set(candidate.node, candidate)
  }
  const by = (value: (c: Candidate) => number) =>
    [...all].sort((a, b) => value(b) - value(a) || a.node - b.node)
  take(by((c) => c.uncertain))
  take(by((c) => c.score ?? 0))
  // One or two of each community, so that one large community does not fill the quarter.
  const perCommunity = new Map<number, number>()
  take(
    by((c) => c.uncovered + 0.01 * c.uncertain).filter((c) => {
      const had = perCommunity.get(c.community) ?? 0
      perCommunity.set(c.community, had + 1)
      return had < 2
    }),
  )
  const step = all.length / quarter
  take(Array.from({ length: quarter }, (_, i) => all[Math.floor(i * step)]))
  return [...chosen.values()].sort((a, b) => a.node - b.node)
}

/**
 * Picks one after the other the candidate of the greatest value, the weighted sum of its grounds. 'different' is the
 * distance to the nearest labelled or picked account, so that a batch is not twenty times the same; a community counts
 * less with each pick from it.
 */
export function pick(
  candidates: readonly Candidate[],
  views: Views,
  shares: Shares,
  limit: number,
): { candidate: Candidate; value: number; why: QueueItem['why'] }[] {
  const count = candidates.length
  const nearest = new Float64Array(count).fill(Infinity)
  const { width, places, labelled } = views
  const approach = (rows: Float32Array, at: number) => {
    for (let i = 0; i < count; i++) {
      let sum = 0
      for (let k = 0; k < width; k++) sum += (places[i * width + k] - rows[at * width + k]) ** 2
      if (sum < nearest[i]) nearest[i] = sum
    }
  }
  if (width > 0) for (let i = 0; i < labelled.length / width; i++) approach(labelled, i)
  let far = 0
  for (const d of nearest) if (d < Infinity) far = Math.max(far, Math.sqrt(d))
  const different = (i: number): number =>
    width === 0 ? 0 : nearest[i] === Infinity || far === 0 ? 1 : Math.min(1, Math.sqrt(nearest[i]) / far)
  const pickedFrom = new Map<number, number>()
  const left = new Set(candidates.keys())
  const groundsOf = (i: number): Record<Ground, number> => {
    const c = candidates[i]
    return {
      uncertain: shares.uncertain * c.uncertain,
      disagreement: shares.disagreement * (views.disagreement?.[i] ?? 0),
      community: (shares.community * c.uncovered) / (1 + (pickedFrom.get(c.community) ?? 0)),
      different: shares.different * different(i),
      high: shares.high * (c.score ?? 0),
    }
  }
  const total = (grounds: Record<Ground, number>) => Object.values(grounds).reduce((a, b) => a + b, 0)
  const out: { candidate: Candidate; value: number; why: QueueItem['why'] }[] = []
  while (out.length < limit && left.size > 0) {
    let best = -1
    let value = -1
    for (const i of left) {
      const sum = total(groundsOf(i))
      if (sum > value) {
        best = i
        value = sum
      }
    }
    const grounds = groundsOf(best)
    const why = (Object.entries(grounds) as [Ground, number][])
      .filter(([, part]) => part > 0.15 * value)
      .sort((a, b) => b[1] - a[1])
      .map(([code, part]) => ({ code, share: part / value }))
    const candidate = candidates[best]
    out.push({ candidate, value, why })
    left.delete(best)
    if (candidate.community >= 0)
      pickedFrom.set(candidate.community, (pickedFrom.get(candidate.community) ?? 0) + 1)
    if (width > 0) approach(places, best)
  }
  return out
}
