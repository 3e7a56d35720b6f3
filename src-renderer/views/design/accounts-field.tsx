import { useState } from 'react'
import { isCancelled, toErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import { useQuery } from '../../client/use-query.ts'
import { isEmptySelection, useSelection } from '../../state/selection.ts'
import { useT } from '../../ui/i18n/index.ts'
import { useNumbers } from './words.ts'

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
    <div role="radiogroup" aria-labelledby={`${id}-name`} className="sh-design-radios">
      <Choice id={id} checked={given === null} onChoose={() => onValue(props.initial)}>
        {t('design.params.accounts.default')}
      </Choice>
      {given && (
        <Choice id={id} checked onChoose={() => {}}>
          {t('design.params.accounts.kept', { count: given.length })}
        </Choice>
      )}
      {selected > 0 && selected <= MOST && (
        <Choice id={id} checked={false} onChoose={() => void useSelected()}>
          {t('design.params.accounts.selection', { count: selected, n: n(selected) })}
        </Choice>
      )}
      {selected > MOST && (
        <p className="sh-design-about">
          {t('design.params.accounts.tooMany', { n: n(selected), max: n(MOST) })}
        </p>
      )}
      {none && <p className="sh-design-about">{t('design.params.accounts.none')}</p>}
      {failed && (
        <p className="sh-design-refused" role="alert">
          {failed}
        </p>
      )}
    </div>
  )
}

function Choice(props: { id: string; checked: boolean; onChoose(): void; children: string }) {
  return (
    <label className="bp6-control bp6-radio">
      <input type="radio" name={props.id} checked={props.checked} onChange={props.onChoose} />
      <span className="bp6-control-indicator" />
      {props.children}
    </label>
  )
}
