import { z } from 'zod'
import { multiply } from '../../diffusion/multiply.ts'
import { symmetric } from '../../diffusion/operator.ts'
import { baseRate, labelSignal, shareOfBad, shrinkParam } from './evidence.ts'
import { defineSpreading } from './types.ts'

/** Terms of the series until what is left weighs less than this. */
const TAIL = 1e-6

/** e^−t t^k / k! for k = 0.., until the rest is below `tail`; they sum to 1 − rest. */
export function heatCoefficients(t: number, tail = TAIL): number[] {
  const coefficients = [Math.exp(-t)]
  let sum = coefficients[0]
  for (let k = 1; 1 - sum > tail; k++) {
    coefficients.push((coefficients[k - 1] * t) / k)
    sum += coefficients[k]
  }
  return coefficients
}

export const heatKernel = defineSpreading({
  id: 'heat-kernel',
  version: '1',
  source:
    'Kondor, Lafferty 2002, Diffusion Kernels on Graphs, ICML; Chung 2007, The heat kernel as the pagerank of a graph, PNAS',
  help: 'Labels spread like heat for a while: accounts a few ties away count, far ones hardly.',
  params: z.object({
    time: z
      .number()
      .gt(0)
      .max(20)
      .default(3)
      .describe('How long it spreads: the mean number of ties walked.'),
    shrink: shrinkParam,
  }),
  async run(graph, labelled, { time, shrink }, pace) {
    const s = symmetric(graph)
    let current = labelSignal(graph.n, labelled)
    let next: Float32Array = new Float32Array(current.length)
    const sum = new Float64Array(current.length)
    const coefficients = heatCoefficients(time)
    for (const [k, c] of coefficients.entries()) {
      if (k > 0) {
        await multiply(s, current, 2, pace, next)
        ;[current, next] = [next, current]
      }
      for (let i = 0; i < sum.length; i++) sum[i] += c * current[i]
    }
    return shareOfBad(sum, baseRate(labelled), shrink)
  },
})
