import { Button, Icon } from '@blueprintjs/core'
import { useEffect, useState } from 'react'
import type { HistoryRow } from '../../../src-main/common/contract/session.ts'
import { toErrorShape, type ErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import { useLayout } from '../../state/layout.ts'
import { turnHistoryTo, useSession } from '../../state/session.ts'
import { WINDOW } from '../../state/window.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { formatZone } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { PanelHeader } from '../../ui/panel.tsx'
import { EmptyState, ErrorState, Spinner } from '../../ui/states.tsx'
import { TimeText } from '../../ui/text.tsx'
import { useToasts } from '../../ui/toast.tsx'
import { undoName } from '../../frame/undo.ts'
import { Detail } from './detail.tsx'
import './history.css'

const PAGE = 100

/** Every step that can be undone or done again, newest on top, and the way to any of them. */
export default function HistoryView() {
  const t = useT()
  const turn = useSession((s) => s.turn)
  const zone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  const [shown, setShown] = useState(PAGE)
  const [state, setState] = useState<{ total: number; rows: HistoryRow[] } | null>(null)
  const [error, setError] = useState<ErrorShape | null>(null)
  const [again, setAgain] = useState(0)
  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    api.call('session.history', { window: WINDOW, offset: 0, limit: Math.min(shown, 500) }, { signal }).then(
      (answer) => {
        if (signal.aborted) return
        setState(answer)
        setError(null)
      },
      (failure: unknown) => {
        if (!signal.aborted) setError(toErrorShape(failure))
      },
    )
    return () => controller.abort()
  }, [turn, shown, again])

  const go = (id: string | null) => {
    turnHistoryTo(id).then(
      ({ steps }) =>
        useToasts
          .getState()
          .say(t(steps === 0 ? 'session.history.there' : 'session.history.went', { count: steps })),
      (failure: unknown) => useToasts.getState().say(toErrorShape(failure).message, 'failed'),
    )
  }
  if (error) return <ErrorState error={error} onRetry={() => setAgain((n) => n + 1)} />
  if (!state) return <Spinner />
  const now = state.rows.find((row) => row.stands)
  return (
    <div className="sh-view sh-history" data-testid="history">
      <PanelHeader
        title={t('session.history.title')}
        about={t('session.history.about', { zone: formatZone(zone) })}
      >
        <Button
          variant="minimal"
          size="small"
          text={t('session.history.journal')}
          onClick={() => useLayout.getState().show('case')}
        />
      </PanelHeader>
      {state.total === 0 ? (
        <EmptyState icon="history" title={t('session.history.empty')}>
          {t('session.history.emptyText')}
        </EmptyState>
      ) : (
        <div className="sh-scroll">
          <ol className="sh-history-list" aria-label={t('session.history.title')}>
            {state.rows.map((row) => (
              <Row key={row.id} row={row} now={row === now} onGo={() => go(row.id)} />
            ))}
          </ol>
          {state.total > state.rows.length && state.rows.length < 500 && (
            <Button
              variant="minimal"
              size="small"
              className="sh-history-more"
              text={t('session.history.more', { count: state.total - state.rows.length })}
              onClick={() => setShown((n) => n + PAGE)}
            />
          )}
          <button
            type="button"
            className="sh-history-row sh-history-start"
            data-testid="history-start"
            onClick={() => go(null)}
          >
            <Icon icon="flag" size={12} />
            <span>{t('session.history.start')}</span>
          </button>
        </div>
      )}
    </div>
  )
}

function Row(props: { row: HistoryRow; now: boolean; onGo(): void }) {
  const t = useT()
  const { row, now } = props
  const name = undoName(row.what)
  return (
    <li>
      <button
        type="button"
        className={`sh-history-row${row.stands ? '' : ' is-undone'}${now ? ' is-now' : ''}`}
        aria-current={now ? 'step' : undefined}
        title={t(row.stands ? 'session.history.backTo' : 'session.history.forwardTo')}
        data-testid="history-row"
        data-stands={row.stands}
        onClick={props.onGo}
      >
        <Icon
          icon={row.kind === 'judgement' ? 'endorsed' : 'eye-open'}
          size={12}
          title={t(`session.history.kind.${row.kind}`)}
        />
        <span className="sh-history-what">
          <span className="sh-history-name">{name}</span>
          <Detail row={row} />
        </span>
        <span className="sh-quiet sh-history-by">
          <TimeText ms={row.at} seconds />
          <bdi>{row.actor}</bdi>
          {!row.stands && <span className="sh-history-undone">{t('session.history.undone')}</span>}
        </span>
      </button>
    </li>
  )
}
