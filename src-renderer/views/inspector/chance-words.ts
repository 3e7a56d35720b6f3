import type { CommunityTest } from '../../../src-main/common/contract/communities.ts'
import { formatNumber } from '../../ui/format.ts'
import { durationWords } from '../timeline/duration.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** How rare p is among random groups, as a catalogue key below `trust.clause` and its values. */
export type Rarity =
  | { key: 'usual' | 'least'; values: Record<string, never> }
  | { key: 'percent'; values: { share: string } }
  | { key: 'oneIn'; values: { n: string } }

/**
 * From a fifth of random groups on nothing is unusual; down to 0.1% a percentage reads best, then '1 in n', and
 * below one in a billion the model is less certain than the number.
 */
export function rarity(p: number, language: string): Rarity {
  if (p >= 0.2) return { key: 'usual', values: {} }
  if (p >= 0.001) {
    const percent = p * 100
    return {
      key: 'percent',
      values: { share: `${formatNumber(percent, language, percent < 0.995 ? 1 : 0)}%` },
    }
  }
  if (p < 1e-9) return { key: 'least', values: {} }
  const n = Number((1 / p).toPrecision(2))
  return { key: 'oneIn', values: { n: formatNumber(n, language) } }
}

/** A q-value: two digits, never rounded to 0. */
export function qWords(q: number, language: string): string {
  return q < 0.001 ? `<${formatNumber(0.001, language, 3)}` : formatNumber(q, language, q < 0.1 ? 3 : 2)
}

/** A length of time; from ten of its unit on, whole ones. */
function lengthWords(ms: number, language: string): string {
  const unit = [DAY, HOUR, HOUR / 60].find((size) => ms >= size)
  const whole = unit !== undefined && ms >= 10 * unit
  return durationWords(whole ? Math.round(ms / unit) * unit : ms, language)
}

/** Found and expected in the statistic's unit: a length of time, accounts, or edge weight. */
export function amounts(test: CommunityTest, language: string): { observed: string; expected: string } {
  if (test.statistic === 'age_spread') {
    return {
      observed: lengthWords(test.observed * DAY, language),
      expected: lengthWords(test.expected * DAY, language),
    }
  }
  const whole = test.statistic === 'density' ? 2 : 0
  return {
    observed: formatNumber(test.observed, language, whole),
    // What chance makes one expect is hardly ever a whole number of accounts.
    expected: formatNumber(test.expected, language, test.expected < 10 ? 2 : 1),
  }
}

/** The window that a burst was found in. */
export function windowWords(test: CommunityTest, language: string): string {
  return durationWords((test.detail ?? 0) * HOUR, language)
}

/** Worth a look: few false discoveries are expected among communities like this. */
export const standsOut = (test: { q: number }): boolean => test.q < 0.05
