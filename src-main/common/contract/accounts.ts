import { z } from 'zod'
import { method } from './method.ts'
import { pageSchema, selectionSchema, type Provenance } from './selection.ts'

export interface AccountRow {
  id: number
  key: string
  registeredAt: number | null
  community: number | null
  belonging: number | null
  score: number | null
  events: number
  reports: number
  label: string | null
  verdict: string | null
}
export interface SourceRef extends Provenance {
  /** File name (and member of the archive), SHA-256 of its bytes. */
  file: string
  sha256: string | null
}
export interface AccountDetail extends AccountRow {
  tzOffset: number | null
  attributes: Record<string, string>
  labels: {
    label: string
    source: string | null
    ts: number | null
    provenance: SourceRef
    /** The file of a later import that says it anew, so that this one no longer counts; null: it holds. */
    supersededBy: string | null
  }[]
  judgements: { id: number; verdict: string; reason: string; by: string; at: number }[]
  notes: { id: number; text: string; by: string; at: number }[]
  tags: string[]
  entities: {
    entityId: number
    type: string
    key: string
    /** Accounts that use it in this workspace: the base rate for an innocent reading. */
    accounts: number
    count: number
    firstSeen: number | null
    lastSeen: number | null
    from: 'links' | 'events'
    provenance: SourceRef
  }[]
  provenance: SourceRef[]
  /** Which runs the inferred parts are from. */
  scoresRunId: number | null
  communitiesRunId: number | null
  /** How often it came back with its community when the search was repeated, 0..1; null where it was not measured. */
  confidence: number | null
}
export interface NeighbourRow {
  id: number
  key: string
  score: number | null
  label: string | null
  verdict: string | null
  community: number | null
  weight: number
  channels: string[]
}
export interface EdgeReason {
  /** 'relation:<type>', 'entity:<type>', 'event:ip', 'event:device', 'rhythm', 'text:reports', 'text:profiles'. */
  channel: string
  entityType: string | null
  entityKey: string | null
  /** Accounts that share the entity. */
  accountsSharing: number | null
  weight: number
  firstSeen: number | null
  lastSeen: number | null
  provenance: SourceRef[]
  /** What sort of tie it is. */
  kind?: 'relation' | 'sharing' | 'meeting' | 'rhythm' | 'text'
  /** The shared thing, where there is one. */
  entityId?: number
  /** relation: rows that count. meeting: separate times the two met on the thing. rhythm: hours both were active. */
  times?: number
  /** rhythm: cosine; text: Jaccard; 0..1. */
  similarity?: number
  /** meeting: how close in time two events must be; rhythm: length of a bin. Minutes. */
  minutes?: number
  /** text: how the two texts begin, of the first and of the second account. */
  excerpts?: [string, string]
  /**
   * Why the weight is 0 or less than the thing alone would give. 'hub': too common. 'nearest' / 'split': a hub of
   * which only the uses closest in time, or within the same stretch of time, count. 'few': fewer shared things than
   * the recipe asks for. 'one_way': only one direction where both are asked for. 'capped': scaled down to the
   * recipe's greatest weight. 'innocent': has a likely innocent explanation.
   */
  detail?: 'hub' | 'nearest' | 'split' | 'few' | 'one_way' | 'capped' | 'innocent'
  /** sharing: what the likely innocent explanation leaves of the weight, 0..1; absent where it was not asked for. */
  innocentFactor?: number
}
export interface ScoreReason {
  feature: string
  /** 'structure' | 'registration' | 'logins' | 'reports' | 'sharing' | 'neighbours' ... (catalogue: family.<x>) */
  family: string
  /** 0: the account itself; 1, 2: its neighbourhood. */
  hop: number
  /** The channel it came over ('relation:friend', 'entity:device', 'all'), where the model tells relations apart. */
  relation?: string | null
  value: number | null
  typical: number | null
  /** Signed share of score − baseline: how the score changes as this goes from typical to its value (occlusion). */
  contribution: number
}
export interface Explanation {
  accountId: number
  score: number
  /** The score of an account that is typical in everything. */
  baseline: number
  /** How contributions were made: exact for trees ('tree_shap'), else by exchanging groups of columns. */
  method: 'occlusion' | 'tree_shap'
  reasons: ScoreReason[]
  neighbours: { accountId: number; key: string; contribution: number }[]
}
export interface EventRow {
  id: number
  ts: number
  tzOffset: number | null
  kind: string
  context: string | null
  ip: string | null
  device: string | null
  country: string | null
  city: string | null
  outcome: string | null
  provenance: Provenance & { file: string }
}

/** Columns that accounts are put in order by. */
export const accountSortSchema = z.enum(['score', 'key', 'registered', 'community', 'events', 'reports'])

const id = z.number().int()
export const accountMethods = {
  'accounts.list': method(
    pageSchema.extend({
      selection: selectionSchema.default({}),
      sort: accountSortSchema.default('score'),
      descending: z.boolean().default(true),
      /** Columns that decide where the ones before them are equal. */
      also: z
        .array(z.object({ sort: accountSortSchema, descending: z.boolean() }))
        .max(2)
        .default([]),
    }),
  ).returns<{ total: number; rows: AccountRow[] }>(),
  'accounts.count': method(z.object({ selection: selectionSchema.default({}) })).returns<{
    accounts: number
    communities: number
    total: number
  }>(),
  'accounts.get': method(z.object({ id })).returns<AccountDetail>(),
  'accounts.neighbours': method(
    z.object({
      id,
      limit: z.number().int().max(500).default(100),
      /** Only those whom this channel joins to it; null: all. */
      channel: z.string().nullable().default(null),
    }),
  ).returns<{
    /** Of the channel asked for. */
    total: number
    /** How many neighbours each channel joins, most first (one neighbour may be in several). */
    channels: { channel: string; neighbours: number }[]
    /** How they are labelled or judged malicious: of all neighbours of the channel. */
    malicious: number
    rows: NeighbourRow[]
  }>(),
  /** Why the score is what it is. */
  'accounts.explain': method(z.object({ id })).returns<Explanation | null>(),
  'accounts.events': method(
    pageSchema.extend({ id, span: z.object({ from: z.number(), to: z.number() }).optional() }),
  ).returns<{
    total: number
    rows: EventRow[]
  }>(),
  /** Accounts whose key or name and entities whose key contains the text, reports whose text does, communities 'C-12', tags. */
  'search.all': method(
    z.object({ query: z.string().min(1), limit: z.number().int().max(50).default(8) }),
  ).returns<{
    accounts: {
      id: number
      key: string
      /** What the account calls itself (a column display_name, nickname, 昵称 …), where a file states it. */
      name: string | null
      score: number | null
      community: number | null
    }[]
    entities: { id: number; type: string; key: string; accounts: number }[]
    communities: { id: number; size: number }[]
    tags: { name: string; accounts: number; communities: number }[]
    reports: { id: number; accountId: number; accountKey: string; snippet: string }[]
  }>(),
  /** How many of each contain the text, up to `counted`; counted + 1 says: more. */
  'search.count': method(z.object({ query: z.string().min(1) })).returns<{
    accounts: number
    entities: number
    reports: number
    counted: number
  }>(),
  /** Ids of all accounts whose key or name contains the text, ascending; `cut` at 100,000. */
  'search.accounts': method(z.object({ query: z.string().min(1) })).returns<{
    accounts: Uint32Array
    cut: boolean
  }>(),
  /** What accounts and entities are called; those that are not there are left out. */
  'search.names': method(
    z.object({ accounts: z.array(id).max(100).default([]), entities: z.array(id).max(100).default([]) }),
  ).returns<{
    accounts: { id: number; key: string }[]
    entities: { id: number; type: string; key: string }[]
  }>(),
  /** Ids of accounts that use an entity: turns an entity into a selection. */
  'entities.accounts': method(z.object({ id })).returns<{ accounts: number[] }>(),
}
