import { z } from 'zod'
import type { AccountDetail } from './accounts.ts'
import { method } from './method.ts'
import { pageSchema, selectionSchema } from './selection.ts'

export interface CommunityRow {
  id: number
  /** Shown as C-<id + 1>. */
  size: number
  meanScore: number | null
  maxScore: number | null
  /** Members at or above the model's threshold. */
  flagged: number
  labelledMalicious: number
  labelledBenign: number
  reports: number
  anomalies: number
  conductance: number
  registeredFrom: number | null
  registeredTo: number | null
  verdict: string | null
}
/** A thing that many members share, with what it is in the rest of the workspace. */
export interface SharedEntity {
  entityId: number
  type: string
  key: string
  /** Members who use it, and all accounts who do. */
  members: number
  accounts: number
}
export interface CommunityDetail extends CommunityRow {
  runId: number
  algorithm: string
  seed: number | null
  internalWeight: number
  boundaryWeight: number
  medianBelonging: number
  sharedEntities: SharedEntity[]
  relationCounts: { type: string; inside: number }[]
  reportClasses: { class: string; count: number }[]
  neighbours: { id: number; weight: number; size: number }[]
  /** Judged: what analysts said of this community of this run. */
  judgements: AccountDetail['judgements']
  notes: AccountDetail['notes']
  tags: string[]
}

/** Columns of the map's first level: one entry per community, parallel arrays; `edge*` are between communities. */
export interface CommunityMap {
  communitiesRunId: number
  layoutRunId: number
  scoresRunId: number | null
  threshold: number | null
  id: Uint32Array
  x: Float32Array
  y: Float32Array
  radius: Float32Array
  size: Uint32Array
  /** NaN where unscored. */
  meanScore: Float32Array
  flagged: Uint32Array
  /** How many members the current selection holds (all of them when it is empty). */
  selected: Uint32Array
  /** Indices into the arrays above, heaviest edges first, at most 20,000. */
  edgeSource: Uint32Array
  edgeTarget: Uint32Array
  edgeWeight: Float32Array
  /** Accounts in no community: those without edges, and a few whose edges bind them to none. */
  isolated: number
}

/** Bit set in `memberFlags`. */
export const MEMBER_FLAG = {
  judgedMalicious: 1,
  judgedBenign: 2,
  labelMalicious: 4,
  labelBenign: 8,
  selected: 16,
}

/** Columns of accounts as points; for one community with edges, or for the whole workspace without. */
export interface MemberMap {
  accountId: Uint32Array
  /** Account keys, parallel; only for one community of at most 5,000 members, else empty. */
  key: string[]
  community: Uint32Array
  x: Float32Array
  y: Float32Array
  score: Float32Array
  flags: Uint8Array
  /** Indices into the arrays above, heaviest first, at most 30,000. */
  edgeSource: Uint32Array
  edgeTarget: Uint32Array
  edgeWeight: Float32Array
  /** Bit k set: channel k of `channels` binds the two. */
  edgeChannels: Uint16Array
  /** 'relation:friend', 'entity:device', ... */
  channels: string[]
  edgesTotal: number
}

const id = z.number().int().min(0)
export const communityMethods = {
  'communities.list': method(
    pageSchema.extend({
      selection: selectionSchema.default({}),
      sort: z
        .enum(['size', 'risk', 'flagged', 'reports', 'anomalies', 'registered', 'conductance', 'id'])
        .default('flagged'),
      descending: z.boolean().default(true),
    }),
  ).returns<{ total: number; rows: CommunityRow[] }>(),
  'communities.get': method(z.object({ id })).returns<CommunityDetail>(),
  'communities.map': method(z.object({ selection: selectionSchema.default({}) })).returns<CommunityMap>(),
  /** Members of one community with the edges among them. */
  'communities.members': method(
    z.object({ id, selection: selectionSchema.default({}) }),
  ).returns<MemberMap>(),
  /** Every placed account as a point (no keys, no edges), in chunks of at most 250,000. */
  'communities.points': method(
    z.object({ offset: z.number().int().min(0).default(0), selection: selectionSchema.default({}) }),
  ).returns<MemberMap>(),
}
