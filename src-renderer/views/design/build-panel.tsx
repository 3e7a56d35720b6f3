import { Button } from '@blueprintjs/core'
import { useState } from 'react'
import type { DetectorInfo } from '../../../src-main/common/contract/detectors.ts'
import { toErrorShape, type ErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import { useJobs } from '../../state/jobs.ts'
import { useT } from '../../ui/i18n/index.ts'
import { ErrorState } from '../../ui/states.tsx'
import { sameDesign } from './draft.ts'
import { DetectorChoiceForm } from './detector-choice.tsx'
import type { Design } from './designs.tsx'
import { JobLine, useRunning, useWhenDone } from '../../ui/job-line.tsx'
import { changedParams } from '../../ui/form/params.ts'
import { useDesign } from './store.ts'
import { useSentences } from '../../ui/sentences.ts'

/** Builds the draft with a detector of choice, for comparing; the run is followed here. */
export function BuildPanel(props: { detectors: readonly DetectorInfo[]; designs: readonly Design[] }) {
  const t = useT()
  const { detectors, designs } = props
  const together = useSentences()
  const draft = useDesign((s) => s.draft)
  const choice = useDesign((s) => s.build)
  const invalidFields = useDesign((s) => Object.keys(s.invalid).length)
  const put = useDesign((s) => s.put)
  const [paramsInvalid, setParamsInvalid] = useState(false)
  const [started, setStarted] = useState<number | null>(null)
  const [error, setError] = useState<ErrorShape | null>(null)
  const [made, setMade] = useState<number | null>(null)
  const job = useJobs((s) => (started === null ? null : (s.jobs.find(({ id }) => id === started) ?? null)))
  const running = useRunning('design')
  const shown = designs.find((design) => design.shown)
  const built = designs.find((design) => sameDesign(design.recipe, draft))
  useWhenDone(started, (done) => {
    const id = done.result?.['communitiesRunId']
    if (typeof id === 'number') setMade(id)
  })
  const chosen = detectors.find(({ id }) => id === choice.detector)
  const start = async () => {
    setError(null)
    setMade(null)
    try {
      const { id } = await api.call('recipes.build', {
        recipe: draft,
        seed: choice.seed,
        ...(chosen && {
          detector: chosen.id,
          params: changedParams(chosen.params, choice.params[chosen.id] ?? {}),
        }),
      })
      setStarted(id)
    } catch (failure) {
      setError(toErrorShape(failure))
    }
  }
  const compare = (id: number) => {
    const ids = shown && shown.communitiesRunId !== id ? [shown.communitiesRunId, id] : [id]
    put({ tab: 'compare', chosen: ids })
  }
  const target = made ?? built?.communitiesRunId ?? null
  return (
    <section className="sh-design-build" aria-label={t('design.build.title')} data-testid="build-panel">
      <DetectorChoiceForm
        of="build"
        detectors={detectors}
        choice={choice}
        usual={t('design.build.usual')}
        onChange={(build) => put({ build })}
        onInvalid={setParamsInvalid}
      />
      {error && <ErrorState error={error} compact />}
      {running ? <JobLine job={running} /> : job && <JobLine job={job} />}
      <div className="sh-design-actions">
        <Button
          intent="primary"
          icon="build"
          text={built ? t('design.build.again') : t('design.build.start')}
          disabled={running !== null || invalidFields > 0 || paramsInvalid}
          title={invalidFields > 0 ? t('design.draft.fixFirst', { count: invalidFields }) : undefined}
          data-testid="design-build"
          onClick={() => void start()}
        />
        {target !== null && !running && (
          <Button
            variant="minimal"
            size="small"
            icon="comparison"
            text={
              shown && shown.communitiesRunId !== target
                ? t('design.build.toCompare')
                : t('design.build.toCompareAlone')
            }
            data-testid="to-compare"
            onClick={() => compare(target)}
          />
        )}
      </div>
      <p className="sh-form-about">
        {together(
          built && made === null && !running && t('design.build.alreadyBuilt'),
          t('design.build.about'),
        )}
      </p>
    </section>
  )
}
