import { describe, expect, it } from 'vitest'
import { FINDING_WORDS } from '../../../common/finding-words.ts'
import { FINDINGS } from './findings.ts'
import { verdictOf, type Evidence } from './verdict.ts'

const estimate = (mean: number, half = 0.02) => ({ mean, sd: 0.01, low: mean - half, high: mean + half })
const split = (protocol: 'random' | 'community' | 'time', auroc: number, auprc: number, baseRate = 0.2) => ({
  protocol,
  auroc: estimate(auroc),
  auprc: estimate(auprc),
  precisionAtK: estimate(0.8),
  recallAtK: estimate(0.2),
  baseRate,
})
const drop = (full: number, without: number, half = 0.02) => ({
  with: full,
  without,
  drop: full - without,
  low: full - without - half,
  high: full - without + half,
})
const calibration = (ece: number, after: number, brierAfter = 0.1) => ({
  method: 'platt' as const,
  trainPrior: 0.2,
  prior: 0.2,
  before: { brier: 0.11, ece, bins: [] },
  after: { brier: brierAfter, ece: after, bins: [] },
  reference: 0.16,
})
const curve = (half: number) => [
  { share: 0, auroc: 0.9, auprc: 0.8 },
  { share: 0.5, auroc: 0.85, auprc: half },
]

/** A scorer that nothing is wrong with. */
const sound: Evidence = {
  labels: { malicious: 200, benign: 800 },
  simulated: false,
  splits: [split('random', 0.9, 0.8), split('community', 0.89, 0.78), split('time', 0.88, 0.77)],
  noSplit: {},
  reviewed: { reviews: 100, precision: 0.8 },
  graph: drop(0.8, 0.6),
  calibration: calibration(0.02, 0.02),
  priorFrom: 'labels',
  eceByChance: { before: 0.03, after: 0.03 },
  tilt: { above: 0, below: 0 },
  drift: {
    against: 'earlier_export',
    earlier: 900,
    later: 500,
    features: [],
    score: { psi: 0.02, level: 'good' },
  },
  shifted: [],
  compared: 40,
  noDrift: 'one_export',
  features: { fullAuprc: 0.8, baseRate: 0.2, full: new Float32Array(0), groups: [] },
  shuffled: { auroc: 0.5, low: 0.45, high: 0.55, level: 'good' },
  afterLabel: [],
  noise: { checked: 1000, count: 0, estimatedRate: 0, surely: 0 },
  camouflage: { rewiring: curve(0.7), mimicry: curve(0.75) },
  camouflageBase: 0.2,
  noCamouflage: 'no_edges',
  replay: {
    step: 'week',
    steps: [{ from: 0, to: 1, trained: 100, scored: 50, flagged: 10, caught: 7, falseAlarms: 1, missed: 2 }],
  },
  noReplay: 'nothing_dated',
}
const verdict = (change: Partial<Evidence> = {}) => verdictOf({ ...sound, ...change })
const codes = (change: Partial<Evidence> = {}) => verdict(change).findings.map((f) => f.code)
const group = (level: 'bad' | 'warn' | 'info', auroc: number, family = 'attributes') => ({
  ...sound.features!,
  groups: [{ base: 'f3', family, auroc, with: [], drop: drop(0.8, 0.3), level }],
})

describe('verdictOf', () => {
  it('finds nothing against a sound scorer', () => {
    const found = verdict()
    expect(found.level).toBe('defensible')
    expect(found.findings.filter((f) => f.level !== 'good')).toEqual([])
    expect(found.findings.length).toBeGreaterThan(10)
  })

  it.each<[string, 'bad' | 'warn' | 'info', Partial<Evidence>]>([
    ['labels_few', 'warn', { labels: { malicious: 49, benign: 800 } }],
    ['simulated', 'info', { simulated: true }],
    ['skill_none', 'bad', { splits: [{ ...split('random', 0.53, 0.2), auroc: estimate(0.53, 0.05) }] }],
    ['skill_weak', 'warn', { splits: [split('random', 0.64, 0.3)] }],
    ['communities_worse', 'warn', { splits: [split('random', 0.9, 0.8), split('community', 0.7, 0.4)] }],
    ['time_worse', 'warn', { splits: [split('random', 0.9, 0.8), split('time', 0.7, 0.4)] }],
    ['time_none', 'info', { splits: [split('random', 0.9, 0.8)], noSplit: { time: 'nothing_dated' } }],
    ['graph_adds_nothing', 'info', { graph: drop(0.8, 0.79) }],
    ['overconfident', 'warn', { calibration: calibration(0.12, 0.02), tilt: { above: 0.1, below: -0.1 } }],
    ['underconfident', 'warn', { calibration: calibration(0.12, 0.02), tilt: { above: -0.1, below: 0.1 } }],
    ['miscalibrated', 'warn', { calibration: calibration(0.12, 0.02), tilt: { above: 0.1, below: 0.1 } }],
    [
      'calibration_unsure',
      'info',
      { calibration: calibration(0.12, 0.12), eceByChance: { before: 0.15, after: 0.15 } },
    ],
    ['correction_useless', 'warn', { calibration: calibration(0.06, 0.055) }],
    ['calibration_poor', 'warn', { calibration: calibration(0.2, 0.15) }],
    ['no_probabilities', 'info', { calibration: null }],
    ['prior_given', 'info', { calibration: { ...calibration(0.02, 0.02), prior: 0.01 }, priorFrom: 'given' }],
    ['drift_score', 'bad', { drift: { ...sound.drift!, score: { psi: 0.4, level: 'bad' } } }],
    [
      'drift_score',
      'warn',
      { drift: { ...sound.drift!, against: 'earlier_accounts', score: { psi: 0.4, level: 'bad' } } },
    ],
    [
      'drift_features',
      'warn',
      {
        shifted: ['f3'],
        drift: { ...sound.drift!, features: [{ name: 'f3', family: 'attributes', psi: 0.5, level: 'bad' }] },
      },
    ],
    ['drift_unknown', 'info', { drift: null }],
    ['leak_feature', 'bad', { features: group('bad', 0.87) }],
    ['leak_alone', 'bad', { features: group('bad', 0.99) }],
    ['feature_carries', 'warn', { features: group('warn', 0.8) }],
    ['feature_strong', 'warn', { features: group('warn', 0.95) }],
    ['labels_carry', 'info', { features: group('info', 0.9, 'labels') }],
    ['leak_shuffled', 'bad', { shuffled: { auroc: 0.8, low: 0.7, high: 0.9, level: 'bad' } }],
    ['label_times_unknown', 'info', { afterLabel: null }],
    [
      'after_label',
      'bad',
      {
        afterLabel: [{ family: 'logins', share: 0.6, auprcWithout: 0.4, level: 'bad', drop: drop(0.8, 0.4) }],
      },
    ],
    [
      'after_label_harmless',
      'info',
      {
        afterLabel: [
          { family: 'logins', share: 0.6, auprcWithout: 0.8, level: 'info', drop: drop(0.8, 0.8) },
        ],
      },
    ],
    [
      'after_label_unmeasured',
      'warn',
      { afterLabel: [{ family: 'logins', share: 0.6, auprcWithout: null, level: 'warn', drop: null }] },
    ],
    ['labels_doubtful', 'warn', { noise: { checked: 1000, count: 90, estimatedRate: 0.09, surely: 0.06 } }],
    [
      'labels_some_doubtful',
      'info',
      { noise: { checked: 1000, count: 60, estimatedRate: 0.06, surely: 0.04 } },
    ],
    ['camouflage_edges', 'warn', { camouflage: { rewiring: curve(0.4), mimicry: curve(0.8) } }],
    ['camouflage_facts', 'warn', { camouflage: { rewiring: curve(0.8), mimicry: curve(0.4) } }],
    ['camouflage_untested', 'info', { camouflage: { rewiring: [], mimicry: [] } }],
    [
      'replay_poor',
      'warn',
      {
        replay: {
          step: 'week',
          steps: [{ ...sound.replay!.steps[0], caught: 1, falseAlarms: 8, missed: 9 }],
        },
      },
    ],
    ['replay_none', 'info', { replay: null }],
  ])('says %s (%s), and nothing else that is not good', (code, level, change) => {
    const found = verdict(change)
    expect(codes()).not.toContain(code)
    const said = found.findings.filter((f) => f.code === code)
    expect(said).toHaveLength(1)
    expect(said[0].level).toBe(level)
    expect(FINDINGS[said[0].code as keyof typeof FINDINGS].levels).toContain(level)
    expect(Object.keys(said[0].params).sort()).toEqual(
      [...FINDINGS[said[0].code as keyof typeof FINDINGS].params].sort(),
    )
    const lower = found.findings.filter((f) => f.code !== code && (f.level === 'bad' || f.level === 'warn'))
    expect(lower).toEqual([])
    expect(found.level).toBe(level === 'bad' ? 'not_defensible' : level === 'warn' ? 'caution' : 'defensible')
  })

  it('has no good words for a scorer that knows nothing', () => {
    const found = codes({ splits: [{ ...split('random', 0.53, 0.2), auroc: estimate(0.53, 0.05) }] })
    for (const code of ['camouflage_holds', 'replay_good', 'leak_none', 'calibrated', 'graph_adds'])
      expect(found).not.toContain(code)
  })

  it('puts the gravest first', () => {
    const found = verdict({ labels: { malicious: 10, benign: 20 }, features: group('bad', 0.9) })
    expect(found.findings.slice(0, 2).map((f) => f.code)).toEqual(['leak_feature', 'labels_few'])
  })

  it('compares average precision at the same base rate', () => {
    const rare = [split('random', 0.9, 0.8, 0.2), split('time', 0.9, 0.755, 0.02)]
    expect(codes({ splits: rare })).toContain('time_holds')
  })
})

it('every finding has words, and names the parameters that they use', () => {
  expect(Object.keys(FINDINGS).sort()).toEqual(Object.keys(FINDING_WORDS).sort())
  for (const [code, { params }] of Object.entries(FINDINGS)) {
    const used = [...FINDING_WORDS[code as keyof typeof FINDING_WORDS].en.matchAll(/\{(\w+)/g)].map(
      (m) => m[1],
    )
    expect([...new Set(used)].sort(), code).toEqual([...params].sort())
  }
})
