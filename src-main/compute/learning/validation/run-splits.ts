import type { ValidationReport } from '../../../common/contract/lab.ts'
import type { WhyCode } from '../../../common/finding-words.ts'
import { precisionAtK } from '../evaluate/metrics.ts'
import { makeSplits } from '../evaluate/splits.ts'
import type { FeatureSource } from '../features/source.ts'
import type { FeatureColumn } from '../types.ts'
import { outOfFold, subset, type OutOfFold } from './folds.ts'
import { scoreWithOn, type Lab } from './lab.ts'
import { graphAsOf } from './sources.ts'
import {
  communityProtocol,
  effortFor,
  foldsTested,
  orNull,
  splitReport,
  timeProtocol,
  type Tested,
} from './splits.ts'

type Told = (part: 'random' | 'community' | 'time', share: number) => void

/** The scorer under test by the three protocols. */
export async function runSplits(
  lab: Lab,
  tell: Told,
): Promise<{
  splits: ValidationReport['splits']
  oof: OutOfFold
  reviewed: { reviews: number; precision: number }
  noSplit: { community?: WhyCode; time?: WhyCode }
}> {
  const { ctx, labelled, graph, source, seed, capacity } = lab
  const effort = effortFor(labelled.nodes.length)
  const scoreWith = scoreWithOn(lab, source)
  const oof = await outOfFold(labelled, graph.combined.n, { folds: effort.folds, seed }, scoreWith, {
    signal: ctx.signal,
    checkpoint: () => ctx.checkpoint(),
    progress: ({ done, total }) => tell('random', done / total!),
  })
  const folds = foldsTested(labelled.y, oof)
  const splits = [await splitReport('random', folds, { capacity, seed }, ctx)]
  const noSplit: { community?: WhyCode; time?: WhyCode } = {}

  const run = async (kind: 'community' | 'time'): Promise<void> => {
    tell(kind, 0)
    const protocol = kind === 'time' ? timeProtocol : communityProtocol(effort.communities)
    const planned = await orNull(() => makeSplits(ctx, graph, labelled, protocol, seed))
    if (planned === null) {
      noSplit[kind] =
        kind === 'time' && !lab.born.some((t) => !Number.isNaN(t)) ? 'nothing_dated' : 'labels_too_few'
      return
    }
    const tested: Tested[] = []
    for (const [i, split] of planned.entries()) {
      const seen = split.asOf === undefined ? source : await sourceAsOf(lab, split.asOf)
      const all = await scoreWithOn(lab, seen)(subset(labelled, split.train), {
        seed: split.seed,
        tell: (share) => tell(kind, (i + share) / planned.length),
      })
      const test = subset(labelled, split.test)
      tested.push({ y: test.y, scores: Float32Array.from(test.nodes, (u) => all[u]) })
      if (seen !== source) await lab.passing.close(seen)
      tell(kind, (i + 1) / planned.length)
    }
    splits.push(await splitReport(kind, tested, { capacity, seed }, ctx))
  }
  await run('community')
  await run('time')
  // With few labels a day's reviews are the whole test: then as many are looked at as there are malicious.
  const reviews = Math.min(
    capacity,
    ...folds.map(({ y }) =>
      Math.max(
        1,
        y.reduce((sum, v) => sum + v, 0),
      ),
    ),
  )
  const precision = folds.reduce((sum, t) => sum + precisionAtK(t.y, t.scores, reviews), 0) / folds.length
  return { splits, oof, reviewed: { reviews, precision }, noSplit }
}

/**
 * Features of what was known at a moment, with their own embedding: models are trained and used on it. `columns`: only
 * these, by name.
 */
export async function sourceAsOf(
  lab: Lab,
  at: number,
  columns?: readonly FeatureColumn[],
): Promise<FeatureSource> {
  const then = await graphAsOf(lab.ctx, lab.graph, lab.recipe, at)
  return lab.passing.features(then, {
    asOf: at,
    encoding: lab.source.encoding,
    ...(columns !== undefined && { like: { columns, graph: lab.graph.sha256 } }),
  })
}
