import { Button, InputGroup } from '@blueprintjs/core'
import { useId } from 'react'
import type { AskPart } from '../../../src-main/common/ask/parts.ts'
import type { AskField, WordNames } from '../../../src-main/common/ask/words.ts'
import type { AskVocabulary } from '../../../src-main/common/contract/ask.ts'
import { DaysField, DurationField, NumberField, OneOf, SomeOf, type Option } from '../../ui/choice.tsx'
import { useT } from '../../ui/i18n/index.ts'
import { withoutField } from './fields.ts'
import { WhoEditor } from './who-editor.tsx'

/** The small editor behind a chip of a part's sentence. */
export function FieldEditor(props: {
  part: AskPart
  field: AskField
  vocabulary: AskVocabulary
  names: WordNames
  onPart(part: AskPart): void
  onRemoved(): void
}) {
  const t = useT()
  const without = withoutField(props.part, props.field)
  return (
    <div className="sh-editor" data-testid={`editor-${props.field}`}>
      <Control {...props} />
      {without && (
        <Button
          size="small"
          variant="minimal"
          icon="small-cross"
          text={t('ask.field.without')}
          data-testid="field-remove"
          onClick={() => {
            props.onPart(without)
            props.onRemoved()
          }}
        />
      )}
    </div>
  )
}

type Paired = Extract<AskPart, { with: unknown }>

function Control(props: Parameters<typeof FieldEditor>[0]) {
  const t = useT()
  const id = useId()
  const { part, field, vocabulary, names, onPart } = props
  const set = (settings: object) => onPart({ ...part, ...settings } as AskPart)
  const pair = 'pair' in part ? part.pair : {}
  const setPair = (settings: object) => set({ pair: { ...pair, ...settings } })
  const label = t(`ask.field.${field}`)
  const choice = (values: string[], name: (value: string) => string, any: string | null): Option[] => [
    ...(any === null ? [] : [{ value: null, name: any }]),
    ...values.map((value) => ({ value, name: name(value) })),
  ]
  const one = (setting: string, value: string | null, options: Option[]) => (
    <OneOf label={label} options={options} value={value} onValue={(next) => set({ [setting]: next })} />
  )
  switch (field) {
    case 'type':
      return part.kind === 'shares'
        ? one(
            'type',
            part.type,
            choice(
              vocabulary.entityTypes.map((e) => e.type),
              names.thing,
              t('ask.any.thing'),
            ),
          )
        : one(
            'type',
            (part as Extract<AskPart, { kind: 'related' }>).type,
            choice(
              vocabulary.relationTypes.map((r) => r.type),
              names.relation,
              t('ask.any.relation'),
            ),
          )
    case 'with':
      return (
        <>
          <NumberField
            label={t('ask.field.others')}
            value={part.times}
            limits={{ integer: true, min: 1, max: 10_000 }}
            testId="others"
            onValue={(times) => set({ times })}
          />
          <WhoEditor
            value={(part as Paired).with}
            vocabulary={vocabulary}
            onValue={(other) => set({ with: other })}
          />
        </>
      )
    case 'times':
      return (
        <NumberField
          label={label}
          value={part.times}
          limits={{ integer: true, min: 1, max: 100_000 }}
          testId="times"
          onValue={(times) => set({ times })}
        />
      )
    case 'atMost':
      return (
        <NumberField
          label={label}
          value={(part as { atMost: number | null }).atMost ?? 20}
          limits={{ integer: true, min: 2, max: 1000 }}
          testId="atMost"
          onValue={(atMost) => set({ atMost })}
        />
      )
    case 'direction':
      return one(
        'direction',
        (part as { direction: string }).direction,
        (['either', 'out', 'in'] as const).map((value) => ({ value, name: t(`ask.direction.${value}`) })),
      )
    case 'minutes':
      return (
        <DurationField
          label={label}
          minutes={(part as { minutes: number }).minutes}
          onMinutes={(minutes) => set({ minutes })}
        />
      )
    case 'registeredWithin':
    case 'activeWithin':
      return (
        <DurationField
          label={label}
          minutes={pair[field] ?? 60}
          onMinutes={(minutes) => setPair({ [field]: minutes })}
        />
      )
    case 'sameCommunity':
      return <p className="sh-quiet">{t('ask.field.sameCommunityAbout')}</p>
    case 'sameAttributes':
      return (
        <SomeOf
          label={label}
          options={vocabulary.attributes.map((a) => ({ value: a.name, name: a.name }))}
          values={pair.sameAttributes ?? []}
          onValues={(sameAttributes) => setPair({ sameAttributes: sameAttributes.slice(0, 5) })}
        />
      )
    case 'eventKind':
      return one(
        'eventKind',
        (part as { eventKind: string | null }).eventKind,
        choice(vocabulary.eventKinds, (v) => names.word('event', v), t('ask.any.event')),
      )
    case 'outcome':
    case 'context':
    case 'country': {
      const values = {
        outcome: vocabulary.outcomes,
        context: vocabulary.contexts,
        country: vocabulary.countries,
      }
      return one(
        field,
        (part as Extract<AskPart, { kind: 'event' }>)[field],
        choice(values[field], (v) => names.word(field, v), null),
      )
    }
    case 'span': {
      const { from, to } = part as Extract<AskPart, { kind: 'event' }>
      return (
        <DaysField
          label={label}
          from={from}
          to={to}
          zoneMinutes={names.zoneMinutes}
          onSpan={(span) => set(span)}
        />
      )
    }
    case 'hours': {
      const hours = (part as Extract<AskPart, { kind: 'event' }>).hours ?? { from: 0, to: 6 }
      return (
        <div className="sh-choice-row">
          <NumberField
            label={t('ask.hours.from')}
            value={hours.from}
            limits={{ integer: true, min: 0, max: 23 }}
            onValue={(from) => set({ hours: { ...hours, from } })}
          />
          <NumberField
            label={t('ask.hours.to')}
            value={hours.to}
            limits={{ integer: true, min: 0, max: 24 }}
            onValue={(to) => set({ hours: { ...hours, to } })}
          />
        </div>
      )
    }
    case 'within':
      return (
        <DurationField
          label={label}
          minutes={(part as Extract<AskPart, { kind: 'event' }>).within ?? 10}
          onMinutes={(within) => set({ within })}
        />
      )
    case 'class':
      return one(
        'class',
        (part as Extract<AskPart, { kind: 'reported' }>).class,
        choice(vocabulary.reportClasses, (v) => names.word('class', v), t('ask.any.class')),
      )
    case 'text':
      return (
        <div className="sh-choice">
          <label className="sh-caps" htmlFor={id}>
            {label}
          </label>
          <InputGroup
            id={id}
            value={(part as Extract<AskPart, { kind: 'reported' }>).text}
            data-testid="reported-text"
            onValueChange={(text) => set({ text })}
          />
        </div>
      )
  }
}
