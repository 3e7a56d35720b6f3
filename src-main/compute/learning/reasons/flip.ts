import type { Candidate } from './candidates.ts'

/** Candidates whose pairs and triples are all tried, and how many a longer search takes together at most. */
const TRIED_TOGETHER = 12
const MOST_TOGETHER = 8

export type Single = Candidate & { readonly after: number }
type Scores = (sets: readonly (readonly Candidate[])[]) => Promise<Float64Array>

export interface Flip {
  readonly set: readonly Candidate[]
  readonly after: number
  /** No smaller set of the candidates that were tried together does it. */
  readonly exact: boolean
}

/**
 * The smallest set whose absence takes the score under the threshold: every candidate alone, then every pair and triple
 * of the 12 that do most alone, then greedily up to 8, of which those that are not needed are put back. Of equally small
 * sets the one with fewest whole relations (which are many ties at once), then the lowest score. `singles`: lowest first.
 */
export async function smallestFlip(
  singles: readonly Single[],
  threshold: number,
  scores: Scores,
): Promise<Flip | null> {
  const best = (sets: readonly (readonly Candidate[])[], after: ArrayLike<number>): Flip | null => {
    let found: { set: readonly Candidate[]; after: number; blunt: number } | null = null
    for (const [i, set] of sets.entries()) {
      if (!(after[i] < threshold)) continue
      const blunt = set.filter(({ what }) => what.kind === 'relation').length
      if (found === null || blunt < found.blunt || (blunt === found.blunt && after[i] < found.after))
        found = { set, after: after[i], blunt }
    }
    return found === null ? null : { set: found.set, after: found.after, exact: true }
  }
  const alone = best(
    singles.map((one) => [one]),
    singles.map(({ after }) => after),
  )
  if (alone !== null) return alone
  const top = singles.slice(0, TRIED_TOGETHER)
  for (const size of [2, 3]) {
    const sets = combinations(top, size)
    const found = best(sets, await scores(sets))
    if (found !== null) return found
  }
  return greedy(singles, threshold, scores)
}

async function greedy(singles: readonly Single[], threshold: number, scores: Scores): Promise<Flip | null> {
  let set: Candidate[] = []
  let after = Infinity
  while (after >= threshold) {
    if (set.length === MOST_TOGETHER) return null
    const sets = singles.filter((one) => !set.includes(one)).map((one) => [...set, one])
    if (sets.length === 0) return null
    const found = await scores(sets)
    const at = found.indexOf(Math.min(...found))
    set = sets[at]
    after = found[at]
  }
  for (;;) {
    const fewer = set.map((_, i) => set.filter((__, j) => j !== i))
    const found = await scores(fewer)
    const at = found.indexOf(Math.min(...found))
    if (!(found[at] < threshold)) return { set, after, exact: false }
    set = fewer[at]
    after = found[at]
  }
}

export function combinations<T>(list: readonly T[], size: number): T[][] {
  if (size === 0) return [[]]
  return list.flatMap((first, i) => combinations(list.slice(i + 1), size - 1).map((rest) => [first, ...rest]))
}
