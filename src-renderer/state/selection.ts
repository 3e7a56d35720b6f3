import { create } from 'zustand'
import type { Selection } from '../../src-main/common/contract/selection.ts'

export type { Selection }
export type SelectionPart = keyof Selection

interface SelectionState {
  selection: Selection
  past: Selection[]
  future: Selection[]
  set(next: Selection): void
  /** Adds or replaces parts; a part that is undefined or an empty list is removed. */
  patch(parts: Selection): void
  remove(part: SelectionPart): void
  clear(): void
  /** Adds an id to a list part, or takes it out when it is there. */
  toggle(part: 'communities' | 'accounts', id: number): void
  undo(): void
  redo(): void
  /** A new workspace starts without a past. */
  reset(): void
}

const HISTORY = 100

function clean(selection: Selection): Selection {
  return Object.fromEntries(
    Object.entries(selection).filter(
      ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  ) as Selection
}
const same = (a: Selection, b: Selection) => JSON.stringify(a) === JSON.stringify(b)

/** The one selection that every view reads and writes, with its own undo. */
export const useSelection = create<SelectionState>()((set, get) => {
  const go = (next: Selection) => {
    const cleaned = clean(next)
    const { selection, past } = get()
    if (same(cleaned, selection)) return
    set({ selection: cleaned, past: [...past, selection].slice(-HISTORY), future: [] })
  }
  return {
    selection: {},
    past: [],
    future: [],
    set: go,
    patch: (parts) => go({ ...get().selection, ...parts }),
    remove(part) {
      const { [part]: _gone, ...rest } = get().selection
      go(rest)
    },
    clear: () => go({}),
    toggle(part, id) {
      const list = get().selection[part] ?? []
      go({
        ...get().selection,
        [part]: list.includes(id) ? list.filter((other) => other !== id) : [...list, id],
      })
    },
    undo() {
      const { past, selection, future } = get()
      const previous = past.at(-1)
      if (!previous) return
      set({ selection: previous, past: past.slice(0, -1), future: [selection, ...future] })
    },
    redo() {
      const { past, selection, future } = get()
      const [next, ...rest] = future
      if (!next) return
      set({ selection: next, past: [...past, selection], future: rest })
    },
    reset: () => set({ selection: {}, past: [], future: [] }),
  }
})

export function isEmptySelection(selection: Selection): boolean {
  return Object.keys(selection).length === 0
}

/** The selection without one part: a view filters the others and never itself. */
export function without(selection: Selection, ...parts: SelectionPart[]): Selection {
  return Object.fromEntries(
    Object.entries(selection).filter(([part]) => !parts.includes(part as SelectionPart)),
  ) as Selection
}
