import { z } from 'zod'

/** How a graph is designed from relations, links and events. Versioned: a saved recipe always names its version. */
export const recipeSchema = z.object({
  version: z.literal(1).default(1),
  name: z.string().default('default'),
  /** Relation types to use; null means all. Weight multiplies the relation's own weight. */
  relations: z
    .object({
      types: z.array(z.string()).nullable().default(null),
      weight: z.number().positive().default(1),
    })
    .prefault({}),
  /** Entity types whose sharing makes edges; null means all. Taken from links and from events' ip and device. */
  entities: z
    .object({
      types: z.array(z.string()).nullable().default(null),
      weight: z.number().positive().default(1),
      /** An entity with more accounts than this makes no edges (NAT, carrier, popular group). */
      hubCap: z.number().int().min(2).default(60),
      /** Two accounts must share at least this many distinct entities of a type, unless related otherwise. */
      minShared: z.number().int().min(1).default(1),
    })
    .prefault({}),
  /** Half-life in days of an edge's weight since it was last seen, counted back from the newest fact; null: none. */
  decayHalfLifeDays: z.number().positive().nullable().default(90),
  /** Only facts inside [from, to) count; milliseconds UTC. */
  window: z.object({ from: z.number().int(), to: z.number().int() }).nullable().default(null),
})

export type Recipe = z.infer<typeof recipeSchema>
export const DEFAULT_RECIPE: Recipe = recipeSchema.parse({})
