import { create } from 'zustand'
import { slice } from '../../../state/slices.ts'
import type { Place, Places } from './layout.ts'
import type { NodeKey } from './state.ts'

/** Where nodes are by themselves, for as long as the workspace is open: what comes back, comes back to its place. */
export const forcePlaces: Places = new Map()
/** Placed, but not laid out yet: a canvas that is closed meanwhile goes on when it is opened again. */
export const unsettled = new Set<NodeKey>()

/** A canvas of more nodes is laid out anew when its window comes back. */
const KEPT = 2000

interface Kept {
  /** Places of the nodes on the canvas, in whole units. */
  places: Record<NodeKey, [x: number, y: number]>
  /** Rises when places came from elsewhere: a restored session, a named view. */
  turn: number
}
/** The places that the session remembers. */
export const useKeptPlaces = create<Kept>()(() => ({ places: {}, turn: 0 }))

/** Remembers where some nodes are; those that are not laid out yet, or that a person has pinned, are left out. */
export function keepPlaces(keys: readonly NodeKey[], pinned: Readonly<Record<NodeKey, unknown>>): void {
  const places: Kept['places'] = {}
  if (keys.length <= KEPT)
    for (const key of keys) {
      const at = forcePlaces.get(key)
      if (at && !unsettled.has(key) && !(key in pinned)) places[key] = [Math.round(at.x), Math.round(at.y)]
    }
  useKeptPlaces.setState({ places })
}

/** What was saved, as far as it still makes sense. */
export function readPlaces(saved: unknown): [NodeKey, Place][] {
  if (typeof saved !== 'object' || saved === null) return []
  return Object.entries(saved as Record<string, unknown>).flatMap(([key, at]) =>
    /^[aegm]\d+$/.test(key) && Array.isArray(at) && at.length === 2 && at.every(Number.isFinite)
      ? [[key, { x: at[0], y: at[1] }] as [NodeKey, Place]]
      : [],
  )
}

slice<Kept, Kept['places']>({
  name: 'aroundPlaces',
  store: useKeptPlaces,
  pick: (s) => s.places,
  apply(value) {
    // A new workspace has other accounts under the same keys.
    if (value === null) forcePlaces.clear()
    const read = readPlaces(value)
    for (const [key, place] of read) {
      forcePlaces.set(key, place)
      unsettled.delete(key)
    }
    useKeptPlaces.setState((s) => ({
      places: Object.fromEntries(read.map(([key, { x, y }]) => [key, [x, y]])),
      turn: s.turn + 1,
    }))
  },
  // Nodes find their places by themselves: nothing that a person did, nothing to undo.
  what: () => null,
  settleMs: 300,
})
