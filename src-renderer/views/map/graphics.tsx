import { Button } from '@blueprintjs/core'
import { useT } from '../../ui/i18n/index.ts'
import { EmptyState, Spinner } from '../../ui/states.tsx'

/** In a stage's place where the computer's graphics cannot be had. */
export function GraphicsMissing({ onRetry }: { onRetry(): void }) {
  const t = useT()
  return (
    <EmptyState
      icon="disable"
      title={t('map.noWebGL.title')}
      action={<Button text={t('common.retry')} onClick={onRetry} data-testid="graphics-retry" />}
    >
      {t('map.noWebGL.text')}
    </EmptyState>
  )
}

/** Over a stage whose graphics were taken away, until it is drawn anew. */
export function GraphicsLost() {
  const t = useT()
  return (
    <div className="sh-stage-wait" data-testid="graphics-lost">
      <Spinner label={t('map.lost')} />
      <p>{t('map.lost')}</p>
    </div>
  )
}
