import { Button, Icon } from '@blueprintjs/core'
import type { RecentWorkspace } from '../../../src-main/common/contract/workspace.ts'
import { api } from '../../client/api.ts'
import { useQuery } from '../../client/use-query.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatBytes, formatInstant, formatZone } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { ErrorState } from '../../ui/states.tsx'

/** Workspaces that were opened here, the newest first: how large, when, and what stands in the way of opening one. */
export function Recents(props: { busy: boolean; onOpen(path: string): void }) {
  const t = useT()
  const { data, error, refetch } = useQuery('workspace.recent', {})
  const forget = (paths: string[]) =>
    void Promise.all(paths.map((path) => api.call('workspace.forget', { path }))).then(refetch, refetch)
  const missing = (data ?? []).filter(({ state }) => state === 'missing').map(({ path }) => path)
  return (
    <section className="sh-start-recents" aria-label={t('start.recent.label')}>
      <header>
        <h2 className="sh-caps">{t('start.recent.label')}</h2>
        {missing.length > 1 && (
          <button
            type="button"
            className="sh-link"
            data-testid="forget-missing"
            onClick={() => forget(missing)}
          >
            {t('start.recent.forgetMissing', { count: missing.length })}
          </button>
        )}
      </header>
      {error && <ErrorState error={error} onRetry={refetch} compact />}
      {data?.length === 0 && <p className="sh-quiet sh-start-none">{t('start.recent.none')}</p>}
      <ul className="sh-recents">
        {data?.map((recent) => (
          <Recent
            key={recent.path}
            recent={recent}
            busy={props.busy}
            onOpen={() => props.onOpen(recent.path)}
            onForget={() => forget([recent.path])}
          />
        ))}
      </ul>
    </section>
  )
}

function Recent(props: { recent: RecentWorkspace; busy: boolean; onOpen(): void; onForget(): void }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const { recent } = props
  const { state } = recent
  const zone = -new Date(recent.openedAt).getTimezoneOffset()
  return (
    <li data-state={state}>
      <button
        type="button"
        className="sh-recent"
        disabled={state === 'missing' || props.busy}
        data-testid="recent"
        onClick={props.onOpen}
      >
        <b>{recent.name}</b>
        <span className="sh-quiet sh-recent-size">
          {recent.bytes !== null && formatBytes(recent.bytes, language)}
        </span>
        <bdi className="sh-quiet sh-recent-path" title={recent.path}>
          {recent.path}
        </bdi>
        <span className="sh-quiet sh-recent-when" title={formatZone(zone)}>
          {formatInstant(recent.openedAt, zone)} {formatZone(zone)}
        </span>
        {state !== 'ready' && (
          <span className="sh-recent-state" data-testid="recent-state">
            <Icon icon={state === 'read_only' ? 'lock' : 'warning-sign'} size={12} />
            {t(`start.state.${state}`)}
          </span>
        )}
      </button>
      <Button
        variant="minimal"
        size="small"
        icon="small-cross"
        aria-label={t('start.recent.forget', { name: recent.name })}
        title={t('start.recent.forget', { name: recent.name })}
        data-testid="recent-forget"
        onClick={props.onForget}
      />
    </li>
  )
}
