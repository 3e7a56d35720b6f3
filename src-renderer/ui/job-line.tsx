import { Button, ProgressBar } from '@blueprintjs/core'
import { useEffect, useRef } from 'react'
import type { Job } from '../../src-main/common/contract/jobs.ts'
import { api } from '../client/api.ts'
import { isActive, useJobs } from '../state/jobs.ts'
import { formatDuration } from './format.ts'
import { useT } from './i18n/index.ts'
import { usePhaseText } from './phase.ts'
import { ErrorState } from './states.tsx'

/** The running job of a kind, if there is one. */
export function useRunning(kind: Job['kind']): Job | null {
  return useJobs((s) => s.jobs.find((job) => job.kind === kind && isActive(job)) ?? null)
}

/** Calls back once when a job that was started here has ended well. */
export function useWhenDone(id: number | null, then: (job: Job) => void): void {
  const job = useJobs((s) => (id === null ? undefined : s.jobs.find((other) => other.id === id)))
  const told = useRef<number | null>(null)
  const call = useRef(then)
  call.current = then
  useEffect(() => {
    if (job?.status !== 'done' || told.current === job.id) return
    told.current = job.id
    call.current(job)
  }, [job])
}

/** How far a job is, with a way to stop it; what went wrong when it has failed. */
export function JobLine({ job }: { job: Job }) {
  const t = useT()
  const phaseText = usePhaseText()
  const name = t(`frame.job.${job.kind}`)
  if (job.status === 'failed' && job.error) return <ErrorState error={job.error} compact />
  if (!isActive(job)) return null
  const percent = job.fraction === null ? null : Math.floor(job.fraction * 100)
  return (
    <div className="sh-form-job" data-testid="job-line" data-kind={job.kind}>
      <div>
        <span>{job.progress ? phaseText(job.progress) : t('form.job.waiting')}</span>
        <span className="sh-quiet sh-num">
          {percent !== null && `${percent}%`}
          {job.secondsLeft !== null && ` · ${t('form.job.left', { time: formatDuration(job.secondsLeft) })}`}
        </span>
        <Button
          size="small"
          text={t('common.cancel')}
          aria-label={t('frame.status.cancelJob', { what: name })}
          data-testid="job-line-cancel"
          onClick={() => void api.call('jobs.cancel', { id: job.id })}
        />
      </div>
      <ProgressBar
        {...(job.fraction !== null && { value: job.fraction })}
        animate={job.fraction === null}
        stripes={job.fraction === null}
        aria-label={name}
      />
    </div>
  )
}
