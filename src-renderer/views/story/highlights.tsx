import { Button, InputGroup, Menu, MenuItem, PopoverNext, Tag } from '@blueprintjs/core'
import { useState } from 'react'
import type { Highlight } from '../../../src-main/common/contract/stories.ts'
import { useQuery } from '../../client/use-query.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { communityName, formatSpan } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { useAccountName } from '../../ui/text.tsx'
import { pointable } from './stage.ts'

const MAX = 20

/** How the thing a highlight points at is called. */
export function useHighlightName(highlight: Highlight): string {
  const t = useT()
  const call = useAccountName()
  const language = usePrefs((s) => s.language)
  const zone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  const { kind, id, span } = highlight
  const account = useQuery('accounts.get', kind === 'account' && id !== null ? { id } : null)
  const entity = useQuery('entities.explain', kind === 'entity' && id !== null ? { id } : null)
  const report = useQuery('reports.get', kind === 'report' && id !== null ? { id } : null)
  if (kind === 'community' && id !== null) return communityName(id)
  if (kind === 'span' && span) return formatSpan(span.from, Math.max(span.from, span.to - 1), zone, language)
  if (kind === 'account' && account.data) return call(account.data.id, account.data.key)
  if (kind === 'entity' && entity.data) return `${entity.data.type} ${entity.data.key}`
  if (kind === 'report' && report.data) return `${t('story.kind.report')} ${report.data.key}`
  return t(`story.kind.${kind}`)
}

export function HighlightName(props: { highlight: Highlight }) {
  return <>{useHighlightName(props.highlight)}</>
}

/** What a step points at, with its words in both languages; new ones come from what is selected or open. */
export function Highlights(props: { highlights: Highlight[]; onChange(next: Highlight[]): void }) {
  const t = useT()
  const { highlights, onChange } = props
  return (
    <div className="sh-story-highlights">
      <div className="sh-section-head">
        <h3>{t('story.highlights')}</h3>
        <AddHighlight highlights={highlights} onAdd={(one) => onChange([...highlights, one])} />
      </div>
      {highlights.length > 0 && (
        <ol>
          {highlights.map((highlight, index) => (
            <OneHighlight
              key={`${highlight.kind}:${highlight.id}:${highlight.span?.from}`}
              highlight={highlight}
              onChange={(next) => onChange(highlights.with(index, next))}
              onRemove={() => onChange(highlights.toSpliced(index, 1))}
            />
          ))}
        </ol>
      )}
    </div>
  )
}

function OneHighlight(props: { highlight: Highlight; onChange(next: Highlight): void; onRemove(): void }) {
  const t = useT()
  const { highlight } = props
  const name = useHighlightName(highlight)
  const [words, setWords] = useState({ en: highlight.en, zh: highlight.zh })
  const save = () => {
    if (words.en !== highlight.en || words.zh !== highlight.zh) props.onChange({ ...highlight, ...words })
  }
  return (
    <li data-testid="story-highlight">
      <span className="sh-story-highlight-name">
        <Tag minimal>{t(`story.kind.${highlight.kind}`)}</Tag> <b>{name}</b>
        <Button
          size="small"
          variant="minimal"
          icon="small-cross"
          aria-label={t('story.removeHighlight', { name })}
          onClick={props.onRemove}
        />
      </span>
      <span className="sh-story-pair">
        {(['en', 'zh'] as const).map((language) => {
          const label = t('story.highlightWords', { language: t(`story.languageName.${language}`) })
          return (
            <InputGroup
              key={language}
              size="small"
              lang={language === 'en' ? 'en' : 'zh-CN'}
              maxLength={200}
              placeholder={label}
              aria-label={`${name}: ${label}`}
              value={words[language]}
              onValueChange={(value) => setWords((old) => ({ ...old, [language]: value }))}
              onBlur={save}
            />
          )
        })}
      </span>
    </li>
  )
}

function AddHighlight(props: { highlights: Highlight[]; onAdd(highlight: Highlight): void }) {
  const t = useT()
  const [open, setOpen] = useState(false)
  const has = (one: Highlight) =>
    props.highlights.some(
      (other) =>
        other.kind === one.kind &&
        other.id === one.id &&
        JSON.stringify(other.span) === JSON.stringify(one.span),
    )
  const candidates = open ? pointable().filter((one) => !has(one)) : []
  return (
    <PopoverNext
      placement="bottom-end"
      isOpen={open}
      onInteraction={setOpen}
      content={
        candidates.length === 0 ? (
          <p className="sh-story-hint">{t('story.nothingToPoint')}</p>
        ) : (
          <Menu>
            {candidates.map((one) => (
              <MenuItem
                key={`${one.kind}:${one.id}:${one.span?.from}`}
                text={<HighlightName highlight={one} />}
                labelElement={<span className="sh-quiet">{t(`story.kind.${one.kind}`)}</span>}
                onClick={() => {
                  props.onAdd(one)
                  setOpen(false)
                }}
              />
            ))}
          </Menu>
        )
      }
    >
      <Button
        size="small"
        variant="minimal"
        icon="plus"
        text={t('story.addHighlight')}
        data-testid="story-point"
        disabled={props.highlights.length >= MAX}
      />
    </PopoverNext>
  )
}
