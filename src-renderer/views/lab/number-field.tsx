import { useState } from 'react'
import { NumberInput, useRefusalText } from '../../ui/form/number-input.tsx'
import type { Limits, Refusal } from '../../ui/form/read-number.ts'

export interface NumberFieldProps {
  id: string
  name: string
  about: string
  value: number
  limits: Limits
  step: number
  unit?: string
  disabled?: boolean
  onValue(value: number): void
  onInvalid(invalid: boolean): void
}

/** A small number with its name above it; what it means is in its title, and said to screen readers. */
export function NumberField(props: NumberFieldProps) {
  const refusalText = useRefusalText()
  const [refused, setRefused] = useState<Refusal | null>(null)
  const { id, limits } = props
  return (
    <div className="lab-number" title={props.about}>
      <label htmlFor={id}>{props.name}</label>
      <NumberInput
        id={id}
        value={props.value}
        limits={limits}
        step={props.step}
        unit={props.unit}
        turn={0}
        disabled={props.disabled ?? false}
        refused={refused !== null}
        onValue={props.onValue}
        onRefused={(why) => {
          setRefused(why)
          props.onInvalid(why !== null)
        }}
      />
      <span id={`${id}-about`} className="sh-visually-hidden">
        {props.about}
      </span>
      {refused && (
        <p className="sh-form-refused" role="alert" id={`${id}-refused`}>
          {refusalText(refused, limits)}
        </p>
      )}
    </div>
  )
}
