import type { Pace } from '../../../common/pace.ts'
import { stratifiedFolds, subset } from '../scorers/folds.ts'
import type { LabelledNodes } from '../types.ts'
import type { ScoreWith } from './types.ts'

/** Positions whose value passes, ascending. */
export function positions(n: number, passes: (i: number) => boolean): Uint32Array {
  const found: number[] = []
  for (let i = 0; i < n; i++) if (passes(i)) found.push(i)
  return Uint32Array.from(found)
}

export interface OutOfFold {
  /** Of each labelled account, by the model that was trained without its fold. */
  readonly scores: Float32Array
  readonly fold: Uint8Array
  readonly folds: number
  /** Of every other node, each by one fold's model in turn, so that they spread as the scores of the labelled do. */
  readonly unlabelled: Float32Array
}

/**
 * Cross-validation over the labels: `folds` trainings, each label scored once by a model that never saw it. `n` is the
 * number of nodes that scoreWith answers for.
 */
export async function outOfFold(
  labelled: LabelledNodes,
  n: number,
  options: { folds: number; seed: number },
  scoreWith: ScoreWith,
  pace: Pace,
): Promise<OutOfFold> {
  const { folds, seed } = options
  const fold = stratifiedFolds(labelled.y, folds, seed)
  const scores = new Float32Array(labelled.nodes.length)
  const isLabelled = new Uint8Array(n)
  for (const u of labelled.nodes) isLabelled[u] = 1
  const others = positions(n, (u) => isLabelled[u] === 0)
  const unlabelled = new Float32Array(others.length)
  for (let f = 0; f < folds; f++) {
    pace.progress({ phase: 'validate.folds', done: f, total: folds, unit: 'steps' })
    const train = subset(
      labelled,
      positions(fold.length, (i) => fold[i] !== f),
    )
    const all = await scoreWith(train, { seed: seed + f })
    for (let i = 0; i < fold.length; i++) if (fold[i] === f) scores[i] = all[labelled.nodes[i]]
    for (let j = f; j < others.length; j += folds) unlabelled[j] = all[others[j]]
    await pace.checkpoint()
  }
  return { scores, fold, folds, unlabelled }
}
