import { InputGroup } from '@blueprintjs/core'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useT } from '../i18n/index.ts'
import { readNumber, type Limits, type Refusal } from './read-number.ts'
import { useNumbers } from '../numbers.ts'

/** The words for a refused number. */
export function useRefusalText(): (refused: Refusal, limits: Limits) => string {
  const t = useT()
  const { d } = useNumbers()
  return (refused, limits) =>
    t(`form.refused.${refused}`, { min: d(limits.min ?? 0), max: d(limits.max ?? 0) })
}

/**
 * A number as text: what is typed stays as it is typed, each valid value is told at once, and anything else is told
 * as refused while the value stays what it was. Arrow keys step.
 */
export function NumberInput(props: {
  id: string
  value: number
  limits: Limits
  step: number
  unit?: string | undefined
  label?: string
  disabled?: boolean
  /** Changes when the value was set from elsewhere (an undo), so that what was being typed is forgotten. */
  turn: number
  onValue(value: number): void
  onRefused(refused: Refusal | null): void
  refused: boolean
}) {
  const { id, value, limits, step, turn } = props
  const [text, setText] = useState(String(value))
  const seenTurn = useRef(turn)
  useEffect(() => {
    const fromElsewhere = seenTurn.current !== turn
    seenTurn.current = turn
    setText((old) => {
      const read = readNumber(old, {})
      return !fromElsewhere && 'value' in read && read.value === value ? old : String(value)
    })
  }, [value, turn])
  const take = (next: string) => {
    setText(next)
    const read = readNumber(next, limits)
    if ('refused' in read) return props.onRefused(read.refused)
    props.onRefused(null)
    if (read.value !== value) props.onValue(read.value)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const way = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0
    if (way === 0 || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    const least = limits.min === undefined ? -Infinity : limits.above ? limits.min + step / 10 : limits.min
    const next = value + way * step * (event.shiftKey ? 10 : 1)
    const held = Math.min(limits.max ?? Infinity, Math.max(least, next))
    take(String(Number((limits.integer ? Math.round(held) : held).toFixed(6))))
  }
  return (
    <InputGroup
      id={id}
      className="sh-form-number"
      inputMode="decimal"
      autoComplete="off"
      spellCheck={false}
      value={text}
      disabled={props.disabled ?? false}
      {...(props.label && { 'aria-label': props.label })}
      aria-invalid={props.refused}
      aria-describedby={`${props.refused ? `${id}-refused ` : ''}${id}-about`}
      {...(props.unit && { rightElement: <span className="sh-form-unit">{props.unit}</span> })}
      data-testid={`input-${id}`}
      onValueChange={take}
      onKeyDown={onKeyDown}
      onBlur={() => {
        const read = readNumber(text, limits)
        // What was refused is not used, so it does not stay on the screen either.
        if ('refused' in read) {
          setText(String(value))
          props.onRefused(null)
        } else setText(String(read.value))
      }}
    />
  )
}
