import { Icon } from '@blueprintjs/core'
import { useEffect } from 'react'
import { create } from 'zustand'
import { useT } from './i18n/index.ts'
import './toast.css'

export interface Toast {
  id: number
  text: string
  kind: 'done' | 'failed'
  /** One thing that can be done about it: taking it back, above all. */
  action?: ToastAction
}
export interface ToastAction {
  text: string
  run(): void
}
interface ToastState {
  toasts: Toast[]
  /** Returns the toast's id. */
  say(text: string, kind?: Toast['kind'], action?: ToastAction): number
  dismiss(id: number): void
}

let nextId = 1
/** What can still be done about something is offered for longer. */
const KEEP_MS = { done: 4000, action: 9000, failed: 12_000 }

export const useToasts = create<ToastState>()((set) => ({
  toasts: [],
  say(text, kind = 'done', action) {
    const id = nextId++
    set((s) => ({ toasts: [...s.toasts, { id, text, kind, ...(action && { action }) }].slice(-4) }))
    return id
  },
  dismiss: (id) => set((s) => ({ toasts: s.toasts.filter((toast) => toast.id !== id) })),
}))

/** Short words about what has just happened, read out by screen readers. */
export function Toasts() {
  const toasts = useToasts((s) => s.toasts)
  return (
    <div className="sh-toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <OneToast key={toast.id} toast={toast} />
      ))}
    </div>
  )
}

function OneToast({ toast }: { toast: Toast }) {
  const t = useT()
  const dismiss = useToasts((s) => s.dismiss)
  useEffect(() => {
    const timer = setTimeout(() => dismiss(toast.id), KEEP_MS[toast.action ? 'action' : toast.kind])
    return () => clearTimeout(timer)
  }, [toast, dismiss])
  return (
    <div className={`sh-toast sh-toast-${toast.kind}`}>
      <Icon icon={toast.kind === 'done' ? 'tick-circle' : 'error'} size={14} />
      <span>{toast.text}</span>
      {toast.action && (
        <button
          type="button"
          className="sh-toast-action"
          data-testid="toast-action"
          onClick={() => {
            dismiss(toast.id)
            toast.action!.run()
          }}
        >
          {toast.action.text}
        </button>
      )}
      <button type="button" aria-label={t('common.close')} onClick={() => dismiss(toast.id)}>
        <Icon icon="small-cross" size={14} />
      </button>
    </div>
  )
}
