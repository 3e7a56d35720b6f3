import { Button, Icon } from '@blueprintjs/core'
import { useEffect } from 'react'
import type { InterruptedImport } from '../../../src-main/common/contract/resume.ts'
import { toErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import { useQuery } from '../../client/use-query.ts'
import { isActive, useJobs } from '../../state/jobs.ts'
import { useLayout } from '../../state/layout.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatInstant, formatNumber, formatZone } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { useToasts } from '../../ui/toast.tsx'

/** The import that waits for being resumed or discarded; null where the newest one has ended. */
function useInterrupted(): InterruptedImport | null {
  const waits = useJobs((s) => {
    const newest = s.jobs.find((job) => job.kind === 'import')
    return newest?.status === 'interrupted' && !s.jobs.some((job) => job.kind === 'discard' && isActive(job))
  })
  const { data } = useQuery('imports.interrupted', waits ? {} : null, { on: ['facts'], reset: true })
  return (waits && data) || null
}

/** How far it came and what can be done: go on without reading again what is stored, or remove it. */
export function InterruptedCard() {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const say = useToasts((s) => s.say)
  const left = useInterrupted()
  if (!left) return null
  const n = (value: number) => formatNumber(value, language)
  const ask = (what: 'imports.resume' | 'imports.discard') =>
    void api.call(what, {}).catch((error: unknown) => say(toErrorShape(error).message, 'failed'))
  const zone = -new Date(left.startedAt).getTimezoneOffset()
  return (
    <section
      className="sh-interrupted"
      aria-label={t('jobs.interrupted.shortNothing')}
      data-testid="interrupted"
      data-stored={left.stored}
    >
      <Icon icon="warning-sign" size={16} />
      <div>
        <p>
          <b>
            {left.files === null
              ? t('jobs.interrupted.titleNothing')
              : t('jobs.interrupted.title', { stored: n(left.stored), files: n(left.files) })}
          </b>
        </p>
        <ul className="sh-interrupted-paths">
          {left.paths.map((path) => (
            <li key={path} title={path}>
              {path}
            </li>
          ))}
        </ul>
        <p className="sh-quiet">
          {t('jobs.interrupted.about', {
            time: `${formatInstant(left.startedAt, zone)} ${formatZone(zone)}`,
          })}
        </p>
        {left.missing.length > 0 && (
          <p className="sh-warn">{t('jobs.interrupted.missing', { paths: left.missing.join(', ') })}</p>
        )}
        <div className="sh-interrupted-actions">
          <Button
            size="small"
            intent="primary"
            icon="play"
            text={t('jobs.interrupted.resume')}
            disabled={left.missing.length > 0}
            data-testid="interrupted-resume"
            onClick={() => ask('imports.resume')}
          />
          <Button
            size="small"
            variant="outlined"
            text={t('jobs.interrupted.discard')}
            data-testid="interrupted-discard"
            onClick={() => ask('imports.discard')}
          />
        </div>
      </div>
    </section>
  )
}

/** The same in the status line, and said once when a workspace opens with it. */
export function InterruptedMark() {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const show = useLayout((s) => s.show)
  const say = useToasts((s) => s.say)
  const left = useInterrupted()
  const job = left?.jobId ?? null
  useEffect(() => {
    if (job !== null) say(t('jobs.interrupted.news'), 'failed')
    // Said once for each import, not again when the language changes.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [job])
  if (!left) return null
  const n = (value: number) => formatNumber(value, language)
  return (
    <button
      type="button"
      className="sh-link sh-status-stale"
      data-testid="interrupted-mark"
      onClick={() => show('import')}
    >
      {left.files === null
        ? t('jobs.interrupted.shortNothing')
        : t('jobs.interrupted.short', { stored: n(left.stored), files: n(left.files) })}
    </button>
  )
}
