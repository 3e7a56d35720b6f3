import type { ExpandSort } from '../../../../src-main/common/contract/around.ts'

/** 'a12': account 12; 'e7': thing (entity) 7; 'g3': group 3; 'm4': what expansion 4 left out. */
export type NodeKey = string
export type NodeKind = 'account' | 'thing' | 'group' | 'more'

export const accountKey = (id: number): NodeKey => `a${id}`
export const thingKey = (id: number): NodeKey => `e${id}`
export const groupKey = (id: number): NodeKey => `g${id}`
export const moreKey = (id: number): NodeKey => `m${id}`
export const idOf = (key: NodeKey): number => Number(key.slice(1))
const KINDS: Record<string, NodeKind> = { a: 'account', e: 'thing', g: 'group', m: 'more' }
export const kindOf = (key: NodeKey): NodeKind => KINDS[key[0]!]!
export const accountIds = (keys: readonly NodeKey[]): number[] =>
  keys.filter((key) => key.startsWith('a')).map(idOf)
export const thingIds = (keys: readonly NodeKey[]): number[] =>
  keys.filter((key) => key.startsWith('e')).map(idOf)

/** One thing that was asked for and what it brought; taking it away takes away exactly that. */
export interface Expansion {
  id: number
  /** expand: over a channel; hops: everything within so many hops; paths: between `from`; joins, added: chosen one by one. */
  kind: 'expand' | 'hops' | 'paths' | 'joins' | 'added'
  from: NodeKey[]
  /** A channel of contract/around.ts; of hops: their number. */
  channel: string
  sort: ExpandSort
  /** What it reached and is shown, already shown things and accounts included. */
  accounts: number[]
  things: number[]
  /** Reached, but not shown. */
  left: number
  /** paths: account ids from one end to the other, shortest first. */
  paths?: number[][]
}

export interface Group {
  id: number
  name: string
  members: NodeKey[]
  /** Drawn as one node. */
  closed: boolean
}

export const LAYOUTS = ['force', 'rings', 'time', 'communities'] as const
export type LayoutName = (typeof LAYOUTS)[number]
export const COLORS = ['risk', 'community', 'label', 'hop'] as const
export type ColorBy = (typeof COLORS)[number]

/** Everything that a session restores of the canvas, as JSON. */
export interface AroundState {
  seeds: NodeKey[]
  expansions: Expansion[]
  hidden: NodeKey[]
  /** Types of things ('type:ip') and kinds of ties ('channel:relation:friend') that are switched off. */
  hiddenKinds: string[]
  /** Places that a person chose. */
  pinned: Record<NodeKey, [x: number, y: number]>
  groups: Group[]
  layout: LayoutName
  /** Things that shown accounts share stand between them as nodes of their own. */
  between: boolean
  color: ColorBy
  /** How many an expansion brings at most. */
  limit: number
  sort: ExpandSort
  next: number
}

export const LIMITS = [10, 30, 100, 500] as const

export const EMPTY: AroundState = {
  seeds: [],
  expansions: [],
  hidden: [],
  hiddenKinds: [],
  pinned: {},
  groups: [],
  layout: 'force',
  between: true,
  color: 'risk',
  limit: 30,
  sort: 'strongest',
  next: 1,
}

/** Accounts and things that belong on the canvas, hidden ones among them, each once, in the order in which they came. */
export function membersOf(state: Pick<AroundState, 'seeds' | 'expansions'>): {
  accounts: number[]
  things: number[]
} {
  const accounts = new Set<number>()
  const things = new Set<number>()
  const add = (key: NodeKey) => {
    if (key.startsWith('a')) accounts.add(idOf(key))
    else if (key.startsWith('e')) things.add(idOf(key))
  }
  state.seeds.forEach(add)
  for (const expansion of state.expansions) {
    expansion.from.forEach(add)
    for (const id of expansion.accounts) accounts.add(id)
    for (const id of expansion.things) things.add(id)
  }
  return { accounts: [...accounts], things: [...things] }
}

/** Begins anew around some accounts or things; how things are looked at stays. */
export function begin(state: AroundState, seeds: readonly NodeKey[]): AroundState {
  return {
    ...EMPTY,
    hiddenKinds: state.hiddenKinds,
    layout: state.layout,
    between: state.between,
    color: state.color,
    limit: state.limit,
    sort: state.sort,
    seeds: [...new Set(seeds)],
  }
}

export function addSeeds(state: AroundState, seeds: readonly NodeKey[]): AroundState {
  return { ...unhide(state, seeds), seeds: [...new Set([...state.seeds, ...seeds])] }
}

/** Adds an expansion; what it brings is shown even where it was hidden before. */
export function addExpansion(state: AroundState, expansion: Omit<Expansion, 'id'>): AroundState {
  const brought = [...expansion.accounts.map(accountKey), ...expansion.things.map(thingKey)]
  return {
    ...unhide(state, brought),
    expansions: [...state.expansions, { ...expansion, id: state.next }],
    next: state.next + 1,
  }
}

/** Takes more of what an expansion reached onto the canvas. */
export function extendExpansion(state: AroundState, id: number, accounts: readonly number[]): AroundState {
  return {
    ...unhide(state, accounts.map(accountKey)),
    expansions: state.expansions.map((expansion) => {
      if (expansion.id !== id) return expansion
      const fresh = accounts.filter((account) => !expansion.accounts.includes(account))
      return {
        ...expansion,
        accounts: [...expansion.accounts, ...fresh],
        left: Math.max(0, expansion.left - fresh.length),
      }
    }),
  }
}

/** Takes back exactly one expansion: what it alone brought goes; what others brought, or began from, stays. */
export function collapse(state: AroundState, id: number): AroundState {
  return tidy({ ...state, expansions: state.expansions.filter((expansion) => expansion.id !== id) })
}

/** Takes nodes off the canvas, wherever they came from. An expansion that nothing is left of goes, too. */
export function remove(state: AroundState, keys: readonly NodeKey[]): AroundState {
  const gone = new Set(keys)
  const stays = (key: NodeKey) => !gone.has(key)
  return tidy({
    ...state,
    seeds: state.seeds.filter(stays),
    expansions: state.expansions.flatMap((expansion) => {
      const from = expansion.from.filter(stays)
      const accounts = expansion.accounts.filter((account) => stays(accountKey(account)))
      const things = expansion.things.filter((thing) => stays(thingKey(thing)))
      if (from.length + accounts.length + things.length === 0) return []
      return { ...expansion, from, accounts, things }
    }),
  })
}

export function hide(state: AroundState, keys: readonly NodeKey[]): AroundState {
  return { ...state, hidden: [...new Set([...state.hidden, ...keys])] }
}
export function unhide(state: AroundState, keys: readonly NodeKey[]): AroundState {
  if (state.hidden.length === 0) return state
  const shown = new Set(keys)
  return { ...state, hidden: state.hidden.filter((key) => !shown.has(key)) }
}

export function toggleKind(state: AroundState, kind: string): AroundState {
  const { hiddenKinds } = state
  return {
    ...state,
    hiddenKinds: hiddenKinds.includes(kind)
      ? hiddenKinds.filter((other) => other !== kind)
      : [...hiddenKinds, kind],
  }
}

export function pin(state: AroundState, places: Record<NodeKey, [number, number]>): AroundState {
  return { ...state, pinned: { ...state.pinned, ...places } }
}
export function unpin(state: AroundState, keys: readonly NodeKey[]): AroundState {
  const gone = new Set(keys)
  return {
    ...state,
    pinned: Object.fromEntries(Object.entries(state.pinned).filter(([key]) => !gone.has(key))),
  }
}

/** Makes one node of several; a node is in one group at most, so they leave the groups that they were in. */
export function group(state: AroundState, keys: readonly NodeKey[], name: string): AroundState {
  const members = [...new Set(keys.filter((key) => kindOf(key) === 'account' || kindOf(key) === 'thing'))]
  if (members.length < 2) return state
  const taken = new Set(members)
  const groups = state.groups
    .map((other) => ({ ...other, members: other.members.filter((key) => !taken.has(key)) }))
    .filter((other) => other.members.length > 1)
  return {
    ...state,
    groups: [...groups, { id: state.next, name, members, closed: true }],
    next: state.next + 1,
  }
}
export function changeGroup(
  state: AroundState,
  id: number,
  change: Partial<Pick<Group, 'name' | 'closed'>> | null,
): AroundState {
  return tidy({
    ...state,
    groups: state.groups.flatMap((other) =>
      other.id !== id ? other : change === null ? [] : { ...other, ...change },
    ),
  })
}

/** Drops what speaks of nodes that are no longer there. Things between accounts come and go by themselves: theirs stays. */
function tidy(state: AroundState): AroundState {
  const { accounts } = membersOf(state)
  const there = new Set(accounts.map(accountKey))
  const stays = (key: NodeKey) => kindOf(key) !== 'account' || there.has(key)
  const groups = state.groups
    .map((other) => ({ ...other, members: other.members.filter(stays) }))
    .filter((other) => other.members.length > 1)
  const ids = new Set(groups.map((other) => groupKey(other.id)))
  const expansions = new Set(state.expansions.map((expansion) => moreKey(expansion.id)))
  return {
    ...state,
    hidden: state.hidden.filter(stays),
    groups,
    pinned: Object.fromEntries(
      Object.entries(state.pinned).filter(
        ([key]) =>
          stays(key) &&
          (kindOf(key) !== 'group' || ids.has(key)) &&
          (kindOf(key) !== 'more' || expansions.has(key)),
      ),
    ),
  }
}

/** What was saved, as far as it still makes sense; a fresh canvas for anything else. */
export function readState(saved: unknown): AroundState {
  if (typeof saved !== 'object' || saved === null) return EMPTY
  const given = saved as Partial<AroundState>
  const list = <T>(value: unknown, good: (item: T) => boolean): T[] =>
    Array.isArray(value) ? (value as T[]).filter(good) : []
  const isKey = (key: unknown) => typeof key === 'string' && /^[aegm]\d+$/.test(key)
  const expansions = list<Expansion>(
    given.expansions,
    (e) =>
      typeof e === 'object' &&
      e !== null &&
      Number.isInteger(e.id) &&
      [e.from, e.accounts, e.things].every(Array.isArray) &&
      e.from.every(isKey),
  )
  const groups = list<Group>(
    given.groups,
    (g) => typeof g === 'object' && g !== null && Array.isArray(g.members) && g.members.every(isKey),
  )
  return {
    seeds: list<NodeKey>(given.seeds, isKey),
    expansions,
    hidden: list<NodeKey>(given.hidden, isKey),
    hiddenKinds: list<string>(given.hiddenKinds, (kind) => typeof kind === 'string'),
    pinned: Object.fromEntries(
      Object.entries(given.pinned ?? {}).filter(
        ([key, at]) => isKey(key) && Array.isArray(at) && at.length === 2 && at.every(Number.isFinite),
      ),
    ),
    groups,
    layout: LAYOUTS.find((name) => name === given.layout) ?? EMPTY.layout,
    between: given.between !== false,
    color: COLORS.find((name) => name === given.color) ?? EMPTY.color,
    limit: LIMITS.find((n) => n === given.limit) ?? EMPTY.limit,
    sort: (['strongest', 'riskiest', 'newest'] as const).find((s) => s === given.sort) ?? EMPTY.sort,
    next: Math.max(1, Number(given.next) || 1, ...[...expansions, ...groups].map(({ id }) => id + 1)),
  }
}
