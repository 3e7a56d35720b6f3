import type { ValidationReport } from '../../../common/contract/lab.ts'
import { wilson } from '../../graph/homophily.ts'

/** Listed at most. */
export const LISTED = 200
/** Of each class, the share that the surest accounts are, and their number at least. */
const SUREST = 0.2
const SUREST_LEAST = 20

export interface DoubtfulLabel {
  /** Position among the labels. */
  readonly at: number
  /** Probability of the label that it has, 0..1: lower is more doubtful. */
  readonly confidence: number
}

export interface Noise {
  readonly checked: number
  /** Share of the labels that are likely wrong, 0..1: rather too much than too little. */
  readonly estimatedRate: number
  /** What the surest accounts show of it beyond chance (lower 95% bound), 0..1. */
  readonly surely: number
  /** Likely wrong ones, the most doubtful first, at most LISTED. */
  readonly doubtful: readonly DoubtfulLabel[]
  /** How many there are before the list is cut. */
  readonly count: number
}

/**
 * Labels that are likely wrong, by confident learning (Northcutt, Jiang & Chuang, JAIR 2021): a class's threshold is
 * the mean probability of it among those who carry its label; an account that is over the other class's threshold, and
 * more of that class than of its own where it is over both, counts as mislabelled. Accounts that no class claims are
 * left out; the counts are then scaled to the numbers of labels, which gives the rate.
 *
 * Where the classes overlap that counts honest doubts as errors. So each class's rate is held under what the surest
 * accounts allow: if a share ρ of benign accounts were labelled malicious by mistake, so would that share of the
 * accounts with the lowest scores be (Menon et al., ICML 2015: the extremes of P(label | facts) are the noise rates).
 *
 * Listed, as many as the rate says of each class, are those whose own label is least likely, if less likely than the
 * other one ("prune by noise rate"). `p` is the out-of-fold probability of malicious.
 */
export function findDoubtful(y: Uint8Array, p: Float32Array): Noise {
  const mean = [0, 0]
  const count = [0, 0]
  for (let i = 0; i < y.length; i++) {
    mean[y[i]] += y[i] === 1 ? p[i] : 1 - p[i]
    count[y[i]]++
  }
  if (count[0] === 0 || count[1] === 0)
    return { checked: y.length, estimatedRate: 0, surely: 0, doubtful: [], count: 0 }
  const threshold = [mean[0] / count[0], mean[1] / count[1]]
  const joint = [
    [0, 0],
    [0, 0],
  ]
  for (let i = 0; i < y.length; i++) {
    const of = [1 - p[i], p[i]]
    const claims = [of[0] >= threshold[0], of[1] >= threshold[1]]
    if (!claims[0] && !claims[1]) continue
    const guess = claims[0] && claims[1] ? (of[1] > of[0] ? 1 : 0) : claims[1] ? 1 : 0
    joint[y[i]][guess]++
  }
  let wrong = 0
  let surely = 0
  const doubtful: DoubtfulLabel[] = []
  for (const label of [0, 1]) {
    const claimed = joint[label][0] + joint[label][1]
    const confident = claimed === 0 ? 0 : (joint[label][1 - label] / claimed) * count[label]
    const surest = amongSurest(y, p, 1 - label, count)
    const expected = Math.min(confident, surest.value * count[1 - label])
    wrong += expected
    surely += Math.min(confident, surest.low * count[1 - label])
    const unlikely: DoubtfulLabel[] = []
    for (let i = 0; i < y.length; i++) {
      const confidence = label === 1 ? p[i] : 1 - p[i]
      if (y[i] === label && confidence < 0.5) unlikely.push({ at: i, confidence })
    }
    doubtful.push(...unlikely.sort(byConfidence).slice(0, Math.round(expected)))
  }
  doubtful.sort(byConfidence)
  return {
    checked: y.length,
    estimatedRate: wrong / y.length,
    surely: surely / y.length,
    doubtful: doubtful.slice(0, LISTED),
    count: doubtful.length,
  }
}

/** What share of the accounts that are most surely of a class carry the other label. */
function amongSurest(
  y: Uint8Array,
  p: Float32Array,
  label: number,
  count: readonly number[],
): { value: number; low: number } {
  const sign = label === 1 ? -1 : 1
  const most = Math.max(SUREST_LEAST, Math.round(SUREST * count[label]))
  const surest = [...y.keys()].sort((a, b) => sign * (p[a] - p[b]) || a - b).slice(0, most)
  return wilson(surest.filter((i) => y[i] !== label).length, surest.length)
}

const byConfidence = (a: DoubtfulLabel, b: DoubtfulLabel): number =>
  a.confidence - b.confidence || a.at - b.at

/** The report's part. `key` and `accountId` of position i, its score as shown, and who gave the label. */
export function noiseReport(
  noise: Noise,
  y: Uint8Array,
  p: Float32Array,
  of: (at: number) => { accountId: number; key: string; by: string },
): NonNullable<ValidationReport['noise']> {
  return {
    checked: noise.checked,
    estimatedRate: noise.estimatedRate,
    accounts: noise.doubtful.map(({ at }) => ({
      ...of(at),
      label: y[at] === 1 ? 'malicious' : 'benign',
      score: p[at],
    })),
  }
}
