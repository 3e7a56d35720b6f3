import type { EventRow } from '../../../src-main/common/contract/accounts.ts'
import { isLogin } from '../../../src-main/common/outcomes.ts'
import { useT } from '../../ui/i18n/index.ts'
import { useNumbers } from '../../ui/numbers.ts'
import { isFailure } from './login-strip.ts'
import './pages.css'

const SHOWN = 6

export interface ContextCount {
  context: string
  country: string
  ok: number
  failed: number
}

/** Logins by context and country, most first. */
export function countContexts(events: readonly EventRow[]): ContextCount[] {
  const found = new Map<string, ContextCount>()
  for (const event of events) {
    if (!isLogin(event.kind)) continue
    const context = event.context ?? ''
    const country = event.country ?? ''
    const key = `${context}\n${country}`
    const count = found.get(key) ?? { context, country, ok: 0, failed: 0 }
    if (isFailure(event)) count.failed++
    else count.ok++
    found.set(key, count)
  }
  return [...found.values()].sort(
    (a, b) => b.ok + b.failed - a.ok - a.failed || a.context.localeCompare(b.context),
  )
}

/** From where an account logs in, and where it fails to. */
export function LoginContexts({ events }: { events: readonly EventRow[] }) {
  const t = useT()
  const { n } = useNumbers()
  const counts = countContexts(events)
  if (counts.length === 0) return null
  const most = Math.max(...counts.map((c) => c.ok + c.failed))
  const ok = counts.reduce((sum, c) => sum + c.ok, 0)
  const failed = counts.reduce((sum, c) => sum + c.failed, 0)
  return (
    <>
      <p className="sh-quiet section-note">
        {t('pages.contexts.outcomes', { ok: n(ok), failed: n(failed) })}
      </p>
      <ul className="context-list" aria-label={t('pages.contexts.title')}>
        {counts.slice(0, SHOWN).map((c) => (
          <li key={`${c.context}\n${c.country}`}>
            <span>{[c.context, c.country].filter((part) => part !== '').join(' · ') || '–'}</span>
            <span className="context-bar" aria-hidden="true">
              <span className="is-ok" style={{ width: `${(100 * c.ok) / most}%` }} />
              <span className="is-failed" style={{ width: `${(100 * c.failed) / most}%` }} />
            </span>
            <span
              title={t('pages.contexts.failedOf', { failed: n(c.failed), all: n(c.ok + c.failed) })}
              className="sh-num"
            >
              {n(c.ok + c.failed)}
              {c.failed > 0 && (
                <span className="sh-quiet">{` (${t('pages.history.failed', { count: c.failed })})`}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
