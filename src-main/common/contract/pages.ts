import { z } from 'zod'
import type { SourceRef } from './accounts.ts'
import { method } from './method.ts'
import { pageSchema } from './selection.ts'

/** What an entry of an account's history is; the catalogue has a sentence for each (pages.history.<kind>). */
export type HistoryKind =
  | 'registered'
  | 'day'
  | 'report'
  | 'label'
  | 'relation'
  | 'scored'
  | 'community'
  | 'judged'
  | 'retracted'
  | 'note'
  | 'tagged'
  | 'untagged'
  | 'caseIn'
  | 'caseOut'

/** One thing that happened to an account, or that was found or said about it. */
export interface HistoryEntry {
  /** Milliseconds UTC; a run's: when it ended. */
  at: number
  /** observed: a row of a file says so; inferred: a run; judged: a person. */
  knowledge: 'observed' | 'inferred' | 'judged'
  kind: HistoryKind
  /** What the sentence names; which keys depends on the kind. */
  values: Record<string, string | number | null>
  /** relation: the other account. */
  account?: { id: number; key: string }
  runId?: number
  by?: string
  provenance?: SourceRef
}

/** How a run's score of an account differs from the run before it. */
export interface ScoreStep {
  runId: number
  at: number
  algorithm: string
  model: string | null
  score: number
  /** Against the run before; null: the first. */
  change: number | null
  /** The scores that the views show. */
  shown: boolean
}

/** A member of a community, core first. */
export interface MemberRow {
  id: number
  key: string
  /** Share of its edge weight that lies inside, 0..1. */
  belonging: number
  /** How often it came back with the community, 0..1; null where that was not measured. */
  confidence: number | null
  /** core: confidence at least 0.75, or belonging at least 0.5 where there is no confidence. */
  place: 'core' | 'fringe'
  score: number | null
  label: string | null
  verdict: string | null
  registeredAt: number | null
}

/** Signs by which an account may have organised the others. */
export const ORGANISER_SIGNS = ['invited', 'first', 'bridges', 'between', 'collects'] as const
export type OrganiserSign = (typeof ORGANISER_SIGNS)[number]

/** A possible organiser, and by which signs. */
export interface Organiser {
  id: number
  key: string
  score: number | null
  verdict: string | null
  /** 1 − Π (1 − weight × share) over the signs: an order to look in, no probability. */
  strength: number
  /** Strongest first; only those that hold for it. */
  signs: {
    sign: OrganiserSign
    /**
     * invited: members it invited; first: hours before the median registration; bridges: members tied by devices only
     * through it; between: share of the shortest paths inside that pass it; collects: members who transferred to it.
     */
    amount: number
    /** The amount as a share of what it could be, 0..1. */
    share: number
    /** 1: nobody in the community has more. */
    rank: number
  }[]
}
export interface Organisers {
  size: number
  /** Signs that the data can show here. */
  asked: OrganiserSign[]
  /** Betweenness was estimated from so many members; null: all of them. */
  sampled: number | null
  rows: Organiser[]
}

/** A word that reports of a community have more often than others. */
export interface TellingWord {
  word: string
  language: 'zh' | 'en'
  /** Reports with it, of the community and of everybody else. */
  inside: number
  outside: number
  /** z of the log-odds ratio with an informative prior (Monroe et al. 2008). */
  z: number
  /** A report of the community that has it. */
  reportId: number
}
export interface Themes {
  reports: number
  /** Reports of others that were compared with. */
  compared: number
  words: TellingWord[]
}

/** What would be left of a community without a thing, or without a sort of tie. */
export interface WithoutRow {
  kind: 'entity' | 'channel'
  /** Entity id, or null. */
  entityId: number | null
  /** Entity type, or channel id. */
  type: string
  key: string
  /** Ties inside that rest on it alone. */
  edgesLost: number
  /** Members who stay tied to at least one other, and the largest part that stays together. */
  tied: number
  largest: number
  parts: number
}
export interface Without {
  size: number
  edges: number
  /** As it is now. */
  now: { tied: number; largest: number; parts: number }
  /** Most destructive first. */
  rows: WithoutRow[]
}

/** One side of a comparison. */
export interface CompareSide {
  id: number
  size: number
  meanScore: number | null
  flagged: number
  reports: number
  registeredFrom: number | null
  registeredTo: number | null
  labelledMalicious: number
  verdict: string | null
  classes: { class: string; count: number }[]
  /** Events by hour of the day in the workspace's zone, length 24. */
  hours: number[]
}
export interface CommunityComparison {
  a: CompareSide
  b: CompareSide
  /** Edges of the graph between the two, summed, counted, and by channel (an edge may have several). */
  between: { weight: number; edges: number; channels: { channel: string; edges: number }[] }
  /** Things that members of both use, those of few accounts first. */
  shared: { entityId: number; type: string; key: string; inA: number; inB: number; accounts: number }[]
  sharedTotal: number
  /** Observed relations from one to the other, by type. */
  relations: { type: string; aToB: number; bToA: number }[]
  /** Cosine of the hours of the day; null where one has no events. */
  rhythm: number | null
}

/** What happened to a case's item since it was put there. */
export interface CaseChange {
  itemId: number
  since: number
  /** Score by the run that was newest then, and now; null: not scored. */
  scoreThen: number | null
  scoreNow: number | null
  /** Reports that files brought since. */
  newReports: number
  newEvents: number
  newLabels: number
  /** Communities: 'same' run, or what the members are in now. */
  community: {
    sameRun: boolean
    /** The shown community that holds most of its members. */
    nowId: number | null
    shared: number
    size: number
    nowSize: number
  } | null
  /** The standing decision. */
  decision: { verdict: string; reason: string; by: string; at: number } | null
}

const id = z.number().int().min(0)
export const pageMethods = {
  /** Everything that happened to an account, newest first. */
  'accounts.history': method(
    pageSchema.extend({ id, knowledge: z.enum(['observed', 'inferred', 'judged']).optional() }),
  ).returns<{ total: number; rows: HistoryEntry[]; scores: ScoreStep[] }>(),
  'communities.memberPage': method(pageSchema.extend({ id })).returns<{
    total: number
    core: number
    measured: boolean
    rows: MemberRow[]
  }>(),
  'communities.organisers': method(
    z.object({ id, limit: z.number().int().min(1).max(50).default(5) }),
  ).returns<Organisers>(),
  'communities.themes': method(
    z.object({ id, limit: z.number().int().min(1).max(100).default(16) }),
  ).returns<Themes>(),
  'communities.without': method(z.object({ id })).returns<Without | null>(),
  'communities.compare': method(z.object({ a: id, b: id })).returns<CommunityComparison>(),
  'cases.changes': method(z.object({ id })).returns<CaseChange[]>(),
}
