import { z } from 'zod'

export const RECIPE_VERSION = 2

/** Multiplies the weight of a type; a type that is not named keeps 1. */
const byType = z.record(z.string(), z.number().positive()).default({})
const positive = z.number().positive()

/**
 * How a graph is designed from relations, links and events (docs/graph.md). Versioned: a saved recipe always names
 * its version. Version 1 had a subset of these settings, and a stored one reads as what it always meant.
 */
export const recipeSchema = z.object({
  version: z
    .union([z.literal(1), z.literal(2)])
    .default(RECIPE_VERSION)
    .transform((): typeof RECIPE_VERSION => RECIPE_VERSION),
  name: z.string().trim().min(1).max(80).default('default'),
  /** Observed account–account relations. */
  relations: z
    .object({
      /** Relation types to use; null means all, [] none. */
      types: z.array(z.string()).nullable().default(null),
      weight: positive.default(1),
      byType,
      /** What the summed, decayed weight s of a pair becomes: log2(1 + s), √s, s, or 1 however large. */
      damping: z.enum(['log', 'sqrt', 'none', 'binary']).default('log'),
      /** 'mutual' keeps a pair only where rows run in both directions. */
      direction: z.enum(['any', 'mutual']).default('any'),
      /** An account with more neighbours than this in one relation type is a hub there; null: no limit. */
      hubCap: z.number().int().min(2).nullable().default(null),
    })
    .prefault({}),
  /** Things that accounts share: entity types of links, and the ip and device of events. */
  entities: z
    .object({
      /** Entity types whose sharing makes edges; null means all, [] none. */
      types: z.array(z.string()).nullable().default(null),
      weight: positive.default(1),
      byType,
      /**
       * What an entity shared by d of N accounts gives each pair: 'newman' 1/(d−1), 'resource' 1/d,
       * 'adamic_adar' 1/ln d, 'idf' ln(N/d)/ln N, 'none' 1.
       */
      rarity: z.enum(['newman', 'resource', 'adamic_adar', 'idf', 'none']).default('newman'),
      /** An entity with more accounts than this is a hub (NAT, carrier, popular group). */
      hubCap: z.number().int().min(2).default(60),
      /**
       * What a hub does. 'drop': no edges. 'split': it counts as one entity per `splitHours` of time, each dropped
       * if it is still a hub. 'nearest': each account is joined only to the `nearest` accounts that used it closest
       * in time. None of them ever lists a hub's pairs.
       */
      hub: z.enum(['drop', 'split', 'nearest']).default('drop'),
      splitHours: z.number().positive().max(8784).default(24),
      nearest: z.number().int().min(1).max(50).default(5),
      /** Two accounts must share at least this many distinct entities of a type, unless related otherwise. */
      minShared: z.number().int().min(1).default(1),
      /** Multiplies an entity's weight by how unlikely its innocent explanation is (docs/graph.md, sharing). */
      discountInnocent: z.boolean().default(false),
    })
    .prefault({}),
  /** Events of two accounts on the same thing within a time window of each other. */
  cooccurrence: z
    .object({
      /** [] means none. */
      on: z.array(z.enum(['ip', 'device'])).default([]),
      windowMinutes: positive.max(1440).default(10),
      /** Distinct windows in which a pair must meet. */
      minTimes: z.number().int().min(1).default(2),
      /** A window with more accounts than this on one thing says nothing. */
      hubCap: z.number().int().min(2).default(60),
      weight: positive.default(1),
    })
    .prefault({}),
  /** Accounts that are active in the same hours: cosine of activity per hour bin after removing what is usual. */
  rhythm: z
    .object({
      use: z.boolean().default(false),
      binMinutes: z.number().int().min(1).max(1440).default(60),
      /** An account with fewer events has no rhythm. */
      minEvents: z.number().int().min(3).default(8),
      minSimilarity: z.number().min(0).max(1).default(0.8),
      /** Each account's strongest partners kept. */
      neighbours: z.number().int().min(1).max(50).default(10),
      weight: positive.default(1),
    })
    .prefault({}),
  /** Near-identical texts. */
  texts: z
    .object({
      /** Reports about the accounts, profile attributes of the accounts. */
      of: z.array(z.enum(['reports', 'profiles'])).default([]),
      /** Jaccard similarity of character 5-grams. */
      minSimilarity: z.number().min(0.3).max(1).default(0.8),
      /** Shorter texts are too common to mean anything. */
      minLength: z.number().int().min(5).default(20),
      hubCap: z.number().int().min(2).default(60),
      weight: positive.default(1),
    })
    .prefault({}),
  /** An edge needs at least this many distinct shared entities over all types, unless a relation makes it. */
  minEvidence: z.number().int().min(1).default(1),
  /** Upper bound of a combined edge weight; null: none. */
  maxWeight: positive.nullable().default(null),
  /** Half-life in days of an edge's weight since it was last seen, counted back from the newest fact; null: none. */
  decayHalfLifeDays: z.number().positive().nullable().default(90),
  /** Only facts inside [from, to) count; milliseconds UTC. */
  window: z.object({ from: z.number().int(), to: z.number().int() }).nullable().default(null),
})

export type Recipe = z.infer<typeof recipeSchema>
export type RecipeInput = z.input<typeof recipeSchema>
export const DEFAULT_RECIPE: Recipe = recipeSchema.parse({})

/** Says of a JSON file that a recipe is in it. */
export const RECIPE_FILE_KIND = 'shoal-recipe'

/**
 * Settings in a recipe's file that no recipe has ('cooccurrence.kinds'), by comparing with what was read from it: one
 * that is misspelt would else be the default, silently. Names of types (byType) are free.
 */
export function unknownSettings(content: object, recipe: Recipe): string[] {
  const missing = (given: object, known: object, path: string): string[] =>
    Object.entries(given).flatMap(([key, value]) => {
      const here = path === '' ? key : `${path}.${key}`
      const own: unknown = Object.hasOwn(known, key) ? (known as Record<string, unknown>)[key] : undefined
      if (own === undefined) return [here]
      const deeper = typeof value === 'object' && value !== null && typeof own === 'object' && own !== null
      return deeper && key !== 'byType' && !Array.isArray(own) ? missing(value as object, own, here) : []
    })
  return missing(content, recipe, '')
}
