import { Button, Icon, PopoverNext } from '@blueprintjs/core'
import { useState } from 'react'
import { selectionSentence } from '../../src-main/common/ask/words.ts'
import { useQuery } from '../client/use-query.ts'
import { usePrefs } from '../state/prefs.ts'
import { isEmptySelection, useSelection, type SelectionPart } from '../state/selection.ts'
import { useSession } from '../state/session.ts'
import { Chip } from '../ui/chip.tsx'
import { Hint } from '../ui/explain.tsx'
import { formatNumber } from '../ui/format.ts'
import { useT } from '../ui/i18n/index.ts'
import { useCopy } from '../ui/text.tsx'
import { useWordNames } from '../ui/use-word-names.ts'
import { SelectionEditor } from './selection-editor.tsx'
import { selectionWords } from './selection-words.ts'
import { redo, undo } from './undo.ts'

/** What is selected: as chips that can be changed and removed, as a count, and as one sentence to copy. */
export function SelectionSentence() {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const { selection, remove, clear } = useSelection()
  const can = useSession((s) => s.selection)
  const count = useQuery('accounts.count', { selection }, { on: ['facts', 'runs', 'judgements'] })
  const referred = [...(selection.sets ?? []), ...(selection.withoutSets ?? [])]
  const sets = useQuery('sets.get', referred.length > 0 ? { ids: referred } : null, { on: [] })
  const names = useWordNames({ accounts: selection.accounts ?? [], entities: selection.entities ?? [] })
  const [editing, setEditing] = useState<SelectionPart | null>(null)
  const { copied, copy } = useCopy()
  const words = selectionWords(selection, t, { language, names, sets: sets.data ?? [] })
  const empty = isEmptySelection(selection)
  const number = (n: number) => formatNumber(n, language)
  const sentence = selectionSentence(
    selection,
    count.data && !count.loading ? count.data : null,
    language,
    names,
  )
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
          <PopoverNext
            key={part}
            isOpen={editing === part}
            onInteraction={(open) => setEditing(open ? part : null)}
            placement="bottom-start"
            content={<SelectionEditor part={part} sets={sets.data ?? []} />}
          >
            <Chip
              name={name}
              value={value}
              what={`${name} ${value}`}
              label={t('selection.edit', { what: `${name} ${value}` })}
              open={editing === part}
              testId={`chip-${part}`}
              // The popover hears the click; without a handler the chip would be no button.
              onClick={() => {}}
              onRemove={() => {
                setEditing(null)
                remove(part)
              }}
            />
          </PopoverNext>
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
      {!empty && (
        <Hint text={copied ? t('common.copied') : sentence}>
          <Button
            variant="minimal"
            size="small"
            icon={<Icon icon={copied ? 'tick' : 'duplicate'} size={12} />}
            aria-label={`${t('selection.copy')}: ${sentence}`}
            data-testid="selection-copy"
            onClick={() => copy(sentence)}
          />
        </Hint>
      )}
      {words.length > 1 && (
        <Hint text={t('frame.selection.clear')}>
          <Button
            variant="minimal"
            size="small"
            icon={<Icon icon="filter-remove" size={14} />}
            aria-label={t('frame.selection.clear')}
            data-testid="selection-clear"
            onClick={clear}
          />
        </Hint>
      )}
    </div>
  )
}
