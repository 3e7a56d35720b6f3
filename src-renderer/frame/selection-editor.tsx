import { Button, InputGroup } from '@blueprintjs/core'
import { useId } from 'react'
import { askWords, type WordNames } from '../../src-main/common/ask/words.ts'
import type { AskVocabulary } from '../../src-main/common/contract/ask.ts'
import type { Selection } from '../../src-main/common/contract/selection.ts'
import type { AccountSet } from '../../src-main/common/contract/sets.ts'
import { useQuery } from '../client/use-query.ts'
import { useLayout } from '../state/layout.ts'
import { usePrefs } from '../state/prefs.ts'
import { useSelection, type SelectionPart } from '../state/selection.ts'
import { DaysField, NumberField, OneOf, SomeOf } from '../ui/choice.tsx'
import { communityName, formatInstant, formatZone } from '../ui/format.ts'
import { useDynamicT, useT } from '../ui/i18n/index.ts'
import { Spinner } from '../ui/states.tsx'
import { useWordNames } from '../ui/use-word-names.ts'
import { useAsk } from '../views/ask/store.ts'
import { setWords } from './selection-words.ts'

/** Things that are taken out one by one only while they are few. */
const LISTED = 40
const VERDICTS = ['malicious', 'benign', 'unsure'] as const

/** The small editor behind a chip of the selection. */
export function SelectionEditor({ part, sets }: { part: SelectionPart; sets: readonly AccountSet[] }) {
  const vocabulary = useQuery('ask.vocabulary', {}, { on: ['facts', 'runs'] })
  return (
    <div className="sh-editor" data-testid={`selection-editor-${part}`}>
      {vocabulary.data ? <Control part={part} sets={sets} vocabulary={vocabulary.data} /> : <Spinner />}
    </div>
  )
}

function Control(props: { part: SelectionPart; sets: readonly AccountSet[]; vocabulary: AskVocabulary }) {
  const t = useT()
  const dynamic = useDynamicT()
  const id = useId()
  const { selection, patch } = useSelection()
  const { part, vocabulary } = props
  const ids = (key: 'accounts' | 'entities') => (selection[key] ?? []).slice(0, LISTED)
  const names = useListNames(
    part === 'accounts' ? ids('accounts') : [],
    part === 'entities' ? ids('entities') : [],
  )
  switch (part) {
    case 'time':
    case 'registered': {
      const span = selection[part]
      return (
        <DaysField
          label={t(`frame.selection.${part}`)}
          from={span?.from ?? null}
          to={span?.to ?? null}
          zoneMinutes={names.zoneMinutes}
          onSpan={({ from, to }) => {
            if (from !== null && to !== null && from < to) patch({ [part]: { from, to } })
          }}
        />
      )
    }
    case 'risk': {
      const { min, max } = selection.risk ?? { min: 0, max: 1 }
      return (
        <>
          <NumberField
            label={t('selection.editor.riskMin')}
            value={min}
            limits={{ min: 0, max }}
            step={0.05}
            testId="risk-min"
            onValue={(value) => patch({ risk: { min: value, max } })}
          />
          <NumberField
            label={t('selection.editor.riskMax')}
            value={max}
            limits={{ min, max: 1 }}
            step={0.05}
            testId="risk-max"
            onValue={(value) => patch({ risk: { min, max: value } })}
          />
        </>
      )
    }
    case 'text':
      return (
        <div className="sh-choice">
          <label className="sh-caps" htmlFor={id}>
            {t('selection.editor.text')}
          </label>
          <InputGroup id={id} value={selection.text ?? ''} onValueChange={(text) => patch({ text })} />
        </div>
      )
    case 'reportClasses':
      return (
        <Words
          part={part}
          words={vocabulary.reportClasses}
          name={(value) => dynamic('common.class', value, value)}
        />
      )
    case 'verdicts':
      return <Words part={part} words={[...VERDICTS]} name={(value) => dynamic('common.verdict', value)} />
    case 'labels':
      return (
        <Words
          part={part}
          words={vocabulary.labels}
          name={(value) => dynamic('common.verdict', value, value)}
        />
      )
    case 'tags':
      return <Words part={part} words={vocabulary.tags} name={(value) => `#${value}`} />
    case 'communities':
      return <Keep part={part} name={communityName} />
    case 'accounts':
      return <Keep part={part} name={(account) => names.account(account) ?? '…'} />
    case 'entities':
      return <Keep part={part} name={(entity) => names.entity(entity) ?? '…'} />
    case 'sharing': {
      const sharing = selection.sharing ?? { type: null, atLeast: 1 }
      return (
        <>
          <NumberField
            label={t('selection.editor.atLeast')}
            value={sharing.atLeast}
            limits={{ integer: true, min: 1, max: 1000 }}
            testId="sharing-least"
            onValue={(atLeast) => patch({ sharing: { ...sharing, atLeast } })}
          />
          <OneOf
            label={t('selection.editor.of')}
            value={sharing.type}
            options={[
              { value: null, name: t('selection.editor.anything') },
              ...vocabulary.entityTypes.map(({ type }) => ({ value: type, name: names.thing(type) })),
            ]}
            onValue={(type) => patch({ sharing: { ...sharing, type } })}
          />
        </>
      )
    }
    case 'attributes':
      return <Attributes vocabulary={vocabulary} />
    case 'anomalies':
      return <p className="sh-quiet">{t('selection.editor.anomalies')}</p>
    case 'sets':
    case 'withoutSets':
      return (
        <>
          {(selection[part] ?? []).map((set) => (
            <SetAbout
              key={set}
              set={props.sets.find((other) => other.id === set)}
              part={part}
              names={names}
            />
          ))}
        </>
      )
  }
}

/** Names of more things than a sentence names. */
function useListNames(accounts: number[], entities: number[]): WordNames {
  const names = useWordNames()
  const { data } = useQuery(
    'search.names',
    accounts.length + entities.length > 0 ? { accounts, entities } : null,
    { on: [] },
  )
  return {
    ...names,
    account: (id) => data?.accounts.find((a) => a.id === id)?.key ?? null,
    entity: (id) => {
      const found = data?.entities.find((e) => e.id === id)
      return found ? `${names.thing(found.type)} ${found.key}` : null
    },
  }
}

function Words(props: {
  part: 'reportClasses' | 'verdicts' | 'labels' | 'tags'
  words: string[]
  name(value: string): string
}) {
  const t = useT()
  const { selection, patch } = useSelection()
  const chosen: readonly string[] = selection[props.part] ?? []
  return (
    <SomeOf
      label={props.part === 'tags' ? t('selection.name.tags') : t(`frame.selection.${props.part}`)}
      options={[...new Set([...props.words, ...chosen])].map((value) => ({ value, name: props.name(value) }))}
      values={chosen}
      onValues={(values) => patch({ [props.part]: values } as Selection)}
    />
  )
}

/** Takes single things out of a list. */
function Keep(props: { part: 'communities' | 'accounts' | 'entities'; name(id: number): string }) {
  const t = useT()
  const { selection, patch } = useSelection()
  const all = selection[props.part] ?? []
  const listed = all.slice(0, LISTED)
  return (
    <>
      <SomeOf
        label={t('selection.editor.keep')}
        options={listed.map((id) => ({ value: String(id), name: props.name(id) }))}
        values={listed.map(String)}
        onValues={(kept) =>
          patch({ [props.part]: all.filter((id) => kept.includes(String(id)) || !listed.includes(id)) })
        }
      />
      <p className="sh-quiet">{t('selection.editor.keepAbout')}</p>
    </>
  )
}

function Attributes({ vocabulary }: { vocabulary: AskVocabulary }) {
  const t = useT()
  const { selection, patch } = useSelection()
  const wanted = selection.attributes ?? []
  const change = (at: number, next: NonNullable<Selection['attributes']>[number]) =>
    patch({ attributes: wanted.map((old, i) => (i === at ? next : old)) })
  return wanted.map((attribute, at) => {
    const known = vocabulary.attributes.find((a) => a.name === attribute.name)
    if (attribute.min !== undefined || attribute.max !== undefined || known?.kind === 'number') {
      return (
        <div key={attribute.name} role="group" aria-label={attribute.name}>
          {(['min', 'max'] as const).map((end) =>
            attribute[end] === undefined ? null : (
              <NumberField
                key={end}
                label={`${attribute.name}: ${t(`selection.editor.${end}`)}`}
                value={attribute[end]!}
                limits={{}}
                onValue={(value) => change(at, { ...attribute, [end]: value })}
              />
            ),
          )}
        </div>
      )
    }
    const values = attribute.values ?? []
    return (
      <SomeOf
        key={attribute.name}
        label={attribute.name}
        options={[...new Set([...values, ...(known?.values ?? [])])].map((value) => ({ value, name: value }))}
        values={values}
        onValues={(next) =>
          next.length === 0
            ? patch({ attributes: wanted.filter((_, i) => i !== at) })
            : change(at, { ...attribute, values: next })
        }
      />
    )
  })
}

/** How a set came about: who made it, when, and of what. */
function SetAbout(props: { set: AccountSet | undefined; part: 'sets' | 'withoutSets'; names: WordNames }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const { selection, patch } = useSelection()
  const { set, part, names } = props
  if (!set) return <Spinner />
  const { origin } = set
  const at = `${formatInstant(set.createdAt, names.zoneMinutes)} ${formatZone(names.zoneMinutes)}`
  return (
    <div className="sh-choice">
      <b>{setWords(set, t, { language, names, sets: [set] })}</b>
      <span>{t(`selection.setAbout.${origin.kind}`)}</span>
      {origin.kind === 'ask' && <span className="sh-quiet">{askWords(origin.ask, language, names)}</span>}
      <span className="sh-quiet">{t('selection.setMade', { by: set.createdBy, at })}</span>
      <div className="sh-choice-buttons">
        {origin.kind === 'ask' && (
          <Button
            size="small"
            text={t('selection.askAgain')}
            data-testid="set-ask"
            onClick={() => {
              useAsk.getState().set(origin.ask)
              useLayout.getState().show('ask')
            }}
          />
        )}
        <Button
          size="small"
          text={t('selection.takeOut')}
          onClick={() => patch({ [part]: (selection[part] ?? []).filter((id) => id !== set.id) })}
        />
      </div>
    </div>
  )
}
