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
export type PanelId = Place | 'inspector' | 'history' | 'story' | 'ask' | 'around' | 'help' | 'settings'

/** Ready-made arrangements of panels. */
export const PRESETS = ['investigate', 'reports', 'validate', 'wide'] as const
export type Preset = (typeof PRESETS)[number]

/** What the dock is asked to do. */
export type LayoutRequest =
  /** `focus`: the keyboard goes there as well. */
  | { how: 'show' | 'toggle'; panel: PanelId; focus?: true }
  /** Over the whole window for a while, where no other panel is; and back, where it was so. */
  | { how: 'fill'; panel: PanelId }
  | { how: 'unfill'; panel: PanelId }
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
  /** By keys one goes to a panel, not only sees it. */
  goTo(panel: PanelId): void
  /** Opens a panel, or closes it when it is open. */
  toggle(panel: PanelId): void
  fill(panel: PanelId): void
  unfill(panel: PanelId): void
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
    goTo: (panel) => ask({ how: 'show', panel, focus: true }),
    toggle: (panel) => ask({ how: 'toggle', panel, focus: true }),
    fill: (panel) => ask({ how: 'fill', panel }),
    unfill: (panel) => ask({ how: 'unfill', panel }),
    pin: (focus) => ask({ how: 'pin', focus }),
    arrange: (preset) => ask({ how: 'arrange', preset }),
    dock: null,
    dockTurn: 0,
  }
})

/** What changes by itself: sizes, names of groups, which tab is in front. */
const PASSING = new Set(['size', 'width', 'height', 'activeView', 'activeGroup', 'id', 'maximizedNode'])

/** A part of the grid in which only the history is shown. */
const isHistoryOnly = (node: unknown): boolean => {
  const { type, data } = (node ?? {}) as { type?: unknown; data?: unknown }
  if (type === 'branch') return Array.isArray(data) && data.every(isHistoryOnly)
  const views = (data as { views?: unknown } | undefined)?.views
  return type === 'leaf' && Array.isArray(views) && views.every((view) => view === 'history')
}

/**
 * The dock's description as far as it is a step to undo: which panels there are and how they lie. Looking at the history
 * is not part of the history.
 */
export function arrangementOf(dock: unknown): string {
  return JSON.stringify(dock, (key, value: unknown) => {
    if (PASSING.has(key) || key === 'history') return undefined
    if (!Array.isArray(value)) return value
    const shown = value.filter((part) => part !== 'history' && !isHistoryOnly(part))
    // A branch that is left with one part is that part.
    return shown.length === 1 && typeof shown[0] === 'object' ? shown[0] : shown
  })
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
