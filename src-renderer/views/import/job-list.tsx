import { Button, Icon, ProgressBar, type IconName } from '@blueprintjs/core'
import { useState } from 'react'
import type { CheckReport } from '../../../src-main/common/contract/check.ts'
import type { IdentityReport } from '../../../src-main/common/contract/compute.ts'
import type { Job, JobStatus } from '../../../src-main/common/contract/jobs.ts'
import { api } from '../../client/api.ts'
import { isActive, useJobs } from '../../state/jobs.ts'
import { usePrefs } from '../../state/prefs.ts'
import { IdentityResult } from '../../ui/comparable.tsx'
import { formatDuration, formatInstant, formatNumber } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { ErrorState } from '../../ui/states.tsx'
import { openChanges } from './changes/state.ts'
import { useComparable } from './changes/use-comparable.ts'
import { CheckResult } from './check-result.tsx'
import { JobFigures } from './job-figures.tsx'
import './jobs.css'

const FIRST = 5
const MOST = 60
const ICONS: Record<JobStatus, IconName> = {
  queued: 'time',
  running: 'refresh',
  done: 'tick-circle',
  failed: 'error',
  cancelled: 'disable',
  interrupted: 'warning-sign',
}

export function JobList() {
  const t = useT()
  const jobs = useJobs((s) => s.jobs)
  const comparable = useComparable()
  const [all, setAll] = useState(false)
  const language = usePrefs((s) => s.language)
  if (jobs.length === 0) return <p className="sh-quiet">{t('import.noJobs')}</p>
  const shown = all ? jobs.slice(0, MOST) : firstJobs(jobs)
  const more = Math.min(jobs.length, MOST) - shown.length
  return (
    <>
      <ul className="sh-jobs">
        {shown.map((job) => (
          <JobItem
            key={job.id}
            job={job}
            changed={job.status === 'done' && comparable.some((one) => one.job === job.id)}
          />
        ))}
      </ul>
      {(more > 0 || all) && (
        <Button
          size="small"
          variant="minimal"
          text={all ? t('import.fewerJobs') : t('import.moreJobs', { n: formatNumber(more, language) })}
          data-testid="jobs-more"
          onClick={() => setAll(!all)}
        />
      )}
    </>
  )
}

/** The newest few, and with them what runs and the newest import, whatever was done since: what it brought is asked for here. */
export function firstJobs(jobs: readonly Job[]): Job[] {
  const newest = jobs.find(({ kind }) => kind === 'import')
  return jobs.filter((job, i) => i < FIRST || isActive(job) || job === newest)
}

/** `changed`: it brought a later export of something, so that one can ask what it changed. */
function JobItem({ job, changed }: { job: Job; changed: boolean }) {
  const t = useT()
  const dynamic = useDynamicT()
  const language = usePrefs((s) => s.language)
  const [cancelling, setCancelling] = useState(false)
  const name = t(`frame.job.${job.kind}`)
  const active = isActive(job)
  const n = (value: number) => formatNumber(Math.round(value), language)
  const seconds =
    job.startedAt !== null && job.finishedAt !== null ? (job.finishedAt - job.startedAt) / 1000 : null
  const local = (ms: number) => formatInstant(ms, -new Date(ms).getTimezoneOffset())
  return (
    <li
      className={`sh-job is-${job.status}`}
      data-testid="job-row"
      data-status={job.status}
      data-kind={job.kind}
    >
      <div className="sh-job-head">
        <Icon icon={ICONS[job.status]} size={14} />
        <b>{name}</b>
        <span className="sh-quiet">{t(`import.status.${job.status}`)}</span>
        <span className="sh-job-when sh-quiet">
          {active
            ? job.secondsLeft !== null && t('frame.status.left', { time: formatDuration(job.secondsLeft) })
            : `${local(job.createdAt)}${seconds === null ? '' : ` · ${formatDuration(seconds)}`}`}
        </span>
        {changed && (
          <Button
            size="small"
            icon="changes"
            text={t('changes.open')}
            title={t('changes.openAbout')}
            data-testid="job-changes"
            onClick={() => openChanges(job.id)}
          />
        )}
        {active && (
          <Button
            size="small"
            text={cancelling ? t('jobs.cancelling') : t('common.cancel')}
            aria-label={t('frame.status.cancelJob', { what: name })}
            aria-disabled={cancelling}
            data-testid="job-cancel"
            onClick={() => {
              setCancelling(true)
              void api.call('jobs.cancel', { id: job.id })
            }}
          />
        )}
      </div>
      {active && (
        <>
          <ProgressBar
            {...(job.fraction !== null && { value: job.fraction })}
            animate={job.fraction === null}
            stripes={job.fraction === null}
            aria-label={name}
          />
          <JobFigures job={job} />
        </>
      )}
      {job.kind === 'check' && job.status === 'done' && job.result && (
        <CheckResult report={job.result as unknown as CheckReport} />
      )}
      {job.kind !== 'check' && job.status === 'done' && job.result && (
        <p className="sh-job-result sh-quiet">
          {Object.entries(job.result)
            .filter(([key, value]) => typeof value === 'number' && RESULTS.has(key))
            .map(([key, value]) => `${dynamic('import.result', key)} ${n(value as number)}`)
            .join(' · ')}
        </p>
      )}
      {job.kind === 'import' && job.status === 'done' && hasIdentity(job.result) && (
        <IdentityResult report={job.result.identity} />
      )}
      {job.status === 'interrupted' && (
        <p className="sh-quiet">{t(job.kind === 'import' ? 'jobs.interrupted.old' : 'import.interrupted')}</p>
      )}
      {job.status === 'failed' && job.error && <ErrorState error={job.error} compact />}
    </li>
  )
}

/** Imports of earlier versions say nothing of rules. */
function hasIdentity(result: unknown): result is { identity: IdentityReport } {
  return typeof result === 'object' && (result as { identity?: unknown } | null)?.identity != null
}

/** Figures of a result that a person wants to read; the rest is for programs. */
const RESULTS = new Set([
  'rowsIn',
  'rowsStored',
  'problems',
  'accounts',
  'edges',
  'communities',
  'scored',
  'anomalies',
  'reports',
  'files',
])
