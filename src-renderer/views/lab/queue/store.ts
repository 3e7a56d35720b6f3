import { create } from 'zustand'
import type { QueueList } from '../store.ts'
import { EMPTY, tally, type Sitting } from './sitting.ts'

interface SittingState {
  /** Workspace that the sittings are of. */
  path: string | null
  sittings: Record<QueueList, Sitting>
  /** Verdicts of lists that were put away in this sitting. */
  earlier: number
  change(list: QueueList, how: (sitting: Sitting) => Sitting): void
  /** A new list; what was said stays said and counted. */
  renew(list: QueueList): void
  begin(path: string): void
}

const FRESH = { sittings: { queue: EMPTY, disputed: EMPTY }, earlier: 0 }

/** What one works through survives a look at another tab, but not the workspace. */
export const useSitting = create<SittingState>()((set) => ({
  path: null,
  ...FRESH,
  change: (list, how) => set((s) => ({ sittings: { ...s.sittings, [list]: how(s.sittings[list]) } })),
  renew: (list) =>
    set((s) => ({
      earlier: s.earlier + tally(s.sittings[list]).all,
      sittings: { ...s.sittings, [list]: EMPTY },
    })),
  begin: (path) => set((s) => (s.path === path ? s : { path, ...FRESH })),
}))
