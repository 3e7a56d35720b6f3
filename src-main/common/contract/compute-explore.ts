import { z } from 'zod'
import type { CommunityPlaces, CommunitySizes, TrustCodes } from '../communities/columns.ts'
import { accountSortSchema, type accountMethods } from './accounts.ts'
import type { CommunityDetail, CommunityRegions } from './communities.ts'
import type { ChannelBytes, ChannelInfo, Histogram, Mask, Places } from './explore.ts'
import { channelSchema } from './explore.ts'
import { method, type OutputOf } from './method.ts'
import { selectionSchema, spanSchema } from './selection.ts'
import type { exploreMethods } from './explore.ts'
import type { timelineMethods } from './timeline.ts'

const id = z.number().int().optional()
/** The runs that are shown: core knows which. */
export const exploreRunsSchema = z.object({
  layout: id,
  communities: id,
  graph: id,
  scores: id,
  series: id,
  trust: id,
  report_classes: id,
})
export type ExploreRuns = z.infer<typeof exploreRunsSchema>

const on = { workspace: z.string().min(1), runs: exploreRunsSchema }
const selection = selectionSchema.default({})
const except = z.array(z.string()).default([])

/** What a timeline counts, without names and anomalies, which core adds. */
export interface ExploreCounts {
  eventsInView: number
  /** All events by bin: registrations may be counted from the accounts' rows, which are no events. */
  events: Uint32Array
  /** Counts by class and bin. */
  logins: Uint32Array
  failed: Uint32Array
  registrations: Uint32Array
  other: Uint32Array
  /** One row of counts per lane. */
  lanes: Uint32Array[]
}

/** What is known of each community, by its id; NaN where nobody states it. Places are of the shown layout. */
export interface CommunityColumns extends CommunitySizes, CommunityPlaces {
  meanScore: Float32Array
  maxScore: Float32Array
  flagged: Uint32Array
  labelledMalicious: Uint32Array
  labelledBenign: Uint32Array
  reports: Uint32Array
  registeredFrom: Float64Array
  registeredTo: Float64Array
}

/** A lane: the events of some accounts, or those that share a context, a country, an outcome or an entity. */
export const laneSchema = z.discriminatedUnion('by', [
  z.object({ by: z.literal('community'), id: z.number().int() }),
  z.object({ by: z.literal('account'), id: z.number().int() }),
  /** null: events that state none. */
  z.object({ by: z.enum(['context', 'country', 'outcome']), value: z.string().nullable() }),
  /** Events on an address or device; of another entity, the events of the accounts linked to it. */
  z.object({ by: z.literal('entity'), id: z.number().int() }),
])
export type ExploreLane = z.infer<typeof laneSchema>

/** What core asks of the engine that holds the columns (compute/explore). */
export const computeExploreMethods = {
  'compute.explore.warm': method(z.object({ ...on, events: z.boolean().default(true) })).returns<{
    accounts: number
    events: number
  }>(),
  'compute.explore.state': method(z.object(on)).returns<{ version: string; residentBytes: number }>(),
  'compute.explore.channels': method(z.object(on)).returns<ChannelInfo[]>(),
  'compute.explore.places': method(z.object(on)).returns<Places>(),
  'compute.explore.channel': method(z.object({ ...on, channel: channelSchema })).returns<
    ChannelBytes & { version: string; info: ChannelInfo }
  >(),
  'compute.explore.mask': method(z.object({ ...on, selection, except })).returns<Mask>(),
  'compute.explore.histogram': method(
    z.object({ ...on, channel: channelSchema, selection, bins: z.number().int() }),
  ).returns<Histogram>(),
  'compute.explore.events': method(
    z.object({ ...on, selection, span: spanSchema, limit: z.number().int() }),
  ).returns<OutputOf<(typeof exploreMethods)['explore.events']>>(),
  'compute.explore.timeline': method(
    z.object({
      ...on,
      selection,
      bins: z.object({ from: z.number(), binMs: z.number(), count: z.number().int() }),
      lanes: z.array(laneSchema).max(250),
    }),
  ).returns<ExploreCounts>(),
  /** Ids of one page of the selected accounts, with how many events each has where that is known at once. */
  'compute.explore.page': method(
    z.object({
      ...on,
      selection,
      sort: accountSortSchema,
      descending: z.boolean(),
      also: z.array(z.object({ sort: accountSortSchema, descending: z.boolean() })).default([]),
      offset: z.number().int(),
      limit: z.number().int(),
    }),
  ).returns<{ total: number; ids: number[]; events: number[] | null }>(),
  /** Which of some accounts are selected: 1 or 0 each. */
  'compute.explore.among': method(
    z.object({ ...on, selection, ids: z.custom<Uint32Array>((v) => v instanceof Uint32Array) }),
  ).returns<{
    selected: Uint8Array
  }>(),
  'compute.explore.communities': method(
    z.object({ ...on, threshold: z.number().nullable() }),
  ).returns<CommunityColumns>(),
  'compute.explore.regions': method(z.object(on)).returns<CommunityRegions>(),
  'compute.explore.trust': method(
    z.object({ ...on, trust: z.number().int().nullable(), lineage: z.number().int().nullable() }),
  ).returns<TrustCodes>(),
  /** The heaviest 20,000 edges between communities, heaviest first; source < target. */
  'compute.explore.between': method(z.object(on)).returns<{
    source: Uint32Array
    target: Uint32Array
    weight: Float32Array
  }>(),
  /** What one community is bound to most, heaviest first, at most 32; and the coarser groups that it lies in. */
  'compute.explore.community': method(z.object({ ...on, id: z.number().int().min(0) })).returns<{
    other: Uint32Array
    weight: Float32Array
    groups: CommunityDetail['groups']
  }>(),
  /** Communities that hold any of the selected, ascending, with how many of them each holds. */
  'compute.explore.byCommunity': method(z.object({ ...on, selection, except })).returns<{
    id: Uint32Array
    accounts: Uint32Array
  }>(),
  /** As timeline.reports. */
  'compute.explore.reports': method(
    z.object({ ...on, selection, span: spanSchema, limit: z.number().int() }),
  ).returns<OutputOf<(typeof timelineMethods)['timeline.reports']>>(),
  /** As search.all, search.count, search.accounts. */
  'compute.explore.search': method(z.object({ ...on, query: z.string(), limit: z.number().int() })).returns<
    OutputOf<(typeof accountMethods)['search.all']>
  >(),
  'compute.explore.searchCount': method(z.object({ ...on, query: z.string() })).returns<
    OutputOf<(typeof accountMethods)['search.count']>
  >(),
  'compute.explore.searchAccounts': method(z.object({ ...on, query: z.string() })).returns<
    OutputOf<(typeof accountMethods)['search.accounts']>
  >(),
  /** Ids in the selection, ascending; those inside the polygon (layout coordinates) where one is given. */
  'compute.explore.ids': method(
    z.object({ ...on, selection, polygon: z.array(z.number()).nullable().default(null) }),
  ).returns<{ ids: Uint32Array }>(),
} as const
