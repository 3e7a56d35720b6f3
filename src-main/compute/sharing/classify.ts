import type { SharingCause, SharingEvidence } from '../../common/contract/sharing.ts'
import { CAUSES, FEATURES, RULES, type Cause } from './rules.ts'
import type { SharingStats } from './stats.ts'

export interface SharingVerdict {
  readonly cause: SharingCause
  /** Probability of the cause; for 'unknown' that of the likeliest one. */
  readonly confidence: number
  /** Every cause considered with its probability, most likely first. */
  readonly causes: readonly { cause: Cause; probability: number }[]
  /** What speaks for and against the likeliest cause, strongest first. */
  readonly evidence: readonly SharingEvidence[]
  /** Expected share of the weight that is left: Σ probability × factor of the cause, in [0.05, 1]. */
  readonly factor: number
}

/** Below this probability no cause is named. */
export const MIN_CONFIDENCE = 0.5
export const LEAST_FACTOR = 0.05

/** 0 at `low` and below, 1 at `high` and above, linear between; low > high turns it round. */
export function ramp(x: number, low: number, high: number): number {
  return Math.min(1, Math.max(0, (x - low) / (high - low)))
}

/**
 * The likely reason for sharing, from counts alone. Every cause has a starting score and rules; a rule adds
 * weight × ramp(feature) where the feature is known and nothing where it isn't. Scores are log-odds: softmax makes
 * them probabilities. The rules and what they rest on are in docs/sharing.md.
 */
export function classifySharing(stats: SharingStats): SharingVerdict {
  const considered = CAUSES[stats.kind]
  const scores = considered.map(({ cause, start }) => {
    let score = start
    for (const rule of RULES[stats.kind]) {
      if (rule.cause !== cause) continue
      const value = FEATURES[rule.feature].measure(stats)
      if (value !== null) score += rule.weight * ramp(value, rule.low, rule.high)
    }
    return score
  })
  const most = Math.max(...scores)
  const sum = scores.reduce((total, score) => total + Math.exp(score - most), 0)
  const causes = considered
    .map(({ cause, factor }, k) => ({ cause, factor, probability: Math.exp(scores[k] - most) / sum }))
    .sort((a, b) => b.probability - a.probability)
  const likeliest = causes[0]
  const factor = causes.reduce((total, c) => total + c.probability * c.factor, 0)
  const evidence: SharingEvidence[] = []
  for (const rule of RULES[stats.kind]) {
    if (rule.cause !== likeliest.cause) continue
    const feature = FEATURES[rule.feature]
    const value = feature.measure(stats)
    if (value === null) continue
    const weight = rule.weight * ramp(value, rule.low, rule.high)
    if (Math.abs(weight) >= 0.2) evidence.push({ code: rule.feature, values: feature.values(stats), weight })
  }
  evidence.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
  return {
    cause: likeliest.probability >= MIN_CONFIDENCE ? likeliest.cause : 'unknown',
    confidence: likeliest.probability,
    causes: causes.map(({ cause, probability }) => ({ cause, probability })),
    evidence,
    factor: Math.min(1, Math.max(LEAST_FACTOR, factor)),
  }
}
