import { SPREADINGS } from '../spreading/index.ts'
import type { Spreading } from '../spreading/types.ts'
import { pick } from './controls.ts'
import { defineScorer } from './define.ts'
import type { Scorer } from './types.ts'

/** A label-only diffusion as a scorer: nothing of the accounts' facts is looked at, nothing is trained. */
function spreadingScorer({ id, version, params, source, help, run }: Spreading): Scorer {
  return defineScorer({
    id,
    version,
    group: 'spreading',
    probabilities: false,
    trainable: false,
    needsLabels: true,
    params,
    source,
    help,
    async run(ctx, task) {
      const scores = await run(task.source.graph.combined, task.labelled, task.params, ctx)
      return { scores: pick(scores, task.target), choices: null, weights: null, inner: null }
    },
  })
}

export const spreadingScorers: readonly Scorer[] = SPREADINGS.map(spreadingScorer)
