import { create } from 'zustand'
import { useLayout } from './layout.ts'
import { slice } from './slices.ts'

/** The page that is made from the commands and not from a file. */
export const KEYS_PAGE = 'keys'
const MOST_TRAIL = 50

interface Place {
  page: string
  anchor: string
}
interface HelpState extends Place {
  /** Where "back" goes. */
  trail: Place[]
  query: string
  open(page: string, anchor?: string): void
  back(): void
  ask(query: string): void
}

export const useHelp = create<HelpState>()((set, get) => ({
  page: '',
  anchor: '',
  trail: [],
  query: '',
  open(page, anchor = '') {
    const { page: oldPage, anchor: oldAnchor, trail } = get()
    const here = { page: oldPage, anchor: oldAnchor }
    set({ page, anchor, query: '', trail: [...trail, here].slice(-MOST_TRAIL) })
  },
  back() {
    const { trail } = get()
    const last = trail.at(-1)
    if (last) set({ ...last, query: '', trail: trail.slice(0, -1) })
  },
  ask: (query) => set({ query }),
}))

slice({
  name: 'help',
  store: useHelp,
  pick: ({ page, anchor }) => ({ page, anchor }),
  apply(value) {
    const { page = '', anchor = '' } = (value ?? {}) as Partial<Place>
    useHelp.setState({ page, anchor, trail: [], query: '' })
  },
  // Reading is no step to undo, and no part of a view that is kept.
  what: () => null,
  inViews: false,
})

/** The page of the handbook about each panel; panels without one show the first page. */
const PAGE_OF: Partial<Record<string, string>> = {
  map: 'map',
  around: 'around',
  accounts: 'pages',
  communities: 'pages',
  inspector: 'pages',
  timeline: 'timeline',
  reports: 'reports',
  ask: 'ask',
  design: 'design',
  lab: 'lab',
  case: 'case',
  import: 'import',
  history: 'session',
  story: 'present',
  settings: 'settings',
}

/** Opens the handbook at a page, from anywhere. */
export function openHelp(page: string, anchor = ''): void {
  useHelp.getState().open(page, anchor)
  useLayout.getState().show('help')
}

/** Opens it at what the panel in front is about. */
export function helpHere(): void {
  openHelp(PAGE_OF[useLayout.getState().active ?? ''] ?? 'start')
}
