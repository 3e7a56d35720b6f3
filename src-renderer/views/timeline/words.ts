import type { AnomalyRow } from '../../../src-main/common/contract/timeline.ts'
import { communityName, formatNumber } from '../../ui/format.ts'
import type { T } from '../../ui/i18n/index.ts'

/** Whom an anomaly is about, in words. */
export function groupWords(anomaly: AnomalyRow, t: T): string {
  const kind = anomaly.groupKind
  if (kind === 'community')
    return t('timeline.anomalyGroup.community', { name: communityName(Number(anomaly.groupKey)) })
  if (kind === 'context') return t('timeline.anomalyGroup.context', { name: anomaly.groupKey })
  if (kind === 'country') return t('timeline.anomalyGroup.country', { name: anomaly.groupKey })
  return t('timeline.anomalyGroup.all')
}

export function seriesWords(series: string, t: T): string {
  if (series === 'registrations') return t('timeline.series.registrations')
  if (series === 'failed_logins') return t('timeline.series.failed_logins')
  return t('timeline.series.logins')
}

/** A false discovery rate as people write it: 0.003, or < 10⁻⁶ where it is that small. */
export function qWords(q: number): string {
  if (q >= 0.001) return q.toFixed(3)
  const exponent = Math.max(-99, Math.floor(Math.log10(Math.max(q, 1e-99))) + 1)
  const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹'
  return `< 10⁻${[...String(-exponent)].map((d) => digits[Number(d)]).join('')}`
}

/** An expected count: one digit where it is small, and never a bare 0 where it is not nothing. */
export function expectedWords(expected: number, language: string): string {
  if (expected > 0 && expected < 0.05) return '< 0.1'
  return formatNumber(expected, language, expected < 10 ? 1 : 0)
}
