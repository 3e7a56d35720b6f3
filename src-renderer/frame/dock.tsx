import { Button, Icon } from '@blueprintjs/core'
import {
  DockviewReact,
  type DockviewApi,
  type DockviewReadyEvent,
  type IDockviewHeaderActionsProps,
  type IDockviewPanelHeaderProps,
  type IDockviewPanelProps,
} from 'dockview-react'
import 'dockview-react/dist/styles/dockview.css'
import { Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { api as core } from '../client/api.ts'
import { useLayout, type PanelId } from '../state/layout.ts'
import { EmptyState, Spinner } from '../ui/states.tsx'
import { useT } from '../ui/i18n/index.ts'
import { arrangeDefault, openPanel, readLayout, LAYOUT_KEY } from './dock-layout.ts'
import { ViewBoundary } from './view-boundary.tsx'
import { viewOf } from './views.ts'

const THEME = { name: 'shoal', className: 'sh-dock', gap: 0 }
const SAVE_AFTER_MS = 600

/** The docking area: the map as the stage, everything else around it or as tabs; remembered per workspace. */
export function Dock() {
  const [dock, setDock] = useState<DockviewApi | null>(null)
  const request = useLayout((s) => s.request)
  const resetTurn = useLayout((s) => s.resetTurn)
  const firstReset = useRef(resetTurn)
  // A request made before this dock existed was for another workspace's.
  const handled = useRef(request?.turn ?? 0)

  const onReady = useCallback((event: DockviewReadyEvent) => {
    void readLayout(core).then((saved) => {
      if (!saved || !restore(event.api, saved)) arrangeDefault(event.api)
      setDock(event.api)
    })
  }, [])

  useEffect(() => {
    if (!dock) return
    let timer: ReturnType<typeof setTimeout>
    const tell = () =>
      useLayout.setState({
        open: dock.panels.map((panel) => panel.id as PanelId),
        active: (dock.activePanel?.id as PanelId | undefined) ?? null,
      })
    tell()
    const changed = dock.onDidLayoutChange(() => {
      tell()
      clearTimeout(timer)
      timer = setTimeout(() => {
        core.call('settings.set', { key: LAYOUT_KEY, value: dock.toJSON() }).catch(() => {})
      }, SAVE_AFTER_MS)
    })
    const active = dock.onDidActivePanelChange(tell)
    return () => {
      clearTimeout(timer)
      changed.dispose()
      active.dispose()
    }
  }, [dock])

  useEffect(() => {
    if (!dock || !request || request.turn === handled.current) return
    handled.current = request.turn
    const existing = dock.getPanel(request.panel)
    if (request.how === 'toggle' && existing) existing.api.close()
    else openPanel(dock, request.panel)
  }, [dock, request])

  useEffect(() => {
    if (!dock || resetTurn === firstReset.current) return
    firstReset.current = resetTurn
    dock.clear()
    arrangeDefault(dock)
  }, [dock, resetTurn])

  return (
    <DockviewReact
      theme={THEME}
      components={COMPONENTS}
      defaultTabComponent={PanelTab}
      rightHeaderActionsComponent={GroupActions}
      watermarkComponent={Watermark}
      onReady={onReady}
    />
  )
}

function restore(dock: DockviewApi, saved: unknown): boolean {
  try {
    dock.fromJSON(saved as never)
    return dock.panels.length > 0
  } catch {
    dock.clear()
    return false
  }
}

function PanelView(props: IDockviewPanelProps) {
  const t = useT()
  const id = props.api.id as PanelId
  const View = viewOf(id)
  if (!View) return <EmptyState title={t('frame.panel.missing')} />
  return (
    <div className="sh-panel" data-testid={`panel-${id}`}>
      <ViewBoundary>
        <Suspense fallback={<Spinner />}>
          <View />
        </Suspense>
      </ViewBoundary>
    </div>
  )
}
const COMPONENTS = { view: PanelView }

function PanelTab(props: IDockviewPanelHeaderProps) {
  const t = useT()
  const id = props.api.id as PanelId
  const name = t(`frame.place.${id}`)
  return (
    <div className="sh-tab">
      <span>{name}</span>
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

function GroupActions(props: IDockviewHeaderActionsProps) {
  const t = useT()
  const [maximized, setMaximized] = useState(() => props.api.isMaximized())
  useEffect(() => {
    const subscription = props.containerApi.onDidMaximizedGroupChange(() =>
      setMaximized(props.api.isMaximized()),
    )
    return () => subscription.dispose()
  }, [props.containerApi, props.api])
  const text = maximized ? t('frame.panel.restore') : t('frame.panel.maximize')
  const active = props.activePanel
  const closeText = active ? t('frame.panel.close', { panel: t(`frame.place.${active.id as PanelId}`) }) : ''
  return (
    <>
      <Button
        className="sh-group-action"
        variant="minimal"
        size="small"
        icon={<Icon icon={maximized ? 'minimize' : 'maximize'} size={12} />}
        aria-label={text}
        title={text}
        onClick={() => (maximized ? props.api.exitMaximized() : props.api.maximize())}
      />
      {active && (
        <Button
          className="sh-group-action"
          variant="minimal"
          size="small"
          icon={<Icon icon="small-cross" size={14} />}
          aria-label={closeText}
          title={closeText}
          onClick={() => active.api.close()}
        />
      )}
    </>
  )
}

function Watermark() {
  const t = useT()
  return <EmptyState icon="page-layout" title={t('frame.panel.empty')} />
}
