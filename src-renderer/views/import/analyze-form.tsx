import { Button, FormGroup, NumericInput } from '@blueprintjs/core'
import { useState, type FormEvent } from 'react'
import type { AppInput } from '../../../src-main/common/contract/index.ts'
import { toErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { useT, type MessageKey } from '../../ui/i18n/index.ts'
import { useToasts } from '../../ui/toast.tsx'

/** The recipe's parameters that are worth turning first; defaults are the recipe's own. */
const FIELDS = [
  { key: 'hubCap', initial: 60, min: 2, max: 10_000 },
  { key: 'minShared', initial: 1, min: 1, max: 20 },
  { key: 'decay', initial: 90, min: 0, max: 3650 },
  { key: 'seed', initial: 1, min: 0, max: 1_000_000 },
] as const
type Key = (typeof FIELDS)[number]['key']
type Values = Record<Key, number>

/** The form's numbers as an analysis; a half-life of 0 switches the decay off. */
export function analysisOf(values: Values): AppInput<'analysis.start'> {
  return {
    recipe: {
      entities: { hubCap: values.hubCap, minShared: values.minShared },
      decayHalfLifeDays: values.decay === 0 ? null : values.decay,
    },
    seed: values.seed,
  }
}

export function AnalyzeForm({ disabled }: { disabled: boolean }) {
  const t = useT()
  const stale = useWorkspace((s) => s.info?.analysisStale ?? false)
  const analyzed = useWorkspace((s) => s.info?.runs.graph !== undefined)
  const accounts = useWorkspace((s) => s.info?.counts.accounts ?? 0)
  const say = useToasts((s) => s.say)
  const [values, setValues] = useState<Values>(
    () => Object.fromEntries(FIELDS.map((field) => [field.key, field.initial])) as Values,
  )
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    try {
      await api.call('analysis.start', analysisOf(values))
    } catch (error) {
      say(toErrorShape(error).message, 'failed')
    }
  }
  return (
    <form className="sh-analyze" onSubmit={(event) => void submit(event)}>
      {stale && <p className="sh-warn">{t('import.analyze.stale')}</p>}
      <div className="sh-analyze-fields">
        {FIELDS.map(({ key, min, max }) => (
          <FormGroup
            key={key}
            label={t(`import.analyze.${key}` as MessageKey)}
            helperText={t(`import.analyze.${key}About` as MessageKey)}
            labelFor={`analyze-${key}`}
          >
            <NumericInput
              id={`analyze-${key}`}
              fill
              buttonPosition="none"
              min={min}
              max={max}
              clampValueOnBlur
              minorStepSize={1}
              value={values[key]}
              onValueChange={(value) => {
                if (Number.isInteger(value)) setValues((old) => ({ ...old, [key]: value }))
              }}
            />
          </FormGroup>
        ))}
      </div>
      <Button
        type="submit"
        icon="play"
        disabled={disabled || accounts === 0}
        text={analyzed ? t('import.analyze.again') : t('import.analyze.first')}
        data-testid="analyze-start"
      />
    </form>
  )
}
