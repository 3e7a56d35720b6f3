import type { ThresholdChoice } from './types.ts'

/** Precision and recall of "score ≥ value" over labelled accounts. */
function qualityAt(
  p: Float64Array,
  y: Uint8Array,
  value: number,
): { precision: number | null; recall: number | null } {
  let flagged = 0
  let caught = 0
  let positives = 0
  for (let i = 0; i < p.length; i++) {
    positives += y[i]
    if (p[i] < value) continue
    flagged++
    caught += y[i]
  }
  return {
    precision: flagged === 0 ? null : caught / flagged,
    recall: positives === 0 ? null : caught / positives,
  }
}

/**
 * The score of best F1 over out-of-fold probabilities, half way to the next lower score so that rounding moves nobody
 * across it.
 */
export function thresholdByF1(p: Float64Array, y: Uint8Array): ThresholdChoice {
  const order = Uint32Array.from(p, (_, i) => i).sort((a, b) => p[b] - p[a] || a - b)
  let positives = 0
  for (const label of y) positives += label
  let caught = 0
  let best = { f1: -1, value: 0.5 }
  for (let k = 0; k < order.length; k++) {
    caught += y[order[k]]
    const here = p[order[k]]
    const next = k + 1 < order.length ? p[order[k + 1]] : 0
    if (next === here) continue
    const f1 = (2 * caught) / (k + 1 + positives)
    if (f1 > best.f1) best = { f1, value: (here + next) / 2 }
  }
  return { rule: 'f1', value: best.value, ...qualityAt(p, y, best.value) }
}

/**
 * The score that lets the `capacity` highest of `scores` through (those to review: accounts without a label). How
 * precise that is, nobody has measured: precision and recall are null.
 */
export function thresholdByCapacity(scores: Float32Array, capacity: number): ThresholdChoice {
  const sorted = scores.slice().sort()
  const at = sorted.length - capacity
  const value = at <= 0 ? 0 : (sorted[at] + sorted[at - 1]) / 2
  return { rule: 'capacity', value: Math.min(1, Math.max(0, value)), precision: null, recall: null }
}
