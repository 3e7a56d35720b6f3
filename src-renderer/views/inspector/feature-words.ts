import type { ScoreReason } from '../../../src-main/common/contract/accounts.ts'
import { formatNumber } from '../../ui/format.ts'
import type { T } from '../../ui/i18n/index.ts'

type Dynamic = (prefix: string, key: string, fallback?: string) => string

/** Quantities that are shares of something; shown as per cent. */
const SHARES = new Set([
  'clustering',
  'login_night_share',
  'login_hour_entropy',
  'login_failure_share',
  'login_new_device_share',
  'login_country_changes',
])

/** 'Failed logins'. A feature that the catalogue does not know keeps its own name. */
export function featureWords(reason: ScoreReason, dynamic: Dynamic): string {
  return dynamic('inspector.feature', reason.feature, reason.feature.replaceAll('_', ' '))
}

/** 'Failed logins, among its neighbours': the feature and whose it is, for a sentence. */
export function reasonWords(reason: ScoreReason, dynamic: Dynamic, t: T): string {
  const name = featureWords(reason, dynamic)
  const where = hopWords(reason, t)
  if (where === '') return name
  return /[\u4e00-\u9fff]/.test(name) ? `${name}（${where}）` : `${name}, ${where}`
}

/** Whose quantity it is: nothing for the account's own. */
export function hopWords(reason: ScoreReason, t: T): string {
  if (reason.hop === 0) return ''
  return t(reason.hop === 1 ? 'inspector.why.hop1' : 'inspector.why.hop2')
}

/** 'here 12, typical 2' in the feature's own unit; nothing where neither is known. */
export function valueWords(reason: ScoreReason, language: string, t: T): string {
  if (reason.typical === null) return ''
  const words = (v: number) => {
    if (SHARES.has(reason.feature)) return `${formatNumber(v * 100, language, v < 0.1 && v > 0 ? 1 : 0)}%`
    const digits = Number.isInteger(v) || Math.abs(v) >= 100 ? 0 : Math.abs(v) >= 10 ? 1 : 2
    return formatNumber(v, language, digits)
  }
  const typical = words(reason.typical)
  return reason.value === null
    ? t('inspector.why.valueMissing', { typical })
    : t('inspector.why.value', { value: words(reason.value), typical })
}
