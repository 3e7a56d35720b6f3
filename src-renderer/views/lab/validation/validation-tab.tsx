import { Button, HTMLSelect } from '@blueprintjs/core'
import { useState } from 'react'
import type { LabelState } from '../../../../src-main/common/contract/learning.ts'
import { toErrorShape, type ErrorShape } from '../../../../src-main/common/errors.ts'
import { api } from '../../../client/api.ts'
import { useQuery } from '../../../client/use-query.ts'
import { useJobs } from '../../../state/jobs.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { JobLine, useRunning, useWhenDone } from '../../../ui/job-line.tsx'
import { EmptyState, ErrorState, Spinner } from '../../../ui/states.tsx'
import { NumberField } from '../number-field.tsx'
import { useScorerWords } from '../scorer-words.ts'
import { useCapacity, useLab } from '../store.ts'
import { ReportView } from './report.tsx'
import './validation.css'

/** May a decision lean on these scores? */
export function ValidationTab({ labels }: { labels: LabelState | undefined }) {
  const t = useT()
  const words = useScorerWords()
  const form = useLab((s) => s.validate)
  const capacity = useCapacity(form.capacity)
  const put = useLab((s) => s.put)
  const scorers = useQuery('scorers.list', {}, { on: [] })
  const reportRunId = useLab((s) => s.reportRunId)
  const report = useQuery('lab.report', reportRunId === null ? {} : { runId: reportRunId }, { on: ['runs'] })
  const running = useRunning('validate')
  const [started, setStarted] = useState<number | null>(null)
  const job = useJobs((s) => (started === null ? null : (s.jobs.find(({ id }) => id === started) ?? null)))
  useWhenDone(started, () => put({ reportRunId: null }))
  const [error, setError] = useState<ErrorShape | null>(null)
  const [bad, setBad] = useState<Record<string, true>>({})
  const set = (part: Partial<typeof form>) => put({ validate: { ...form, ...part } })
  const mark = (name: string) => (invalid: boolean) =>
    setBad(({ [name]: _gone, ...rest }) => (invalid ? { ...rest, [name]: true as const } : rest))
  const usable = scorers.data?.filter((one) => one.needsLabels && one.group !== 'control') ?? []
  const scorer = usable.find(({ id }) => id === form.scorer) ?? usable[0]
  const enough = labels?.state === 'few' || labels?.state === 'enough'
  const start = async () => {
    if (!scorer) return
    setError(null)
    try {
      const { id } = await api.call('lab.validate', {
        scorer: scorer.id,
        capacity,
        prior: form.prior === null ? null : form.prior / 100,
        seed: form.seed,
      })
      setStarted(id)
    } catch (failure) {
      setError(toErrorShape(failure))
    }
  }
  return (
    <div className="lab-validation" data-testid="lab-validation">
      <div className="lab-validation-bar">
        <div className="lab-number">
          <label htmlFor="validate-scorer">{t('score.scorer')}</label>
          <HTMLSelect
            id="validate-scorer"
            value={scorer?.id ?? ''}
            disabled={usable.length === 0}
            data-testid="validate-scorer"
            options={usable.map((one) => ({ value: one.id, label: words(one).name }))}
            onChange={(event) => set({ scorer: event.currentTarget.value })}
          />
        </div>
        <NumberField
          id="validate-capacity"
          name={t('bench.field.capacity')}
          about={t('bench.fieldAbout.capacity')}
          value={capacity}
          limits={{ integer: true, min: 1 }}
          step={10}
          onValue={(value) => set({ capacity: value })}
          onInvalid={mark('capacity')}
        />
        <div className="lab-number" title={t('validation.priorAbout')}>
          <label htmlFor="validate-prior-kind">{t('validation.prior')}</label>
          <HTMLSelect
            id="validate-prior-kind"
            value={form.prior === null ? 'estimated' : 'given'}
            data-testid="validate-prior"
            options={[
              { value: 'estimated', label: t('validation.priorEstimated') },
              { value: 'given', label: t('validation.priorGiven') },
            ]}
            onChange={(event) => {
              mark('prior')(false)
              set({ prior: event.currentTarget.value === 'given' ? 5 : null })
            }}
          />
        </div>
        {form.prior !== null && (
          <NumberField
            id="validate-prior"
            name={t('validation.priorShare')}
            about={t('validation.priorAbout')}
            value={form.prior}
            limits={{ min: 0, above: true, max: 99 }}
            step={1}
            unit="%"
            onValue={(prior) => set({ prior })}
            onInvalid={mark('prior')}
          />
        )}
        <Button
          intent="primary"
          icon="play"
          text={t('validation.start')}
          title={t('validation.startAbout')}
          disabled={running !== null || !enough || !scorer || Object.keys(bad).length > 0}
          data-testid="validate-start"
          onClick={() => void start()}
        />
        {labels && !enough && <span className="lab-note">{t('score.needsLabels')}</span>}
      </div>
      {error && <ErrorState error={error} compact />}
      {running ? <JobLine job={running} /> : job && <JobLine job={job} />}
      {scorers.error && <ErrorState error={scorers.error} onRetry={scorers.refetch} compact />}
      <div className="lab-report" tabIndex={0} role="region" aria-label={t('validation.report')}>
        {report.error && !report.loading && <ErrorState error={report.error} onRetry={report.refetch} />}
        {report.data === undefined && !report.error && <Spinner />}
        {report.data === null && (
          <EmptyState icon="endorsed" title={t('validation.emptyTitle')}>
            {t('validation.emptyText')}
          </EmptyState>
        )}
        {reportRunId !== null && (
          <p className="lab-older">
            {t('validation.older', { id: reportRunId })}{' '}
            <button type="button" className="sh-link" onClick={() => put({ reportRunId: null })}>
              {t('validation.newest')}
            </button>
          </p>
        )}
        {report.data && <ReportView key={report.data.runId} report={report.data} />}
      </div>
    </div>
  )
}
