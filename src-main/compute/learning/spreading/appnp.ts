import { z } from 'zod'
import type { Csr } from '../../graph/types.ts'
import { multiply } from '../../diffusion/multiply.ts'
import { strengths } from '../../diffusion/operator.ts'
import { baseRate, labelSignal, shareOfBad, shrinkParam } from './evidence.ts'
import { defineSpreading } from './types.ts'

export const appnp = defineSpreading({
  id: 'appnp',
  version: '1',
  source:
    'Klicpera, Bojchevski, Günnemann 2019, Predict then Propagate: GNNs meet Personalized PageRank, ICLR',
  help: 'A few steps of personalised propagation of the labels, in which every account also keeps its own.',
  params: z.object({
    alpha: z
      .number()
      .min(0.01)
      .max(1)
      .default(0.1)
      .describe('Share of its own label that an account keeps at each step.'),
    steps: z.number().int().min(1).max(100).default(10).describe('Steps of propagation.'),
    shrink: shrinkParam,
  }),
  async run(graph, labelled, { alpha, steps, shrink }, pace) {
    const { n } = graph
    const { inner, self } = withLoops(graph)
    const x = labelSignal(n, labelled)
    let current: Float32Array = x.slice()
    let next: Float32Array = new Float32Array(x.length)
    for (let k = 0; k < steps; k++) {
      await multiply(inner, current, 2, pace, next)
      for (let u = 0; u < n; u++) {
        for (let i = 2 * u; i < 2 * u + 2; i++)
          next[i] = (1 - alpha) * (next[i] + self[u] * current[i]) + alpha * x[i]
      }
      ;[current, next] = [next, current]
    }
    return shareOfBad(current, baseRate(labelled), shrink)
  },
})

/**
 * (D + L)^-½ (W + L) (D + L)^-½ as its part between nodes and its diagonal. The loop L is the mean weight of a tie, so
 * that it stays what it is in the paper (1 among ties of 1) whatever the scale of the weights.
 */
function withLoops(graph: Csr) {
  const strength = strengths(graph)
  let total = 0
  for (const value of strength) total += value
  const loop = graph.targets.length === 0 ? 1 : total / graph.targets.length
  const root = strength.map((value) => Math.sqrt(value + loop))
  const values = new Float32Array(graph.weights.length)
  for (let u = 0; u < graph.n; u++)
    for (let e = graph.offsets[u]; e < graph.offsets[u + 1]; e++)
      values[e] = graph.weights[e] / (root[u] * root[graph.targets[e]])
  return {
    inner: { n: graph.n, offsets: graph.offsets, targets: graph.targets, values },
    self: root.map((value) => loop / (value * value)),
  }
}
