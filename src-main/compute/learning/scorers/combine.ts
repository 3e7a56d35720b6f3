import { auprcOf, aurocOf, ranked } from '../evaluate/metrics.ts'
import { fitPlatt } from './calibration.ts'

/** Predictions of a candidate member for accounts that it was not trained on. */
export interface Candidate {
  readonly id: string
  /** Margins, one per labelled account. */
  readonly margins: Float64Array
}

export interface Weighted {
  readonly id: string
  readonly weight: number
  readonly slope: number
  readonly intercept: number
}

/** Rounds of greedy selection: weights are multiples of 1/ROUNDS. */
const ROUNDS = 20

/**
 * How good a ranking is: AUROC, and how far AUPRC is above the base rate on the way to 1, half each. AUROC alone
 * forgets the top of the list that people will look at; AUPRC alone is noisy where few are malicious.
 */
export function quality(y: Uint8Array, z: Float64Array): { auroc: number; auprc: number; value: number } {
  const of = ranked(y, z)
  const auroc = aurocOf(of)
  const auprc = auprcOf(of)
  return { auroc, auprc, value: auroc + 0.5 * auprc }
}

/** Candidates on one scale: each one's out-of-fold log-odds. */
export function scaled(
  candidates: readonly Candidate[],
  y: Uint8Array,
): (Candidate & { slope: number; intercept: number })[] {
  return candidates.map(({ id, margins }) => {
    const { slope, intercept } = fitPlatt(margins, y)
    return { id, slope, intercept, margins: margins.map((m) => slope * m + intercept) }
  })
}

export function mixed(parts: readonly { margins: Float64Array; weight: number }[]): Float64Array {
  const z = new Float64Array(parts[0].margins.length)
  for (const { margins, weight } of parts) for (let i = 0; i < z.length; i++) z[i] += weight * margins[i]
  return z
}

export interface Combination {
  readonly members: readonly Weighted[]
  /** Joint out-of-fold log-odds. */
  readonly z: Float64Array
}

/**
 * Weights of members by greedy selection with replacement on out-of-fold predictions (Caruana et al. 2004), pulled half
 * way towards equal shares of the `core` candidates: greedy weights alone follow the noise of few labels, and an equal
 * mean of different, decent members is hard to beat.
 */
export function chooseWeights(
  candidates: readonly Candidate[],
  y: Uint8Array,
  core: ReadonlySet<string>,
): Combination {
  const all = scaled(candidates, y)
  const picks = greedy(all, y)
  const equal = all.filter(({ id }) => core.has(id))
  const shares = all.map(({ id }, k) => {
    const even = core.has(id) ? 1 / equal.length : 0
    return equal.length === 0 ? picks[k] : (picks[k] + even) / 2
  })
  return combination(all, shares)
}

/** Equal shares for candidates that rank better than chance; for labels too few to choose by. */
export function equalWeights(candidates: readonly Candidate[], y: Uint8Array): Combination {
  const all = scaled(candidates, y)
  const good = all.map(({ slope }) => slope > 0)
  const kept = good.some(Boolean) ? good : all.map(() => true)
  const count = kept.filter(Boolean).length
  return combination(
    all,
    kept.map((keep) => (keep ? 1 / count : 0)),
  )
}

function combination(all: ReturnType<typeof scaled>, shares: readonly number[]): Combination {
  const kept = all.map((one, k) => ({ ...one, weight: shares[k] })).filter(({ weight }) => weight > 1e-9)
  return {
    members: kept.map(({ id, weight, slope, intercept }) => ({ id, weight, slope, intercept })),
    z: mixed(kept),
  }
}

/** Share of each candidate after ROUNDS picks, of the best prefix of picks. */
function greedy(all: ReturnType<typeof scaled>, y: Uint8Array): number[] {
  const sum = new Float64Array(y.length)
  const trial = new Float64Array(y.length)
  const counts = all.map(() => 0)
  let best = { value: -Infinity, shares: counts.slice() }
  for (let round = 1; round <= ROUNDS; round++) {
    let winner = { k: -1, value: -Infinity }
    for (let k = 0; k < all.length; k++) {
      const { margins } = all[k]
      for (let i = 0; i < trial.length; i++) trial[i] = sum[i] + margins[i]
      const { value } = quality(y, trial)
      if (value > winner.value) winner = { k, value }
    }
    const { margins } = all[winner.k]
    for (let i = 0; i < sum.length; i++) sum[i] += margins[i]
    counts[winner.k]++
    if (winner.value > best.value) best = { value: winner.value, shares: counts.map((c) => c / round) }
  }
  return best.shares
}
