import { useEffect } from 'react'
import { api } from '../client/api.ts'
import { useDynamicT, useT, type T } from '../ui/i18n/index.ts'
import { usePrefs } from '../state/prefs.ts'
import { useToasts } from '../ui/toast.tsx'
import { openChanges } from '../views/import/changes/state.ts'

/** Where an import brought a later export of something, what it changed can be seen. */
async function offerChanges(
  job: number,
  t: T,
  say: ReturnType<typeof useToasts.getState>['say'],
): Promise<void> {
  try {
    const imports = await api.call('changes.imports', {})
    if (imports.some((one) => one.job === job && one.earlier !== null))
      say(t('changes.offer'), 'done', { text: t('changes.open'), run: () => openChanges(job) })
  } catch {
    // Nothing to offer: the import itself is done and said to be.
  }
}

/** Says when a job ends, and what core complains about. Renders nothing. */
export function JobNews() {
  const t = useT()
  const dynamic = useDynamicT()
  const language = usePrefs((s) => s.language)
  const say = useToasts((s) => s.say)
  useEffect(() => {
    const off = [
      api.on('jobs.changed', (job) => {
        if (job.status === 'done') {
          if (job.kind === 'check' && job.result?.['ok'] !== true) say(t('jobs.check.badNews'), 'failed')
          else if (job.kind === 'retry' && job.result?.['sourceId'] === null)
            say(t('problems.retry.none'), 'failed')
          else say(t(job.kind === 'check' ? 'jobs.check.whole' : `frame.jobDone.${job.kind}`))
          if (job.kind === 'import') void offerChanges(job.id, t, say)
        }
        if (job.status === 'failed') {
          say(
            t('frame.jobDone.failed', {
              what: t(`frame.job.${job.kind}`),
              // Core's own words name the file; they are English.
              message:
                language === 'en'
                  ? (job.error?.message ?? '')
                  : dynamic('common.error', job.error?.code ?? '', job.error?.message ?? ''),
            }),
            'failed',
          )
        }
      }),
      api.on('core.problem', (problem) => say(problem.message, 'failed')),
    ]
    return () => off.forEach((stop) => stop())
  }, [t, dynamic, language, say])
  return null
}
