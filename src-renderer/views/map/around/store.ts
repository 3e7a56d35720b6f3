import { create } from 'zustand'
import { toErrorShape } from '../../../../src-main/common/errors.ts'
import { api } from '../../../client/api.ts'
import { useSelection, type Selection } from '../../../state/selection.ts'
import { slice } from '../../../state/slices.ts'
import { useToasts } from '../../../ui/toast.tsx'
import {
  accountIds,
  accountKey,
  EMPTY,
  readState,
  type AroundState,
  type LayoutName,
  type NodeKey,
} from './state.ts'

/** What stands beside the canvas when it was asked for. */
export type SidePanel =
  | { kind: 'tree' }
  | { kind: 'paths'; accounts: number[] }
  | { kind: 'joins'; accounts: number[] }
  /** What an expansion left out. */
  | { kind: 'more'; expansion: number }
  | null

/** What is pointed out: nodes, and edges by `pairName`. */
export interface Bright {
  nodes: ReadonlySet<NodeKey>
  edges: ReadonlySet<string>
}

interface AroundStore {
  state: AroundState
  /** Picked with Ctrl, a lasso or a list: what commands act on. Accounts among them are the app's selection. */
  picked: ReadonlySet<NodeKey>
  /** The canvas's cursor: what was clicked, or where the arrow keys are. */
  cursor: NodeKey | null
  hover: NodeKey | null
  side: SidePanel
  bright: Bright | null
  tool: 'point' | 'box' | 'lasso'
  /** Questions that are not answered yet. */
  waiting: number
  /** Rises when everything but what is pinned should be laid out anew. */
  relaxTurn: number
  change(next: (state: AroundState) => AroundState): void
  pick(keys: Iterable<NodeKey>, how?: 'set' | 'add' | 'remove' | 'toggle'): void
  setLayout(layout: LayoutName): void
}

/** Beyond so many, the app's selection refers to a stored set. */
const BY_ID = 1000

export const useAround = create<AroundStore>()((set, get) => ({
  state: EMPTY,
  picked: new Set(),
  cursor: null,
  hover: null,
  side: { kind: 'tree' },
  bright: null,
  tool: 'point',
  waiting: 0,
  relaxTurn: 0,
  change: (next) => set((s) => ({ state: next(s.state) })),
  pick(keys, how = 'set') {
    const picked = new Set(how === 'set' ? [] : get().picked)
    for (const key of keys) {
      if (how === 'remove' || (how === 'toggle' && picked.has(key))) picked.delete(key)
      else picked.add(key)
    }
    set({ picked })
    void tellSelection(picked)
  },
  setLayout: (layout) =>
    set((s) => ({ state: { ...s.state, layout }, relaxTurn: s.relaxTurn + Number(layout === 'force') })),
}))

slice<AroundStore, AroundState>({
  name: 'around',
  store: useAround,
  pick: (s) => s.state,
  apply: (value) =>
    useAround.setState({ state: readState(value), bright: null, hover: null, side: { kind: 'tree' } }),
  what: (before, after) => (before.layout === after.layout ? 'around' : 'aroundLayout'),
  settleMs: 120,
})

/** What the canvas last said to the app's selection, so that it knows its own words when they come back. */
let told: { accounts: number[]; set: number | null } = { accounts: [], set: null }

const sameIds = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((id, i) => id === b[i])

/** Accounts that are picked become the app's selection. */
async function tellSelection(picked: ReadonlySet<NodeKey>): Promise<void> {
  const { state } = useAround.getState()
  const inGroups = state.groups.flatMap((group) => (picked.has(`g${group.id}`) ? group.members : []))
  const accounts = [...new Set(accountIds([...picked, ...inGroups]))].sort((a, b) => a - b)
  const { selection, patch } = useSelection.getState()
  const otherSets = (selection.sets ?? []).filter((id) => id !== told.set)
  if (accounts.length <= BY_ID) {
    told = { accounts, set: null }
    patch({ accounts, sets: otherSets })
    return
  }
  const mine = { accounts, set: null as number | null }
  told = mine
  const made = await ask('sets.create', { kind: 'picked', accounts })
  if (!made || told !== mine) return
  mine.set = made.id
  patch({ accounts: [], sets: [...otherSets, made.id] })
}

/** What is selected elsewhere is picked here. */
function hearSelection({ selection }: { selection: Selection }): void {
  const accounts = [...(selection.accounts ?? [])].sort((a, b) => a - b)
  if (sameIds(accounts, told.accounts)) return
  if (told.set !== null && selection.sets?.includes(told.set)) return
  if (told.accounts.length > BY_ID && told.set === null && accounts.length === 0) return // its set is being made
  told = { accounts, set: null }
  const things = [...useAround.getState().picked].filter((key) => key.startsWith('e'))
  useAround.setState({ picked: new Set([...accounts.map(accountKey), ...things]) })
}
useSelection.subscribe(hearSelection)
// The canvas is loaded when it is first shown: something may be selected by then.
hearSelection(useSelection.getState())

/** Asks core; a failure is said in a toast and answered with null. */
export async function ask<N extends Parameters<typeof api.call>[0]>(
  name: N,
  input: Parameters<typeof api.call<N>>[1],
): Promise<Awaited<ReturnType<typeof api.call<N>>> | null> {
  useAround.setState((s) => ({ waiting: s.waiting + 1 }))
  try {
    return (await api.call(name, input)) as Awaited<ReturnType<typeof api.call<N>>>
  } catch (error) {
    useToasts.getState().say(toErrorShape(error).message, 'failed')
    return null
  } finally {
    useAround.setState((s) => ({ waiting: s.waiting - 1 }))
  }
}
