import { HTMLSelect } from '@blueprintjs/core'
import type { IDENTITY_RULES, Identity } from '../../../../src-main/common/mapping/mapping.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { useImportDraft } from './draft.ts'

/** Countries whose numbers may stand without a country code; a mapping file may name any other. */
const REGIONS = 'CN HK TW MO SG MY TH VN ID PH JP KR IN US GB DE FR BR RU NG'.split(' ')

type Rule = (typeof IDENTITY_RULES)[number]

/** How ids are made comparable. None is on unless somebody wants it: ids are kept as they are. */
export function IdentityRules() {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const identity = useImportDraft((s) => s.identity)
  const change = (change: (old: Identity) => Identity) =>
    useImportDraft.setState((s) => ({ identity: change(s.identity) }))
  const rule = (on: boolean, rules: readonly Rule[], one: Rule): Rule[] =>
    on ? [...rules, one] : rules.filter((other) => other !== one)
  const ofAccounts = (one: Rule, label: string) => (
    <label>
      <input
        type="checkbox"
        checked={identity.account.includes(one)}
        data-testid={`identity-account-${one}`}
        onChange={(event) => {
          const on = event.currentTarget.checked
          change((old) => ({ ...old, account: rule(on, old.account, one) }))
        }}
      />
      {label}
    </label>
  )
  const ofEntities = (type: string, one: Rule, label: string) => {
    const rules = identity.entity[type] ?? []
    return (
      <label>
        <input
          type="checkbox"
          checked={rules.includes(one)}
          data-testid={`identity-${type}-${one}`}
          onChange={(event) => {
            const on = event.currentTarget.checked
            change((old) => {
              const { [type]: before = [], ...rest } = old.entity
              const after = rule(on, before, one)
              return { ...old, entity: after.length > 0 ? { ...rest, [type]: after } : rest }
            })
          }}
        />
        {label}
      </label>
    )
  }
  const { region } = identity
  const names = new Intl.DisplayNames([language], { type: 'region' })
  const phones = (identity.entity['phone'] ?? []).includes('phone')
  return (
    <fieldset className="sh-mapping-identity">
      <legend>{t('mapping.identity.title')}</legend>
      {ofAccounts('trim', t('mapping.identity.trim'))}
      {ofAccounts('lower', t('mapping.identity.lower'))}
      <span className="sh-mapping-region">
        {ofEntities('phone', 'phone', t('mapping.identity.phone'))}
        {phones && (
          <HTMLSelect
            minimal
            value={region}
            aria-label={t('mapping.identity.region')}
            title={t('mapping.identity.region')}
            data-testid="identity-region"
            options={[...new Set([region, ...REGIONS])].map((value) => ({
              value,
              label: names.of(value) ?? value,
            }))}
            onChange={(event) => {
              const { value } = event.currentTarget
              change((old) => ({ ...old, region: value }))
            }}
          />
        )}
      </span>
      {ofEntities('ip', 'ip', t('mapping.identity.ip'))}
      <span className="sh-quiet">{t('mapping.identity.about')}</span>
    </fieldset>
  )
}
