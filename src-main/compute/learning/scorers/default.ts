import { z } from 'zod'
import { defineScorer } from './define.ts'
import { commonParams, ensemblePlan } from './plans.ts'
import { runPlan } from './trained.ts'

/** The scorer that is used unless somebody chooses another: an ensemble chosen inside the training labels. */
export const defaultScorer = defineScorer({
  id: 'default',
  version: '1',
  group: 'ensemble',
  probabilities: true,
  trainable: true,
  needsLabels: true,
  params: z.object({
    ...commonParams,
    network: z
      .boolean()
      .default(true)
      .describe('Train the graph network too; without it training takes about half as long.'),
  }),
  source:
    'Ensemble selection (Caruana et al. 2004) over boosting, extra-trees, a decoupled graph network, logistic regression and boosting on own facts.',
  help: 'Several kinds of models, weighed by how well each does on labels it has not seen. Starts from here.',
  run: (ctx, task) => runPlan(ctx, task, (labelled) => ensemblePlan(labelled, task.params)),
})
