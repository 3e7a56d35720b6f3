import { create } from 'zustand'
import type { Focus } from './focus.ts'
import { slice } from './slices.ts'

/** A place on the rail, a panel in the dock. */
export const PLACES = [
  'map',
  'accounts',
  'communities',
  'design',
  'timeline',
  'reports',
  'lab',
  'case',
  'import',
] as const
export type Place = (typeof PLACES)[number]
export type PanelId = Place | 'inspector' | 'history' | 'story'

/** Ready-made arrangements of panels. */
export const PRESETS = ['investigate', 'reports', 'validate', 'wide'] as const
export type Preset = (typeof PRESETS)[number]

/** What the dock is asked to do. */
export type LayoutRequest =
  | { how: 'show' | 'toggle'; panel: PanelId }
  /** A second inspector that keeps showing one thing. */
  | { how: 'pin'; focus: Focus }
  | { how: 'arrange'; preset: Preset }

interface LayoutState {
  /** Panels that are open, and the one in front; pinned inspectors are not among them. */
  open: PanelId[]
  active: PanelId | null
  /** Asks the dock for something; the dock answers by changing `open`, `active` and `dock`. */
  request: (LayoutRequest & { turn: number }) | null
  /** Opens a panel or brings it to front. */
  show(panel: PanelId): void
  /** Opens a panel, or closes it when it is open. */
  toggle(panel: PanelId): void
  pin(focus: Focus): void
  arrange(preset: Preset): void
  /** The dock's own description of itself (dockview's JSON); null: as in a new workspace. */
  dock: unknown
  /** Rises when `dock` was set from outside: the dock takes it. */
  dockTurn: number
}

export const useLayout = create<LayoutState>()((set) => {
  const ask = (request: LayoutRequest) =>
    set((s) => ({ request: { ...request, turn: (s.request?.turn ?? 0) + 1 } }))
  return {
    open: [],
    active: null,
    request: null,
    show: (panel) => ask({ how: 'show', panel }),
    toggle: (panel) => ask({ how: 'toggle', panel }),
    pin: (focus) => ask({ how: 'pin', focus }),
    arrange: (preset) => ask({ how: 'arrange', preset }),
    dock: null,
    dockTurn: 0,
  }
})

/** The dock's description without what changes by itself: sizes, and which tab is in front. */
export function arrangementOf(dock: unknown): string {
  return JSON.stringify(dock, (key, value: unknown) =>
    ['size', 'width', 'height', 'activeView', 'activeGroup', 'id', 'maximizedNode'].includes(key)
      ? undefined
      : value,
  )
}

slice({
  name: 'layout',
  store: useLayout,
  pick: (s) => s.dock,
  apply: (dock) => useLayout.setState((s) => ({ dock, dockTurn: s.dockTurn + 1 })),
  // Opening, closing and moving panels is undone; a splitter or a tab in front is only remembered.
  what: (before, after) =>
    before === null || arrangementOf(before) === arrangementOf(after) ? null : 'layout',
  settleMs: 400,
})
