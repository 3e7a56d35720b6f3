import { z } from 'zod'
import { multiply } from '../../diffusion/multiply.ts'
import { symmetric, type Operator } from '../../diffusion/operator.ts'
import type { Pace } from '../../../common/pace.ts'
import { baseRate, labelSignal, shareOfBad, shrinkParam } from './evidence.ts'
import { defineSpreading } from './types.ts'

/** Enough that α = .99 is within a few per cent and smaller α within rounding. */
const MOST_STEPS = 200
const TOLERANCE = 1e-4

export const labelSpreading = defineSpreading({
  id: 'label-spreading',
  version: '1',
  source: 'Zhou, Bousquet, Lal, Weston, Schölkopf 2004, Learning with Local and Global Consistency, NIPS',
  help: 'Labels flow along ties until they settle; busy accounts pass on less through each tie.',
  params: z.object({
    alpha: z
      .number()
      .min(0)
      .max(0.99)
      .default(0.9)
      .describe('How much of a label comes from neighbours rather than from the account itself.'),
    shrink: shrinkParam,
  }),
  async run(graph, labelled, { alpha, shrink }, pace) {
    const x = labelSignal(graph.n, labelled)
    const spread = await settle(symmetric(graph), x, alpha, pace)
    return shareOfBad(spread, baseRate(labelled), shrink)
  },
})

/**
 * F = (1 − α) (I − αS)⁻¹ x for x of two columns, by F ← αSF + (1 − α) x until no value moves by more than
 * TOLERANCE of the largest.
 */
export async function settle(s: Operator, x: Float32Array, alpha: number, pace: Pace): Promise<Float32Array> {
  let current: Float32Array = x.map((value) => (1 - alpha) * value)
  let next: Float32Array = new Float32Array(x.length)
  for (let step = 0; step < MOST_STEPS; step++) {
    await multiply(s, current, 2, pace, next)
    let moved = 0
    let largest = 0
    for (let i = 0; i < next.length; i++) {
      const value = alpha * next[i] + (1 - alpha) * x[i]
      moved = Math.max(moved, Math.abs(value - current[i]))
      largest = Math.max(largest, value)
      next[i] = value
    }
    ;[current, next] = [next, current]
    if (moved <= TOLERANCE * largest) break
  }
  return current
}
