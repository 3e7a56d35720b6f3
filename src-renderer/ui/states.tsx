import { Button, Icon, Spinner as BlueprintSpinner, type IconName } from '@blueprintjs/core'
import type { ReactNode } from 'react'
import type { ErrorShape } from '../../src-main/common/errors.ts'
import { useDynamicT, useT } from './i18n/index.ts'

export function EmptyState(props: {
  icon?: IconName
  title: ReactNode
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="sh-empty" role="status">
      {props.icon && <Icon icon={props.icon} size={28} />}
      <p className="sh-empty-title">{props.title}</p>
      {props.children !== undefined && <p className="sh-quiet">{props.children}</p>}
      {props.action}
    </div>
  )
}

/** What went wrong and what to do about it. */
export function ErrorState(props: { error: ErrorShape; onRetry?: () => void; compact?: boolean }) {
  const t = useT()
  const dynamic = useDynamicT()
  return (
    <div className={props.compact ? 'sh-error sh-error-compact' : 'sh-error'} role="alert">
      <Icon icon="error" size={props.compact ? 14 : 22} />
      <div>
        {!props.compact && <p className="sh-empty-title">{t('common.error.title')}</p>}
        <p>{dynamic('common.error', props.error.code, t('common.error.internal'))}</p>
        {/* Core's own words name the file or the setting; they are English. */}
        <p className="sh-quiet" lang="en">
          {props.error.message}
        </p>
        {props.onRetry && (
          <Button size="small" onClick={props.onRetry}>
            {t('common.retry')}
          </Button>
        )}
      </div>
    </div>
  )
}

export function Spinner(props: { size?: number; label?: string }) {
  const t = useT()
  return (
    <div className="sh-spinner" role="status" aria-label={props.label ?? t('common.loading')}>
      <BlueprintSpinner size={props.size ?? 20} />
    </div>
  )
}
