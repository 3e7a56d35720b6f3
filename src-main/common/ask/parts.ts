import { z } from 'zod'
import { selectionSchema } from '../contract/selection.ts'

/**
 * A question about accounts without code: accounts of a selection that satisfy all (or any) of some parts. A part that
 * speaks of another account holds where such an account exists; `times` asks for several of them.
 */

/** The other account of a part; an empty selection is anybody else. */
const other = selectionSchema.default({})
/** How the two must relate besides. */
const pairSchema = z
  .object({
    /** Registered at most so many minutes apart. */
    registeredWithin: z.number().positive().optional(),
    /** Events at most so many minutes apart: both on the shared thing (address, device) where the part shares one, else any. */
    activeWithin: z.number().positive().optional(),
    sameCommunity: z.boolean().optional(),
    /** Attributes that both state, and state alike, in their newest records. */
    sameAttributes: z.array(z.string()).max(5).optional(),
  })
  .default({})

export const askPartSchema = z.discriminatedUnion('kind', [
  /** Shares an entity of a type (null: any) with another account. Entities that more than `atMost` accounts use do not count. */
  z.object({
    kind: z.literal('shares'),
    type: z.string().nullable(),
    atMost: z.number().int().min(2).nullable().default(null),
    with: other,
    pair: pairSchema,
    times: z.number().int().min(1).default(1),
    not: z.boolean().default(false),
  }),
  /** Has a relation of a type (null: any) to another account: 'out' states it itself, 'in' is named by the other. */
  z.object({
    kind: z.literal('related'),
    type: z.string().nullable(),
    direction: z.enum(['out', 'in', 'either']).default('either'),
    with: other,
    pair: pairSchema,
    times: z.number().int().min(1).default(1),
    not: z.boolean().default(false),
  }),
  /** Registered at most so many minutes apart from at least `times` others. */
  z.object({
    kind: z.literal('registered_near'),
    minutes: z.number().positive(),
    with: other,
    pair: pairSchema,
    times: z.number().int().min(1).default(1),
    not: z.boolean().default(false),
  }),
  /** Has at least `times` events of a kind (null: any), of an outcome, in a context, within a span and hours of the day. */
  z.object({
    kind: z.literal('event'),
    eventKind: z.string().nullable(),
    outcome: z.string().nullable().default(null),
    context: z.string().nullable().default(null),
    country: z.string().nullable().default(null),
    from: z.number().nullable().default(null),
    to: z.number().nullable().default(null),
    /** Hours of the workspace's local day, from included, to excluded; 22 to 4 goes over midnight. */
    hours: z
      .object({ from: z.number().int().min(0).max(23), to: z.number().int().min(0).max(24) })
      .nullable()
      .default(null),
    /** Within a stretch of so many minutes (null: in all). */
    within: z.number().positive().nullable().default(null),
    times: z.number().int().min(1).default(1),
    not: z.boolean().default(false),
  }),
  /** Has at least `times` reports of a class (null: any) whose text contains something. */
  z.object({
    kind: z.literal('reported'),
    class: z.string().nullable(),
    text: z.string().default(''),
    times: z.number().int().min(1).default(1),
    not: z.boolean().default(false),
  }),
])
export type AskPart = z.infer<typeof askPartSchema>

export const askSchema = z.object({
  /** Who is asked about: the selection's parts hold for each of them. */
  who: selectionSchema.default({}),
  match: z.enum(['all', 'any']).default('all'),
  parts: z.array(askPartSchema).max(8),
})
export type Ask = z.infer<typeof askSchema>
export type AskInput = z.input<typeof askSchema>
