import { z } from 'zod'
import type { LabelledNodes } from '../types.ts'

/** Shared by the methods that weigh malicious against all labels. */
export const shrinkParam = z
  .number()
  .min(0)
  .max(100)
  .default(0.1)
  .describe('How strongly accounts that few labels reach are drawn to the base rate; 0: not at all.')

/** Two columns, row-major n × 2: [1 where malicious, 1 where labelled]. */
export function labelSignal(n: number, { nodes, y }: LabelledNodes): Float32Array {
  const x = new Float32Array(2 * n)
  for (let i = 0; i < nodes.length; i++) {
    x[2 * nodes[i]] = y[i]
    x[2 * nodes[i] + 1] = 1
  }
  return x
}

export function baseRate({ y }: Pick<LabelledNodes, 'y'>): number {
  let bad = 0
  for (const value of y) bad += value
  return y.length === 0 ? 0.5 : bad / y.length
}

/**
 * (bad + c·prior) / (labels + c) of a signal that was spread (row-major n × 2, as labelSignal), where c is `shrink`
 * times the mean amount of labels that reaches a node at all. The prior where none does.
 */
export function shareOfBad(spread: Float32Array | Float64Array, prior: number, shrink: number): Float32Array {
  const n = spread.length / 2
  let sum = 0
  let reached = 0
  for (let u = 0; u < n; u++) {
    if (spread[2 * u + 1] <= 0) continue
    sum += spread[2 * u + 1]
    reached++
  }
  const c = reached === 0 ? 0 : (shrink * sum) / reached
  const scores = new Float32Array(n)
  for (let u = 0; u < n; u++) {
    const all = spread[2 * u + 1]
    // Rounding may leave a hair more malicious than all labels.
    scores[u] = all > 0 ? Math.min(1, Math.max(0, (spread[2 * u] + c * prior) / (all + c))) : prior
  }
  return scores
}
