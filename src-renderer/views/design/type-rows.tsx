import { Button, Checkbox } from '@blueprintjs/core'
import { useState } from 'react'
import { DEFAULT_RECIPE, type Recipe } from '../../../src-main/common/recipe.ts'
import { useT } from '../../ui/i18n/index.ts'
import { sameAt, setTypeWeight, toggleType } from './draft.ts'
import { NumberInput, useRefusalText } from '../../ui/form/number-input.tsx'
import { SettingFrame } from '../../ui/form/setting-frame.tsx'
import type { Refusal } from '../../ui/form/read-number.ts'
import { idOf } from './setting.tsx'
import { useDesign } from './store.ts'
import { useTypeName } from './words.ts'
import { useSentences } from '../../ui/sentences.ts'

export interface TypeRow {
  type: string
  /** How often it occurs, in words. */
  count: string
  countAbout?: string
}

/** The types of one kind: which are used, how often each occurs here, and how much it counts. */
export function TypeRows(props: { section: 'relations' | 'entities'; recipe: Recipe; rows: TypeRow[] }) {
  const t = useT()
  const together = useSentences()
  const edit = useDesign((s) => s.edit)
  const { section, recipe } = props
  const path = `${section}.types`
  const weights = `${section}.byType`
  const { types, byType } = recipe[section]
  const known = props.rows.map((row) => row.type)
  // A recipe from elsewhere can name what is not here; it is shown, so that it can be taken out.
  const foreign = [...new Set([...(types ?? []), ...Object.keys(byType)])].filter(
    (type) => !known.includes(type),
  )
  const rows: (TypeRow & { here: boolean })[] = [
    ...props.rows.map((row) => ({ ...row, here: true })),
    ...foreign.map((type) => ({ type, count: t('design.types.missing'), here: false })),
  ]
  const used = types === null ? known : types
  const id = idOf(path)
  return (
    <SettingFrame
      id={id}
      group
      name={t(`design.setting.${section}.types.name`)}
      about={together(
        t(`design.setting.${section}.types.about`),
        t('design.types.about'),
        t('design.types.weightAbout'),
      )}
      initial={t('design.types.all')}
      changed={!sameAt(recipe, DEFAULT_RECIPE, path) || !sameAt(recipe, DEFAULT_RECIPE, weights)}
      onReset={() => {
        edit(path, null)
        edit(weights, {})
        useDesign.setState((s) => ({ turn: s.turn + 1 }))
      }}
    >
      <div className="sh-design-types-head">
        <span className="sh-quiet">
          {types === null
            ? t('design.types.all')
            : types.length === 0
              ? t('design.types.none')
              : t('design.types.someOf', { part: used.length, whole: rows.length })}
        </span>
        <Button
          size="small"
          variant="minimal"
          text={t('design.types.allButton')}
          disabled={types === null}
          data-testid={`all-${section}`}
          onClick={() => edit(path, null)}
        />
        <Button
          size="small"
          variant="minimal"
          text={t('design.types.noneButton')}
          disabled={types?.length === 0}
          data-testid={`none-${section}`}
          onClick={() => edit(path, [])}
        />
      </div>
      <ul className="sh-design-types">
        {rows.map((row) => (
          <OneType
            key={row.type}
            section={section}
            row={row}
            used={types === null ? row.here : types.includes(row.type)}
            weight={byType[row.type] ?? 1}
            onToggle={() => edit(path, toggleType(types, known, row.type))}
            onWeight={(weight) => edit(weights, setTypeWeight(byType, row.type, weight))}
          />
        ))}
      </ul>
    </SettingFrame>
  )
}

/** The slider is logarithmic: as far to a quarter as to four times. */
const SLIDER = { min: -4, max: 4, step: 0.5 }
const toSlider = (weight: number) => Math.min(SLIDER.max, Math.max(SLIDER.min, Math.log2(weight)))
const fromSlider = (at: number) => Number((2 ** at).toPrecision(3))

function OneType(props: {
  section: 'relations' | 'entities'
  row: TypeRow & { here: boolean }
  used: boolean
  weight: number
  onToggle(): void
  onWeight(weight: number): void
}) {
  const t = useT()
  const typeName = useTypeName()
  const refusalText = useRefusalText()
  const turn = useDesign((s) => s.turn)
  const setInvalid = useDesign((s) => s.setInvalid)
  const [refused, setRefused] = useState<Refusal | null>(null)
  const { row, used, weight } = props
  const name = typeName(row.type)
  const path = `${props.section}.byType.${row.type}`
  const isInvalid = useDesign((s) => path in s.invalid)
  const id = `weight-${props.section}-${row.type}`
  const limits = { min: 0, above: true }
  return (
    <li className={used ? undefined : 'is-off'} data-testid={`type-${props.section}-${row.type}`}>
      <Checkbox
        checked={used}
        aria-label={t('design.types.use', { type: name })}
        data-testid={`use-${props.section}-${row.type}`}
        onChange={props.onToggle}
      >
        <span title={row.type}>{name}</span>
      </Checkbox>
      <span className="sh-design-count sh-quiet" title={row.countAbout}>
        {row.count}
      </span>
      <input
        type="range"
        className={`sh-design-slider${weight === 1 ? '' : ' is-changed'}`}
        {...SLIDER}
        value={toSlider(weight)}
        disabled={!used}
        aria-label={t('design.types.weight', { type: name })}
        aria-valuetext={String(weight)}
        onChange={(event) => props.onWeight(fromSlider(Number(event.currentTarget.value)))}
      />
      <NumberInput
        id={id}
        value={weight}
        limits={limits}
        step={0.1}
        label={t('design.types.weight', { type: name })}
        disabled={!used}
        turn={turn}
        refused={isInvalid}
        onValue={props.onWeight}
        onRefused={(why) => {
          setRefused(why)
          setInvalid(path, why !== null)
        }}
      />
      {isInvalid && refused && (
        <p className="sh-form-refused" role="alert" id={`${id}-refused`}>
          {refusalText(refused, limits)}
        </p>
      )}
    </li>
  )
}
