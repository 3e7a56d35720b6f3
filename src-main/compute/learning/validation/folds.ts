import type { Pace } from '../../../common/pace.ts'
import { Random } from '../../communities/random.ts'
import type { LabelledNodes } from '../types.ts'
import type { ScoreWith } from './types.ts'

/** Fold of each label, 0..k−1: each class is dealt out at random, so every fold has its share of both. */
export function stratifiedFolds(y: Uint8Array, k: number, seed: number): Uint8Array {
  const folds = new Uint8Array(y.length)
  const random = new Random(seed)
  // The classes start at different folds, so that no fold gets the odd account of both.
  const dealt = [0, 1]
  for (const i of random.permutation(y.length)) folds[i] = dealt[y[i]]++ % k
  return folds
}

/** The labels at these positions. */
export function subset(labelled: LabelledNodes, at: Uint32Array): LabelledNodes {
  return {
    nodes: Uint32Array.from(at, (i) => labelled.nodes[i]),
    y: Uint8Array.from(at, (i) => labelled.y[i]),
  }
}

/** Positions in a fold, or those outside it; ascending. */
export function inFold(fold: Uint8Array, which: number, inside: boolean): Uint32Array {
  return positions(fold.length, (i) => (fold[i] === which) === inside)
}

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
    const tell = (share: number): void =>
      pace.progress({ phase: 'validate.folds', done: f + share, total: folds, unit: 'steps' })
    tell(0)
    const train = subset(
      labelled,
      positions(fold.length, (i) => fold[i] !== f),
    )
    const all = await scoreWith(train, { seed: seed + f, tell })
    for (let i = 0; i < fold.length; i++) if (fold[i] === f) scores[i] = all[labelled.nodes[i]]
    for (let j = f; j < others.length; j += folds) unlabelled[j] = all[others[j]]
    await pace.checkpoint()
  }
  return { scores, fold, folds, unlabelled }
}
