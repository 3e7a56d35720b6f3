import { z } from 'zod'
import { method } from './method.ts'
import { selectionSchema } from './selection.ts'

/**
 * What the neighbourhood canvas asks: what an expansion would bring, what it brings, how what is shown hangs together,
 * and what joins a few accounts. Ties are those of a graph run; things (devices, addresses, …) are from the facts.
 *
 * A *channel* here is one of the graph's ('relation:friend', 'entity:device', 'rhythm', …), 'all' of them, or 'users':
 * the accounts that use a thing.
 */

/** What one expansion would bring. */
export interface Reach {
  channel: string
  /** Accounts at its other end, the ones asked about left out; and those of them that are not shown yet. */
  accounts: number
  fresh: number
  /** entity channels: things of the type that they use and share with anybody, without hubs. */
  things: number
  /** entity channels: things shared by more accounts than the recipe's cap, which make no ties, and the largest's accounts. */
  hubs: number
  hubAccounts: number
}

export interface ReachAnswer {
  graphRunId: number
  /** Of accounts: 'all' first, then channels by accounts, most first. Of things: 'users'. Channels that reach nobody are left out. */
  rows: Reach[]
}

/** An account that an expansion reaches. */
export interface Reached {
  id: number
  key: string
  score: number | null
  registeredAt: number | null
  /** Summed weight of its ties over the channel to those asked about; how many of the things it uses. */
  strength: number
}

export const expandSortSchema = z.enum(['strongest', 'riskiest', 'newest'])
export type ExpandSort = z.infer<typeof expandSortSchema>

export interface GraphExpansion {
  graphRunId: number
  channel: string
  /** Reached and not shown yet, in the order asked for, from `offset`, at most `limit`. */
  rows: Reached[]
  /** Reached, but shown already. */
  known: number[]
  /** Things between those asked about and those reached (entity channels); hubs of the type that they use are among them. */
  things: number[]
  /** Reached and not shown yet, in all (of those whose key has `query`, where one is given). */
  total: number
}

/** Accounts, things and everything between them as parallel columns. */
export interface AroundScene {
  graphRunId: number
  accounts: {
    id: Uint32Array
    key: string[]
    /** 0..1, NaN where unscored. */
    score: Float32Array
    /** 0xffffffff: none. */
    community: Uint32Array
    /** MEMBER_FLAG of contract/communities.ts. */
    flags: Uint8Array
    /** Milliseconds UTC, NaN where not known. */
    registered: Float64Array
    /** Earliest dated use, relation or event; NaN where there is none. */
    firstSeen: Float64Array
    /** Neighbours in the graph, shown or not. */
    degree: Uint32Array
  }
  /** Graph edges among the accounts, strongest first; a < b are indices of accounts. */
  edges: { a: Uint32Array; b: Uint32Array; weight: Float32Array; channelMask: Uint16Array }
  channels: string[]
  omittedEdges: number
  things: {
    id: Uint32Array
    /** Index into `types`. */
    type: Uint8Array
    key: string[]
    /** Accounts that use it in the whole workspace. */
    accounts: Uint32Array
  }
  types: string[]
  /** Who uses what: indices of accounts and things. */
  links: { account: Uint32Array; thing: Uint32Array }
  /** Things of the asked types that at least two of the accounts share and that found no place. */
  omittedThings: number
  /** Of these, those too common to make ties (more accounts than the recipe's cap). */
  omittedHubs: number
  hubCap: number
}

/** A thing that several of the accounts use. */
export interface JoiningThing {
  id: number
  type: string
  key: string
  /** Which of the accounts use it, and how many accounts do in all. */
  members: number[]
  accounts: number
  hub: boolean
  /** (members − 1) / ln(1 + accounts): many of these few, few of all others. */
  rank: number
}
export interface JoiningAccount {
  id: number
  key: string
  score: number | null
  /** Which of the accounts it is tied to, and how many accounts it is tied to in all. */
  members: number[]
  degree: number
  strength: number
  channels: string[]
  rank: number
}
export interface Joins {
  graphRunId: number
  /** Most telling first, at most 200 each. */
  things: JoiningThing[]
  accounts: JoiningAccount[]
  /** Pairs of the accounts that are tied directly, and pairs in all. */
  tied: number
  pairs: number
}

const id = z.number().int().min(0)
const ids = (max: number) => z.array(id).max(max)
const from = { accountIds: ids(500).default([]), thingIds: ids(500).default([]) }
const expandInput = {
  ...from,
  channel: z.string().min(1).max(200),
  /** What is on the canvas already. */
  shown: ids(20_000).default([]),
  sort: expandSortSchema.default('strongest'),
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(5000).default(50),
  query: z.string().max(200).default(''),
}
const sceneInput = {
  accountIds: ids(20_000),
  thingIds: ids(5000).default([]),
  /** Types whose things are shown where at least two of the accounts share them; '*': every type. */
  thingTypes: z.array(z.string()).max(64).default([]),
  maxThings: z.number().int().min(0).max(5000).default(400),
  maxEdges: z.number().int().min(0).max(200_000).default(50_000),
}
const run = { graphRunId: id.optional() }

/** For the renderer: on a graph run (default: the one shown). */
export const aroundMethods = {
  'graph.reach': method(z.object({ ...run, ...from, shown: ids(20_000).default([]) })).returns<ReachAnswer>(),
  'graph.expand': method(z.object({ ...run, ...expandInput })).returns<GraphExpansion>(),
  'graph.scene': method(z.object({ ...run, ...sceneInput })).returns<AroundScene>(),
  'graph.joins': method(z.object({ ...run, accountIds: ids(500).min(2) })).returns<Joins>(),
  /** 1 where the account is in the selection; parallel to accountIds. */
  'graph.selected': method(
    z.object({ accountIds: ids(20_000), selection: selectionSchema }),
  ).returns<Uint8Array>(),
}

const on = {
  workspace: z.string().min(1),
  graphRunId: id,
  scoresRunId: id.nullable(),
  communitiesRunId: id.nullable(),
}
/** For core: the same on given runs, in the compute process. */
export const computeAroundMethods = {
  'compute.reach': method(z.object({ ...on, ...from, shown: ids(20_000) })).returns<ReachAnswer>(),
  'compute.expand': method(z.object({ ...on, ...expandInput })).returns<GraphExpansion>(),
  'compute.scene': method(z.object({ ...on, ...sceneInput })).returns<AroundScene>(),
  'compute.joins': method(z.object({ ...on, accountIds: ids(500).min(2) })).returns<Joins>(),
}
