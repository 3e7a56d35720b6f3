import { create } from 'zustand'

interface CurrentCase {
  /** The case that was opened or added to last; null: the newest. */
  id: number | null
  choose(id: number | null): void
}

/** Which case the case view shows and "add to case" offers first. */
export const useCurrentCase = create<CurrentCase>()((set) => ({
  id: null,
  choose: (id) => set({ id }),
}))
