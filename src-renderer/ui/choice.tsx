import { Checkbox, HTMLSelect, Radio, RadioGroup } from '@blueprintjs/core'
import { useEffect, useId, useState } from 'react'
import { NumberInput, useRefusalText } from './form/number-input.tsx'
import type { Limits, Refusal } from './form/read-number.ts'
import './choice.css'
import { useT } from './i18n/index.ts'

export interface Option {
  value: string | null
  name: string
}

/** One of some choices, in a small editor: arrow keys choose. Long lists scroll. */
export function OneOf(props: {
  label: string
  options: readonly Option[]
  value: string | null
  onValue(value: string | null): void
}) {
  const key = (value: string | null) => (value === null ? '' : `=${value}`)
  return (
    <RadioGroup
      className="sh-choice"
      label={<span className="sh-caps">{props.label}</span>}
      selectedValue={key(props.value)}
      onChange={(event) => {
        const chosen = event.currentTarget.value
        props.onValue(chosen === '' ? null : chosen.slice(1))
      }}
    >
      {props.options.map((option) => (
        <Radio key={key(option.value)} value={key(option.value)} label={option.name} />
      ))}
    </RadioGroup>
  )
}

/** Any of some choices. */
export function SomeOf(props: {
  label: string
  options: readonly { value: string; name: string }[]
  values: readonly string[]
  onValues(values: string[]): void
}) {
  const id = useId()
  return (
    <div className="sh-choice" role="group" aria-labelledby={id}>
      <span className="sh-caps" id={id}>
        {props.label}
      </span>
      {props.options.map(({ value, name }) => (
        <Checkbox
          key={value}
          label={name}
          checked={props.values.includes(value)}
          onChange={() =>
            props.onValues(
              props.values.includes(value)
                ? props.values.filter((other) => other !== value)
                : [...props.values, value],
            )
          }
        />
      ))}
    </div>
  )
}

/** A number with its name and what is wrong with it. */
export function NumberField(props: {
  label: string
  value: number
  limits: Limits
  step?: number
  unit?: string
  testId?: string
  onValue(value: number): void
}) {
  const id = useId()
  const [refused, setRefused] = useState<Refusal | null>(null)
  const said = useRefusalText()
  return (
    <div className="sh-choice" data-testid={props.testId}>
      <label className="sh-caps" htmlFor={id}>
        {props.label}
      </label>
      <NumberInput
        id={id}
        value={props.value}
        limits={props.limits}
        step={props.step ?? 1}
        unit={props.unit}
        turn={0}
        refused={refused !== null}
        onValue={props.onValue}
        onRefused={setRefused}
      />
      <span id={`${id}-about`} hidden />
      {refused && (
        <p id={`${id}-refused`} className="sh-bad" role="alert">
          {said(refused, props.limits)}
        </p>
      )}
    </div>
  )
}

const UNITS = { minute: 1, hour: 60, day: 1440 } as const
type Unit = keyof typeof UNITS
const unitOf = (minutes: number): Unit =>
  minutes % 1440 === 0 ? 'day' : minutes % 60 === 0 ? 'hour' : 'minute'

/** Minutes as a number and a unit. */
export function DurationField(props: { label: string; minutes: number; onMinutes(minutes: number): void }) {
  const t = useT()
  const [unit, setUnit] = useState<Unit>(() => unitOf(props.minutes))
  useEffect(() => {
    if (props.minutes % UNITS[unit] !== 0) setUnit(unitOf(props.minutes))
  }, [props.minutes, unit])
  return (
    <div className="sh-choice-row">
      <NumberField
        label={props.label}
        value={props.minutes / UNITS[unit]}
        limits={{ min: 0, above: true, max: 100_000 }}
        testId="duration"
        onValue={(value) => props.onMinutes(value * UNITS[unit])}
      />
      <HTMLSelect
        value={unit}
        aria-label={t('ask.unit.label')}
        options={(Object.keys(UNITS) as Unit[]).map((value) => ({ value, label: t(`ask.unit.${value}`) }))}
        onChange={(event) => {
          const next = event.currentTarget.value as Unit
          const count = props.minutes / UNITS[unit]
          setUnit(next)
          props.onMinutes(count * UNITS[next])
        }}
      />
    </div>
  )
}

/** A half-open span by its days, both included, on a zone's calendar. */
export function DaysField(props: {
  label: string
  from: number | null
  to: number | null
  zoneMinutes: number
  onSpan(span: { from: number | null; to: number | null }): void
}) {
  const t = useT()
  const id = useId()
  const zone = props.zoneMinutes * 60_000
  const DAY = 86_400_000
  const text = (ms: number | null) => (ms === null ? '' : new Date(ms + zone).toISOString().slice(0, 10))
  const read = (value: string) => (value === '' ? null : Date.parse(`${value}T00:00:00Z`) - zone)
  return (
    <div className="sh-choice" role="group" aria-label={props.label}>
      <span className="sh-caps">{props.label}</span>
      <div className="sh-choice-row">
        <label htmlFor={`${id}-from`}>{t('ask.days.from')}</label>
        <input
          id={`${id}-from`}
          className="bp6-input"
          type="date"
          value={text(props.from)}
          onChange={(event) => props.onSpan({ from: read(event.currentTarget.value), to: props.to })}
        />
      </div>
      <div className="sh-choice-row">
        <label htmlFor={`${id}-to`}>{t('ask.days.to')}</label>
        <input
          id={`${id}-to`}
          className="bp6-input"
          type="date"
          value={text(props.to === null ? null : props.to - 1)}
          onChange={(event) => {
            const day = read(event.currentTarget.value)
            props.onSpan({ from: props.from, to: day === null ? null : day + DAY })
          }}
        />
      </div>
    </div>
  )
}
