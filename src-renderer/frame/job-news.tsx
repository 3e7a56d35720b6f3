import { useEffect } from 'react'
import { api } from '../client/api.ts'
import { useT } from '../ui/i18n/index.ts'
import { useToasts } from '../ui/toast.tsx'

/** Says when a job ends, and what core complains about. Renders nothing. */
export function JobNews() {
  const t = useT()
  const say = useToasts((s) => s.say)
  useEffect(() => {
    const off = [
      api.on('jobs.changed', (job) => {
        if (job.status === 'done') say(t(`frame.jobDone.${job.kind}`))
        if (job.status === 'failed') {
          say(
            t('frame.jobDone.failed', {
              what: t(`frame.job.${job.kind}`),
              message: job.error?.message ?? '',
            }),
            'failed',
          )
        }
      }),
      api.on('core.problem', (problem) => say(problem.message, 'failed')),
    ]
    return () => off.forEach((stop) => stop())
  }, [t, say])
  return null
}
