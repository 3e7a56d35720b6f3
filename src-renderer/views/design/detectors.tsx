import { Button, Checkbox } from '@blueprintjs/core'
import { useMemo, useState } from 'react'
import type { DetectorInfo } from '../../../src-main/common/contract/detectors.ts'
import { toErrorShape, type ErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import type { Query } from '../../client/use-query.ts'
import { useQuery } from '../../client/use-query.ts'
import { useJobs } from '../../state/jobs.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { Explained } from '../../ui/explain.tsx'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { EmptyState, ErrorState, Spinner } from '../../ui/states.tsx'
import { Comparison } from './compare.tsx'
import { detectionsOn, type Detection } from './detections.ts'
import { DetectorChoiceForm, useDetectorWords } from './detector-choice.tsx'
import { Letter, MOST_COMPARED, type Design } from './designs.tsx'
import { JobLine, useRunning, useWhenDone } from '../../ui/job-line.tsx'
import type { Say } from './notice.tsx'
import { useParamName } from '../../ui/form/param-form.tsx'
import { changedParams } from '../../ui/form/params.ts'
import { useDesign } from './store.ts'
import { useNumbers } from '../../ui/numbers.ts'

/** Other ways of finding communities in the shown graph, and their results beside each other. */
export function DetectorsTab(props: {
  designs: readonly Design[]
  detectors: Query<DetectorInfo[]>
  say: Say
}) {
  const t = useT()
  const { designs, say } = props
  const shown = designs.find((design) => design.shown)
  const runs = useQuery('runs.list', {}, { on: ['runs'] })
  const jobs = useJobs((s) => s.jobs)
  const chosen = useDesign((s) => s.chosen)
  const put = useDesign((s) => s.put)
  const list = useMemo(
    () => (shown ? detectionsOn(shown.graphRunId, designs, jobs, runs.data ?? []) : []),
    [shown, designs, jobs, runs.data],
  )
  const here = useMemo(
    () => chosen.filter((id) => list.some(({ design }) => design.communitiesRunId === id)),
    [chosen, list],
  )
  if (!shown)
    return (
      <EmptyState icon="layout-circle" title={t('design.detectors.noGraph')}>
        {t('design.detectors.noGraphText')}
      </EmptyState>
    )
  if (props.detectors.error)
    return <ErrorState error={props.detectors.error} onRetry={props.detectors.refetch} />
  if (!props.detectors.data) return <Spinner />
  const toggle = (id: number) => {
    if (here.includes(id)) return put({ chosen: here.filter((other) => other !== id) })
    if (here.length >= MOST_COMPARED) return say(t('design.designs.tooMany'), true)
    put({ chosen: [...here, id] })
  }
  return (
    <div className="sh-design-compare">
      <section className="sh-design-side" aria-label={t('design.detectors.title')} tabIndex={0}>
        <RunForm detectors={props.detectors.data} graphRunId={shown.graphRunId} />
      </section>
      <div className="sh-design-main" tabIndex={0} role="region" aria-label={t('design.detectors.results')}>
        <Results list={list} chosen={here} detectors={props.detectors.data} onToggle={toggle} />
        <Comparison ids={here} designs={designs} />
      </div>
    </div>
  )
}

function RunForm(props: { detectors: DetectorInfo[]; graphRunId: number }) {
  const t = useT()
  const choice = useDesign((s) => s.detect)
  const put = useDesign((s) => s.put)
  const running = useRunning('detect')
  const [started, setStarted] = useState<number | null>(null)
  const job = useJobs((s) => (started === null ? null : (s.jobs.find(({ id }) => id === started) ?? null)))
  const [error, setError] = useState<ErrorShape | null>(null)
  const [invalid, setInvalid] = useState(false)
  const detector = props.detectors.find(({ id }) => id === choice.detector) ?? props.detectors[0]
  useWhenDone(started, (done) => {
    const id = done.result?.['runId']
    const now = useDesign.getState().chosen
    if (typeof id === 'number' && now.length < MOST_COMPARED) put({ chosen: [...now, id] })
  })
  const start = async () => {
    if (!detector) return
    setError(null)
    try {
      const { id } = await api.call('detectors.start', {
        detector: detector.id,
        params: changedParams(detector.params, choice.params[detector.id] ?? {}),
        graphRunId: props.graphRunId,
        seed: choice.seed,
        stability: choice.stability,
      })
      setStarted(id)
    } catch (failure) {
      setError(toErrorShape(failure))
    }
  }
  return (
    <>
      <h3 className="sh-caps">{t('design.detectors.title')}</h3>
      <p className="sh-form-about">{t('design.detectors.about')}</p>
      <DetectorChoiceForm
        of="detect"
        open
        detectors={props.detectors}
        choice={choice}
        onChange={(detect) => put({ detect })}
        onInvalid={setInvalid}
      />
      <Checkbox
        checked={choice.stability}
        onChange={(event) => put({ detect: { ...choice, stability: event.currentTarget.checked } })}
      >
        {t('design.detectors.stability')}
        <span className="sh-form-about sh-design-under">{t('design.detectors.stabilityAbout')}</span>
      </Checkbox>
      {error && <ErrorState error={error} compact />}
      {running ? <JobLine job={running} /> : job && <JobLine job={job} />}
      <div className="sh-design-actions">
        <Button
          intent="primary"
          icon="play"
          text={t('design.detectors.start')}
          disabled={running !== null || invalid}
          data-testid="detect-start"
          onClick={() => void start()}
        />
      </div>
    </>
  )
}

/** A result's settings that are not the detector's defaults, in words. */
function useSettingsWords(detectors: readonly DetectorInfo[]): (design: Design) => string {
  const dynamic = useDynamicT()
  const { d } = useNumbers()
  const paramName = useParamName()
  return ({ detector, params }) => {
    const known = detectors.find(({ id }) => id === detector)?.params ?? []
    return Object.entries(changedParams(known, params))
      .filter(([, value]) => typeof value !== 'object')
      .map(([name, value]) => {
        const words =
          typeof value === 'number'
            ? d(value)
            : dynamic(`design.detector.${detector}.${name}.choice`, String(value), String(value))
        return `${paramName(`design.detector.${detector}`, name)} ${words}`
      })
      .join(', ')
  }
}

function Results(props: {
  list: Detection[]
  chosen: readonly number[]
  detectors: readonly DetectorInfo[]
  onToggle(id: number): void
}) {
  const t = useT()
  const words = useDetectorWords()
  const { n, d, percent } = useNumbers()
  const accounts = useWorkspace((s) => s.info?.counts.accounts ?? 0)
  const settingsOf = useSettingsWords(props.detectors)
  const { list, chosen } = props
  const head = (column: 'members' | 'stability' | 'connected') => (
    <Explained what={t(`design.detectors.columnAbout.${column}`)}>
      {t(`design.detectors.column.${column}`)}
    </Explained>
  )
  return (
    <section className="sh-section">
      <div className="sh-section-head">
        <h3>{t('design.detectors.results')}</h3>
      </div>
      {list.length === 0 ? (
        <p className="sh-quiet">{t('design.detectors.resultsEmpty')}</p>
      ) : (
        <div className="sh-design-scroll">
          <table className="sh-design-table sh-design-detections" data-testid="detections">
            <thead>
              <tr>
                <th scope="col">{t('design.detectors.column.detector')}</th>
                <th scope="col" className="sh-num">
                  {t('design.detectors.column.communities')}
                </th>
                <th scope="col" className="sh-num">
                  {head('members')}
                </th>
                <th scope="col" className="sh-num">
                  {t('design.detectors.column.modularity')}
                </th>
                <th scope="col" className="sh-num">
                  {head('stability')}
                </th>
                <th scope="col">{head('connected')}</th>
                <th scope="col" className="sh-num">
                  {t('design.detectors.column.seconds')}
                </th>
              </tr>
            </thead>
            <tbody>
              {list.map((one) => {
                const id = one.design.communitiesRunId
                const at = chosen.indexOf(id)
                const name = words({ id: one.design.detector }).name
                const params = settingsOf(one.design)
                return (
                  <tr key={id} className={at >= 0 ? 'is-chosen' : undefined} data-testid="detection-row">
                    <th scope="row">
                      <Checkbox
                        checked={at >= 0}
                        aria-label={t('design.designs.choose', {
                          name: `${name}, ${t('design.designs.run', { id })}`,
                        })}
                        onChange={() => props.onToggle(id)}
                      >
                        {at >= 0 && <Letter index={at} />}
                        {name}
                        {one.design.shown && (
                          <span className="sh-tag sh-design-shown">{t('design.designs.shown')}</span>
                        )}
                        <span className="sh-quiet sh-design-under">
                          {t('design.designs.run', { id })}
                          {one.design.seed !== null &&
                            ` · ${t('design.designs.seed', { n: one.design.seed })}`}
                          {params && ` · ${params}`}
                        </span>
                      </Checkbox>
                    </th>
                    <td className="sh-num">{n(one.design.communities)}</td>
                    <td className="sh-num">
                      {one.members === null || accounts === 0 ? '–' : `${percent(one.members / accounts)}%`}
                    </td>
                    <td className="sh-num">
                      {one.modularity !== null && one.design.communities > 0 ? (
                        one.modularity.toFixed(3)
                      ) : (
                        <span className="sh-quiet">
                          {one.overlapping ? t('design.detectors.noModularity') : '–'}
                        </span>
                      )}
                    </td>
                    <td className="sh-num">
                      {one.stability === null ? (
                        <span className="sh-quiet">{t('design.detectors.notMeasured')}</span>
                      ) : (
                        one.stability.toFixed(2)
                      )}
                    </td>
                    <td>
                      {one.allConnected === null ? '–' : one.allConnected ? t('form.yes') : t('form.no')}
                    </td>
                    <td className="sh-num">
                      {one.seconds === null
                        ? '–'
                        : t('design.compare.seconds', { n: d(one.seconds, one.seconds < 10 ? 2 : 0) })}
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}
