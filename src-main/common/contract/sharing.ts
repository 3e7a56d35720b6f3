import type { SourceRef } from './accounts.ts'

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
  provenance: SourceRef
}
