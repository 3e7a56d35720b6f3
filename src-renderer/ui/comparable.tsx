import type { IdentityReport } from '../../src-main/common/contract/compute.ts'
import type { Identity } from '../../src-main/common/mapping/mapping.ts'
import { usePrefs } from '../state/prefs.ts'
import { formatNumber } from './format.ts'
import { useDynamicT, useT } from './i18n/index.ts'

/** 'account ids (without spaces at the ends, in lower case); phone (…)' */
function useRules(): (identity: Identity) => string {
  const t = useT()
  const dynamic = useDynamicT()
  return ({ account, entity }) => {
    const said = (rules: readonly string[]) =>
      rules.map((rule) => dynamic('mapping.comparable.rule', rule)).join(t('mapping.preview.comma'))
    const kinds = Object.entries(entity).filter(([, rules]) => rules.length > 0)
    return [
      ...(account.length > 0 ? [t('mapping.comparable.accounts', { rules: said(account) })] : []),
      ...kinds.map(([type, rules]) =>
        t('mapping.comparable.entity', {
          type: type === '*' ? t('mapping.comparable.others') : dynamic('mapping.entity', type, type),
          rules: said(rules),
        }),
      ),
    ].join(t('mapping.comparable.and'))
  }
}

/** That ids of a row are not as they were in the file, and why: beside the row as it was. */
export function MadeComparable({ identity }: { identity: Identity | null }) {
  const t = useT()
  const rules = useRules()
  if (!identity) return null
  return (
    <p className="sh-quiet" data-testid="made-comparable">
      {t('mapping.comparable.row', { rules: rules(identity) })}
    </p>
  )
}

/** What rules did to the ids of an import: how many they changed, and how many became one. */
export function IdentityResult({ report }: { report: IdentityReport }) {
  const t = useT()
  const dynamic = useDynamicT()
  const rules = useRules()
  const language = usePrefs((s) => s.language)
  const n = (value: number) => formatNumber(value, language)
  const folded = [
    { what: t('mapping.comparable.accountIds'), ...report.accounts },
    ...Object.entries(report.entities).map(([type, ids]) => ({
      what: dynamic('mapping.entity', type, type),
      ...ids,
    })),
  ].filter(({ ids }) => ids > 0)
  return (
    <div className="sh-quiet" data-testid="identity-result">
      {report.mappings.map(({ mapping, ...identity }) => (
        <p key={mapping}>{t('mapping.comparable.done', { mapping, rules: rules(identity) })}</p>
      ))}
      {folded.map(({ what, ids, changed, merged }) => (
        <p key={what}>
          {t('mapping.comparable.folded', { what, ids: n(ids), changed: n(changed), merged: n(merged) })}
        </p>
      ))}
      {folded.length > 0 && <p>{t('mapping.comparable.within')}</p>}
    </div>
  )
}
