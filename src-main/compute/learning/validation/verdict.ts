import type { Finding, ValidationReport } from '../../../common/contract/lab.ts'
import { FEW_LABELS } from '../../../common/contract/learning.ts'
import type { WhyCode } from '../../../common/finding-words.ts'
import { shiftPrior } from './calibrators.ts'
import { skillLost, type Drop } from './compare.ts'
import { finding } from './findings.ts'
import type { Noise } from './noise.ts'
import { STRONG_ALONE, TOO_GOOD_ALONE, type AfterLabel, type LeakageFeatures } from './leakage.ts'

/** AUROC under which a ranking is called weak (Hosmer, Lemeshow & Sturdivant 2013: .7 is "acceptable"). */
const WEAK = 0.7
/** Part of the skill whose loss is called "much weaker". */
const MUCH = 0.25
export const ECE_GOOD = 0.05
const ECE_POOR = 0.1
/** Correction that gains less is no advice. */
const WORTH_CORRECTING = 0.01
/** A prior that differs less than this part of the labels' rate is not worth a sentence. */
const PRIOR_APART = 0.2
const NOISE_RATE = 0.05
const NOISE_COUNT = 5
/** Skill (average precision between the base rate and 1) from which a scorer may doubt labels aloud. */
const NOISE_SKILL = 0.5

type Splits = ValidationReport['splits']
/** What the sentences are made from: the report's parts, and what the parts know beside them. */
export interface Evidence {
  readonly labels: { readonly malicious: number; readonly benign: number }
  readonly simulated: boolean
  readonly splits: Splits
  /** Why a protocol is not among them. */
  readonly noSplit: { readonly community?: WhyCode; readonly time?: WhyCode }
  /** Accounts reviewed from the top in the random split, and how many of them were malicious. */
  readonly reviewed: { readonly reviews: number; readonly precision: number }
  readonly graph: Drop | null
  readonly calibration: ValidationReport['calibration']
  readonly priorFrom: 'given' | 'estimated' | 'labels'
  readonly eceByChance: { readonly before: number; readonly after: number }
  readonly tilt: { readonly above: number; readonly below: number }
  readonly drift: ValidationReport['drift']
  readonly shifted: readonly string[]
  readonly compared: number
  readonly noDrift: WhyCode
  readonly features: LeakageFeatures | null
  readonly shuffled: { readonly auroc: number; readonly low: number; readonly high: number; level: string }
  /** null: no label is dated. */
  readonly afterLabel: readonly AfterLabel[] | null
  readonly noise: Pick<Noise, 'checked' | 'count' | 'estimatedRate' | 'surely'> | null
  readonly camouflage: ValidationReport['camouflage']
  /** Base rate of the accounts that camouflage was tried on. */
  readonly camouflageBase: number
  readonly noCamouflage: WhyCode
  readonly replay: ValidationReport['replay']
  readonly noReplay: WhyCode
}

/** The verdict: every finding by the rules of docs/validation.md, the worst first within their parts' order. */
export function verdictOf(evidence: Evidence): ValidationReport['verdict'] {
  // Of a scorer that knows nothing there is no more to say than why that might be.
  const nothing = knowsNothing(evidence)
  const findings = [
    ...labelFindings(evidence),
    ...splitFindings(evidence),
    ...leakageFindings(evidence),
    ...driftFindings(evidence),
    ...(nothing
      ? []
      : [
          ...graphFindings(evidence),
          ...calibrationFindings(evidence),
          ...noiseFindings(evidence),
          ...camouflageFindings(evidence),
          ...replayFindings(evidence),
        ]),
  ].filter((f) => !nothing || f.code !== 'leak_none')
  const rank = { bad: 0, warn: 1, good: 2, info: 3 }
  findings.sort((a, b) => rank[a.level] - rank[b.level])
  const has = (level: Finding['level']) => findings.some((f) => f.level === level)
  return { level: has('bad') ? 'not_defensible' : has('warn') ? 'caution' : 'defensible', findings }
}

function knowsNothing({ splits }: Evidence): boolean {
  const random = splits.find((split) => split.protocol === 'random')
  return random !== undefined && random.auroc.low <= 0.5
}

function labelFindings({ labels, simulated }: Evidence): Finding[] {
  const { malicious, benign } = labels
  const few = Math.min(malicious, benign) < FEW_LABELS
  return [
    few
      ? finding('labels_few', 'warn', { malicious, benign, needed: FEW_LABELS })
      : finding('labels_enough', 'good', { malicious, benign }),
    ...(simulated ? [finding('simulated', 'info')] : []),
  ]
}

function splitFindings({ splits, noSplit, reviewed }: Evidence): Finding[] {
  const found: Finding[] = []
  const random = splits.find((split) => split.protocol === 'random')
  if (random === undefined) return found
  const { auroc, auprc, baseRate } = random
  const params = {
    auroc: auroc.mean,
    ...reviewed,
    base: baseRate,
  }
  if (auroc.low <= 0.5)
    found.push(finding('skill_none', 'bad', { auroc: auroc.mean, low: auroc.low, high: auroc.high }))
  else
    found.push(
      auroc.mean >= WEAK ? finding('skill_good', 'good', params) : finding('skill_weak', 'warn', params),
    )
  for (const [protocol, hold, worse, none] of [
    ['community', 'communities_hold', 'communities_worse', 'communities_none'],
    ['time', 'time_holds', 'time_worse', 'time_none'],
  ] as const) {
    const split = splits.find((s) => s.protocol === protocol)
    if (split === undefined) {
      found.push(finding(none, 'info', { why: noSplit[protocol] ?? 'labels_too_few' }))
      continue
    }
    if (auroc.low <= 0.5) continue
    // Base rates of the two test sets differ: the same skill gives another average precision there.
    const before = (auprc.mean - baseRate) / (1 - baseRate)
    const after = (split.auprc.mean - split.baseRate) / (1 - split.baseRate)
    const expected = split.baseRate + before * (1 - split.baseRate)
    const lost = before > 0 ? (before - after) / before : 0
    const apart = split.auroc.high < auroc.low && split.auprc.high < expected
    found.push(
      lost >= MUCH && apart
        ? finding(worse, 'warn', { random: expected, held: split.auprc.mean })
        : finding(hold, 'good'),
    )
  }
  return found
}

function graphFindings({ graph }: Evidence): Finding[] {
  if (graph === null) return []
  const params = { with: graph.with, without: graph.without }
  return [
    graph.low > 0 ? finding('graph_adds', 'good', params) : finding('graph_adds_nothing', 'info', params),
  ]
}

function calibrationFindings({ calibration: c, priorFrom, eceByChance, tilt }: Evidence): Finding[] {
  if (c === null) return [finding('no_probabilities', 'info')]
  const found: Finding[] = []
  const ece = c.before.ece
  const after = c.after.ece
  if (ece > eceByChance.before && after > Math.max(ECE_POOR, eceByChance.after))
    found.push(finding('calibration_poor', 'warn', { after }))
  else if (ece <= ECE_GOOD) found.push(finding('calibrated', 'good', { ece }))
  else if (ece <= eceByChance.before)
    found.push(finding('calibration_unsure', 'info', { ece, chance: eceByChance.before }))
  else if (after > ece - WORTH_CORRECTING) found.push(finding('correction_useless', 'warn', { ece, after }))
  else {
    const code =
      tilt.above > 0 && tilt.below <= 0
        ? 'overconfident'
        : tilt.above < 0 && tilt.below >= 0
          ? 'underconfident'
          : 'miscalibrated'
    found.push(finding(code, 'warn', { ece, after }))
  }
  if (priorFrom !== 'labels' && Math.abs(c.prior - c.trainPrior) >= PRIOR_APART * c.trainPrior)
    found.push(
      finding(priorFrom === 'given' ? 'prior_given' : 'prior_estimated', 'info', {
        prior: c.prior,
        trainPrior: c.trainPrior,
        shifted: shiftPrior(0.9, c.trainPrior, c.prior),
      }),
    )
  return found
}

function leakageFindings({ features, shuffled, afterLabel }: Evidence): Finding[] {
  const found: Finding[] = []
  found.push(
    shuffled.level === 'bad'
      ? finding('leak_shuffled', 'bad', { auroc: shuffled.auroc, low: shuffled.low, high: shuffled.high })
      : finding('shuffled_fine', 'good'),
  )
  for (const group of features?.groups ?? []) {
    if (group.level === 'good') continue
    const drop = { feature: group.base, with: group.drop.with, without: group.drop.without }
    const alone = { feature: group.base, auroc: group.auroc }
    if (group.level === 'info')
      found.push(finding('labels_carry', 'info', { with: drop.with, without: drop.without }))
    else if (group.level === 'bad')
      found.push(
        group.auroc >= TOO_GOOD_ALONE
          ? finding('leak_alone', 'bad', alone)
          : finding('leak_feature', 'bad', drop),
      )
    else
      found.push(
        group.auroc >= STRONG_ALONE
          ? finding('feature_strong', 'warn', alone)
          : finding('feature_carries', 'warn', drop),
      )
  }
  if (features !== null && !found.some((f) => 'feature' in f.params)) found.push(finding('leak_none', 'good'))
  if (afterLabel === null) return [...found, finding('label_times_unknown', 'info')]
  const after = afterLabel.filter((a) => a.level !== 'good')
  if (after.length === 0) found.push(finding('after_label_none', 'good'))
  for (const { family, share, drop, level } of after) {
    if (drop === null)
      found.push(finding('after_label_unmeasured', 'warn', { family, share, why: 'too_large' }))
    else {
      const params = { family, share, with: drop.with, without: drop.without }
      found.push(
        level === 'info'
          ? finding('after_label_harmless', 'info', params)
          : finding('after_label', level, params),
      )
    }
  }
  return found
}

function noiseFindings({ noise, splits }: Evidence): Finding[] {
  if (noise === null) return []
  const { checked, count, estimatedRate, surely } = noise
  if (count === 0) return [finding('labels_consistent', 'good', { checked })]
  const random = splits.find((split) => split.protocol === 'random')
  // A scorer that is often wrong itself is no judge of labels.
  const judge =
    random !== undefined && (random.auprc.mean - random.baseRate) / (1 - random.baseRate) >= NOISE_SKILL
  return [
    judge && count >= NOISE_COUNT && surely >= NOISE_RATE
      ? finding('labels_doubtful', 'warn', { count, checked, rate: estimatedRate })
      : finding('labels_some_doubtful', 'info', { count, checked }),
  ]
}

function driftFindings({ drift, noDrift, shifted, compared }: Evidence): Finding[] {
  if (drift === null) return [finding('drift_unknown', 'info', { why: noDrift })]
  const found: Finding[] = []
  const { score, features, against } = drift
  if (score.level === 'warn' || score.level === 'bad')
    found.push(
      finding('drift_score', score.level === 'bad' && against === 'earlier_export' ? 'bad' : 'warn', {
        psi: score.psi,
      }),
    )
  if (shifted.length > 0) {
    const worst = features.find((f) => f.level === 'bad' || f.level === 'warn')
    found.push(
      finding('drift_features', worst?.level === 'bad' ? 'warn' : 'info', {
        count: shifted.length,
        features: compared,
        feature: shifted[0],
        psi: worst?.psi ?? 0,
      }),
    )
  }
  return found.length > 0 ? found : [finding('drift_none', 'good')]
}

function camouflageFindings({ camouflage, camouflageBase: base, noCamouflage }: Evidence): Finding[] {
  const found: Finding[] = []
  let tested = false
  for (const [curve, code] of [
    [camouflage.rewiring, 'camouflage_edges'],
    [camouflage.mimicry, 'camouflage_facts'],
  ] as const) {
    const clean = curve.find((point) => point.share === 0)
    const half = curve.find((point) => point.share === 0.5)
    if (clean === undefined || half === undefined) continue
    tested = true
    if (skillLost(clean.auprc, half.auprc, base) >= 0.5)
      found.push(finding(code, 'warn', { share: half.share, before: clean.auprc, after: half.auprc }))
  }
  if (!tested) return [finding('camouflage_untested', 'info', { why: noCamouflage })]
  return found.length > 0 ? found : [finding('camouflage_holds', 'good')]
}

function replayFindings({ replay, noReplay }: Evidence): Finding[] {
  if (replay === null || replay.steps.length === 0) return [finding('replay_none', 'info', { why: noReplay })]
  const total = { flagged: 0, caught: 0, falseAlarms: 0, missed: 0 }
  for (const step of replay.steps)
    for (const key of ['flagged', 'caught', 'falseAlarms', 'missed'] as const) total[key] += step[key]
  const bad = total.caught + total.missed
  if (bad === 0) return [finding('replay_none', 'info', { why: 'labels_too_few' })]
  const judged = total.caught + total.falseAlarms
  const precision = judged === 0 ? 0 : total.caught / judged
  const recall = total.caught / bad
  return [
    recall >= 0.25 && precision >= 0.5
      ? finding('replay_good', 'good', total)
      : finding('replay_poor', 'warn', total),
  ]
}
