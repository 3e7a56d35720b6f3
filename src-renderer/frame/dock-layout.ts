import type { DockviewApi, DockviewGroupPanel } from 'dockview-react'
import type { Focus } from '../state/focus.ts'
import type { PanelId, Preset } from '../state/layout.ts'
import { pinnedId, readPinnedId } from '../state/pinned.ts'

const INSPECTOR_WIDTH = 368
/** Lines longer than this are hard to read: what a wider window brings belongs to the map. */
const INSPECTOR_LIMITS = { minimumWidth: 280, maximumWidth: 640 }
const TIMELINE_HEIGHT = 248

/** The stage, with the inspector on the right over the full height and the timeline below the stage. */
function arrange(dock: DockviewApi, stage: PanelId[], around: { inspector?: number; timeline?: number }) {
  const [first, ...tabs] = stage as [PanelId, ...PanelId[]]
  dock.addPanel({ id: first, component: 'view' })
  for (const id of tabs)
    dock.addPanel({
      id,
      component: 'view',
      position: { referencePanel: first, direction: 'within' },
      inactive: true,
    })
  if (around.inspector)
    dock.addPanel({
      id: 'inspector',
      component: 'view',
      position: { referencePanel: first, direction: 'right' },
      initialWidth: around.inspector,
      ...INSPECTOR_LIMITS,
    })
  if (around.timeline)
    dock.addPanel({
      id: 'timeline',
      component: 'view',
      position: { referencePanel: first, direction: 'below' },
      initialHeight: around.timeline,
    })
  dock.getPanel(first)?.api.setActive()
}

const ARRANGEMENTS: Record<Preset, (dock: DockviewApi) => void> = {
  investigate: (dock) => arrange(dock, ['map'], { inspector: INSPECTOR_WIDTH, timeline: TIMELINE_HEIGHT }),
  reports: (dock) => arrange(dock, ['reports', 'accounts'], { inspector: 440, timeline: 200 }),
  validate: (dock) => arrange(dock, ['lab', 'design', 'communities'], { inspector: INSPECTOR_WIDTH }),
  wide: (dock) => arrange(dock, ['map'], { timeline: TIMELINE_HEIGHT }),
}

/** Closes what is open and arranges the panels of a preset. */
export function arrangePreset(dock: DockviewApi, preset: Preset): void {
  dock.clear()
  ARRANGEMENTS[preset](dock)
}

/** A further window begins with the panel that it was opened for. */
export function arrangeFirst(dock: DockviewApi, panel: string | null): void {
  const pinned = panel === null ? null : readPinnedId(panel)
  if (pinned) pinPanel(dock, pinned)
  else if (panel) dock.addPanel({ id: panel, component: 'view' })
  else arrangePreset(dock, 'investigate')
}

const inside = (group: DockviewGroupPanel) => ({ referenceGroup: group, direction: 'within' as const })

/** Panels that are read beside the stage. */
const BESIDE: ReadonlySet<string> = new Set(['inspector', 'history', 'story'])

/** Brings a panel to front; one that is closed comes back to where it belongs. */
export function openPanel(dock: DockviewApi, id: PanelId): void {
  const existing = dock.getPanel(id)
  if (existing) {
    existing.api.setActive()
    return
  }
  const side = dock.panels.find((panel) => panel.id.startsWith('inspector') || BESIDE.has(panel.id))
  const stage = dock.getPanel('map') ?? dock.panels.find((panel) => panel !== side && panel.id !== 'timeline')
  if (BESIDE.has(id)) {
    dock.addPanel({
      id,
      component: 'view',
      position: side ? inside(side.group) : { direction: 'right' },
      ...(!side && { initialWidth: INSPECTOR_WIDTH }),
      ...INSPECTOR_LIMITS,
    })
  } else if (id === 'timeline') {
    dock.addPanel({
      id,
      component: 'view',
      position: stage ? { referencePanel: stage.id, direction: 'below' } : { direction: 'below' },
      initialHeight: TIMELINE_HEIGHT,
    })
  } else {
    dock.addPanel({
      id,
      component: 'view',
      position: stage ? inside(stage.group) : { direction: 'left' },
    })
  }
}

/** An inspector that keeps showing one thing, as a tab beside the one that follows. */
export function pinPanel(dock: DockviewApi, focus: Focus): void {
  const id = pinnedId(focus)
  const existing = dock.getPanel(id)
  if (existing) {
    existing.api.setActive()
    return
  }
  const side = dock.panels.find((panel) => panel.id.startsWith('inspector'))
  const alone = dock.panels.length === 0
  dock.addPanel({
    id,
    component: 'view',
    ...(!alone && { position: side ? inside(side.group) : { direction: 'right' as const } }),
    ...(!alone && INSPECTOR_LIMITS),
    ...(!side && !alone && { initialWidth: INSPECTOR_WIDTH }),
  })
}
