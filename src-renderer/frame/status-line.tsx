import { Icon, ProgressBar } from '@blueprintjs/core'
import { memo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Job } from '../../src-main/common/contract/jobs.ts'
import type { WorkspaceInfo } from '../../src-main/common/contract/workspace.ts'
import { api } from '../client/api.ts'
import { isActive, useJobs } from '../state/jobs.ts'
import { useLayout } from '../state/layout.ts'
import { usePrefs } from '../state/prefs.ts'
import { useSession } from '../state/session.ts'
import { useWorkspace } from '../state/workspace.ts'
import { Hint } from '../ui/explain.tsx'
import { formatCompact, formatDuration, formatNumber } from '../ui/format.ts'
import { useT } from '../ui/i18n/index.ts'
import { usePhaseText } from '../ui/phase.ts'
import { InterruptedMark } from '../views/import/interrupted.tsx'
import { HiddenMark } from '../views/present/parts.tsx'

export function StatusLine() {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const info = useWorkspace((s) => s.info)
  const hidden = usePrefs((s) => s.hideNames)
  const jobs = useJobs((s) => s.jobs)
  const running = jobs.filter(isActive)
  if (!info) return null
  const big = (n: number) => (n < 100_000 ? formatNumber(n, language) : formatCompact(n, language))
  const { counts } = info
  const parts = [
    t('frame.status.accounts', { n: formatNumber(counts.accounts, language) }),
    ...(counts.relations > 0 ? [t('frame.status.relations', { n: big(counts.relations) })] : []),
    ...(counts.links > 0 ? [t('frame.status.links', { n: big(counts.links) })] : []),
    ...(counts.events > 0 ? [t('frame.status.events', { n: big(counts.events) })] : []),
    ...(counts.reports > 0 ? [t('frame.status.reports', { n: big(counts.reports) })] : []),
  ]
  return (
    <footer className="sh-status" aria-label={t('frame.status.label')}>
      <span className="sh-status-name" title={hidden ? undefined : info.path}>
        {info.name}
      </span>
      <span data-testid="status-counts">{parts.join(' · ')}</span>
      {info.analysisStale && running.length === 0 && (
        <span className="sh-status-stale">
          {t(info.runs.graph === undefined ? 'frame.status.notAnalyzed' : 'frame.status.stale')}
          {' · '}
          <button type="button" className="sh-link" onClick={() => void api.call('analysis.start', {})}>
            {t(info.runs.graph === undefined ? 'import.analyze.first' : 'frame.status.analyze')}
          </button>
        </span>
      )}
      <span className="sh-status-gap" />
      <HiddenMark />
      <InterruptedMark />
      {running.map((job) => (
        <RunningJob key={job.id} job={job} />
      ))}
      <Provider provider={info.provider} />
      <Saving ok={info.journal.ok} steps={info.journal.seq} />
    </footer>
  )
}

const Provider = memo(function Provider({ provider }: { provider: WorkspaceInfo['provider'] }) {
  const t = useT()
  return (
    <Hint text={t('frame.status.providerAbout')}>
      <span>
        {provider
          ? t('frame.status.provider', { provider: provider.toUpperCase() })
          : t('frame.status.noProvider')}
      </span>
    </Hint>
  )
})

/** Whether all is saved. It changes with every move of the map and is drawn by itself. */
const Saving = memo(function Saving({ ok, steps }: { ok: boolean; steps: number }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const show = useLayout((s) => s.show)
  const { saved, trouble } = useSession(useShallow(({ saved, trouble }) => ({ saved, trouble })))
  return (
    <>
      {trouble !== null && (
        <span className="sh-bad" role="status">
          {t('frame.status.unsaved', { reason: trouble })}
        </span>
      )}
      <Hint
        text={`${t(saved ? 'frame.status.saved' : 'frame.status.saving')} ${ok ? t('frame.status.journalOk') : t('frame.status.journalBad')} ${t('session.history.open')}`}
      >
        <button
          type="button"
          className={ok ? 'sh-link' : 'sh-link sh-bad'}
          data-testid="journal"
          data-saved={saved}
          onClick={() => show('history')}
        >
          {t('frame.status.journal', { n: formatNumber(steps, language) })}{' '}
          <Icon icon={!ok ? 'error' : saved ? 'tick' : 'refresh'} size={11} />
        </button>
      </Hint>
    </>
  )
})

function RunningJob({ job }: { job: Job }) {
  const t = useT()
  const phaseText = usePhaseText()
  const show = useLayout((s) => s.show)
  const name = t(`frame.job.${job.kind}`)
  const percent = job.fraction === null ? null : Math.floor(job.fraction * 100)
  return (
    <span className="sh-status-job" data-testid="status-job">
      <button type="button" className="sh-link" onClick={() => show('import')}>
        {job.progress ? phaseText(job.progress) : name}
        {percent !== null && ` ${percent}%`}
      </button>
      <ProgressBar
        {...(job.fraction !== null && { value: job.fraction })}
        animate={job.fraction === null}
        stripes={job.fraction === null}
        aria-label={name}
      />
      {job.secondsLeft !== null && (
        <span>{t('frame.status.left', { time: formatDuration(job.secondsLeft) })}</span>
      )}
      <button
        type="button"
        className="sh-link"
        aria-label={t('frame.status.cancelJob', { what: name })}
        onClick={() => void api.call('jobs.cancel', { id: job.id })}
      >
        {t('common.cancel')}
      </button>
    </span>
  )
}
