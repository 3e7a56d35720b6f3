import {
  DockviewReact,
  type DockviewApi,
  type DockviewReadyEvent,
  type IDockviewPanelProps,
} from 'dockview-react'
import 'dockview-react/dist/styles/dockview.css'
import { Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { useLayout, type PanelId } from '../state/layout.ts'
import { PinnedFocus, readPinnedId } from '../state/pinned.ts'
import { FIRST_PANEL } from '../state/window.ts'
import { EmptyState, Spinner } from '../ui/states.tsx'
import { useT } from '../ui/i18n/index.ts'
import { arrangeFirst, arrangePreset, openPanel, pinPanel } from './dock-layout.ts'
import { GroupActions, PanelTab } from './dock-tabs.tsx'
import { focusPanel } from './regions.ts'
import { ViewBoundary } from './view-boundary.tsx'
import { viewOf } from './views.ts'
import './dock.css'

const THEME = { name: 'shoal', className: 'sh-dock', gap: 0 }

/** The docking area: the map as the stage, everything else around it or as tabs. Its arrangement is a slice. */
export function Dock() {
  const [dock, setDock] = useState<DockviewApi | null>(null)
  const request = useLayout((s) => s.request)
  const dockTurn = useLayout((s) => s.dockTurn)
  const taken = useRef(dockTurn)
  // A request made before this dock existed was for another workspace's.
  const handled = useRef(request?.turn ?? 0)

  const onReady = useCallback((event: DockviewReadyEvent) => {
    restore(event.api, useLayout.getState().dock)
    setDock(event.api)
  }, [])

  const filling = useRef<PanelId | null>(null)

  useEffect(() => {
    if (!dock) return
    const tell = () =>
      useLayout.setState({
        open: dock.panels.map((panel) => panel.id as PanelId),
        active: (dock.activePanel?.id as PanelId | undefined) ?? null,
        dock: dock.toJSON(),
      })
    tell()
    const subscriptions = [dock.onDidLayoutChange(tell), dock.onDidActivePanelChange(tell)]
    return () => subscriptions.forEach((subscription) => subscription.dispose())
  }, [dock])

  useEffect(() => {
    if (!dock || !request || request.turn === handled.current) return
    handled.current = request.turn
    if (request.how === 'arrange') arrangePreset(dock, request.preset)
    else if (request.how === 'pin') pinPanel(dock, request.focus)
    else if (request.how === 'fill') {
      if (dock.hasMaximizedGroup()) return
      dock.getPanel(request.panel)?.api.maximize()
      filling.current = request.panel
    } else if (request.how === 'unfill') {
      if (filling.current === request.panel && dock.getPanel(request.panel)?.api.isMaximized())
        dock.exitMaximizedGroup()
      filling.current = null
    } else {
      const existing = dock.getPanel(request.panel)
      if (request.how === 'toggle' && existing) existing.api.close()
      else {
        openPanel(dock, request.panel)
        if (request.focus) focusPanel(request.panel)
      }
    }
  }, [dock, request])

  useEffect(() => {
    if (!dock || dockTurn === taken.current) return
    taken.current = dockTurn
    restore(dock, useLayout.getState().dock)
  }, [dock, dockTurn])

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

/** Panels that stay open keep what they show; a description that cannot be read gives the arrangement of the start. */
function restore(dock: DockviewApi, saved: unknown): void {
  // Who goes back in the history keeps it before their eyes.
  const history = dock.getPanel('history') !== undefined
  if (saved !== null) {
    try {
      dock.fromJSON(saved as never, { reuseExistingPanels: true })
      if (history) openPanel(dock, 'history')
      if (dock.panels.length > 0) return
    } catch {
      // An older build's, or of a panel that is gone.
    }
  }
  dock.clear()
  arrangeFirst(dock, FIRST_PANEL)
  if (history) openPanel(dock, 'history')
}

function PanelView(props: IDockviewPanelProps) {
  const t = useT()
  const pinned = readPinnedId(props.api.id)
  const View = viewOf(pinned ? 'inspector' : (props.api.id as PanelId))
  if (!View) return <EmptyState title={t('frame.panel.missing')} />
  return (
    <div className="sh-panel" tabIndex={-1} data-testid={`panel-${props.api.id}`}>
      <ViewBoundary>
        <Suspense fallback={<Spinner />}>
          <PinnedFocus.Provider value={pinned}>
            <View />
          </PinnedFocus.Provider>
        </Suspense>
      </ViewBoundary>
    </div>
  )
}
const COMPONENTS = { view: PanelView }

function Watermark() {
  const t = useT()
  return <EmptyState icon="page-layout" title={t('frame.panel.empty')} />
}
