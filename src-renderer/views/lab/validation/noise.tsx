import { Button } from '@blueprintjs/core'
import type { ValidationReport } from '../../../../src-main/common/contract/lab.ts'
import { useFocus } from '../../../state/focus.ts'
import { useDynamicT, useT } from '../../../ui/i18n/index.ts'
import { useNumbers } from '../../../ui/numbers.ts'
import { RiskScore } from '../../../ui/risk.tsx'
import { AccountName } from '../../../ui/text.tsx'
import { WhoTag } from '../models/labels-panel.tsx'
import { useLab, type Recheck } from '../store.ts'
import { Part } from './part.tsx'

const AT_ONCE = 25

/** Labels that everything else speaks against: a click shows the account, re-check puts it into the label queue. */
export function NoisePart({ noise }: { noise: NonNullable<ValidationReport['noise']> }) {
  const t = useT()
  const dynamic = useDynamicT()
  const { n, percent } = useNumbers()
  const show = useFocus((s) => s.show)
  const put = useLab((s) => s.put)
  const recheck = (accounts: readonly Recheck[]) =>
    put({
      tab: 'queue',
      list: 'queue',
      rechecks: accounts.map(({ accountId, key, score }) => ({ accountId, key, score })),
    })
  return (
    <Part
      title={t('validation.noise')}
      about={t('validation.noiseAbout', { n: n(noise.checked), percent: percent(noise.estimatedRate) })}
      testId="part-noise"
      wide
    >
      {noise.accounts.length === 0 ? (
        <p className="sh-quiet">{t('validation.noNoise')}</p>
      ) : (
        <>
          <div className="lab-noise" tabIndex={0} role="region" aria-label={t('validation.noise')}>
            <table className="lab-small-table">
              <thead>
                <tr>
                  <th scope="col">{t('validation.account')}</th>
                  <th scope="col">{t('validation.label')}</th>
                  <th scope="col">{t('validation.by')}</th>
                  <th scope="col" className="sh-num" title={t('validation.outOfFold')}>
                    {t('validation.score')}
                  </th>
                  <th scope="col">
                    <span className="sh-visually-hidden">{t('validation.recheck')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {noise.accounts.map((account) => (
                  <tr key={account.accountId} data-testid="noise-row">
                    <th scope="row">
                      <button
                        type="button"
                        className="sh-link"
                        onClick={() => show({ kind: 'account', id: account.accountId })}
                      >
                        <AccountName id={account.accountId} name={account.key} />
                      </button>
                    </th>
                    <td>{dynamic('common.verdict', account.label, account.label)}</td>
                    <td>
                      <WhoTag
                        who={account.by}
                        kind={account.by.startsWith('import:') ? 'import' : 'analyst'}
                      />
                    </td>
                    <td className="sh-num">
                      <RiskScore score={account.score} />
                    </td>
                    <td className="sh-num">
                      <button
                        type="button"
                        className="sh-link"
                        data-testid="recheck"
                        onClick={() => recheck([account])}
                      >
                        {t('validation.recheck')}
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <div className="lab-actions">
            <Button
              size="small"
              icon="key-command"
              text={t('validation.recheckAll', { count: Math.min(AT_ONCE, noise.accounts.length) })}
              data-testid="recheck-all"
              onClick={() => recheck(noise.accounts.slice(0, AT_ONCE))}
            />
          </div>
        </>
      )}
    </Part>
  )
}
