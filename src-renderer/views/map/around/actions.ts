import type { PathsAnswer } from '../../../../src-main/common/contract/paths.ts'
import { pairName } from './look.ts'
import {
  accountIds,
  accountKey,
  addExpansion,
  addSeeds,
  begin,
  extendExpansion,
  membersOf,
  thingIds,
  type AroundState,
  type Expansion,
  type NodeKey,
} from './state.ts'
import { ask, useAround } from './store.ts'

/** More accounts than this cannot be looked around from at once. */
export const MOST_FROM = 500
/** More accounts than this are joined pairwise by too many paths. */
export const MOST_PATH_ENDS = 6

async function reach(
  state: AroundState,
  from: readonly NodeKey[],
  channel: string,
): Promise<Omit<Expansion, 'id'> | null> {
  const answer = await ask('graph.expand', {
    accountIds: accountIds(from).slice(0, MOST_FROM),
    thingIds: channel === 'users' ? thingIds(from) : [],
    channel,
    shown: membersOf(state).accounts.slice(0, 20_000),
    sort: state.sort,
    limit: state.limit,
  })
  if (!answer) return null
  return {
    kind: 'expand',
    from: [...from],
    channel,
    sort: state.sort,
    accounts: [...answer.rows.map(({ id }) => id), ...answer.known],
    things: answer.things,
    left: answer.total - answer.rows.length,
  }
}

/** Opens the canvas around accounts or things, with those most strongly tied to them. */
export async function lookAround(from: readonly NodeKey[]): Promise<void> {
  if (from.length === 0) return
  const state = begin(useAround.getState().state, from)
  const channel = from.every((key) => key.startsWith('e')) ? 'users' : 'all'
  const first = await reach(state, from, channel)
  useAround.setState({ bright: null, cursor: from[0]!, side: { kind: 'tree' } })
  useAround
    .getState()
    .change(() =>
      first && first.accounts.length + first.things.length > 0 ? addExpansion(state, first) : state,
    )
}

/** The same for the map: accounts by id. */
export const lookAroundAccounts = (ids: readonly number[]): Promise<void> => lookAround(ids.map(accountKey))

/** Adds accounts or things to what is looked around from, without expanding them. */
export function addToCanvas(keys: readonly NodeKey[]): void {
  useAround.getState().change((state) => addSeeds(state, keys))
}

export async function expand(from: readonly NodeKey[], channel: string): Promise<void> {
  const expansion = await reach(useAround.getState().state, from, channel)
  if (expansion) useAround.getState().change((state) => addExpansion(state, expansion))
}

/** Everything within so many hops of one account, the most strongly tied first, within a budget. */
export async function expandHops(from: NodeKey, hops: number, most: number): Promise<void> {
  const accountId = accountIds([from])[0]
  if (accountId === undefined) return
  const answer = await ask('graph.neighbourhood', { accountId, hops, maxNodes: most, maxEdges: 0 })
  if (!answer) return
  useAround.getState().change((state) =>
    addExpansion(state, {
      kind: 'hops',
      from: [from],
      channel: String(hops),
      sort: 'strongest',
      accounts: [...answer.accountIds].filter((id) => id !== accountId),
      things: [],
      left: 0,
    }),
  )
}

export function takeMore(expansion: number, accounts: readonly number[]): void {
  useAround.getState().change((state) => extendExpansion(state, expansion, accounts))
}

/** Takes things or accounts that a list proposed onto the canvas, as one step that can be taken back. */
export function addFound(from: readonly number[], accounts: number[], things: number[]): void {
  useAround.getState().change((state) =>
    addExpansion(state, {
      kind: 'joins',
      from: from.map(accountKey),
      channel: '',
      sort: 'strongest',
      accounts,
      things,
      left: 0,
    }),
  )
}

/** The k strongest paths between two accounts; between more, the strongest one of each pair. */
export async function findPaths(accounts: readonly number[], k: number): Promise<PathsAnswer[]> {
  const ends = accounts.slice(0, MOST_PATH_ENDS)
  const pairs = ends.flatMap((a, i) => ends.slice(i + 1).map((b) => [a, b] as const))
  const answers = await Promise.all(
    pairs.map(([a, b]) => ask('graph.paths', { a, b, k: pairs.length === 1 ? k : 1 })),
  )
  return answers.filter((answer): answer is PathsAnswer => answer !== null)
}

/** Puts a path onto the canvas and points it out. */
export function showPath(ids: readonly number[]): void {
  const keys = ids.map(accountKey)
  const { state, change } = useAround.getState()
  const shown = new Set(membersOf(state).accounts)
  const hidden = new Set(state.hidden)
  if (ids.some((id) => !shown.has(id)) || keys.some((key) => hidden.has(key)))
    change((old) =>
      addExpansion(old, {
        kind: 'paths',
        from: [keys[0]!, keys.at(-1)!],
        channel: '',
        sort: 'strongest',
        accounts: [...ids],
        things: [],
        left: 0,
        paths: [[...ids]],
      }),
    )
  const edges = keys.slice(1).map((key, i) => pairName(keys[i]!, key))
  useAround.setState({ bright: { nodes: new Set(keys), edges: new Set(edges) } })
}
