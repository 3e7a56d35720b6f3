import { Radio } from '@blueprintjs/core'
import { useState } from 'react'
import { isCancelled, toErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import { useQuery } from '../../client/use-query.ts'
import { isEmptySelection, useSelection } from '../../state/selection.ts'
import { useT } from '../i18n/index.ts'
import { useNumbers } from '../numbers.ts'

/** One page of the account list: what a person can have picked, and what a journal entry can hold. */
const MOST = 1000

/** Where a search starts: the detector's own choice, or the accounts that are selected now, by their keys. */
export function AccountsField(props: {
  id: string
  initial: unknown
  value: unknown
  onValue(value: unknown): void
}) {
  const t = useT()
  const { n } = useNumbers()
  const { id, value, onValue } = props
  const selection = useSelection((s) => s.selection)
  const none = isEmptySelection(selection)
  const count = useQuery('accounts.count', none ? null : { selection }, { on: ['facts', 'runs'] })
  const [failed, setFailed] = useState<string | null>(null)
  const given = Array.isArray(value) && value.length > 0 ? (value as string[]) : null
  const selected = none ? 0 : (count.data?.accounts ?? 0)
  const useSelected = async () => {
    setFailed(null)
    try {
      const page = await api.call('accounts.list', { selection, sort: 'key', descending: false, limit: MOST })
      onValue(page.rows.map((row) => row.key))
    } catch (error) {
      if (!isCancelled(error)) setFailed(toErrorShape(error).message)
    }
  }
  return (
    <div role="radiogroup" aria-labelledby={`${id}-name`} className="sh-form-radios">
      <Radio name={id} checked={given === null} onChange={() => onValue(props.initial)}>
        {t('form.accounts.default')}
      </Radio>
      {given && (
        <Radio name={id} checked onChange={() => {}}>
          {t('form.accounts.kept', { count: given.length })}
        </Radio>
      )}
      {selected > 0 && selected <= MOST && (
        <Radio name={id} checked={false} onChange={() => void useSelected()}>
          {t('form.accounts.selection', { count: selected, n: n(selected) })}
        </Radio>
      )}
      {selected > MOST && (
        <p className="sh-form-about">{t('form.accounts.tooMany', { n: n(selected), max: n(MOST) })}</p>
      )}
      {none && <p className="sh-form-about">{t('form.accounts.none')}</p>}
      {failed && (
        <p className="sh-form-refused" role="alert">
          {failed}
        </p>
      )}
    </div>
  )
}
