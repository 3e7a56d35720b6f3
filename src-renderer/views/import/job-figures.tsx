import type { Job } from '../../../src-main/common/contract/jobs.ts'
import type { Progress } from '../../../src-main/common/pace.ts'
import { useJobs } from '../../state/jobs.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatBytes, formatNumber } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { usePhaseText } from '../../ui/phase.ts'

/** What a running job does and how fast: phase and file on the left, amounts and rates on the right. */
export function JobFigures({ job }: { job: Job }) {
  const t = useT()
  const phaseText = usePhaseText()
  const language = usePrefs((s) => s.language)
  const rate = useJobs((s) => s.rates[job.id])
  const { progress } = job
  if (!progress) return null
  const n = (value: number) => formatNumber(Math.round(value), language)
  const perSecond = rate?.perSecond ?? null
  const rows = rate?.rowsPerSecond ?? null
  const doing = [
    phaseText(progress),
    progress.file && t('jobs.fileOf', { number: n(progress.file.number), of: n(progress.file.of) }),
    progress.detail && fileName(progress.detail),
  ]
  const figures = [
    amount(progress, n, (bytes) => formatBytes(bytes, language), t),
    perSecond !== null &&
      t('import.rate', {
        rate:
          progress.unit === 'bytes'
            ? formatBytes(perSecond, language)
            : `${n(perSecond)} ${progress.unit === 'steps' ? '' : t(`common.unit.${progress.unit}`)}`,
      }),
    rows !== null && progress.unit !== 'rows' && t('jobs.rateRows', { rate: n(rows) }),
    job.fraction !== null && `${Math.floor(job.fraction * 100)}%`,
  ]
  return (
    <div className="sh-job-progress sh-quiet" data-testid="job-figures">
      <span>{doing.filter(Boolean).join(' · ')}</span>
      <span className="sh-num">{figures.filter(Boolean).join(' · ')}</span>
    </div>
  )
}

function amount(
  { done, total, unit }: Progress,
  n: (value: number) => string,
  bytes: (value: number) => string,
  t: ReturnType<typeof useT>,
): string | null {
  if (unit === 'steps')
    return total === null || total < 2 ? null : t('jobs.stepOf', { part: n(done), whole: n(total) })
  const format = unit === 'bytes' ? bytes : n
  const of = total === null ? format(done) : t('common.of', { part: format(done), whole: format(total) })
  return unit === 'bytes' ? of : `${of} ${t(`common.unit.${unit}`)}`
}

/** Its last part: the whole path does not fit and is in the list of sources. */
function fileName(detail: string): string {
  return detail.split(/[\\/]/).at(-1) ?? detail
}
