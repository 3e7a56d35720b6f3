import { z } from 'zod'
import type { AccountDetail } from './accounts.ts'
import { method } from './method.ts'
import { pageSchema, selectionSchema } from './selection.ts'

export type Grade = 'A' | 'B' | 'C' | 'D'
export type LineageKind = 'born' | 'same' | 'grown' | 'shrunk' | 'split' | 'merged' | 'gone'

/** One statistic of a community against chance (docs/trust.md). */
export interface CommunityTest {
  /**
   * age_spread | registration_burst | entity_sharing | hub_sharing | label_malicious | label_benign | density. What the
   * data can't answer is absent.
   */
  statistic: string
  /** registration_burst: hours of the window; *_sharing: the entity's id; else null. */
  detail: number | null
  /** Of *_sharing. */
  entity: { id: number; type: string; key: string } | null
  observed: number
  expected: number
  /** One-sided z of p; above 0: more surprising than half of what chance makes. null: nothing is less surprising. */
  z: number | null
  p: number
  /** Benjamini–Hochberg within the statistic, over all communities. */
  q: number
}
/** What became of a community of an earlier run, or where one of this run comes from. */
export interface LineageLink {
  kind: LineageKind
  /** Community of the earlier run; null: born. */
  earlierId: number | null
  /** Community of this run; null: gone. */
  laterId: number | null
  shared: number
  earlierSize: number
  laterSize: number
}
export interface LineageSummary {
  runId: number
  earlierRunId: number
  laterRunId: number
  /** When the earlier communities were found, ms. */
  earlierAt: number
  /** How many communities each word is true of: earlier ones for gone and split, later ones for the others. */
  counts: Record<LineageKind, number>
}

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
  /** Mean best Jaccard over repeated searches, 0..1; null where it was not measured. */
  stability: number | null
  grade: Grade | null
  /** −log₁₀ p of its most surprising statistic, corrected for how many it has; null where the data answer none. */
  surprise: number | null
  surpriseQ: number | null
  /** The statistic that `surprise` rests on. */
  surpriseBy: string | null
  /** What it is since the earlier run; null where there is none. */
  fate: LineageKind | null
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
  /**
   * The coarser groups that it lies in, finest first; only those that hold more communities than the one before. At
   * most the 200 largest communities of each are named.
   */
  groups: { level: number; communities: number; accounts: number; ids: number[] }[]
  /** How its stability was measured; null where it was not. */
  trust: {
    runId: number
    bySeed: number
    byEdges: number
    /** Members whose confidence is at least 0.75. */
    core: number
    seeds: number
    bootstraps: number
    /** Share of the edges that each bootstrap loses. */
    dropped: number
    rewirings: number
  } | null
  /** Most surprising first; density and what speaks for innocence last. */
  tests: CommunityTest[]
  lineage: (LineageSummary & { links: LineageLink[] }) | null
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

/** Which coarser group each community lies in, parallel; of one level of the hierarchy (0: none has few enough groups). */
export interface CommunityRegions {
  level: number
  community: Uint32Array
  region: Uint32Array
}

/** Bit set in `memberFlags`. */
export const MEMBER_FLAG = {
  judgedMalicious: 1,
  judgedBenign: 2,
  labelMalicious: 4,
  labelBenign: 8,
  selected: 16,
}

/** A community's members as points with the edges among them, as columns. */
export interface MemberMap {
  accountId: Uint32Array
  /** Account keys, parallel; only where there are at most 5,000 members, else empty. */
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
export const communitySortSchema = z.enum([
  'size',
  'risk',
  'flagged',
  'reports',
  'anomalies',
  'registered',
  'conductance',
  'stability',
  'surprise',
  'id',
])
export const communityMethods = {
  'communities.list': method(
    pageSchema.extend({
      selection: selectionSchema.default({}),
      sort: communitySortSchema.default('flagged'),
      descending: z.boolean().default(true),
      /** Orders that break ties, in turn. */
      ties: z
        .array(z.object({ sort: communitySortSchema, descending: z.boolean() }))
        .max(3)
        .default([]),
      /** 'stable': grades A and B; 'surprising': q < .05; or what became of it since the earlier run. */
      only: z
        .enum(['all', 'stable', 'surprising', 'born', 'grown', 'shrunk', 'split', 'merged'])
        .default('all'),
    }),
  ).returns<{ total: number; rows: CommunityRow[] }>(),
  'communities.get': method(z.object({ id })).returns<CommunityDetail>(),
  /** What changed since the earlier run, in all and community by community; null where there is none to compare with. */
  'communities.lineage': method(
    pageSchema.extend({
      kind: z.enum(['born', 'same', 'grown', 'shrunk', 'split', 'merged', 'gone']).optional(),
    }),
  ).returns<(LineageSummary & { total: number; links: LineageLink[] }) | null>(),
  'communities.map': method(z.object({ selection: selectionSchema.default({}) })).returns<CommunityMap>(),
  /** The one column of the map that a selection changes: communities that hold any of the selected, and how many. */
  'communities.selected': method(z.object({ selection: selectionSchema.default({}) })).returns<{
    communitiesRunId: number
    id: Uint32Array
    accounts: Uint32Array
  }>(),
  /** The coarser groups that are named on the map seen from afar: 3 to 40 of them, or none. */
  'communities.regions': method(z.object({})).returns<CommunityRegions>(),
  /** Members of one community with the edges among them. */
  'communities.members': method(
    z.object({ id, selection: selectionSchema.default({}) }),
  ).returns<MemberMap>(),
}
