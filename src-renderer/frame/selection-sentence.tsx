import { Button } from '@blueprintjs/core'
import { useQuery } from '../client/use-query.ts'
import { usePrefs } from '../state/prefs.ts'
import { isEmptySelection, useSelection } from '../state/selection.ts'
import { useSession } from '../state/session.ts'
import { useWorkspace } from '../state/workspace.ts'
import { Chip } from '../ui/chip.tsx'
import { formatNumber } from '../ui/format.ts'
import { useDynamicT, useT } from '../ui/i18n/index.ts'
import { useAccountName } from '../ui/text.tsx'
import { selectionWords } from './selection-words.ts'
import { redo, undo } from './undo.ts'

/** What is selected, as removable words, and how many accounts that is. */
export function SelectionSentence() {
  const t = useT()
  const dynamic = useDynamicT()
  const call = useAccountName()
  const language = usePrefs((s) => s.language)
  const zoneMinutes = useWorkspace((s) => s.info?.tzOffset ?? 0)
  const { selection, remove, clear } = useSelection()
  const can = useSession((s) => s.selection)
  const count = useQuery('accounts.count', { selection }, { on: ['facts', 'runs', 'judgements'] })
  const only = selection.accounts?.length === 1 ? selection.accounts[0]! : null
  const account = useQuery('accounts.get', only === null ? null : { id: only }, { reset: true, on: [] })
  const accountName = account.data && only !== null ? call(only, account.data.key) : null
  const words = selectionWords(selection, t, {
    language,
    zoneMinutes,
    accountName,
    className: (name) => dynamic('common.class', name),
  })
  const empty = isEmptySelection(selection)
  const number = (n: number) => formatNumber(n, language)
  return (
    <div className="sh-sentence" role="group" aria-label={t('frame.selection.label')}>
      {(can.back || can.forward) && (
        <span className="sh-pair">
          <Button
            variant="minimal"
            size="small"
            icon="arrow-left"
            disabled={!can.back}
            aria-label={t('frame.selection.back')}
            title={`${t('frame.selection.back')} (Alt ←)`}
            data-testid="selection-back"
            onClick={() => void undo('selection')}
          />
          <Button
            variant="minimal"
            size="small"
            icon="arrow-right"
            disabled={!can.forward}
            aria-label={t('frame.selection.forward')}
            title={`${t('frame.selection.forward')} (Alt →)`}
            data-testid="selection-forward"
            onClick={() => void redo('selection')}
          />
        </span>
      )}
      <div className="sh-chips">
        {words.map(({ part, name, value }) => (
          <Chip
            key={part}
            name={name}
            value={value}
            what={`${name} ${value}`}
            testId={`chip-${part}`}
            onRemove={() => remove(part)}
          />
        ))}
      </div>
      {count.data && (
        <span className={`sh-count${count.loading ? ' is-loading' : ''}`} data-testid="selection-count">
          {empty
            ? t('frame.selection.everybody', { count: count.data.total, n: number(count.data.total) })
            : t('frame.selection.count', { count: count.data.accounts, n: number(count.data.accounts) })}
          {!empty && count.data.communities > 0 && (
            <>
              {' '}
              {t('frame.selection.in', {
                count: count.data.communities,
                n: number(count.data.communities),
              })}
            </>
          )}
        </span>
      )}
      {words.length > 1 && (
        <Button variant="minimal" size="small" data-testid="selection-clear" onClick={clear}>
          {t('frame.selection.clear')}
        </Button>
      )}
    </div>
  )
}
