import { create } from 'zustand'

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
export type PanelId = Place | 'inspector'

interface LayoutState {
  /** Panels that are open, and the one in front. */
  open: PanelId[]
  active: PanelId | null
  /** Asks the dock for a panel; the dock answers by changing `open` and `active`. */
  request: { panel: PanelId; how: 'show' | 'toggle'; turn: number } | null
  /** Opens a panel or brings it to front. */
  show(panel: PanelId): void
  /** Opens a panel, or closes it when it is open. */
  toggle(panel: PanelId): void
  resetTurn: number
  reset(): void
}

export const useLayout = create<LayoutState>()((set) => ({
  open: [],
  active: null,
  request: null,
  show: (panel) => set((s) => ({ request: { panel, how: 'show', turn: (s.request?.turn ?? 0) + 1 } })),
  toggle: (panel) => set((s) => ({ request: { panel, how: 'toggle', turn: (s.request?.turn ?? 0) + 1 } })),
  resetTurn: 0,
  reset: () => set((s) => ({ resetTurn: s.resetTurn + 1 })),
}))
