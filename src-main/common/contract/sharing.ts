import { z } from 'zod'
import type { EdgeReason, SourceRef } from './accounts.ts'
import { method } from './method.ts'

/**
 * Why accounts may share a thing without acting together. 'none': no innocent cause found, 'unknown': the facts fit
 * more than one cause about as well, or there are too few.
 */
export const SHARING_CAUSES = [
  'carrier',
  'public_place',
  'public_device',
  'campus',
  'family',
  'handover',
  'hosting',
  'popular',
  'none',
  'unknown',
] as const
export type SharingCause = (typeof SHARING_CAUSES)[number]

/** One measured fact about how a thing is shared; a catalogue sentence per code. */
export interface SharingEvidence {
  /** Catalogue: sharing.evidence.<code> */
  code: string
  /** What the sentence names: counts, shares in 0..1, days. */
  values: Record<string, number>
  /** Log-odds that it adds to the likely cause (negative: it speaks against it). */
  weight: number
}

/** What a recipe made of a thing, in the graph that is shown. */
export interface SharingEffect {
  /** 'joins': it makes edges; the others: why it makes none, or fewer. */
  treatment: 'joins' | 'unused' | 'dropped' | 'split' | 'nearest' | 'unshared'
  hubCap: number
  /** What it gives each pair before decay (rarity, type, discount); null where it gives different pairs different weights. */
  pairWeight: number | null
  rarity: string
  /** By which its weight was multiplied for its innocent explanation; null where the recipe does not discount. */
  discount: number | null
  /** What decay left of the newest use, 0..1. */
  decay: number | null
}

export interface EntityContext {
  id: number
  type: string
  key: string
  /** Distinct accounts that use it. */
  accounts: number
  baseRate: {
    /** Entities of the type that anybody uses. */
    ofType: number
    /** How many of them are shared by at least as many accounts. */
    sharedByAsMany: number
    /** How many are shared at all. */
    shared: number
  }
  time: {
    firstSeen: number | null
    lastSeen: number | null
    /** Share of the pairs of accounts whose times of use overlap; null where fewer than two are dated. */
    overlap: number | null
    days: number
    /** Days on which at least two accounts used it. */
    sharedDays: number
    uses: number
  }
  cause: SharingCause
  /** Probability of the cause among those considered, 0..1. */
  confidence: number
  /** The other causes considered, most likely first. */
  alternatives: { cause: SharingCause; probability: number }[]
  evidence: SharingEvidence[]
  /** What is left of its weight where a recipe discounts innocent explanations, 0.05..1. */
  factor: number
  effect: SharingEffect | null
  /** What the rules tell apart: sentences about an address speak of devices, those about a device of addresses. */
  kind: 'ip' | 'device' | 'other'
  provenance: SourceRef
}

/** An entity's likely cause, for lists. */
export interface EntityCause {
  id: number
  accounts: number
  cause: SharingCause
  confidence: number
  factor: number
}

/** How the two accounts of an edge used one shared thing. */
export interface PairThing {
  entityId: number
  type: string
  key: string
  accounts: number
  cause: SharingCause
  confidence: number
  /** Days (UTC) on which both used it, and the first and last of them (midnight, milliseconds). */
  sameDays: number
  firstSameDay: number | null
  lastSameDay: number | null
  /** Whether their times of use overlap; null where one of them isn't dated. */
  overlap: boolean | null
  /** Weight that it adds to the edge, 0 where the recipe leaves it out. */
  weight: number
}
export interface EdgeExplanation {
  reasons: EdgeReason[]
  /** Shared things by falling weight, then by how few share them. */
  things: PairThing[]
}

/** The parts of being alike; each has its own score and its own evidence. */
export const SIMILARITY_PARTS = ['entities', 'rhythm', 'neighbourhood', 'texts'] as const
export type SimilarityPart = (typeof SIMILARITY_PARTS)[number]

export interface SimilarAccount {
  id: number
  /** 1 − Π (1 − weight × part): how alike on the whole, 0..1. */
  score: number
  /** 0..1 each; null where one of the two has nothing to compare. */
  parts: Record<SimilarityPart, number | null>
  /** Shared things, rarest first. */
  shared: { entityId: number; type: string; key: string; accounts: number }[]
  rhythm: {
    /** Cosine of the hours of the week in which they act, 0..1. */
    hourOfWeek: number
    /** Five-minute stretches in which both acted, and how many chance would give. */
    together: number
    expected: number
  } | null
  neighbourhood: { common: number; mine: number; theirs: number } | null
  /** `similarity`: Jaccard of character 5-grams; the part's score is lower where many have such a text. */
  text: { of: 'reports' | 'profiles'; similarity: number; mine: string; theirs: string } | null
}
export interface SimilarAccounts {
  account: number
  /** Accounts that were compared: all that share a thing, a neighbour, a text or moments of activity. */
  candidates: number
  /** True where so many share something that only the most promising were compared. */
  cut: boolean
  weights: Record<SimilarityPart, number>
  seconds: number
  rows: SimilarAccount[]
}

export interface DuplicateGroup {
  /** 'texts': near-identical texts; 'entities': exactly the same set of shared things. */
  kind: 'texts' | 'entities'
  of: 'reports' | 'profiles' | null
  size: number
  /** Account ids, ascending; the first 20,000 of them. */
  members: Uint32Array
  /** Least similarity of the pairs that tie it together (1: word for word, or the very same things). */
  similarity: number
  /** The commonest text, or what all of them use. */
  text: string | null
  things: { entityId: number; type: string; key: string; accounts: number }[]
}
export interface DuplicateGroups {
  total: number
  rows: DuplicateGroup[]
  seconds: number
}

const id = z.number().int().min(0)
const weight = z.number().min(0).max(1)
export const similarityWeightsSchema = z.object({
  entities: weight.default(0.9),
  rhythm: weight.default(0.5),
  neighbourhood: weight.default(0.6),
  texts: weight.default(0.8),
})
export const duplicateOptions = {
  /** null: all three. */
  of: z.enum(['reports', 'profiles', 'entities']).nullable().default(null),
  minSimilarity: z.number().min(0.3).max(1).default(0.8),
  minLength: z.number().int().min(5).default(20),
  /** Only groups that this account is in. */
  account: id.nullable().default(null),
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(500).default(50),
}

export const sharingMethods = {
  /** What a shared thing is likely to be, why we think so, and what the recipe made of it. */
  'entities.explain': method(z.object({ id })).returns<EntityContext>(),
  /** The likely causes of many things at once, in the order given. */
  'entities.causes': method(z.object({ ids: z.array(id).max(1000) })).returns<EntityCause[]>(),
  /** Everything that a sentence about an edge needs. */
  'edges.explain': method(z.object({ a: id, b: id })).returns<EdgeExplanation>(),
  /** Accounts most like this one, with reasons per part; `keys` of the rows by account id. */
  'accounts.similar': method(
    z.object({
      id,
      limit: z.number().int().min(1).max(200).default(20),
      weights: similarityWeightsSchema.prefault({}),
    }),
  ).returns<SimilarAccounts & { keys: Record<number, string> }>(),
  /** Groups of accounts with near-identical texts or the very same things, largest first; `keys` of the first ten of each. */
  'similarity.groups': method(z.object(duplicateOptions)).returns<
    DuplicateGroups & { keys: Record<number, string> }
  >(),
}
