import { z } from 'zod'
import type { ScoringTask } from './types.ts'
import { countLabels, defineScorer } from './define.ts'

const NOTHING_CHOSEN = { choices: null, weights: null, inner: null } as const

/** The values of `target` among those of all nodes. */
export function pick(all: Float32Array, target: ScoringTask['target']): Float32Array {
  return target === 'all' ? all : Float32Array.from(target, (u) => all[u])
}

/** Every account gets the base rate: what a scorer that knows nothing is worth. */
export const priorScorer = defineScorer({
  id: 'prior',
  version: '1',
  group: 'control',
  probabilities: true,
  trainable: false,
  needsLabels: true,
  params: z.object({}),
  source: 'Base rate of the labels.',
  help: 'Gives every account the share of malicious ones among the labelled. What knowing nothing is worth.',
  async run(_ctx, { source, labelled, target }) {
    const { malicious } = countLabels(labelled)
    const rows = target === 'all' ? source.graph.combined.n : target.length
    return { scores: new Float32Array(rows).fill(malicious / labelled.y.length), ...NOTHING_CHOSEN }
  },
})

/** Accounts with more neighbours first: what a scorer must beat to have learnt more than who is busy. */
export const degreeScorer = defineScorer({
  id: 'degree',
  version: '1',
  group: 'control',
  probabilities: false,
  trainable: false,
  needsLabels: false,
  params: z.object({}),
  source: 'Number of neighbours in the graph.',
  help: 'Ranks accounts by their number of neighbours. A scorer that is no better has only learnt who is busy.',
  async run(_ctx, { source, target }) {
    const { n, offsets } = source.graph.combined
    const degrees = new Float32Array(n)
    for (let u = 0; u < n; u++) degrees[u] = offsets[u + 1] - offsets[u]
    return { scores: pick(degrees, target), ...NOTHING_CHOSEN }
  },
})
