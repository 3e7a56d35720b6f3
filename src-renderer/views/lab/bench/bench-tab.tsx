import { useState } from 'react'
import type { LabelState } from '../../../../src-main/common/contract/learning.ts'
import { useQuery } from '../../../client/use-query.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { useWhenDone } from '../../../ui/job-line.tsx'
import { Section } from '../../../ui/panel.tsx'
import { EmptyState, ErrorState, Spinner } from '../../../ui/states.tsx'
import { TimeText } from '../../../ui/text.tsx'
import { useLab } from '../store.ts'
import { BenchForm } from './bench-form.tsx'
import { BenchResultView } from './bench-result.tsx'
import './bench.css'

/** Every scorer on the same splits, with controls that keep the comparison honest. */
export function BenchTab({ labels }: { labels: LabelState | undefined }) {
  const t = useT()
  const chosen = useLab((s) => s.benchRunId)
  const put = useLab((s) => s.put)
  const scorers = useQuery('scorers.list', {}, { on: [] })
  const designs = useQuery('designs.list', {}, { on: ['runs', 'facts'] })
  const benches = useQuery('bench.list', {}, { on: ['runs'] })
  const [started, setStarted] = useState<number | null>(null)
  useWhenDone(started, () => put({ benchRunId: null }))
  const runId = chosen ?? benches.data?.[0]?.runId ?? null
  const bench = useQuery('bench.get', runId === null ? null : { runId }, { on: [] })
  const data = bench.data
  return (
    <div className="lab-bench" data-testid="lab-bench">
      <div className="lab-bench-side" tabIndex={0} role="region" aria-label={t('bench.form')}>
        <BenchForm
          labels={labels}
          scorers={scorers}
          designs={designs.data ?? []}
          started={started}
          onStarted={setStarted}
        />
        {benches.data && benches.data.length > 1 && (
          <Section title={t('bench.earlier')} testId="earlier-benches">
            <ul className="lab-earlier">
              {benches.data.map((one) => (
                <li key={one.runId}>
                  <button
                    type="button"
                    aria-pressed={one.runId === runId}
                    onClick={() => put({ benchRunId: one.runId })}
                  >
                    <span>{one.protocolText}</span>
                    <span className="sh-quiet">
                      <TimeText ms={one.at} /> · {t('bench.rows', { count: one.rows })}
                      {one.graphs > 1 && ` · ${t('bench.graphs', { count: one.graphs })}`}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </Section>
        )}
      </div>
      <div className="lab-bench-main" tabIndex={0} role="region" aria-label={t('bench.result')}>
        {benches.error && <ErrorState error={benches.error} onRetry={benches.refetch} />}
        {bench.error && !bench.loading && <ErrorState error={bench.error} onRetry={bench.refetch} />}
        {benches.data?.length === 0 && (
          <EmptyState icon="comparison" title={t('bench.emptyTitle')}>
            {t('bench.emptyText')}
          </EmptyState>
        )}
        {runId !== null && !data && !bench.error && <Spinner />}
        {data && (
          <BenchResultView
            key={data.runId}
            result={data}
            scorers={scorers.data ?? []}
            designs={designs.data ?? []}
          />
        )}
      </div>
    </div>
  )
}
