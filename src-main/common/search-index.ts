import { z } from 'zod'

/** `meta` key under which the search index notes how far it reaches; see migration 0005. */
export const SEARCH_FLOOR_KEY = 'search.floor'

/** Highest ids that the search index holds; rows beyond are found by reading them. */
export const searchFloorSchema = z.object({
  account: z.number().int(),
  account_record: z.number().int(),
  entity: z.number().int(),
})
export type SearchFloor = z.infer<typeof searchFloorSchema>

/** The floor as stored; zeros where there is none, or where it can't be read. */
export function readSearchFloor(stored: string | undefined): SearchFloor {
  const none = { account: 0, account_record: 0, entity: 0 }
  if (stored === undefined) return none
  try {
    return searchFloorSchema.catch(none).parse(JSON.parse(stored))
  } catch {
    return none
  }
}
