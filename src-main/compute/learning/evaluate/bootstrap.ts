import { freePace, type Pace } from '../../../common/pace.ts'
import { Random } from '../../communities/random.ts'
import {
  aurocOf,
  auprcOf,
  precisionOf,
  ranked,
  recallOf,
  type Interval,
  type Ranked,
  type Scores,
} from './metrics.ts'

export interface BootstrapOptions {
  /** At least 40 where given; default 400, fewer where the test set is very large. */
  resamples?: number
  seed: number
  /** k of precision and recall at k; absent: the whole test set. */
  k?: number
}

export interface Intervals {
  auroc: Interval
  auprc: Interval
  precisionAtK: Interval
  recallAtK: Interval
}

/** Draws in all resamples together, ~0.5 s: with a million tested accounts fewer resamples do. */
const DRAWS = 60_000_000
const LEAST_RESAMPLES = 60

/**
 * 95% percentile intervals by stratified bootstrap (Efron 1979): malicious and benign test accounts are drawn with
 * replacement each from their own. The accounts are sorted once; a resample is a pass over counts. NaN where a class
 * is missing. Deterministic for the seed.
 */
export async function bootstrap(
  y: Uint8Array,
  s: Scores,
  options: BootstrapOptions,
  pace: Pace = freePace(),
): Promise<Intervals> {
  return bootstrapRanked(ranked(y, s), y, options, pace)
}

/** The same of what is sorted already. */
export async function bootstrapRanked(
  of: Ranked,
  y: Uint8Array,
  options: BootstrapOptions,
  pace: Pace = freePace(),
): Promise<Intervals> {
  const n = y.length
  const k = options.k ?? n
  const affordable = Math.max(LEAST_RESAMPLES, Math.floor(DRAWS / Math.max(1, n)))
  const resamples = Math.max(40, Math.min(options.resamples ?? 400, affordable))
  const badGroup = new Uint32Array(of.positives)
  const goodGroup = new Uint32Array(of.negatives)
  let b = 0
  let g = 0
  for (let i = 0; i < n; i++) {
    if (y[i] === 1) badGroup[b++] = of.group[i]
    else goodGroup[g++] = of.group[i]
  }
  const drawn: Ranked = {
    ...of,
    bad: new Uint32Array(of.bad.length),
    good: new Uint32Array(of.good.length),
  }
  const random = new Random(options.seed)
  const values = {
    auroc: new Float64Array(resamples),
    auprc: new Float64Array(resamples),
    precisionAtK: new Float64Array(resamples),
    recallAtK: new Float64Array(resamples),
  }
  for (let r = 0; r < resamples; r++) {
    drawn.bad.fill(0)
    drawn.good.fill(0)
    for (let i = 0; i < badGroup.length; i++) drawn.bad[badGroup[random.int(badGroup.length)]]++
    for (let i = 0; i < goodGroup.length; i++) drawn.good[goodGroup[random.int(goodGroup.length)]]++
    values.auroc[r] = aurocOf(drawn)
    values.auprc[r] = auprcOf(drawn)
    values.precisionAtK[r] = precisionOf(drawn, k)
    values.recallAtK[r] = recallOf(drawn, k)
    await pace.checkpoint()
  }
  return {
    auroc: percentiles(values.auroc),
    auprc: percentiles(values.auprc),
    precisionAtK: percentiles(values.precisionAtK),
    recallAtK: percentiles(values.recallAtK),
  }
}

/** The middle 95%, between neighbouring values linearly. */
function percentiles(values: Float64Array): Interval {
  values.sort()
  const at = (share: number): number => {
    const where = share * (values.length - 1)
    const below = Math.floor(where)
    const above = Math.min(values.length - 1, below + 1)
    return values[below] + (where - below) * (values[above] - values[below])
  }
  return [at(0.025), at(0.975)]
}
