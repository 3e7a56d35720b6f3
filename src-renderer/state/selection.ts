import { create } from 'zustand'
import { selectionSchema, type Selection } from '../../src-main/common/contract/selection.ts'
import { slice } from './slices.ts'

export type { Selection }
export type SelectionPart = keyof Selection

interface SelectionState {
  selection: Selection
  set(next: Selection): void
  /** Adds or replaces parts; a part that is undefined or an empty list is removed. */
  patch(parts: Selection): void
  remove(part: SelectionPart): void
  clear(): void
  /** Adds an id to a list part, or takes it out when it is there. */
  toggle(part: 'communities' | 'accounts', id: number): void
  /** Nothing is selected. */
  reset(): void
}

function clean(selection: Selection): Selection {
  return Object.fromEntries(
    Object.entries(selection).filter(
      ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  ) as Selection
}
const same = (a: Selection, b: Selection) => JSON.stringify(a) === JSON.stringify(b)

/** The one selection that every view reads and writes. Every change is a step of the history (state/slices.ts). */
export const useSelection = create<SelectionState>()((set, get) => {
  const go = (next: Selection) => {
    const cleaned = clean(next)
    if (!same(cleaned, get().selection)) set({ selection: cleaned })
  }
  return {
    selection: {},
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
    reset: () => set({ selection: {} }),
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

slice({
  name: 'selection',
  store: useSelection,
  shared: true,
  pick: (s) => s.selection,
  apply(value) {
    const read = selectionSchema.safeParse(value ?? {})
    useSelection.setState({ selection: read.success ? clean(read.data) : {} })
  },
  what: (_before, after) => (isEmptySelection(after) ? 'selectionClear' : 'selection'),
})
