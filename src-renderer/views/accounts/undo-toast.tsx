import { Button, Icon } from '@blueprintjs/core'
import { useCallback, useEffect, useState } from 'react'
import { toErrorShape, type ErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import { useT } from '../../ui/i18n/index.ts'
import './undo-toast.css'

const SHOWN_MS = 8000

export interface Done {
  text: string
  /** False for what cannot be taken back. */
  undoable: boolean
  error?: ErrorShape
}

/** Does something and says so, with a way back for a while; failures are said in the same place. */
export function useDone(): {
  done: Done | null
  act(work: () => Promise<unknown>, text: string, undoable?: boolean): Promise<boolean>
  say(text: string): void
  dismiss(): void
} {
  const [done, setDone] = useState<Done | null>(null)
  const dismiss = useCallback(() => setDone(null), [])
  const say = useCallback((text: string) => setDone({ text, undoable: false }), [])
  const act = useCallback(async (work: () => Promise<unknown>, text: string, undoable = true) => {
    try {
      await work()
      setDone({ text, undoable })
      return true
    } catch (error) {
      const shape = toErrorShape(error)
      if (shape.code !== 'cancelled') setDone({ text: shape.message, undoable: false, error: shape })
      return false
    }
  }, [])
  return { done, act, say, dismiss }
}

/** The line that says what was just done, at the foot of its view. */
export function UndoToast(props: { done: Done | null; dismiss(): void }) {
  const t = useT()
  const { done, dismiss } = props
  const [undone, setUndone] = useState(false)
  useEffect(() => {
    setUndone(false)
    if (!done) return
    const timer = setTimeout(dismiss, SHOWN_MS)
    return () => clearTimeout(timer)
  }, [done, dismiss])
  const undo = () => {
    api.call('undo.back', {}).then(
      () => setUndone(true),
      () => dismiss(),
    )
  }
  return (
    <div className="undo-slot" role="status" aria-live="polite">
      {done && (
        <div className={`undo-toast${done.error ? ' is-error' : ''}`} data-testid="undo-toast">
          <Icon icon={done.error ? 'error' : 'tick'} size={14} />
          <span>{undone ? t('accounts.undone') : done.text}</span>
          {done.undoable && !undone && (
            <Button size="small" variant="minimal" text={t('accounts.undo')} onClick={undo} />
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
