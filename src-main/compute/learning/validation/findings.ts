import type { Finding, FindingLevel } from '../../../common/contract/lab.ts'
import type { FindingCode } from '../../../common/finding-words.ts'

/** Every finding: its part of the report, the levels it can have, and the rule that makes it (docs/validation.md). */
export const FINDINGS: Readonly<
  Record<
    FindingCode,
    { part: Finding['part']; levels: readonly FindingLevel[]; params: readonly string[]; rule: string }
  >
> = {
  labels_enough: {
    part: 'labels',
    levels: ['good'],
    params: ['malicious', 'benign'],
    rule: 'at least 50 labels of each class',
  },
  labels_few: {
    part: 'labels',
    levels: ['warn'],
    params: ['malicious', 'benign', 'needed'],
    rule: 'under 50 labels of either class',
  },
  simulated: { part: 'labels', levels: ['info'], params: [], rule: 'the workspace holds simulated accounts' },
  skill_good: {
    part: 'splits',
    levels: ['good'],
    params: ['auroc', 'reviews', 'precision', 'base'],
    rule: 'AUROC on unseen accounts ≥ .7 and its interval above .5',
  },
  skill_weak: {
    part: 'splits',
    levels: ['warn'],
    params: ['auroc', 'reviews', 'precision', 'base'],
    rule: 'AUROC on unseen accounts < .7 with its interval above .5',
  },
  skill_none: {
    part: 'splits',
    levels: ['bad'],
    params: ['auroc', 'low', 'high'],
    rule: 'the interval of AUROC on unseen accounts reaches .5',
  },
  communities_hold: {
    part: 'splits',
    levels: ['good'],
    params: [],
    rule: 'no such loss with whole communities held out',
  },
  communities_worse: {
    part: 'splits',
    levels: ['warn'],
    params: ['random', 'held'],
    rule: 'with whole communities held out ≥ 25% of the skill (AUPRC over base rate) is lost and the AUPRC intervals are apart',
  },
  communities_none: {
    part: 'splits',
    levels: ['info'],
    params: ['why'],
    rule: 'communities could not be held out',
  },
  time_holds: { part: 'splits', levels: ['good'], params: [], rule: 'no such loss on later accounts' },
  time_worse: {
    part: 'splits',
    levels: ['warn'],
    params: ['random', 'held'],
    rule: 'on later accounts ≥ 25% of the skill is lost and the AUPRC intervals are apart',
  },
  time_none: { part: 'splits', levels: ['info'], params: ['why'], rule: 'accounts or labels are not dated' },
  graph_adds: {
    part: 'graph',
    levels: ['good'],
    params: ['with', 'without'],
    rule: 'AUPRC falls without the columns of the graph; the paired interval is above 0',
  },
  graph_adds_nothing: { part: 'graph', levels: ['info'], params: ['with', 'without'], rule: 'it does not' },
  calibrated: {
    part: 'calibration',
    levels: ['good'],
    params: ['ece'],
    rule: 'ECE before calibration ≤ .05',
  },
  calibration_unsure: {
    part: 'calibration',
    levels: ['info'],
    params: ['ece', 'chance'],
    rule: 'ECE before > .05, but true probabilities would be as far off 5 times of 100 with so many labels',
  },
  overconfident: {
    part: 'calibration',
    levels: ['warn'],
    params: ['ece', 'after'],
    rule: 'ECE before > .05; high scores too high and low ones too low',
  },
  underconfident: {
    part: 'calibration',
    levels: ['warn'],
    params: ['ece', 'after'],
    rule: 'ECE before > .05; high scores too low and low ones too high',
  },
  miscalibrated: {
    part: 'calibration',
    levels: ['warn'],
    params: ['ece', 'after'],
    rule: 'ECE before > .05 in any other way',
  },
  correction_useless: {
    part: 'calibration',
    levels: ['warn'],
    params: ['ece', 'after'],
    rule: 'ECE before > .05, and after calibration at most .01 less',
  },
  calibration_poor: {
    part: 'calibration',
    levels: ['warn'],
    params: ['after'],
    rule: 'ECE after calibration > .1, beyond chance',
  },
  no_probabilities: { part: 'calibration', levels: ['info'], params: [], rule: 'the scorer only ranks' },
  prior_given: {
    part: 'calibration',
    levels: ['info'],
    params: ['prior', 'trainPrior', 'shifted'],
    rule: 'a prior was given that differs from that of the labels by a fifth or more',
  },
  prior_estimated: {
    part: 'calibration',
    levels: ['info'],
    params: ['prior', 'trainPrior', 'shifted'],
    rule: 'the estimated prior differs from that of the labels by a fifth or more',
  },
  drift_none: {
    part: 'drift',
    levels: ['good'],
    params: [],
    rule: 'no column and not the score has PSI ≥ .1',
  },
  drift_features: {
    part: 'drift',
    levels: ['warn', 'info'],
    params: ['count', 'features', 'feature', 'psi'],
    rule: 'columns with PSI ≥ .1 beyond chance; warn where one is ≥ .25',
  },
  drift_score: {
    part: 'drift',
    levels: ['warn', 'bad'],
    params: ['psi'],
    rule: 'PSI of the score ≥ .1 beyond chance; bad from .25 against an earlier export',
  },
  drift_unknown: {
    part: 'drift',
    levels: ['info'],
    params: ['why'],
    rule: 'there is nothing earlier to compare with',
  },
  leak_feature: {
    part: 'leakage',
    levels: ['bad'],
    params: ['feature', 'with', 'without'],
    rule: 'without the fact and all that derives from it ≥ 50% of a strong skill is lost, beyond chance',
  },
  leak_alone: {
    part: 'leakage',
    levels: ['bad'],
    params: ['feature', 'auroc'],
    rule: 'one fact alone has AUROC ≥ .98',
  },
  feature_carries: {
    part: 'leakage',
    levels: ['warn'],
    params: ['feature', 'with', 'without'],
    rule: 'without it ≥ 25% of the skill is lost, beyond chance',
  },
  feature_strong: {
    part: 'leakage',
    levels: ['warn'],
    params: ['feature', 'auroc'],
    rule: 'one fact alone has AUROC ≥ .93',
  },
  labels_carry: {
    part: 'leakage',
    levels: ['info'],
    params: ['with', 'without'],
    rule: 'without known labels nearby ≥ 25% of the skill is lost',
  },
  leak_none: { part: 'leakage', levels: ['good'], params: [], rule: 'none of these' },
  leak_shuffled: {
    part: 'leakage',
    levels: ['bad'],
    params: ['auroc', 'low', 'high'],
    rule: 'AUROC after training on shuffled labels > .55 with its interval above .5',
  },
  shuffled_fine: { part: 'leakage', levels: ['good'], params: [], rule: 'it is not' },
  after_label: {
    part: 'leakage',
    levels: ['warn', 'bad'],
    params: ['share', 'family', 'with', 'without'],
    rule: '≥ 5% of the skill is lost when the family’s columns are as they were at the label, beyond chance; bad from 20%',
  },
  after_label_harmless: {
    part: 'leakage',
    levels: ['info'],
    params: ['share', 'family', 'with', 'without'],
    rule: 'such facts exist but less is lost',
  },
  after_label_unmeasured: {
    part: 'leakage',
    levels: ['warn'],
    params: ['share', 'family', 'why'],
    rule: 'such facts exist and could not be left out',
  },
  after_label_none: {
    part: 'leakage',
    levels: ['good'],
    params: [],
    rule: 'under 1% of the dated labels have facts after them',
  },
  label_times_unknown: { part: 'leakage', levels: ['info'], params: [], rule: 'no label has a time' },
  labels_doubtful: {
    part: 'noise',
    levels: ['warn'],
    params: ['count', 'checked', 'rate'],
    rule: 'at least 5 likely wrong labels, ≥ 5% of them beyond chance, and a scorer with half of the possible skill',
  },
  labels_some_doubtful: {
    part: 'noise',
    levels: ['info'],
    params: ['count', 'checked'],
    rule: 'some, but fewer, or a scorer that is often wrong itself',
  },
  labels_consistent: { part: 'noise', levels: ['good'], params: ['checked'], rule: 'none' },
  camouflage_edges: {
    part: 'camouflage',
    levels: ['warn'],
    params: ['share', 'before', 'after'],
    rule: 'half of the ties moved: ≥ 50% of the skill is lost',
  },
  camouflage_facts: {
    part: 'camouflage',
    levels: ['warn'],
    params: ['share', 'before', 'after'],
    rule: 'half of the facts copied: ≥ 50% of the skill is lost',
  },
  camouflage_holds: { part: 'camouflage', levels: ['good'], params: [], rule: 'neither' },
  camouflage_untested: { part: 'camouflage', levels: ['info'], params: ['why'], rule: 'nothing to change' },
  replay_good: {
    part: 'replay',
    levels: ['good'],
    params: ['flagged', 'caught', 'falseAlarms', 'missed'],
    rule: 'a quarter or more of the malicious accounts were caught, and half or more of the flagged labelled ones are malicious',
  },
  replay_poor: {
    part: 'replay',
    levels: ['warn'],
    params: ['flagged', 'caught', 'falseAlarms', 'missed'],
    rule: 'less than that',
  },
  replay_none: {
    part: 'replay',
    levels: ['info'],
    params: ['why'],
    rule: 'nothing is dated, or labels too few early on',
  },
}

/** A finding; the level must be one that the table allows. */
export function finding(
  code: FindingCode,
  level: FindingLevel,
  params: Readonly<Record<string, string | number>> = {},
): Finding {
  return { code, level, part: FINDINGS[code].part, params: { ...params } }
}
