import { Icon } from '@blueprintjs/core'
import { useEffect } from 'react'
import { create } from 'zustand'
import { useT } from './i18n/index.ts'

export interface Toast {
  id: number
  text: string
  kind: 'done' | 'failed'
}
interface ToastState {
  toasts: Toast[]
  say(text: string, kind?: Toast['kind']): void
  dismiss(id: number): void
}

let nextId = 1
const KEEP_MS = { done: 4000, failed: 12_000 }

export const useToasts = create<ToastState>()((set) => ({
  toasts: [],
  say: (text, kind = 'done') =>
    set((s) => ({ toasts: [...s.toasts, { id: nextId++, text, kind }].slice(-4) })),
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
    const timer = setTimeout(() => dismiss(toast.id), KEEP_MS[toast.kind])
    return () => clearTimeout(timer)
  }, [toast, dismiss])
  return (
    <div className={`sh-toast sh-toast-${toast.kind}`}>
      <Icon icon={toast.kind === 'done' ? 'tick-circle' : 'error'} size={14} />
      <span>{toast.text}</span>
      <button type="button" aria-label={t('common.close')} onClick={() => dismiss(toast.id)}>
        <Icon icon="small-cross" size={14} />
      </button>
    </div>
  )
}
