import type { ValidationReport } from '../../../common/contract/lab.ts'
import type { Pace } from '../../../common/pace.ts'
import { LEAST_LABELS } from '../../../common/contract/learning.ts'
import { descending } from '../evaluate/order.ts'
import type { LabelledNodes } from '../types.ts'

const DAY = 86_400_000
const WEEK = 7 * DAY
const MONTH = 30 * DAY
/** Steps at most: each one builds a graph, features and a model. */
export const MOST_STEPS = 8

export type Step = 'week' | 'month' | 'quantile'
export interface Windows {
  readonly step: Step
  /** Ascending moments; window i is [at[i], at[i + 1]). */
  readonly at: readonly number[]
}

/**
 * Windows to replay: the last weeks, or months where there is more than a quarter of a year, that come after enough
 * is known to train on. Where the accounts registered within less than three weeks, quantiles of their registrations. `born` is when each
 * account appeared and `known` when each label was known, ms, NaN unknown; `labels` their classes. null: nothing can be
 * replayed.
 */
export function replayWindows(
  born: Float64Array,
  known: Float64Array,
  labels: Uint8Array,
  most = MOST_STEPS,
): Windows | null {
  const dated = born.filter((t) => !Number.isNaN(t)).sort()
  if (dated.length < 20 || dated[0] === dated[dated.length - 1]) return null
  const start = enoughLabels(known, labels)
  if (start === null) return null
  const first = Math.max(start, dated[0])
  const last = dated[dated.length - 1] + 1
  if (first >= last) return null
  const span = last - first
  const weeks = span / WEEK
  if (weeks >= 3) {
    // More than a quarter: months. More windows than steps: the last of them.
    const step = weeks <= 13 ? 'week' : 'month'
    const size = step === 'week' ? WEEK : MONTH
    const count = Math.min(most, Math.max(1, Math.floor(span / size)))
    return { step, at: Array.from({ length: count + 1 }, (_, i) => last - (count - i) * size) }
  }
  const later = dated.filter((t) => t >= first)
  const count = Math.min(most, 4, Math.floor(later.length / 10))
  if (count < 1) return null
  const at = [first]
  for (let i = 1; i < count; i++) {
    const t = later[Math.floor((i * later.length) / count)]
    if (t > at[at.length - 1]) at.push(t)
  }
  return { step: 'quantile', at: [...at, last] }
}

/** From when LEAST_LABELS of each class were known; null: never. */
function enoughLabels(known: Float64Array, labels: Uint8Array): number | null {
  const of = (label: number): number | undefined =>
    known.filter((t, i) => labels[i] === label && !Number.isNaN(t)).sort()[LEAST_LABELS - 1]
  const [benign, malicious] = [of(0), of(1)]
  return benign === undefined || malicious === undefined ? null : Math.max(benign, malicious)
}

export interface ReplayTask {
  /** Labels known by then. */
  readonly train: LabelledNodes
  /** Accounts to score: they appeared in the window. */
  readonly target: Uint32Array
  /** Train on what was known at `from`; score with what was known at `to`. */
  readonly from: number
  readonly to: number
}
export interface ReplayAnswer {
  /** Parallel to target. */
  readonly scores: Float32Array
  /** Scores from here up are worth a flag. */
  readonly threshold: number
}

export interface ReplayInput {
  readonly windows: Windows
  readonly labelled: LabelledNodes
  /** Parallel to labelled.nodes. */
  readonly known: Float64Array
  /** Of every node. */
  readonly born: Float64Array
  /** Reviews a day. */
  readonly capacity: number
}

/**
 * What it would have flagged: at the start of each window it is trained on the labels known by then, at its end the
 * accounts that appeared in it are scored, and the highest over the threshold are flagged, as many as can be reviewed
 * in the window's days. Judged by the labels known today; flagged accounts without a label are neither caught nor a
 * false alarm.
 */
export async function replay(
  input: ReplayInput,
  score: (task: ReplayTask) => Promise<ReplayAnswer>,
  pace: Pace,
): Promise<NonNullable<ValidationReport['replay']>> {
  const { windows, labelled, known, born, capacity } = input
  const truth = new Map<number, number>()
  labelled.nodes.forEach((u, i) => truth.set(u, labelled.y[i]))
  const steps: NonNullable<ValidationReport['replay']>['steps'] = []
  for (let w = 0; w + 1 < windows.at.length; w++) {
    const [from, to] = [windows.at[w], windows.at[w + 1]]
    pace.progress({ phase: 'validate.replay', done: w, total: windows.at.length - 1, unit: 'steps' })
    const at = [...labelled.nodes.keys()].filter((i) => known[i] < from)
    const train = {
      nodes: Uint32Array.from(at, (i) => labelled.nodes[i]),
      y: Uint8Array.from(at, (i) => labelled.y[i]),
    }
    const target = Uint32Array.from(born.keys()).filter((u) => born[u] >= from && born[u] < to)
    if (target.length === 0) continue
    const { scores, threshold } = await score({ train, target, from, to })
    const reviews = Math.max(1, Math.round((capacity * (to - from)) / DAY))
    const flagged = new Set(
      [...descending(scores).subarray(0, reviews)]
        .filter((i) => scores[i] >= threshold)
        .map((i) => target[i]),
    )
    let caught = 0
    let falseAlarms = 0
    let missed = 0
    for (const u of target) {
      const y = truth.get(u)
      if (flagged.has(u)) {
        if (y === 1) caught++
        else if (y === 0) falseAlarms++
      } else if (y === 1) missed++
    }
    steps.push({
      from,
      to,
      trained: train.nodes.length,
      scored: target.length,
      flagged: flagged.size,
      caught,
      falseAlarms,
      missed,
    })
    await pace.checkpoint()
  }
  return { step: windows.step, steps }
}

/** The score from which flagging has the best F1 on these labels: ½ where one class is missing. */
export function bestThreshold(y: Uint8Array, s: Float32Array): number {
  const positives = y.reduce((sum, v) => sum + v, 0)
  if (positives === 0 || positives === y.length) return 0.5
  const order = descending(s)
  let best = 0
  let threshold = 0.5
  let hits = 0
  for (let i = 0; i < order.length; i++) {
    hits += y[order[i]]
    if (i + 1 < order.length && s[order[i + 1]] === s[order[i]]) continue
    const f1 = (2 * hits) / (i + 1 + positives)
    if (f1 > best) {
      best = f1
      threshold = s[order[i]]
    }
  }
  return threshold
}
