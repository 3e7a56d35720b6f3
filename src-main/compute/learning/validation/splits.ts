import type { Protocol, ValidationReport } from '../../../common/contract/lab.ts'
import { ShoalError } from '../../../common/errors.ts'
import type { Pace } from '../../../common/pace.ts'
import { bootstrap, type Intervals } from '../evaluate/bootstrap.ts'
import { auprc, auroc, estimate, precisionAtK, recallAtK } from '../evaluate/metrics.ts'
import type { OutOfFold } from './folds.ts'

type SplitReport = ValidationReport['splits'][number]
/** Scores of one test set. */
export interface Tested {
  readonly y: Uint8Array
  readonly scores: Float32Array
}

/** The measures of a protocol's test sets together: mean over them, and of their bootstrap intervals. */
export async function splitReport(
  protocol: SplitReport['protocol'],
  tested: readonly Tested[],
  options: { capacity: number; seed: number },
  pace: Pace,
): Promise<SplitReport> {
  const values = { auroc: [], auprc: [], precisionAtK: [], recallAtK: [] } as Record<
    keyof Intervals,
    number[]
  >
  const intervals: Intervals[] = []
  let bad = 0
  let all = 0
  for (const { y, scores } of tested) {
    values.auroc.push(auroc(y, scores))
    values.auprc.push(auprc(y, scores))
    values.precisionAtK.push(precisionAtK(y, scores, options.capacity))
    values.recallAtK.push(recallAtK(y, scores, options.capacity))
    intervals.push(
      await bootstrap(y, scores, { seed: options.seed, k: options.capacity, resamples: 200 }, pace),
    )
    bad += y.reduce((sum, v) => sum + v, 0)
    all += y.length
  }
  const of = (key: keyof Intervals) =>
    estimate(
      values[key],
      intervals.map((interval) => interval[key]),
    )
  return {
    protocol,
    auroc: of('auroc'),
    auprc: of('auprc'),
    precisionAtK: of('precisionAtK'),
    recallAtK: of('recallAtK'),
    baseRate: bad / all,
  }
}

/** The folds of a cross-validation as test sets. */
export function foldsTested(y: Uint8Array, oof: Pick<OutOfFold, 'scores' | 'fold' | 'folds'>): Tested[] {
  return Array.from({ length: oof.folds }, (_, f) => ({
    y: y.filter((_v, i) => oof.fold[i] === f),
    scores: oof.scores.filter((_v, i) => oof.fold[i] === f),
  }))
}

/** How often a scorer is trained, by the number of labels alone, so that the same labels give the same report. */
export function effortFor(labels: number): { folds: number; communities: number } {
  return labels <= 3000
    ? { folds: 5, communities: 5 }
    : labels <= 30_000
      ? { folds: 3, communities: 2 }
      : { folds: 2, communities: 2 }
}

export const communityProtocol = (folds: number): Extract<Protocol, { kind: 'community' }> => ({
  kind: 'community',
  folds,
})
export const timeProtocol: Extract<Protocol, { kind: 'time' }> = { kind: 'time', train: 0.6, windows: 1 }

/** null where the protocol does not fit these accounts; every other failure is one. */
export async function orNull<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ShoalError && error.code === 'invalid_input') return null
    throw error
  }
}
