import type { DockviewApi } from 'dockview-react'
import type { Api } from '../client/api.ts'
import type { PanelId } from '../state/layout.ts'

/** The workspace's setting that holds the layout; a new shape takes a new key. */
export const LAYOUT_KEY = 'layout.v2'

const INSPECTOR_WIDTH = 368
/** Lines longer than this are hard to read: what a wider window brings belongs to the map. */
const INSPECTOR_LIMITS = { minimumWidth: 280, maximumWidth: 640 }
const TIMELINE_HEIGHT = 248

export async function readLayout(core: Api): Promise<unknown> {
  try {
    return await core.call('settings.get', { key: LAYOUT_KEY })
  } catch {
    return null
  }
}

/** Map as the stage, inspector on the right over the full height, timeline below the map. */
export function arrangeDefault(dock: DockviewApi): void {
  dock.addPanel({ id: 'map', component: 'view' })
  dock.addPanel({
    id: 'inspector',
    component: 'view',
    position: { referencePanel: 'map', direction: 'right' },
    initialWidth: INSPECTOR_WIDTH,
    ...INSPECTOR_LIMITS,
  })
  dock.addPanel({
    id: 'timeline',
    component: 'view',
    position: { referencePanel: 'map', direction: 'below' },
    initialHeight: TIMELINE_HEIGHT,
  })
  dock.getPanel('map')?.api.setActive()
}

/** Brings a panel to front; one that is closed comes back to where it belongs. */
export function openPanel(dock: DockviewApi, id: PanelId): void {
  const existing = dock.getPanel(id)
  if (existing) {
    existing.api.setActive()
    return
  }
  const map = dock.getPanel('map')
  const beside = map ?? dock.panels.find((panel) => panel.id !== 'inspector' && panel.id !== 'timeline')
  if (id === 'inspector') {
    dock.addPanel({
      id,
      component: 'view',
      position: { direction: 'right' },
      initialWidth: INSPECTOR_WIDTH,
      ...INSPECTOR_LIMITS,
    })
  } else if (id === 'timeline') {
    dock.addPanel({
      id,
      component: 'view',
      position: beside ? { referencePanel: beside.id, direction: 'below' } : { direction: 'below' },
      initialHeight: TIMELINE_HEIGHT,
    })
  } else {
    dock.addPanel({
      id,
      component: 'view',
      ...(beside
        ? { position: { referencePanel: beside.id, direction: 'within' as const } }
        : { position: { direction: 'left' as const } }),
    })
  }
}
