import { Button, Icon, type IconName } from '@blueprintjs/core'
import type { IDockviewHeaderActionsProps, IDockviewPanelHeaderProps } from 'dockview-react'
import { useEffect, useRef, useState } from 'react'
import { useQuery } from '../client/use-query.ts'
import { useFocus, type Focus } from '../state/focus.ts'
import { useLayout, type PanelId } from '../state/layout.ts'
import { readPinnedId } from '../state/pinned.ts'
import { communityName } from '../ui/format.ts'
import { useT } from '../ui/i18n/index.ts'
import { useAccountName } from '../ui/text.tsx'
import { openWindow } from './windows.ts'

/** A panel's name: its place, or what it is pinned to. */
export function usePanelName(id: string | null): string {
  const t = useT()
  const call = useAccountName()
  const pinned = id === null ? null : readPinnedId(id)
  const account = useQuery('accounts.get', pinned?.kind === 'account' ? { id: pinned.id } : null, { on: [] })
  if (id === null) return ''
  if (!pinned) return t(`frame.place.${id as PanelId}`)
  if (pinned.kind === 'community') return communityName(pinned.id)
  if (pinned.kind === 'account') return account.data ? call(pinned.id, account.data.key) : '…'
  return t(`session.pinned.${pinned.kind}`)
}

export function PanelTab(props: IDockviewPanelHeaderProps) {
  const t = useT()
  const { id } = props.api
  const name = usePanelName(id)
  const tab = useRef<HTMLDivElement>(null)
  // The dock names its tabs by the panels' ids; for those who hear it a tab is called what it shows.
  useEffect(() => tab.current?.closest('[role="tab"]')?.setAttribute('aria-label', name), [name])
  return (
    <div ref={tab} className="sh-tab" data-testid={`tab-${id}`}>
      {readPinnedId(id) && <Icon icon="pin" size={11} title={t('session.pinned.mark')} />}
      <span className="sh-tab-name">{name}</span>
      {/* For the mouse only: a tab may hold no other control; the group's own close button is for everybody. */}
      <span
        aria-hidden="true"
        className="sh-tab-close"
        title={t('frame.panel.close', { panel: name })}
        onPointerDown={(event) => event.stopPropagation()}
        onClick={(event) => {
          event.stopPropagation()
          props.api.close()
        }}
      >
        <svg width="10" height="10" viewBox="0 0 10 10">
          <path d="M2 2 8 8M8 2 2 8" stroke="currentColor" strokeWidth="1.2" />
        </svg>
      </span>
    </div>
  )
}

/** What a group of tabs offers for the tab in front. */
export function GroupActions(props: IDockviewHeaderActionsProps) {
  const t = useT()
  const [maximized, setMaximized] = useState(() => props.api.isMaximized())
  useEffect(() => {
    const subscription = props.containerApi.onDidMaximizedGroupChange(() =>
      setMaximized(props.api.isMaximized()),
    )
    return () => subscription.dispose()
  }, [props.containerApi, props.api])
  const active = props.activePanel
  const name = usePanelName(active?.id ?? null)
  const focus = useFocus((s) => s.focus)
  return (
    <>
      {active?.id === 'inspector' && focus && (
        <Action
          icon="pin"
          size={12}
          text={t('session.pinned.pin')}
          testId="pin-inspector"
          onClick={() => useLayout.getState().pin(focus satisfies Focus)}
        />
      )}
      {active && (
        <Action
          icon="share"
          size={12}
          text={t('session.window.open', { panel: name })}
          testId={`window-${active.id}`}
          onClick={() => openWindow(active.id)}
        />
      )}
      <Action
        icon={maximized ? 'minimize' : 'maximize'}
        size={12}
        text={maximized ? t('frame.panel.restore') : t('frame.panel.maximize')}
        maximized={maximized}
        onClick={() => (maximized ? props.api.exitMaximized() : props.api.maximize())}
      />
      {active && (
        <Action
          icon="small-cross"
          size={14}
          text={t('frame.panel.close', { panel: name })}
          onClick={() => active.api.close()}
        />
      )}
    </>
  )
}

function Action(props: {
  icon: IconName
  size: number
  text: string
  testId?: string
  maximized?: boolean
  onClick(): void
}) {
  return (
    <Button
      className="sh-group-action"
      variant="minimal"
      size="small"
      icon={<Icon icon={props.icon} size={props.size} />}
      aria-label={props.text}
      title={props.text}
      data-testid={props.testId}
      data-maximized={props.maximized}
      onClick={props.onClick}
    />
  )
}
