import { Button, InputGroup } from '@blueprintjs/core'
import { useState } from 'react'
import type { AccountDetail } from '../../../src-main/common/contract/accounts.ts'
import type { AppInput } from '../../../src-main/common/contract/index.ts'
import { api } from '../../client/api.ts'
import { useSelection } from '../../state/selection.ts'
import { Chip } from '../../ui/chip.tsx'
import { useT } from '../../ui/i18n/index.ts'
import { Section } from '../../ui/panel.tsx'
import { TimeText } from '../../ui/text.tsx'
import type { useDone } from '../accounts/undo-toast.tsx'
import { draftText, EMPTY_DRAFT, NoteInput } from './note-input.tsx'
import { NoteText } from './note-text.tsx'

type Target = AppInput<'tags.set'>['target']
type Act = ReturnType<typeof useDone>['act']

/** Tags and notes: what analysts keep in mind about a thing. A tag selects everybody who has it. */
export function NotesSection(props: {
  target: Target
  tags: string[]
  notes: AccountDetail['notes']
  act: Act
}) {
  const t = useT()
  const { target, tags, notes, act } = props
  const patch = useSelection((s) => s.patch)
  const [draft, setDraft] = useState(EMPTY_DRAFT)
  const [tag, setTag] = useState('')
  const setTags = (next: string[]) =>
    act(() => api.call('tags.set', { target, tags: next }), t('inspector.tags.saved'))
  const addTag = async () => {
    const wanted = tag.trim()
    if (wanted === '' || tags.includes(wanted)) return setTag('')
    if (await setTags([...tags, wanted])) setTag('')
  }
  const text = draftText(draft)
  const addNote = async () => {
    if (text === '') return
    if (await act(() => api.call('notes.add', { target, text }), t('inspector.notes.saved')))
      setDraft(EMPTY_DRAFT)
  }
  return (
    <Section title={t('inspector.notes.title')} testId="notes">
      <div className="tag-row">
        {tags.map((name) => (
          <Chip
            key={name}
            name={name}
            what={name}
            {...(target.kind === 'account' && { onClick: () => patch({ tags: [name] }) })}
            onRemove={() => void setTags(tags.filter((other) => other !== name))}
          />
        ))}
        <InputGroup
          size="small"
          className="tag-input"
          value={tag}
          maxLength={80}
          placeholder={t('inspector.tags.add')}
          aria-label={t('inspector.tags.add')}
          onValueChange={setTag}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void addTag()
          }}
        />
      </div>
      {notes.length > 0 && (
        <ul className="said">
          {notes.map((note) => (
            <li key={note.id}>
              <div className="said-head">
                <b>{note.by}</b>
                <span className="sh-quiet">
                  <TimeText ms={note.at} showZone />
                </span>
                <Button
                  size="small"
                  variant="minimal"
                  icon="small-cross"
                  aria-label={t('inspector.notes.retract')}
                  title={t('inspector.notes.retract')}
                  onClick={() =>
                    void act(() => api.call('notes.retract', { id: note.id }), t('inspector.notes.retracted'))
                  }
                />
              </div>
              <NoteText text={note.text} />
            </li>
          ))}
        </ul>
      )}
      <NoteInput
        draft={draft}
        onChange={setDraft}
        onSubmit={() => void addNote()}
        label={t('pages.mention.placeholder')}
        testId="note-input"
      />
      {text !== '' && (
        <Button
          size="small"
          intent="primary"
          text={t('inspector.notes.add')}
          onClick={() => void addNote()}
        />
      )}
    </Section>
  )
}
