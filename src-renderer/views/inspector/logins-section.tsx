import { useMemo } from 'react'
import { isLogin, isRegistration } from '../../../src-main/common/outcomes.ts'
import { useQuery } from '../../client/use-query.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { useT } from '../../ui/i18n/index.ts'
import { Section } from '../../ui/panel.tsx'
import { RowsButton } from '../../ui/provenance/rows-button.tsx'
import { ErrorState, Spinner } from '../../ui/states.tsx'
import { formatZone } from '../../ui/format.ts'
import { TimeText } from '../../ui/text.tsx'
import { LoginContexts } from './login-contexts.tsx'
import { hourOfWeek, isFailure, stripMarks } from './login-strip.ts'

const SHOWN = 1000
/** A Monday, to name weekdays from. */
const MONDAY = Date.UTC(2024, 0, 1)

/** When the account acts: its events on a line, its logins by weekday and hour. */
export function LoginsSection(props: { id: number; tzOffset: number | null }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const workspaceZone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  const zone = props.tzOffset ?? workspaceZone
  const events = useQuery('accounts.events', { id: props.id, limit: SHOWN }, { on: ['facts'], reset: true })
  const rows = events.data?.rows
  const marks = useMemo(() => stripMarks(rows ?? []), [rows])
  const week = useMemo(() => hourOfWeek(rows ?? [], zone), [rows, zone])
  const most = week.reduce((a, b) => Math.max(a, b), 1)
  const weekday = (d: number) =>
    new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' }).format(MONDAY + d * 86_400_000)
  if (events.error) return <ErrorState error={events.error} onRetry={events.refetch} compact />
  if (!events.data)
    return (
      <Section title={t('inspector.account.logins')}>
        <Spinner size={16} />
      </Section>
    )
  const total = events.data.total
  if (total === 0 || !rows)
    return (
      <Section title={t('inspector.account.logins')}>
        <p className="sh-quiet">{t('inspector.account.noEvents')}</p>
      </Section>
    )
  const times = rows.map((r) => r.ts)
  const from = Math.min(...times)
  const to = Math.max(...times)
  return (
    <Section
      title={t('inspector.account.logins')}
      tools={
        <>
          <RowsButton
            rows={{ accountId: props.id, about: 'events' }}
            label={t('provenance.rows')}
            title={t('provenance.behind')}
          />
          <span className="sh-quiet strip-zone">{formatZone(zone)}</span>
        </>
      }
      testId="login-strip"
    >
      <svg className="strip" viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">
        <line x1="0" x2="1000" y1="19.5" y2="19.5" className="strip-base" />
        {marks.map(({ at, event }) => (
          <line
            key={event.id}
            x1={2 + at * 996}
            x2={2 + at * 996}
            y1={isLogin(event.kind) ? 3 : 9}
            y2="19"
            className={
              isFailure(event)
                ? 'strip-failed'
                : isRegistration(event.kind)
                  ? 'strip-register'
                  : isLogin(event.kind)
                    ? 'strip-login'
                    : 'strip-other'
            }
          />
        ))}
      </svg>
      <div className="strip-ends sh-quiet">
        <TimeText ms={from} zone={zone} time={false} />
        <span>
          {rows.length < total && t('inspector.account.eventsShown', { shown: rows.length, total })}
        </span>
        <TimeText ms={to} zone={zone} time={false} />
      </div>
      <div className="week" role="img" aria-label={t('inspector.account.loginsHow')}>
        {Array.from({ length: 7 }, (_, d) => (
          <div key={d} className="week-row">
            <span className="sh-quiet">{weekday(d)}</span>
            {Array.from({ length: 24 }, (_, h) => {
              const count = week[d * 24 + h]
              return (
                <span
                  key={h}
                  className="week-cell"
                  title={
                    count > 0
                      ? t('inspector.account.hourCell', { day: weekday(d), hour: h, count })
                      : undefined
                  }
                  style={
                    count > 0
                      ? { opacity: 0.3 + 0.7 * (count / most), background: 'var(--sh-risk-0)' }
                      : undefined
                  }
                />
              )
            })}
          </div>
        ))}
        <div className="week-row week-hours sh-quiet" aria-hidden="true">
          <span />
          {[0, 6, 12, 18].map((h) => (
            <span key={h} style={{ gridColumn: `${h + 2} / span 6` }}>
              {String(h).padStart(2, '0')}
            </span>
          ))}
        </div>
      </div>
      <p className="sh-quiet section-note">{t('inspector.account.loginsHow')}</p>
      <LoginContexts events={rows} />
    </Section>
  )
}
