import type { BenchRow, SplitResult } from '../../../common/contract/lab.ts'
import { LEAST_LABELS } from '../../../common/contract/learning.ts'
import type { Pace } from '../../../common/pace.ts'
import { Random } from '../../communities/random.ts'
import type { LabelledNodes } from '../types.ts'
import { bootstrapRanked, type Intervals } from './bootstrap.ts'
import { auprc, auprcOf, auroc, aurocOf, estimate, precisionOf, ranked, recallOf } from './metrics.ts'
import { positives, type Split } from './splits.ts'

const MEASURES = ['auroc', 'auprc', 'precisionAtK', 'recallAtK'] as const
const RESAMPLES = 200
/** Shares of the training labels that a learning curve is drawn at, beside all of them. */
const CURVE_SHARES = [0.05, 0.1, 0.25, 0.5]
/** Splits that a learning curve is the mean of. */
const CURVE_SPLITS = 2

export const pickLabels = ({ nodes, y }: LabelledNodes, at: Uint32Array): LabelledNodes => ({
  nodes: Uint32Array.from(at, (i) => nodes[i]),
  y: Uint8Array.from(at, (i) => y[i]),
})

/** What becomes of a scorer on a graph: split after split, then one row. */
export class RowMaker {
  readonly key: Pick<BenchRow, 'scorer' | 'graphRunId' | 'control'>
  private readonly capacity: number
  private readonly perSplit: SplitResult[] = []
  private readonly intervals: Intervals[] = []
  private readonly weights: Record<string, number>[] = []
  private readonly curve = new Map<number, { labels: number; auroc: number; auprc: number }[]>()
  private error: string | null = null
  unfit = false

  constructor(key: Pick<BenchRow, 'scorer' | 'graphRunId' | 'control'>, capacity: number) {
    this.key = key
    this.capacity = capacity
  }

  get failed(): boolean {
    return this.error !== null
  }

  /** Takes the scores of a split's test accounts. */
  async add(
    split: Split,
    labelled: LabelledNodes,
    result: { scores: Float32Array; weights: Record<string, number> | null; seconds: number },
    pace: Pace,
  ): Promise<void> {
    const y = Uint8Array.from(split.test, (i) => labelled.y[i])
    const of = ranked(y, result.scores)
    const options = { seed: split.seed, k: this.capacity, resamples: RESAMPLES }
    this.intervals.push(await bootstrapRanked(of, y, options, pace))
    this.perSplit.push({
      split: split.name,
      auroc: aurocOf(of),
      auprc: auprcOf(of),
      precisionAtK: precisionOf(of, this.capacity),
      recallAtK: recallOf(of, this.capacity),
      trained: split.train.length,
      tested: split.test.length,
      positives: of.positives,
      seconds: result.seconds,
    })
    if (result.weights !== null) this.weights.push(result.weights)
  }

  /** Takes the scores of a learning curve's point: trained on `labels` accounts, step `step` of the curve. */
  addPoint(step: number, labels: number, y: Uint8Array, scores: Float32Array): void {
    const points = this.curve.get(step) ?? []
    points.push({ labels, auroc: auroc(y, scores), auprc: auprc(y, scores) })
    this.curve.set(step, points)
  }

  /** `unfit`: the export has nothing that the scorer looks at. */
  fail(message: string, unfit: boolean): void {
    this.error = message
    this.unfit = unfit
  }

  row(): BenchRow {
    const of = (key: (typeof MEASURES)[number]) =>
      estimate(
        this.perSplit.map((split) => split[key]),
        this.intervals.map((interval) => interval[key]),
      )
    const [auroc, auprc, precisionAtK, recallAtK] = MEASURES.map(of)
    return {
      ...this.key,
      auroc,
      auprc,
      precisionAtK,
      recallAtK,
      perSplit: this.perSplit,
      seconds: this.perSplit.reduce((sum, { seconds }) => sum + seconds, 0),
      curve: this.curveRow(),
      weights: this.weights.length === 0 ? null : meanWeights(this.weights),
      error: this.error,
    }
  }

  private curveRow(): BenchRow['curve'] {
    if (this.curve.size === 0) return null
    const first = this.perSplit.slice(0, CURVE_SPLITS)
    const whole = first.map(({ trained, auroc, auprc }) => ({ labels: trained, auroc, auprc }))
    const steps = [...this.curve].sort(([a], [b]) => a - b).map(([, points]) => points)
    const mean = (values: number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length
    return [...steps, whole].map((points) => ({
      labels: Math.round(mean(points.map(({ labels }) => labels))),
      auroc: mean(points.map((point) => point.auroc)),
      auprc: mean(points.map((point) => point.auprc)),
    }))
  }
}

function meanWeights(all: readonly Record<string, number>[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const weights of all)
    for (const [id, weight] of Object.entries(weights)) sums[id] = (sums[id] ?? 0) + weight / all.length
  return Object.fromEntries(Object.entries(sums).sort(([, a], [, b]) => b - a))
}

/** Whether a split is one that learning curves are drawn on. */
export const inCurve = (index: number): boolean => index < CURVE_SPLITS

/**
 * Training labels of a learning curve: growing shares, class by class, each holding the ones before. Shares that leave
 * fewer than LEAST_LABELS of a class are left out.
 */
export function curveSteps(
  labelled: LabelledNodes,
  { train, seed }: Split,
): { step: number; at: Uint32Array }[] {
  const random = new Random(seed)
  const classes = [1, 0].map((label) => {
    const members = train.filter((i) => labelled.y[i] === label)
    return Uint32Array.from(random.permutation(members.length), (k) => members[k])
  })
  return CURVE_SHARES.map((share, step) => ({
    step,
    at: Uint32Array.from(
      classes.flatMap((members) => [...members.subarray(0, Math.round(share * members.length))]),
    ).sort(),
  })).filter(({ at }) => {
    const bad = positives(labelled.y, at)
    return bad >= LEAST_LABELS && at.length - bad >= LEAST_LABELS
  })
}
