import { Button, HTMLSelect } from '@blueprintjs/core'
import { useState } from 'react'
import type { DetectorInfo } from '../../../src-main/common/contract/detectors.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { NumberInput, useRefusalText } from '../../ui/form/number-input.tsx'
import { ParamForm } from '../../ui/form/param-form.tsx'
import { changedParams, knownParams } from '../../ui/form/params.ts'
import type { Refusal } from '../../ui/form/read-number.ts'
import { useDesign, type DetectorChoice } from './store.ts'
import { useSentences } from '../../ui/sentences.ts'

/** A detector's name and what it does, in the reader's words where the catalogue has them. */
export function useDetectorWords(): (detector: Pick<DetectorInfo, 'id'> & { help?: string }) => {
  name: string
  help: string
} {
  const dynamic = useDynamicT()
  return ({ id, help = '' }) => ({
    name: dynamic(`design.detector.${id}`, 'name', id),
    help: dynamic(`design.detector.${id}`, 'about', help),
  })
}

/** Which detector, with which settings and seed; its form is made from what it says of itself. */
export function DetectorChoiceForm<C extends DetectorChoice>(props: {
  /** For ids of fields. */
  of: string
  detectors: readonly DetectorInfo[]
  choice: C
  /** What stands for "none chosen"; undefined: one must be. */
  usual?: string
  open?: boolean
  onChange(choice: C): void
  onInvalid(invalid: boolean): void
}) {
  const t = useT()
  const words = useDetectorWords()
  const together = useSentences()
  const refusalText = useRefusalText()
  const turn = useDesign((s) => s.turn)
  const { of, detectors, choice } = props
  const [open, setOpen] = useState(props.open ?? false)
  const [bad, setBad] = useState<Record<string, true>>({})
  const [seedRefused, setSeedRefused] = useState<Refusal | null>(null)
  const chosen = detectors.find(({ id }) => id === choice.detector) ?? (props.usual ? null : detectors[0])
  const values = chosen ? knownParams(chosen.params, choice.params[chosen.id] ?? {}) : {}
  const changed = chosen ? Object.keys(changedParams(chosen.params, values)).length : 0
  const mark = (name: string, invalid: boolean) => {
    const { [name]: _gone, ...rest } = bad
    const next = invalid ? { ...rest, [name]: true as const } : rest
    setBad(next)
    props.onInvalid(Object.keys(next).length > 0)
  }
  const selectId = `${of}-detector`
  const seedId = `${of}-seed`
  return (
    <div className="sh-design-detector">
      <div className="sh-design-detector-row">
        <label htmlFor={selectId}>{t('design.build.detector')}</label>
        <HTMLSelect
          id={selectId}
          value={chosen?.id ?? ''}
          data-testid={`${of}-detector`}
          onChange={(event) => {
            setBad({})
            props.onInvalid(false)
            props.onChange({ ...choice, detector: event.currentTarget.value || null })
          }}
        >
          {props.usual && <option value="">{props.usual}</option>}
          {detectors.map((detector) => (
            <option key={detector.id} value={detector.id}>
              {words(detector).name}
            </option>
          ))}
        </HTMLSelect>
        <label htmlFor={seedId} title={t('design.build.seedAbout')}>
          {t('design.build.seed')}
        </label>
        <NumberInput
          id={seedId}
          value={choice.seed}
          limits={{ integer: true, min: 0 }}
          step={1}
          turn={turn}
          refused={seedRefused !== null}
          onValue={(seed) => props.onChange({ ...choice, seed })}
          onRefused={(why) => {
            setSeedRefused(why)
            mark('seed', why !== null)
          }}
        />
      </div>
      <p className="sh-visually-hidden" id={`${seedId}-about`}>
        {t('design.build.seedAbout')}
      </p>
      {seedRefused && (
        <p className="sh-form-refused" role="alert" id={`${seedId}-refused`}>
          {refusalText(seedRefused, { min: 0 })}
        </p>
      )}
      {chosen && (
        <>
          <p className="sh-form-about">
            {together(
              words(chosen).help,
              chosen.overlapping && t('design.detectors.overlapping'),
              ...chosen.needs.map((need) => t(`design.detectors.needs.${need}`)),
            )}
          </p>
          <Button
            size="small"
            variant="minimal"
            icon={open ? 'chevron-down' : 'chevron-right'}
            aria-expanded={open}
            text={
              changed > 0 ? t('design.build.settingsChanged', { count: changed }) : t('design.build.settings')
            }
            data-testid={`${of}-params`}
            onClick={() => setOpen(!open)}
          />
          {open && (
            <ParamForm
              key={chosen.id}
              words={`design.detector.${chosen.id}`}
              params={chosen.params}
              values={values}
              turn={turn}
              onValue={(name, value) =>
                props.onChange({
                  ...choice,
                  detector: chosen.id,
                  params: { ...choice.params, [chosen.id]: { ...values, [name]: value } },
                })
              }
              onInvalid={mark}
            />
          )}
          {open && (
            <p className="sh-form-about">
              {t('design.detectors.source')}: {chosen.source}
            </p>
          )}
        </>
      )}
    </div>
  )
}
