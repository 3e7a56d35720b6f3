import { Random } from '../../communities/random.ts'
import { auprcOf, aurocOf, ranked } from '../evaluate/metrics.ts'
import { sigmoid } from './calibration.ts'

/** Margins are cut to these log-odds (p from 1e-4 to 1 − 1e-4) before they are added up: no member is that sure. */
export const MARGIN_CLIP = 9.21
const SWEEPS = 100
/** Members below this share of the weight are left out. */
const LEAST_SHARE = 0.05
const RESAMPLES = 100
/** The graph must win in this share of resamples, or its members are left out. */
const WINS = 0.9

/** Predictions of a candidate member for accounts that it was not trained on. */
export interface Candidate {
  readonly id: string
  /** It looks at the account's own facts only. */
  readonly own: boolean
  /** Margins, one per labelled account. */
  readonly margins: Float64Array
}

/** Σ coefficients[k] · margin of candidate k + intercept: joint log-odds. */
export interface Combination {
  readonly coefficients: readonly number[]
  readonly intercept: number
  /** Joint out-of-fold log-odds. */
  readonly z: Float64Array
}

/** How good a ranking is: AUROC + ½ AUPRC. AUROC alone forgets the top of the list; AUPRC alone is noisy. */
export function quality(y: Uint8Array, z: Float64Array): { auroc: number; auprc: number; value: number } {
  const of = ranked(y, z)
  const auroc = aurocOf(of)
  const auprc = auprcOf(of)
  return { auroc, auprc, value: auroc + 0.5 * auprc }
}

/**
 * Non-negative logistic stacking (Wolpert 1992; Breiman 1996): min mean log-loss(Σ w_k o_k + b) + λ Σ (w_k − 1/K)²,
 * w ≥ 0, over out-of-fold log-odds o. λ = H(base rate) · (0.002 + 0.3 / malicious): with few malicious accounts the
 * weights stay near an equal mean, since there is hardly anything to choose by. By cyclic Newton steps, exact enough
 * after 100 sweeps.
 */
export function stack(candidates: readonly Candidate[], y: Uint8Array): Combination {
  const n = y.length
  const count = candidates.length
  const o = candidates.map(({ margins }) =>
    margins.map((m) => Math.max(-MARGIN_CLIP, Math.min(MARGIN_CLIP, m))),
  )
  let positives = 0
  for (const label of y) positives += label
  const prior = positives / n
  const entropy = -prior * Math.log2(prior) - (1 - prior) * Math.log2(1 - prior)
  const lambda = entropy * (0.002 + 0.3 / positives)
  const w = candidates.map((): number => 1 / count)
  let b = 0
  const z = new Float64Array(n)
  const move = (values: Float64Array | null, step: number): void => {
    for (let i = 0; i < n; i++) z[i] += step * (values === null ? 1 : values[i])
  }
  for (let k = 0; k < count; k++) move(o[k], w[k])
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let largest = 0
    for (let k = -1; k < count; k++) {
      const values = k < 0 ? null : o[k]
      let gradient = 0
      let curvature = 1e-12
      for (let i = 0; i < n; i++) {
        const p = sigmoid(z[i])
        const v = values === null ? 1 : values[i]
        gradient += (p - y[i]) * v
        curvature += p * (1 - p) * v * v
      }
      gradient /= n
      curvature /= n
      if (k < 0) {
        const step = clamp(-gradient / curvature, 2)
        b += step
        move(null, step)
        largest = Math.max(largest, Math.abs(step))
      } else {
        gradient += 2 * lambda * (w[k] - 1 / count)
        const next = Math.max(0, w[k] + clamp(-gradient / (curvature + 2 * lambda), 0.5))
        const step = next - w[k]
        w[k] = next
        if (step !== 0) move(values, step)
        largest = Math.max(largest, Math.abs(step))
      }
    }
    if (largest < 1e-6) break
  }
  if (!w.some((v) => v > 0)) w.fill(1 / count)
  return { coefficients: w, intercept: b, z: joint(o, w, b) }
}

/** A stack without members of a small share: they change next to nothing and cost as much as the others in scoring. */
export function leanStack(candidates: readonly Candidate[], y: Uint8Array): Combination {
  const first = stack(candidates, y)
  const total = first.coefficients.reduce<number>((sum, v) => sum + v, 0)
  const kept = candidates.filter((_, k) => first.coefficients[k] >= LEAST_SHARE * total)
  if (kept.length === candidates.length) return first
  const again = stack(kept, y)
  const coefficients = candidates.map((candidate): number => {
    const at = kept.indexOf(candidate)
    return at < 0 ? 0 : again.coefficients[at]
  })
  return { ...again, coefficients }
}

const clamp = (step: number, most: number): number => Math.max(-most, Math.min(most, step))

function joint(o: readonly Float64Array[], w: readonly number[], b: number): Float64Array {
  const z = new Float64Array(o[0].length).fill(b)
  for (const [k, values] of o.entries()) for (let i = 0; i < z.length; i++) z[i] += w[k] * values[i]
  return z
}

/**
 * A stack of all candidates, unless that is no better than a stack of those that look at own facts only: it must be in
 * 90 of 100 stratified resamples of the out-of-fold predictions. Where the graph brings nothing, its members do harm.
 */
export function combine(
  candidates: readonly Candidate[],
  y: Uint8Array,
  seed: number,
): Combination & { readonly graphHelps: boolean | null } {
  const full = leanStack(candidates, y)
  const own = candidates.filter((candidate) => candidate.own)
  if (own.length === 0 || own.length === candidates.length) return { ...full, graphHelps: null }
  const plain = leanStack(own, y)
  if (wins(full.z, plain.z, y, seed) >= WINS * RESAMPLES) return { ...full, graphHelps: true }
  const coefficients = candidates.map((candidate) =>
    candidate.own ? plain.coefficients[own.indexOf(candidate)] : 0,
  )
  return { ...plain, coefficients, graphHelps: false }
}

/** Resamples in which `a` ranks better than `b`. */
function wins(a: Float64Array, b: Float64Array, y: Uint8Array, seed: number): number {
  const random = new Random(seed)
  const classes: number[][] = [[], []]
  y.forEach((label, i) => classes[label].push(i))
  // Benign accounts hardly move the measures: with very many a part of them does.
  const benign = Math.min(classes[0].length, 20_000)
  const size = benign + classes[1].length
  const drawn = new Uint32Array(size)
  const labels = new Uint8Array(size).fill(1, benign)
  let count = 0
  for (let r = 0; r < RESAMPLES; r++) {
    for (let i = 0; i < size; i++) {
      const from = classes[labels[i]]
      drawn[i] = from[random.int(from.length)]
    }
    const of = (z: Float64Array) =>
      quality(
        labels,
        Float64Array.from(drawn, (i) => z[i]),
      ).value
    if (of(a) > of(b)) count++
  }
  return count
}
