import { Checkbox, HTMLSelect, Switch } from '@blueprintjs/core'
import { useState } from 'react'
import type { ParamInfo } from '../../../src-main/common/contract/detectors.ts'
import { AccountsField } from './accounts-field.tsx'
import { useDynamicT, useT } from '../i18n/index.ts'
import { NumberInput, useRefusalText } from './number-input.tsx'
import { problemOf, type ParamValues } from './params.ts'
import { SettingFrame } from './setting-frame.tsx'
import type { Refusal } from './read-number.ts'
import { useNumbers } from '../numbers.ts'

/** A form made from an algorithm's parameters: names and help from the catalogue where it has them, else its own. */
export function ParamForm(props: {
  /** Where the catalogue has its words, e.g. 'design.detector.leiden'; fields are named after it. */
  words: string
  params: readonly ParamInfo[]
  values: ParamValues
  turn: number
  onValue(name: string, value: unknown): void
  onInvalid(name: string, invalid: boolean): void
}) {
  const t = useT()
  const { words, params } = props
  if (params.length === 0) return <p className="sh-quiet">{t('form.noSettings')}</p>
  return (
    <div className="sh-form-settings">
      {params.map((param) => (
        <Param
          key={`${words}.${param.name}`}
          id={`param-${words.slice(words.lastIndexOf('.') + 1)}-${param.name}`}
          words={words}
          param={param}
          value={param.name in props.values ? props.values[param.name] : param.default}
          turn={props.turn}
          onValue={(value) => props.onValue(param.name, value)}
          onInvalid={(invalid) => props.onInvalid(param.name, invalid)}
        />
      ))}
    </div>
  )
}

interface ParamProps {
  id: string
  words: string
  param: ParamInfo
  value: unknown
  turn: number
  onValue(value: unknown): void
  onInvalid(invalid: boolean): void
}

function Param(props: ParamProps) {
  const t = useT()
  const dynamic = useDynamicT()
  const refusalText = useRefusalText()
  const { d } = useNumbers()
  const [refused, setRefused] = useState<Refusal | null>(null)
  const { id, param, value } = props
  const prefix = `${props.words}.${param.name}`
  const name = dynamic(prefix, 'name', readable(param.name))
  const words = (it: unknown) => {
    if (it === null || it === undefined) return t('form.auto')
    if (param.kind === 'boolean') return it ? t('form.yes') : t('form.no')
    if (param.kind === 'accounts') return t('form.accounts.default')
    if (param.kind === 'choice') return dynamic(`${prefix}.choice`, String(it), String(it))
    return d(Number(it))
  }
  const isNumber = param.kind === 'integer' || param.kind === 'number'
  const limits = { integer: param.kind === 'integer', min: param.min, max: param.max }
  // A default of null leaves the value to the detector; it can be given instead.
  const canBeAuto = isNumber && (param.default === null || param.default === undefined)
  const start = param.min ?? 1
  const set = (next: unknown) => {
    setRefused(null)
    props.onInvalid(problemOf(param, next) !== null)
    props.onValue(next)
  }
  const step = param.kind === 'integer' ? 1 : (param.max ?? 10) <= 1 ? 0.05 : 0.1
  return (
    <SettingFrame
      id={id}
      name={name}
      about={dynamic(prefix, 'about', param.help)}
      initial={words(param.default)}
      changed={JSON.stringify(value) !== JSON.stringify(param.default)}
      refused={refused && refusalText(refused, limits)}
      group={canBeAuto || param.kind === 'accounts'}
      onReset={() => set(param.default)}
    >
      {isNumber && (
        <div className="sh-form-number-row">
          {value !== null && value !== undefined && (
            <NumberInput
              id={id}
              value={Number(value)}
              limits={limits}
              step={step}
              turn={props.turn}
              {...(canBeAuto && { label: name })}
              refused={refused !== null}
              onValue={set}
              onRefused={(why) => {
                setRefused(why)
                props.onInvalid(why !== null)
              }}
            />
          )}
          {canBeAuto && (
            <Checkbox
              inline
              checked={value === null || value === undefined}
              onChange={() => set(value === null || value === undefined ? start : param.default)}
            >
              {t('form.auto')}
            </Checkbox>
          )}
        </div>
      )}
      {param.kind === 'boolean' && (
        <Switch
          id={id}
          checked={value === true}
          aria-describedby={`${id}-about`}
          innerLabel={t('form.no')}
          innerLabelChecked={t('form.yes')}
          onChange={(event) => set(event.currentTarget.checked)}
        />
      )}
      {param.kind === 'choice' && (
        <HTMLSelect
          id={id}
          fill
          value={String(value)}
          aria-describedby={`${id}-about`}
          options={(param.choices ?? []).map((choice) => ({ value: choice, label: words(choice) }))}
          onChange={(event) => set(event.currentTarget.value)}
        />
      )}
      {param.kind === 'accounts' && (
        <AccountsField id={id} initial={param.default} value={value} onValue={set} />
      )}
    </SettingFrame>
  )
}

/** What a parameter is called; `words` as for the form. */
export function useParamName(): (words: string, name: string) => string {
  const dynamic = useDynamicT()
  return (words, name) => dynamic(`${words}.${name}`, 'name', readable(name))
}

/** A parameter's name for people where no catalogue has one: minSize is "min size". */
export function readable(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
}
