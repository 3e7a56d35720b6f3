import { z } from 'zod'

/** A half-open span of time, milliseconds UTC. */
export const spanSchema = z.object({ from: z.number(), to: z.number() })
export type Span = z.infer<typeof spanSchema>

/**
 * The one selection that all views share: the accounts that satisfy every part that is present.
 * An empty object selects everybody. Community ids are of the newest communities run.
 */
export const selectionSchema = z.object({
  communities: z.array(z.number().int()).optional(),
  accounts: z.array(z.number().int()).optional(),
  /** Accounts with at least one event in the span; views of events and reports also cut to it. */
  time: spanSchema.optional(),
  registered: spanSchema.optional(),
  /** Inferred score, 0..1, both ends included. */
  risk: z.object({ min: z.number(), max: z.number() }).optional(),
  /** Accounts with a report whose text contains this. */
  text: z.string().optional(),
  reportClasses: z.array(z.string()).optional(),
  verdicts: z.array(z.enum(['malicious', 'benign', 'unsure'])).optional(),
  labels: z.array(z.string()).optional(),
  /** Accounts in any of these sets (contract/sets.ts). */
  sets: z.array(z.number().int()).optional(),
  /** Accounts in none of these sets: what was hidden. */
  withoutSets: z.array(z.number().int()).optional(),
  /** Accounts that use any of these entities, by links or events. */
  entities: z.array(z.number().int()).optional(),
  /** Accounts that share at least so many entities of a type (null: of any) with another account. */
  sharing: z.object({ type: z.string().nullable(), atLeast: z.number().int().min(1) }).optional(),
  /** Each must hold: the newest stated value is one of `values`, or a number from min to max (both included). */
  attributes: z
    .array(
      z.object({
        name: z.string(),
        values: z.array(z.string()).optional(),
        min: z.number().optional(),
        max: z.number().optional(),
      }),
    )
    .optional(),
  /** Accounts with any of these tags. */
  tags: z.array(z.string()).optional(),
  /** Accounts with an event in the window, and of the group, of any of these anomalies. */
  anomalies: z.array(z.number().int()).optional(),
})
export type Selection = z.infer<typeof selectionSchema>

export const pageSchema = z.object({
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(1000).default(100),
})

/** Where a fact came from: one step to the file, its hash and the row. */
export interface Provenance {
  sourceId: number
  /** 1-based data row; the header is row 0. */
  row: number
}
