import { Button, Icon } from '@blueprintjs/core'
import { useCallback, useEffect, useState } from 'react'
import { useT } from '../../ui/i18n/index.ts'

const SHOWN_MS = 9000

interface Said {
  text: string
  failed: boolean
  /** Takes it back. */
  undo?: (() => void) | undefined
}
export type Say = (text: string, failed?: boolean, undo?: () => void) => void

/** What was just done in this view, for a while, with a way back where there is one. */
export function useNotice(): { said: Said | null; say: Say; dismiss(): void } {
  const [said, setSaid] = useState<Said | null>(null)
  const say = useCallback<Say>((text, failed = false, undo) => setSaid({ text, failed, undo }), [])
  const dismiss = useCallback(() => setSaid(null), [])
  return { said, say, dismiss }
}

export function Notice({ said, dismiss }: { said: Said | null; dismiss(): void }) {
  const t = useT()
  useEffect(() => {
    if (!said) return
    const timer = setTimeout(dismiss, SHOWN_MS)
    return () => clearTimeout(timer)
  }, [said, dismiss])
  return (
    <div className="sh-design-notice" role="status" aria-live="polite">
      {said && (
        <div className={said.failed ? 'is-error' : undefined} data-testid="design-notice">
          <Icon icon={said.failed ? 'error' : 'tick'} size={14} />
          <span>{said.text}</span>
          {said.undo && (
            <Button
              size="small"
              variant="minimal"
              text={t('design.list.undo')}
              data-testid="notice-undo"
              onClick={() => {
                dismiss()
                said.undo?.()
              }}
            />
          )}
          <Button
            size="small"
            variant="minimal"
            icon="small-cross"
            aria-label={t('common.close')}
            onClick={dismiss}
          />
        </div>
      )}
    </div>
  )
}
