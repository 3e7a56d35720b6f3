import { Button, Checkbox, Classes, InputGroup } from '@blueprintjs/core'
import { useState, type ReactNode } from 'react'
import { useT } from '../i18n/index.ts'

/** The foot of a column's filter: apply closes it, clear takes the part out of the selection. */
function Filter(props: { children: ReactNode; active: boolean; onApply(): void; onClear(): void }) {
  const t = useT()
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        props.onApply()
      }}
    >
      {props.children}
      <div className="filter-actions">
        {props.active && (
          <Button
            size="small"
            variant="minimal"
            className={Classes.POPOVER_DISMISS}
            text={t('pages.table.clear')}
            onClick={props.onClear}
          />
        )}
        <Button
          size="small"
          type="submit"
          intent="primary"
          text={t('pages.table.apply')}
          data-testid="filter-apply"
        />
      </div>
    </form>
  )
}

const DAY = 86_400_000

/** A range: numbers from `min` to `max`, or whole days of a zone. Null: not restricted. */
export function RangeFilter(props: {
  kind: 'number' | 'date'
  value: { from: number; to: number } | null
  /** Of numbers: bounds that stand for "not restricted". */
  least?: number
  most?: number
  step?: number
  /** Of dates: minutes east of UTC. */
  zone?: number
  onChange(value: { from: number; to: number } | null): void
}) {
  const t = useT()
  const { kind, value, least = -Infinity, most = Infinity, zone = 0 } = props
  const shift = zone * 60_000
  // A span is half open; what a person reads as its end is its last day.
  const say = (v: number | undefined, last: boolean) =>
    v === undefined || !Number.isFinite(v)
      ? ''
      : kind === 'number'
        ? String(v)
        : new Date(v + shift - (last ? 1 : 0)).toISOString().slice(0, 10)
  const [from, setFrom] = useState(say(value?.from, false))
  const [to, setTo] = useState(say(value?.to, true))
  const read = (text: string, last: boolean) => {
    if (text === '') return null
    const v = kind === 'number' ? Number(text) : Date.parse(`${text}T00:00:00Z`) - shift + (last ? DAY : 0)
    return Number.isFinite(v) ? v : null
  }
  const apply = () => {
    const a = read(from, false)
    const b = read(to, true)
    if (a === null && b === null) return props.onChange(null)
    const low = a ?? (kind === 'date' ? 0 : least)
    const high = b ?? (kind === 'date' ? 8.64e15 : most)
    props.onChange({ from: Math.min(low, high), to: Math.max(low, high) })
  }
  const field = (name: string, text: string, set: (v: string) => void, id: string) => (
    <div className="filter-row">
      <label htmlFor={id}>{name}</label>
      <InputGroup
        id={id}
        size="small"
        fill
        type={kind}
        value={text}
        {...(kind === 'number' && { step: props.step ?? 0.01 })}
        onValueChange={set}
      />
    </div>
  )
  return (
    <Filter active={value !== null} onApply={apply} onClear={() => props.onChange(null)}>
      {field(t('pages.table.from'), from, setFrom, 'filter-from')}
      {field(t('pages.table.to'), to, setTo, 'filter-to')}
    </Filter>
  )
}

/** Any of a few values. */
export function ChoiceFilter(props: {
  options: { value: string; label: string }[]
  value: readonly string[]
  onChange(value: string[]): void
}) {
  const [chosen, setChosen] = useState<readonly string[]>(props.value)
  return (
    <Filter
      active={props.value.length > 0}
      onApply={() => props.onChange([...chosen])}
      onClear={() => props.onChange([])}
    >
      {props.options.map(({ value, label }) => (
        <Checkbox
          key={value}
          checked={chosen.includes(value)}
          label={label}
          onChange={() =>
            setChosen(chosen.includes(value) ? chosen.filter((v) => v !== value) : [...chosen, value])
          }
        />
      ))}
    </Filter>
  )
}

/** Communities by their names: 'C-12, C-40'. */
export function CommunitiesFilter(props: {
  value: readonly number[]
  onChange(value: number[]): void
  label: string
}) {
  const [text, setText] = useState(props.value.map((id) => `C-${id + 1}`).join(', '))
  return (
    <Filter
      active={props.value.length > 0}
      onApply={() =>
        props.onChange(
          [...new Set([...text.matchAll(/\d+/g)].map((m) => Number(m[0]) - 1))].filter((id) => id >= 0),
        )
      }
      onClear={() => props.onChange([])}
    >
      <div className="filter-row">
        <InputGroup
          size="small"
          fill
          value={text}
          aria-label={props.label}
          placeholder="C-12, C-40"
          onValueChange={setText}
        />
      </div>
    </Filter>
  )
}
