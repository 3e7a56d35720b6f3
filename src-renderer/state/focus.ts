import { create } from 'zustand'
import { slice } from './slices.ts'

/** What the inspector shows. An edge joins two accounts. */
export type Focus =
  | { kind: 'community'; id: number }
  | { kind: 'account'; id: number }
  | { kind: 'entity'; id: number }
  | { kind: 'report'; id: number }
  | { kind: 'edge'; a: number; b: number }

interface FocusState {
  focus: Focus | null
  /** Where "back" in the inspector goes. */
  trail: Focus[]
  show(focus: Focus): void
  back(): void
  clear(): void
  /** The community whose members the map shows; null: all of them. */
  openCommunity: number | null
  open(id: number | null): void
  hoverAccount: number | null
  hoverCommunity: number | null
  hover(what: { account?: number | null; community?: number | null }): void
}

const same = (a: Focus | null, b: Focus | null) => JSON.stringify(a) === JSON.stringify(b)

export const useFocus = create<FocusState>()((set, get) => ({
  focus: null,
  trail: [],
  show(focus) {
    const { focus: old, trail } = get()
    if (same(old, focus)) return
    set({ focus, trail: old ? [...trail, old].slice(-50) : trail })
  },
  back() {
    const { trail } = get()
    set({ focus: trail.at(-1) ?? null, trail: trail.slice(0, -1) })
  },
  clear: () => set({ focus: null, trail: [], openCommunity: null, hoverAccount: null, hoverCommunity: null }),
  openCommunity: null,
  open: (openCommunity) => set({ openCommunity }),
  hoverAccount: null,
  hoverCommunity: null,
  hover: ({ account = null, community = null }) => set({ hoverAccount: account, hoverCommunity: community }),
}))

interface FocusKept {
  focus: Focus | null
  trail: Focus[]
  openCommunity: number | null
}
const KINDS = ['community', 'account', 'entity', 'report', 'edge']
const isFocus = (value: unknown): value is Focus =>
  typeof value === 'object' && value !== null && KINDS.includes((value as { kind: string }).kind)

slice<FocusState, FocusKept>({
  name: 'focus',
  store: useFocus,
  shared: true,
  pick: ({ focus, trail, openCommunity }) => ({ focus, trail, openCommunity }),
  apply(value) {
    const kept = (value ?? {}) as Partial<FocusKept>
    useFocus.setState({
      focus: isFocus(kept.focus) ? kept.focus : null,
      trail: Array.isArray(kept.trail) ? kept.trail.filter(isFocus) : [],
      openCommunity: typeof kept.openCommunity === 'number' ? kept.openCommunity : null,
    })
  },
  what: (before, after) => (same(before.focus, after.focus) ? 'community' : 'focus'),
})
