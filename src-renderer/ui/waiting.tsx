import { Button, ProgressBar } from '@blueprintjs/core'
import type { Progress } from '../../src-main/common/pace.ts'
import { useT } from './i18n/index.ts'
import { Spinner } from './states.tsx'

/** An answer that may take seconds is on its way: how far it is, once that is told, and a way to stop it. */
export function Waiting(props: { label: string; progress: Progress | null; onCancel(): void }) {
  const t = useT()
  const { label, progress } = props
  if (!progress) return <Spinner label={label} />
  const share = progress.total ? Math.min(1, progress.done / progress.total) : null
  return (
    <div className="sh-waiting" data-testid="waiting">
      <div>
        <span role="status">{label}</span>
        {share !== null && <span className="sh-quiet sh-num">{Math.floor(share * 100)}%</span>}
        <Button
          size="small"
          text={t('common.cancel')}
          aria-label={t('frame.status.cancelJob', { what: label })}
          data-testid="waiting-cancel"
          onClick={props.onCancel}
        />
      </div>
      <ProgressBar
        {...(share !== null && { value: share })}
        animate={share === null}
        stripes={share === null}
        aria-label={label}
      />
    </div>
  )
}
