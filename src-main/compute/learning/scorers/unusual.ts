import { UNUSUAL } from '../unusual/index.ts'
import type { Unusual } from '../unusual/types.ts'
import { pick } from './controls.ts'
import { defineScorer } from './define.ts'
import type { Scorer } from './types.ts'

/** A ranking of what is unusual, in the same list as scorers: to compare with, never shown as likely malicious. */
function unusualScorer({ id, version, params, source, help, run }: Unusual): Scorer {
  return defineScorer({
    id,
    version,
    group: 'unusual',
    probabilities: false,
    trainable: false,
    needsLabels: false,
    params,
    source,
    help,
    async run(ctx, task) {
      const scores = await run(task.source, task.params, task.seed, ctx)
      return { scores: pick(scores, task.target), choices: null, weights: null, inner: null }
    },
  })
}

export const unusualScorers: readonly Scorer[] = UNUSUAL.map(unusualScorer)
