import { Button, SegmentedControl } from '@blueprintjs/core'
import { useMemo, useState } from 'react'
import type { RunRow } from '../../../../src-main/common/contract/jobs.ts'
import { api } from '../../../client/api.ts'
import { useQuery } from '../../../client/use-query.ts'
import { useWorkspace } from '../../../state/workspace.ts'
import { useDynamicT, useT } from '../../../ui/i18n/index.ts'
import { EmptyState, ErrorState, Spinner } from '../../../ui/states.tsx'
import { TimeText } from '../../../ui/text.tsx'
import { RunDetail } from './run-detail.tsx'
import { newestOfEach, tookSeconds } from './stats.ts'
import './runs.css'

/** Every run: what was computed, from what, with which settings and model, and what came out. */
export function RunsTab() {
  const t = useT()
  const dynamic = useDynamicT()
  const stale = useWorkspace((s) => s.info?.analysisStale ?? false)
  const runs = useQuery('runs.list', {}, { on: ['runs', 'facts'] })
  const [all, setAll] = useState(false)
  const [chosenId, setChosenId] = useState<number | null>(null)
  const list = runs.data
  const newest = useMemo(() => newestOfEach(list ?? []), [list])
  const rows = useMemo(
    () => (all ? [...(list ?? [])].sort((a, b) => b.id - a.id) : newest),
    [all, list, newest],
  )
  const chosen = rows.find((r) => r.id === chosenId) ?? rows.find((r) => r.kind === 'scores') ?? rows[0]
  const analyze = <AnalyzeButton />

  return (
    <div className="lab-view" data-testid="lab-runs">
      <div className="lab-bar">
        <span className="sh-quiet">{list && t('lab.about', { count: list.length })}</span>
        <span className="lab-bar-gap" />
        <SegmentedControl
          size="small"
          value={all ? 'all' : 'newest'}
          onValueChange={(value) => setAll(value === 'all')}
          options={[
            { value: 'newest', label: t('lab.latestOnly') },
            { value: 'all', label: t('lab.all') },
          ]}
        />
        {list && list.length > 0 && analyze}
      </div>
      {stale && list && list.length > 0 && (
        <p className="lab-stale" role="status">
          {t('lab.stale')}
        </p>
      )}
      {runs.error && <ErrorState error={runs.error} onRetry={runs.refetch} />}
      {!list && !runs.error && <Spinner />}
      {list?.length === 0 && (
        <EmptyState icon="lab-test" title={t('lab.emptyTitle')} action={analyze}>
          {t('lab.emptyText')}
        </EmptyState>
      )}
      {chosen && list && (
        <div className="lab-columns">
          <div className="lab-runs sh-scroll">
            <table className="lab-table">
              <thead>
                <tr>
                  <th scope="col">{t('lab.column.kind')}</th>
                  <th scope="col">{t('lab.column.algorithm')}</th>
                  <th scope="col" className="lab-started">
                    {t('lab.column.started')}
                  </th>
                  <th scope="col" className="sh-num">
                    {t('lab.column.took')}
                  </th>
                  <th scope="col">{t('lab.column.status')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((run) => (
                  <RunLine
                    key={run.id}
                    run={run}
                    kind={dynamic('lab.kind', run.kind, run.kind)}
                    newest={newest.includes(run)}
                    chosen={run.id === chosen.id}
                    onChoose={() => setChosenId(run.id)}
                  />
                ))}
              </tbody>
            </table>
          </div>
          <div className="lab-detail sh-scroll" tabIndex={0} aria-label={t('lab.run', { id: chosen.id })}>
            <RunDetail run={chosen} runs={list} onChoose={(id) => (setAll(true), setChosenId(id))} />
          </div>
        </div>
      )}
    </div>
  )
}

function RunLine(props: { run: RunRow; kind: string; newest: boolean; chosen: boolean; onChoose(): void }) {
  const t = useT()
  const dynamic = useDynamicT()
  const { run } = props
  const took = tookSeconds(run)
  return (
    <tr className={props.chosen ? 'is-chosen' : undefined} data-testid="run-row" onClick={props.onChoose}>
      <th scope="row">
        <button type="button" className="lab-open" aria-pressed={props.chosen} onClick={props.onChoose}>
          {props.kind} <span className="sh-quiet">#{run.id}</span>
        </button>
      </th>
      <td>
        {run.algorithm}
        {run.modelName && run.modelName !== run.algorithm && (
          <span className="sh-quiet"> · {run.modelName}</span>
        )}
      </td>
      <td className="lab-started">
        <TimeText ms={run.startedAt} />
      </td>
      <td className="sh-num">
        {took === null ? '–' : t('lab.seconds', { seconds: took.toFixed(took < 10 ? 1 : 0) })}
      </td>
      <td>
        {dynamic('lab.status', run.status, run.status)}
        {props.newest && <span className="sh-quiet"> · {t('lab.newest')}</span>}
      </td>
    </tr>
  )
}

function AnalyzeButton() {
  const t = useT()
  const [failed, setFailed] = useState<string | null>(null)
  return (
    <>
      <Button
        size="small"
        intent="primary"
        icon="play"
        text={t('lab.analyze')}
        onClick={() => {
          setFailed(null)
          api.call('analysis.start', {}).catch((error: Error) => setFailed(error.message))
        }}
      />
      {failed && (
        <span className="lab-failed" role="alert">
          {failed}
        </span>
      )}
    </>
  )
}
