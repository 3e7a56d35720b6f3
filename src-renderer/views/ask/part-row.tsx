import { Button, Icon, Menu, MenuItem, PopoverNext } from '@blueprintjs/core'
import { useEffect, useState } from 'react'
import type { AskPart } from '../../../src-main/common/ask/parts.ts'
import { partSegments, partWords, type AskField, type WordNames } from '../../../src-main/common/ask/words.ts'
import type { AskVocabulary } from '../../../src-main/common/contract/ask.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { useT } from '../../ui/i18n/index.ts'
import { extrasOf } from './fields.ts'
import { FieldEditor } from './field-editor.tsx'

/** A part as its own sentence: each piece that can be changed is a chip that opens its editor. */
export function PartRow(props: {
  index: number
  part: AskPart
  join: string
  vocabulary: AskVocabulary
  names: WordNames
  onPart(part: AskPart): void
  onRemove(): void
}) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const span = useWorkspace((s) => s.info?.span ?? null)
  const [open, setOpen] = useState<AskField | null>(null)
  // Wherever the focus is: it is nowhere in between while an editor opens.
  useEffect(() => {
    if (open === null) return
    const close = (event: KeyboardEvent) => event.key === 'Escape' && setOpen(null)
    document.addEventListener('keydown', close)
    return () => document.removeEventListener('keydown', close)
  }, [open])
  const { part, index, names, vocabulary, onPart } = props
  const extras = extrasOf(part, vocabulary, span)
  const sentence = partWords(part, language, names)
  return (
    <li className="sh-ask-part" data-testid={`ask-part-${index}`} aria-label={sentence}>
      <span className="sh-ask-join sh-quiet">{props.join}</span>
      <div className="sh-ask-sentence">
        {partSegments(part, language, names).map((segment, i) =>
          segment.field === undefined ? (
            <span key={i} className="sh-ask-word">
              {segment.text}
            </span>
          ) : (
            <PopoverNext
              key={segment.field}
              isOpen={open === segment.field}
              onInteraction={(next) => setOpen(next ? segment.field! : null)}
              placement="bottom-start"
              content={
                <FieldEditor
                  part={part}
                  field={segment.field}
                  vocabulary={vocabulary}
                  names={names}
                  onPart={onPart}
                  onRemoved={() => setOpen(null)}
                />
              }
            >
              <button
                type="button"
                className="sh-ask-chip"
                aria-expanded={open === segment.field}
                aria-label={`${t(`ask.field.${segment.field}`)}: ${segment.text.trim()}`}
                data-testid={`ask-${index}-${segment.field}`}
              >
                {segment.text}
              </button>
            </PopoverNext>
          ),
        )}
        {part.kind === 'reported' && part.text === '' && (
          <Button
            size="small"
            variant="minimal"
            icon="plus"
            text={t('ask.field.text')}
            data-testid={`ask-${index}-add-text`}
            onClick={() => {
              onPart({ ...part, text: t('ask.field.textExample') })
              setOpen('text')
            }}
          />
        )}
        {extras.length > 0 && (
          <PopoverNext
            placement="bottom-start"
            content={
              <Menu>
                {extras.map((extra) => (
                  <MenuItem
                    key={extra.field}
                    text={t(`ask.extra.${extra.field as 'hours'}`)}
                    data-testid={`ask-${index}-add-${extra.field}`}
                    onClick={() => {
                      onPart(extra.add(part))
                      setOpen(extra.field)
                    }}
                  />
                ))}
              </Menu>
            }
          >
            <Button
              size="small"
              variant="minimal"
              icon={<Icon icon="plus" size={12} />}
              aria-label={t('ask.part.more')}
              title={t('ask.part.more')}
              data-testid={`ask-${index}-more`}
            />
          </PopoverNext>
        )}
      </div>
      <div className="sh-ask-tools">
        <Button
          size="small"
          variant="minimal"
          active={part.not}
          aria-pressed={part.not}
          text={t('ask.part.not')}
          title={t('ask.part.notAbout')}
          data-testid={`ask-${index}-not`}
          onClick={() => onPart({ ...part, not: !part.not })}
        />
        <Button
          size="small"
          variant="minimal"
          icon="small-cross"
          aria-label={t('common.remove', { what: sentence })}
          data-testid={`ask-${index}-remove`}
          onClick={props.onRemove}
        />
      </div>
    </li>
  )
}
