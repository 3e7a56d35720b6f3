import { z } from 'zod'
import { askSchema } from '../ask/parts.ts'
import { changedFilter } from './changes.ts'
import { method } from './method.ts'
import { selectionSchema } from './selection.ts'

/** What made a set: shown wherever it is used. */
export const setOriginSchema = z.discriminatedUnion('kind', [
  /** Drawn on the map: a polygon in the layout's coordinates, flat x, y, x, y …, of what `selection` showed. */
  z.object({
    kind: z.literal('lasso'),
    layoutRunId: z.number().int(),
    polygon: z.array(z.number()).min(6).max(4000),
    selection: selectionSchema.default({}),
  }),
  /** Everybody in a selection, as it was then. */
  z.object({ kind: z.literal('selection'), selection: selectionSchema }),
  /** An answer to a question (common/ask). */
  z.object({ kind: z.literal('ask'), ask: askSchema }),
  /** Neighbours of accounts, over some channels of a graph run. */
  z.object({
    kind: z.literal('expansion'),
    graphRunId: z.number().int(),
    from: z.array(z.number().int()),
    channels: z.array(z.string()),
  }),
  /** Accounts that an import changed (contract/changes.ts). */
  z.object({ kind: z.literal('changes'), changes: changedFilter }),
  /** Named one by one. */
  z.object({ kind: z.literal('picked'), accounts: z.array(z.number().int()).min(1).max(100_000) }),
])
export type SetOrigin = z.infer<typeof setOriginSchema>

export interface AccountSet {
  id: number
  accounts: number
  origin: SetOrigin
  createdAt: number
  createdBy: string
}

export const setMethods = {
  /** Makes a set, or finds the one with the same accounts. A set of nobody is refused (nothing_to_analyze). */
  'sets.create': method(setOriginSchema).returns<AccountSet>(),
  'sets.get': method(z.object({ ids: z.array(z.number().int()).max(1000) })).returns<AccountSet[]>(),
}
