import { Button, EditableText, TextArea } from '@blueprintjs/core'
import { useEffect, useState } from 'react'
import type { CaseDetail, CaseItem } from '../../../src-main/common/contract/cases.ts'
import type { CaseChange } from '../../../src-main/common/contract/pages.ts'
import { api } from '../../client/api.ts'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { KnowledgeTag } from '../../ui/chip.tsx'
import { formatInstant } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { Section } from '../../ui/panel.tsx'
import { RiskScore } from '../../ui/risk.tsx'
import { TimeText, useAccountName } from '../../ui/text.tsx'
import type { useDone } from '../accounts/undo-toast.tsx'
import { draftText, EMPTY_DRAFT, NoteInput } from '../inspector/note-input.tsx'
import { NoteText } from '../inspector/note-text.tsx'
import { ItemChanges } from './item-changes.tsx'
import '../inspector/inspector.css'

type Act = ReturnType<typeof useDone>['act']

/** One case: name, summary, what is in it, and its notes. */
export function CasePage(props: { detail: CaseDetail; act: Act }) {
  const t = useT()
  const { detail, act } = props
  const zone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  const [name, setName] = useState(detail.name)
  const [summary, setSummary] = useState(detail.summary)
  const [draft, setDraft] = useState(EMPTY_DRAFT)
  const changes = useQuery('cases.changes', { id: detail.id })
  const changeOf = new Map(changes.data?.map((change) => [change.itemId, change]))
  const note = draftText(draft)
  useEffect(() => setName(detail.name), [detail.name])
  useEffect(() => setSummary(detail.summary), [detail.summary])

  const saveName = (next: string) => {
    const wanted = next.trim()
    if (wanted === '' || wanted === detail.name) return setName(detail.name)
    void act(() => api.call('cases.update', { id: detail.id, name: wanted }), t('case.changed')).then(
      (ok) => {
        if (!ok) setName(detail.name)
      },
    )
  }
  const saveSummary = () => {
    if (summary === detail.summary) return
    void act(() => api.call('cases.update', { id: detail.id, summary }), t('case.changed'))
  }
  const addNote = async () => {
    if (note === '') return
    const ok = await act(
      () =>
        api.call('notes.add', {
          caseId: detail.id,
          target: { kind: 'case', ref: detail.id },
          text: note,
        }),
      t('case.noteSaved'),
    )
    if (ok) setDraft(EMPTY_DRAFT)
  }

  return (
    <div className="case-columns">
      <div className="case-main">
        <header className="case-head">
          <h3 className="sh-title">
            <EditableText
              value={name}
              maxLength={200}
              selectAllOnFocus
              onChange={setName}
              onConfirm={saveName}
              onCancel={() => setName(detail.name)}
            />
          </h3>
          <p className="sh-quiet">
            {t('case.about', { time: formatInstant(detail.createdAt, zone), name: detail.createdBy })}
          </p>
        </header>
        <Section title={t('case.summary')}>
          <TextArea
            fill
            autoResize
            rows={3}
            value={summary}
            data-testid="case-summary"
            placeholder={t('case.summaryPlaceholder')}
            aria-label={t('case.summary')}
            onChange={(event) => setSummary(event.currentTarget.value)}
            onBlur={saveSummary}
          />
        </Section>
        <Section title={t('case.items')}>
          {detail.items.length === 0 ? (
            <p className="sh-quiet">{t('case.itemsEmpty')}</p>
          ) : (
            <ul className="case-items">
              {detail.items.map((item) => (
                <Item key={item.id} item={item} change={changeOf.get(item.id)} caseId={detail.id} act={act} />
              ))}
            </ul>
          )}
        </Section>
      </div>
      <div className="case-side">
        <Section title={t('case.notes')} testId="case-notes">
          <NoteInput
            draft={draft}
            onChange={setDraft}
            onSubmit={() => void addNote()}
            label={t('pages.mention.placeholder')}
            testId="case-note"
          />
          <Button
            size="small"
            className="case-note-add"
            text={t('case.noteAdd')}
            disabled={note === ''}
            onClick={() => void addNote()}
          />
          {detail.noteRows.length === 0 && <p className="sh-quiet">{t('case.notesEmpty')}</p>}
          <ul className="said">
            {detail.noteRows.map((n) => (
              <li key={n.id}>
                <div className="said-head">
                  <b>{n.createdBy}</b>
                  <span className="sh-quiet">
                    <TimeText ms={n.createdAt} />
                  </span>
                  {n.targetKind !== 'case' && (
                    <span className="sh-quiet">{t('case.noteAbout', { label: n.targetLabel })}</span>
                  )}
                  <Button
                    size="small"
                    variant="minimal"
                    icon="small-cross"
                    aria-label={t('inspector.notes.retract')}
                    title={t('inspector.notes.retract')}
                    onClick={() =>
                      void act(() => api.call('notes.retract', { id: n.id }), t('case.noteRetracted'))
                    }
                  />
                </div>
                <NoteText text={n.text} />
              </li>
            ))}
          </ul>
        </Section>
      </div>
    </div>
  )
}

function Item(props: { item: CaseItem; change: CaseChange | undefined; caseId: number; act: Act }) {
  const t = useT()
  const dynamic = useDynamicT()
  const call = useAccountName()
  const show = useFocus((s) => s.show)
  const open = useFocus((s) => s.open)
  const { item, caseId, act } = props
  const label = item.kind === 'account' ? call(item.ref, item.label) : item.label
  const reveal = () => {
    show({ kind: item.kind, id: item.ref })
    if (item.kind === 'community') open(item.ref)
  }
  return (
    <li className="case-item" data-testid="case-item">
      <span className="sh-tag sh-tag-observed case-kind">{t(`case.kind.${item.kind}`)}</span>
      <span className="case-item-main">
        <button type="button" className="link" onClick={reveal}>
          <bdi>{label}</bdi>
        </button>
        <span className="sh-quiet case-item-by">
          {item.kind === 'community' && <>{t('case.itemCommunity', { count: item.size })} · </>}
          <TimeText ms={item.addedAt} showZone /> · {item.addedBy}
        </span>
        {props.change && <ItemChanges change={props.change} kind={item.kind} />}
      </span>
      {item.verdict && (
        <KnowledgeTag kind="judged">{dynamic('common.verdict', item.verdict, item.verdict)}</KnowledgeTag>
      )}
      {item.kind !== 'report' && <RiskScore score={item.score} verdict={item.verdict} />}
      <Button
        size="small"
        variant="minimal"
        icon="small-cross"
        aria-label={t('case.removeItem', { label })}
        title={t('case.removeItem', { label })}
        onClick={() =>
          void act(
            () => api.call('cases.removeItem', { id: caseId, itemId: item.id }),
            t('case.removed', { label }),
          )
        }
      />
    </li>
  )
}
