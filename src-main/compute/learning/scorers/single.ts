import { z } from 'zod'
import { defineScorer, type ScorerDeclaration } from './define.ts'
import { BOOSTING, commonParams, FOREST, member, PLAIN_BOOSTING, singlePlan } from './plans.ts'
import type { LearnerId } from './learners.ts'
import { runPlan } from './trained.ts'
import type { ColumnChoice, Scorer } from './types.ts'

const params = z.object(commonParams)

/** A scorer of one member, to compare the ensemble with. */
function single(
  about: Pick<ScorerDeclaration<typeof params>, 'id' | 'version' | 'group' | 'source' | 'help'>,
  learner: LearnerId,
  columns: ColumnChoice,
  settings: Record<string, unknown> = {},
): Scorer {
  return defineScorer({
    ...about,
    probabilities: true,
    trainable: true,
    needsLabels: true,
    params,
    run: (ctx, task) =>
      runPlan(ctx, task, (labelled) =>
        singlePlan(labelled, task.params.folds, member(about.id, learner, columns, settings)),
      ),
  })
}

export const boostingScorer = single(
  {
    id: 'boosting',
    version: '1',
    group: 'trees',
    source: 'Histogram gradient boosting (Friedman 2001; Ke et al. 2017); docs/trees.md.',
    help: 'Boosted trees on all columns: the account, its neighbourhood and the labels around it.',
  },
  'boosting',
  'all',
  BOOSTING,
)

export const rawBoostingScorer = single(
  {
    id: 'boosting-raw',
    version: '1',
    group: 'baseline',
    source: 'Histogram gradient boosting on own columns.',
    help: "Boosted trees on the account's own facts alone: what is known without any graph.",
  },
  'boosting',
  'own',
  PLAIN_BOOSTING,
)

export const extraTreesScorer = single(
  {
    id: 'extra-trees',
    version: '1',
    group: 'trees',
    source: 'Extremely randomised trees (Geurts, Ernst and Wehenkel 2006); docs/trees.md.',
    help: 'Many trees with random splits on all columns, averaged.',
  },
  'extra-trees',
  'all',
  FOREST,
)

export const networkScorer = single(
  {
    id: 'network',
    version: '1',
    group: 'network',
    source: 'SIGN (Frasca et al. 2020) with gated channels; docs/network.md.',
    help: 'A decoupled graph network: a gated head on what diffusion carried over the graph.',
  },
  'network',
  'all',
)

export const logisticScorer = single(
  {
    id: 'logistic',
    version: '1',
    group: 'baseline',
    source: 'L2-penalised logistic regression.',
    help: 'A weighted sum of all columns: the simplest model that looks at the graph, steady with few labels.',
  },
  'logistic',
  'all',
)
