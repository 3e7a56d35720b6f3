import { Button, Icon, Menu, MenuItem, PopoverNext } from '@blueprintjs/core'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Ask } from '../../../src-main/common/ask/parts.ts'
import { askWords, type WordNames } from '../../../src-main/common/ask/words.ts'
import type { AskVocabulary } from '../../../src-main/common/contract/ask.ts'
import { toErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import { useQuery } from '../../client/use-query.ts'
import { CasePopover } from '../../frame/add-to-case.tsx'
import { MAX_TARGETS } from '../../frame/case-targets.ts'
import { useNaming } from '../../frame/saved.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useSelection } from '../../state/selection.ts'
import { formatNumber } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { PanelHeader, Section } from '../../ui/panel.tsx'
import { EmptyState, ErrorState, Spinner } from '../../ui/states.tsx'
import { useCopy } from '../../ui/text.tsx'
import { useToasts } from '../../ui/toast.tsx'
import { useSettled } from '../../ui/use-settled.ts'
import { useWordNames } from '../../ui/use-word-names.ts'
import './ask.css'
import { examplesFor } from './examples.ts'
import { PartRow } from './part-row.tsx'
import { Results } from './results.tsx'
import { useAsk } from './store.ts'
import { WhoEditor } from './who-editor.tsx'

const KINDS = ['shares', 'related', 'registered_near', 'event', 'reported'] as const
const SAMPLES = 20
const SETTLE_MS = 300

/** Questions without code: parts put together, counted as they change, their answer made into a selection. */
export default function AskView() {
  const t = useT()
  const vocabulary = useQuery('ask.vocabulary', {}, { on: ['facts', 'runs', 'judgements'] })
  const { ask, set, add, change, remove } = useAsk()
  const names = useWordNames({ accounts: ask.who.accounts ?? [], entities: ask.who.entities ?? [] })
  const language = usePrefs((s) => s.language)
  const words = vocabulary.data
  const examples = useMemo(() => (words ? examplesFor(words) : []), [words])
  if (vocabulary.error) return <ErrorState error={vocabulary.error} onRetry={vocabulary.refetch} />
  if (!words) return <Spinner />
  const empty = ask.parts.length === 0
  const usable = KINDS.filter(
    (kind) =>
      (kind !== 'shares' || words.entityTypes.length > 0) &&
      (kind !== 'related' || words.relationTypes.length > 0) &&
      (kind !== 'event' || words.eventKinds.length > 0),
  )
  return (
    <div className="sh-view" data-testid="ask-view">
      <PanelHeader title={t('ask.title')} about={t('ask.about')}>
        {!empty && (
          <PopoverNext
            placement="bottom-end"
            content={
              <Menu>
                {examples.map((example) => (
                  <MenuItem
                    key={example.id}
                    text={t(example.title)}
                    data-testid={`example-${example.id}`}
                    onClick={() => set(example.ask)}
                  />
                ))}
              </Menu>
            }
          >
            <Button size="small" variant="minimal" text={t('ask.examples')} endIcon="caret-down" />
          </PopoverNext>
        )}
        <Button
          size="small"
          variant="minimal"
          text={t('ask.clear')}
          disabled={empty}
          data-testid="ask-clear"
          onClick={() => set({ who: {}, match: 'all', parts: [] })}
        />
      </PanelHeader>
      <div className="sh-scroll">
        <Section>
          <WhoRow ask={ask} vocabulary={words} names={names} set={set} />
          <ol className="sh-ask-parts">
            {ask.parts.map((part, i) => (
              <PartRow
                key={i}
                index={i}
                part={part}
                join={t(i === 0 ? 'ask.join.first' : `ask.join.${ask.match}`)}
                vocabulary={words}
                names={names}
                onPart={(next) => change(i, next)}
                onRemove={() => remove(i)}
              />
            ))}
          </ol>
          <div className="sh-ask-add" role="group" aria-label={t('ask.add')}>
            {usable.map((kind) => (
              <Button
                key={kind}
                size="small"
                icon={<Icon icon="plus" size={12} />}
                text={t(`ask.kind.${kind}`)}
                disabled={ask.parts.length >= 8}
                data-testid={`ask-add-${kind}`}
                onClick={() => add(kind)}
              />
            ))}
          </div>
        </Section>
        {empty ? (
          <Section title={t('ask.examples')} testId="ask-examples">
            <ul className="sh-ask-examples">
              {examples.map((example) => (
                <li key={example.id}>
                  <button
                    type="button"
                    data-testid={`example-${example.id}`}
                    onClick={() => set(example.ask)}
                  >
                    <b>{t(example.title)}</b>
                    <span className="sh-quiet">{askWords(example.ask, language, names)}</span>
                  </button>
                </li>
              ))}
            </ul>
          </Section>
        ) : (
          <Answer ask={ask} names={names} />
        )}
      </div>
    </div>
  )
}

/** Who is asked about, and whether all parts must hold. */
function WhoRow(props: { ask: Ask; vocabulary: AskVocabulary; names: WordNames; set(ask: Ask): void }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const { ask, names, set } = props
  const { who, match, parts } = ask
  const said = askWords({ who, match, parts: [] }, language, names)
  return (
    <div className="sh-ask-who">
      <PopoverNext
        placement="bottom-start"
        content={
          <div className="sh-editor" data-testid="editor-who">
            <WhoEditor
              value={who}
              vocabulary={props.vocabulary}
              onValue={(next) => set({ ...ask, who: next })}
            />
          </div>
        }
      >
        <button
          type="button"
          className="sh-ask-chip"
          data-testid="ask-who"
          aria-label={`${t('ask.who.label')}: ${said}`}
        >
          {said}
        </button>
      </PopoverNext>
      {parts.length > 1 && (
        <span className="sh-tabs" role="group" aria-label={t('ask.match.label')}>
          {(['all', 'any'] as const).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={match === each}
              className={match === each ? 'is-on' : ''}
              data-testid={`ask-match-${each}`}
              onClick={() => set({ ...ask, match: each })}
            >
              {t(`ask.match.${each}`)}
            </button>
          ))}
        </span>
      )}
    </div>
  )
}

function Answer({ ask, names }: { ask: Ask; names: WordNames }) {
  const t = useT()
  const dynamic = useDynamicT()
  const language = usePrefs((s) => s.language)
  const settled = useSettled(ask, SETTLE_MS)
  const { data, error, loading, refetch } = useQuery(
    'ask.run',
    { ask: settled, samples: SAMPLES },
    { on: ['facts', 'runs', 'judgements'] },
  )
  const [query, setQuery] = useState(false)
  const [busy, setBusy] = useState(false)
  const { copied, copy } = useCopy()
  const alive = useRef(true)
  useEffect(() => () => void (alive.current = false), [])
  const stale = loading || settled !== ask
  const sentence = askWords(ask, language, names)
  const count = data?.accounts.length ?? 0
  const number = (n: number) => formatNumber(n, language)

  const select = async (): Promise<boolean> => {
    setBusy(true)
    try {
      const made = await api.call('sets.create', { kind: 'ask', ask })
      useSelection.getState().set({ sets: [made.id] })
      return true
    } catch (problem) {
      useToasts.getState().say(toErrorShape(problem).message, 'failed')
      return false
    } finally {
      if (alive.current) setBusy(false)
    }
  }
  return (
    <>
      <section className="sh-section sh-ask-answer" aria-busy={stale}>
        <p className="sh-ask-words" data-testid="ask-words">
          {sentence}
          <Button
            size="small"
            variant="minimal"
            icon={<Icon icon={copied ? 'tick' : 'duplicate'} size={12} />}
            aria-label={copied ? t('common.copied') : t('ask.copy')}
            title={copied ? t('common.copied') : t('ask.copy')}
            onClick={() => copy(sentence)}
          />
        </p>
        {error && !stale ? (
          <ErrorState error={error} onRetry={refetch} compact />
        ) : (
          <div className="sh-ask-bar">
            <span
              className={`sh-ask-count${stale ? ' is-loading' : ''}`}
              role="status"
              data-testid="ask-count"
            >
              {data ? (
                <>
                  <b>{number(count)}</b> {t('ask.accounts', { count })}
                  {!stale && (
                    <span className="sh-quiet">
                      {' '}
                      {t('ask.seconds', {
                        n: formatNumber(data.seconds, language, data.seconds < 10 ? 2 : 0),
                      })}
                    </span>
                  )}
                </>
              ) : (
                t('ask.counting')
              )}
            </span>
            <Button
              intent="primary"
              text={t('ask.select')}
              disabled={stale || count === 0 || busy}
              data-testid="ask-select"
              onClick={() => void select()}
            />
            <Button
              text={t('ask.saveFilter')}
              icon="filter"
              disabled={stale || count === 0 || busy}
              data-testid="ask-save"
              onClick={() => void select().then((done) => done && useNaming.getState().ask('filter'))}
            />
            <CasePopover
              targets={
                count > MAX_TARGETS
                  ? null
                  : Array.from(data?.accounts ?? [], (ref) => ({ kind: 'account' as const, ref }))
              }
            >
              <Button
                icon="briefcase"
                text={t('ask.addToCase')}
                disabled={stale || count === 0}
                data-testid="ask-case"
              />
            </CasePopover>
            <Button
              variant="minimal"
              icon="code"
              text={t(query ? 'ask.query.hide' : 'ask.query.show')}
              aria-expanded={query}
              disabled={!data}
              data-testid="ask-query-toggle"
              onClick={() => setQuery(!query)}
            />
          </div>
        )}
        {!stale &&
          data?.notes.map((note, i) => (
            <p key={i} className="sh-ask-note" data-testid="ask-note">
              <Icon icon="info-sign" size={12} />{' '}
              {note.code === 'hub'
                ? t('ask.note.hub', {
                    count: Number(note.params['entities']),
                    n: number(Number(note.params['entities'])),
                    cap: number(Number(note.params['cap'])),
                  })
                : dynamic('ask.note', note.code)}
            </p>
          ))}
      </section>
      {query && data && (
        <Section title={t('ask.query.title')} tools={<CopyButton text={data.query} />} testId="ask-query">
          <p className="sh-quiet">{t('ask.query.about')}</p>
          <pre className="sh-ask-query" tabIndex={0}>
            {data.query}
          </pre>
        </Section>
      )}
      {data && !stale && count === 0 && (
        <EmptyState icon="search" title={t('ask.none')}>
          {t('ask.noneAbout')}
        </EmptyState>
      )}
      {data && count > 0 && <Results ask={settled} answer={data} names={names} />}
    </>
  )
}

function CopyButton({ text }: { text: string }) {
  const t = useT()
  const { copied, copy } = useCopy()
  return (
    <Button
      size="small"
      variant="minimal"
      icon={copied ? 'tick' : 'duplicate'}
      text={t(copied ? 'common.copied' : 'common.copy')}
      onClick={() => copy(text)}
    />
  )
}
