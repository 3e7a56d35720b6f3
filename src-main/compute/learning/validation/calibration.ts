import type { ValidationReport } from '../../../common/contract/lab.ts'
import { Random } from '../../communities/random.ts'
import { brier, calibrationBins, ece } from '../evaluate/metrics.ts'
import { estimatePrior, fitIsotonic, fitPlatt, type Calibrator } from './calibrators.ts'

/** Fewer malicious or benign labels than this: isotonic steps would follow chance, so only Platt is tried. */
const ISOTONIC_LEAST = 200
/** Fewer unlabelled accounts say nothing reliable of their bad rate. */
const PRIOR_LEAST = 200
/** Bins of about this many accounts, between 4 and 10: fewer accounts a bin would show their chance, not the scorer's. */
const PER_BIN = 40

export interface CalibrationInput {
  readonly y: Uint8Array
  /** Out-of-fold, 0..1. */
  readonly scores: Float32Array
  /** Fold of each, 0..folds−1. */
  readonly fold: Uint8Array
  readonly folds: number
  /** Scores of accounts without a label, spread as out-of-fold scores are. */
  readonly unlabelled: Float32Array
  /** Bad rate among all accounts where it is known. */
  readonly prior: number | null
  readonly seed: number
}

export interface CalibrationResult {
  readonly report: NonNullable<ValidationReport['calibration']>
  /** Cross-fitted probabilities of the labelled, parallel to y. */
  readonly probabilities: Float32Array
  /** Fitted on all labels: for accounts that have none. */
  readonly calibrator: Calibrator
  readonly priorFrom: 'given' | 'estimated' | 'labels'
  /** ECE that a scorer with true probabilities stays under 95 times of 100 with so many labels. */
  readonly eceByChance: { readonly before: number; readonly after: number }
  /** Mean probability minus bad rate where the scorer says "rather malicious" (≥ .5) and "rather benign" (< .5). */
  readonly tilt: { readonly above: number; readonly below: number }
}

/**
 * How far scores are probabilities, before and after calibration. Every calibrated value is computed by a calibrator
 * that did not see the account's fold. Isotonic or Platt: whichever has the smaller cross-fitted log loss.
 */
export function calibrate(input: CalibrationInput): CalibrationResult {
  const { y, scores, fold, folds } = input
  const bins = Math.min(10, Math.max(4, Math.round(y.length / PER_BIN)))
  const positives = y.reduce((sum, v) => sum + v, 0)
  const trainPrior = positives / y.length
  const fits = [fitPlatt]
  if (Math.min(positives, y.length - positives) >= ISOTONIC_LEAST) fits.push(fitIsotonic)
  const tried = fits.map((fit) => {
    const p = crossFitted(y, scores, fold, folds, fit)
    return { fit, p, loss: logLoss(y, p) }
  })
  const best = tried.reduce((a, b) => (b.loss < a.loss ? b : a))
  const calibrator = best.fit(y, scores)
  const estimable = input.unlabelled.length >= PRIOR_LEAST
  const prior =
    input.prior ??
    (estimable
      ? estimatePrior(
          Float64Array.from(input.unlabelled, (s) => calibrator.probability(s)),
          trainPrior,
        )
      : trainPrior)
  return {
    report: {
      method: calibrator.method,
      trainPrior,
      prior,
      before: measured(y, scores, bins),
      after: measured(y, best.p, bins),
      reference: trainPrior * (1 - trainPrior),
    },
    probabilities: best.p,
    calibrator,
    priorFrom: input.prior !== null ? 'given' : estimable ? 'estimated' : 'labels',
    eceByChance: {
      before: eceByChance(scores, bins, input.seed),
      after: eceByChance(best.p, bins, input.seed),
    },
    tilt: tiltOf(y, scores),
  }
}

/** Probabilities of each label by a calibrator fitted on the other folds. */
export function crossFitted(
  y: Uint8Array,
  scores: Float32Array,
  fold: Uint8Array,
  folds: number,
  fit: (y: Uint8Array, s: Float32Array) => Calibrator,
): Float32Array {
  const p = new Float32Array(y.length)
  for (let f = 0; f < folds; f++) {
    const calibrator = fit(
      y.filter((_v, i) => fold[i] !== f),
      scores.filter((_v, i) => fold[i] !== f),
    )
    for (let i = 0; i < y.length; i++) if (fold[i] === f) p[i] = calibrator.probability(scores[i])
  }
  return p
}

const measured = (y: Uint8Array, p: Float32Array, bins: number) => ({
  brier: brier(y, p),
  ece: ece(y, p, bins),
  bins: calibrationBins(y, p, bins),
})

function logLoss(y: Uint8Array, p: Float32Array): number {
  let sum = 0
  for (let i = 0; i < y.length; i++) sum -= Math.log(y[i] === 1 ? p[i] : 1 - p[i])
  return sum / y.length
}

/** 95th percentile of the ECE when labels are drawn with these probabilities (Bröcker & Smith 2007). */
function eceByChance(p: Float32Array, bins: number, seed: number, draws = 100): number {
  const random = new Random(seed)
  const found = Float64Array.from({ length: draws }, () =>
    ece(
      Uint8Array.from(p, (value) => (random.next() < value ? 1 : 0)),
      p,
      bins,
    ),
  ).sort()
  return found[Math.floor(0.95 * (draws - 1))]
}

function tiltOf(y: Uint8Array, p: Float32Array): { above: number; below: number } {
  const sum = { above: 0, below: 0 }
  const count = { above: 0, below: 0 }
  for (let i = 0; i < y.length; i++) {
    const side = p[i] >= 0.5 ? 'above' : 'below'
    sum[side] += p[i] - y[i]
    count[side]++
  }
  return { above: sum.above / Math.max(1, count.above), below: sum.below / Math.max(1, count.below) }
}
