import { create } from 'zustand'

/** A place on the rail, a panel in the dock. */
export const PLACES = [
  'map',
  'accounts',
  'communities',
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
  /** Asks the dock to open (or bring to front) a panel; the dock answers by changing `open` and `active`. */
  request: { panel: PanelId; turn: number } | null
  show(panel: PanelId): void
  resetTurn: number
  reset(): void
}

export const useLayout = create<LayoutState>()((set) => ({
  open: [],
  active: null,
  request: null,
  show: (panel) => set((s) => ({ request: { panel, turn: (s.request?.turn ?? 0) + 1 } })),
  resetTurn: 0,
  reset: () => set((s) => ({ resetTurn: s.resetTurn + 1 })),
}))
