import { Checkbox, HTMLSelect, Switch } from '@blueprintjs/core'
import { useState } from 'react'
import { DEFAULT_RECIPE, type Recipe } from '../../../src-main/common/recipe.ts'
import { useT, type MessageKey } from '../../ui/i18n/index.ts'
import { getAt, sameAt, type Path } from './draft.ts'
import { NumberInput, useRefusalText } from '../../ui/form/number-input.tsx'
import { SettingFrame } from '../../ui/form/setting-frame.tsx'
import type { ChoiceSetting, FlagSetting, NumberSetting, SetSetting } from './settings.ts'
import type { Refusal } from '../../ui/form/read-number.ts'
import { useDesign } from './store.ts'
import { useNumbers } from '../../ui/numbers.ts'
import { useSentences } from '../../ui/sentences.ts'

type Plain = NumberSetting | ChoiceSetting | FlagSetting | SetSetting

/** A setting's default in words. */
export function useDefaultText(): (setting: Plain) => string {
  const t = useT()
  const { d } = useNumbers()
  return (setting) => {
    const value = getAt(DEFAULT_RECIPE, setting.path)
    const key = `design.setting.${setting.path}`
    switch (setting.kind) {
      case 'number':
        return value === null ? t(`${key}.off` as MessageKey) : d(value as number)
      case 'choice':
        return t(`${key}.choice.${String(value)}` as MessageKey)
      case 'flag':
        return value ? t('form.yes') : t('form.no')
      case 'set':
        return (value as string[]).length === 0 ? t('common.none') : (value as string[]).join(', ')
    }
  }
}

/** One setting with its explanation, default and control; `unavailable` says why a choice finds nothing here. */
export function SettingField(props: {
  setting: Plain
  recipe: Recipe
  unavailable?: Record<string, string>
}) {
  const t = useT()
  const edit = useDesign((s) => s.edit)
  const initial = useDefaultText()
  const together = useSentences()
  const { setting, recipe } = props
  const { path } = setting
  const disabled = setting.when ? !setting.when(recipe) : false
  if (disabled && setting.hides) return null
  const key = `design.setting.${path}`
  const value = getAt(recipe, path)
  const id = idOf(path)
  const frame = {
    id,
    name: t(`${key}.name` as MessageKey),
    about: t(`${key}.about` as MessageKey),
    initial: initial(setting),
    changed: !sameAt(recipe, DEFAULT_RECIPE, path),
    disabled,
    onReset: () => {
      useDesign.getState().setInvalid(path, false)
      edit(path, getAt(DEFAULT_RECIPE, path))
      useDesign.setState((s) => ({ turn: s.turn + 1 }))
    },
  }
  if (setting.kind === 'number') return <NumberField setting={setting} value={value} frame={frame} />
  if (setting.kind === 'flag')
    return (
      <SettingFrame {...frame}>
        <Switch
          id={id}
          checked={value === true}
          disabled={disabled}
          aria-describedby={`${id}-about`}
          innerLabel={t('form.no')}
          innerLabelChecked={t('form.yes')}
          data-testid={`input-${id}`}
          onChange={(event) => edit(path, event.currentTarget.checked)}
        />
      </SettingFrame>
    )
  if (setting.kind === 'choice')
    return (
      <SettingFrame
        {...frame}
        about={together(frame.about, t(`${key}.choiceAbout.${String(value)}` as MessageKey))}
      >
        <HTMLSelect
          id={id}
          fill
          value={String(value)}
          disabled={disabled}
          aria-describedby={`${id}-about`}
          data-testid={`input-${id}`}
          options={setting.choices.map((choice) => ({
            value: choice,
            label: t(`${key}.choice.${choice}` as MessageKey),
          }))}
          onChange={(event) => edit(path, event.currentTarget.value)}
        />
      </SettingFrame>
    )
  const chosen = value as string[]
  return (
    <SettingFrame {...frame} group>
      <div className="sh-design-checks">
        {setting.choices.map((choice) => (
          <Checkbox
            key={choice}
            checked={chosen.includes(choice)}
            data-testid={`input-${id}-${choice}`}
            onChange={() =>
              edit(
                path,
                setting.choices.filter((other) => (other === choice) !== chosen.includes(other)),
              )
            }
          >
            {t(`${key}.choice.${choice}` as MessageKey)}
            {props.unavailable?.[choice] && <span className="sh-quiet"> · {props.unavailable[choice]}</span>}
          </Checkbox>
        ))}
      </div>
    </SettingFrame>
  )
}

export const idOf = (path: Path): string => path.replace('.', '-')

function NumberField(props: {
  setting: NumberSetting
  value: unknown
  frame: Omit<Parameters<typeof SettingFrame>[0], 'children'>
}) {
  const t = useT()
  const refusalText = useRefusalText()
  const edit = useDesign((s) => s.edit)
  const setInvalid = useDesign((s) => s.setInvalid)
  const turn = useDesign((s) => s.turn)
  const isInvalid = useDesign((s) => props.setting.path in s.invalid)
  const [refused, setRefused] = useState<Refusal | null>(null)
  const { setting, frame } = props
  const { path, nullable } = setting
  const value = props.value as number | null
  const shown = isInvalid ? refused : null
  return (
    <SettingFrame
      {...frame}
      refused={shown && refusalText(shown, setting)}
      {...(nullable !== undefined && { group: true })}
    >
      <div className="sh-form-number-row">
        {value !== null && (
          <NumberInput
            id={frame.id}
            value={value}
            limits={setting}
            step={setting.step}
            unit={setting.unit && t(`design.unit.${setting.unit}`)}
            {...(nullable !== undefined && { label: frame.name })}
            disabled={frame.disabled ?? false}
            turn={turn}
            refused={shown !== null}
            onValue={(next) => edit(path, next)}
            onRefused={(why) => {
              setRefused(why)
              setInvalid(path, why !== null)
            }}
          />
        )}
        {nullable !== undefined && (
          <Checkbox
            inline
            checked={value === null}
            disabled={frame.disabled ?? false}
            data-testid={`off-${frame.id}`}
            onChange={() => {
              setInvalid(path, false)
              edit(path, value === null ? nullable : null)
            }}
          >
            {t(`design.setting.${path}.off` as MessageKey)}
          </Checkbox>
        )}
      </div>
    </SettingFrame>
  )
}
