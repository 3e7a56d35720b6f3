import { Button, Checkbox, FormGroup, HTMLSelect, NumericInput } from '@blueprintjs/core'
import { useState, type FormEvent } from 'react'
import { toErrorShape } from '../../../src-main/common/errors.ts'
import { DEFAULT_RECIPE } from '../../../src-main/common/recipe.ts'
import { api } from '../../client/api.ts'
import { useQuery } from '../../client/use-query.ts'
import { useLayout } from '../../state/layout.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { useT } from '../../ui/i18n/index.ts'
import { useToasts } from '../../ui/toast.tsx'

/** The design that is shown now, and the default one; anything else is the id of a saved recipe. */
const SHOWN = 'shown'
const DEFAULT = 'default'

/** Starts an analysis: with which design, which seed, and whether the map goes on from the earlier one. */
export function AnalyzeForm({ disabled }: { disabled: boolean }) {
  const t = useT()
  const stale = useWorkspace((s) => s.info?.analysisStale ?? false)
  const analyzed = useWorkspace((s) => s.info?.runs.graph !== undefined)
  const accounts = useWorkspace((s) => s.info?.counts.accounts ?? 0)
  const say = useToasts((s) => s.say)
  const show = useLayout((s) => s.show)
  const saved = useQuery('recipes.list', {}, { on: ['recipes'] })
  const designs = useQuery('designs.list', {}, { on: ['runs'] })
  const [choice, setChoice] = useState<string>(SHOWN)
  const [seed, setSeed] = useState(1)
  const [freshLayout, setFreshLayout] = useState(false)
  const shown = designs.data?.find((design) => design.shown)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const recipe =
      choice === SHOWN
        ? undefined
        : choice === DEFAULT
          ? DEFAULT_RECIPE
          : saved.data?.find((entry) => String(entry.id) === choice)?.recipe
    try {
      await api.call('analysis.start', { ...(recipe && { recipe }), seed, freshLayout })
    } catch (error) {
      say(toErrorShape(error).message, 'failed')
    }
  }
  return (
    <form className="sh-analyze" onSubmit={(event) => void submit(event)}>
      {stale && analyzed && <p className="sh-warn">{t('import.analyze.stale')}</p>}
      <div className="sh-analyze-fields">
        <FormGroup
          label={t('import.analyze.recipe')}
          helperText={t('import.analyze.recipeAbout')}
          labelFor="analyze-recipe"
        >
          <HTMLSelect
            id="analyze-recipe"
            fill
            value={choice}
            onChange={(event) => setChoice(event.currentTarget.value)}
          >
            {shown && (
              <option value={SHOWN}>{t('import.analyze.recipeShown', { name: shown.recipe.name })}</option>
            )}
            {/* Before anything is shown, what is shown next is the default. */}
            <option value={shown ? DEFAULT : SHOWN}>{t('import.analyze.recipeDefault')}</option>
            {saved.data?.map((entry) => (
              <option key={entry.id} value={entry.id}>
                {entry.name} · {entry.revision}
              </option>
            ))}
          </HTMLSelect>
        </FormGroup>
        <FormGroup
          label={t('import.analyze.seed')}
          helperText={t('import.analyze.seedAbout')}
          labelFor="analyze-seed"
        >
          <NumericInput
            id="analyze-seed"
            fill
            buttonPosition="none"
            min={0}
            max={1_000_000}
            clampValueOnBlur
            minorStepSize={1}
            value={seed}
            onValueChange={(value) => {
              if (Number.isInteger(value)) setSeed(value)
            }}
          />
        </FormGroup>
      </div>
      {analyzed && (
        <FormGroup helperText={t('import.analyze.freshAbout')}>
          <Checkbox
            label={t('import.analyze.fresh')}
            checked={freshLayout}
            onChange={(event) => setFreshLayout(event.currentTarget.checked)}
          />
        </FormGroup>
      )}
      <div className="sh-analyze-actions">
        <Button
          type="submit"
          icon="play"
          disabled={disabled || accounts === 0}
          text={analyzed ? t('import.analyze.again') : t('import.analyze.first')}
          data-testid="analyze-start"
        />
        <Button
          variant="minimal"
          icon="data-lineage"
          text={t('import.analyze.edit')}
          onClick={() => show('design')}
        />
      </div>
    </form>
  )
}
