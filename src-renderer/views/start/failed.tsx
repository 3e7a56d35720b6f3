import { Button, Icon } from '@blueprintjs/core'
import type { ErrorShape } from '../../../src-main/common/errors.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'

/** What did not work on the start screen. */
export interface Failure {
  error?: ErrorShape
  /** The whole of it in words, where core was not asked. */
  say?: string
  /** The workspace that should have been opened. */
  opening?: string
  again?: () => void
}

/** What did not work and what to do about it; core's own words, which name the file, stand below. */
export function Failed(props: { failure: Failure; busy: boolean }) {
  const t = useT()
  const dynamic = useDynamicT()
  const { error, say, opening, again } = props.failure
  const name = opening
    ?.split(/[\\/]/)
    .at(-1)
    ?.replace(/\.shoal$/, '')
  const advice = error && dynamic('common.error', error.code, t('common.error.internal'))
  return (
    <div className="sh-start-failed sh-error sh-error-compact" role="alert" data-testid="start-failed">
      <Icon icon="error" size={14} />
      <div>
        {name !== undefined && <p className="sh-empty-title">{t('start.failed.open', { name })}</p>}
        {say !== undefined && <p>{say}</p>}
        {error && (
          <>
            <p>{opening === undefined ? advice : dynamic('start.failed', error.code, advice)}</p>
            <p className="sh-quiet sh-start-detail" lang="en">
              {error.message}
            </p>
          </>
        )}
        {again && !props.busy && (
          <Button size="small" text={t('common.retry')} data-testid="start-again" onClick={again} />
        )}
      </div>
    </div>
  )
}
