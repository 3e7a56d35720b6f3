import type { CommunityDetail, CommunityRow } from '../../../src-main/common/contract/communities.ts'
import type { EntityCause, SharingCause } from '../../../src-main/common/contract/sharing.ts'

/** A cause that excuses: neither "unexplained" nor "can't tell". */
export const isInnocent = (cause: SharingCause): boolean => cause !== 'none' && cause !== 'unknown'

/** How many of the riskiest communities are looked at for one that makes a good case. */
export const LOOKED_AT = 16
/** So many of the things that members share are listed on a community's page. */
const LISTED = 10
/** From so sure a cause is worth teaching with. */
const SURE = 0.75

/**
 * How well a community teaches: 3 points for a thing that all its users are members of and that nothing innocent
 * explains, 2 for a thing that has an innocent cause, 1 each for a size that can be read, for reports, and for nobody
 * having decided yet. At most 8.
 */
export function worthOf(
  community: Pick<CommunityDetail, 'size' | 'reports' | 'verdict' | 'sharedEntities'>,
  causes: readonly Pick<EntityCause, 'id' | 'cause' | 'confidence'>[],
): number {
  const causeOf = new Map(causes.map((cause) => [cause.id, cause]))
  const some = (fits: (e: CommunityDetail['sharedEntities'][number], cause: SharingCause) => boolean) =>
    community.sharedEntities.slice(0, LISTED).some((e) => {
      const cause = causeOf.get(e.entityId)
      return cause !== undefined && cause.confidence >= SURE && fits(e, cause.cause)
    })
  return (
    3 * Number(some((e, cause) => cause === 'none' && e.members === e.accounts && e.members >= 3)) +
    2 * Number(some((_e, cause) => isInnocent(cause))) +
    Number(community.size >= 6 && community.size <= 40) +
    Number(community.reports >= 3) +
    Number(community.verdict === null)
  )
}

/** The thing to open when asked why: shared by most members and least by others, unexplained. Null: there is none. */
export function tellingThing(
  things: CommunityDetail['sharedEntities'],
  causes: readonly Pick<EntityCause, 'id' | 'cause'>[],
): CommunityDetail['sharedEntities'][number] | null {
  const unexplained = new Set(causes.filter(({ cause }) => cause === 'none').map(({ id }) => id))
  return (
    [...things]
      .filter(({ entityId }) => unexplained.has(entityId))
      .sort((a, b) => a.accounts - a.members - (b.accounts - b.members) || b.members - a.members)[0] ?? null
  )
}

/** A thing of the first few with an innocent cause, the surest. Null: there is none. */
export function harmlessThing(
  things: CommunityDetail['sharedEntities'],
  causes: readonly Pick<EntityCause, 'id' | 'cause' | 'confidence'>[],
): CommunityDetail['sharedEntities'][number] | null {
  const sure = new Map(causes.filter(({ cause }) => isInnocent(cause)).map((c) => [c.id, c.confidence]))
  return (
    things
      .slice(0, LISTED)
      .filter(({ entityId }) => sure.has(entityId))
      .sort((a, b) => sure.get(b.entityId)! - sure.get(a.entityId)!)[0] ?? null
  )
}

interface Asked {
  list(limit: number): Promise<Pick<CommunityRow, 'id'>[]>
  get(id: number): Promise<CommunityDetail>
  causes(ids: number[]): Promise<EntityCause[]>
}

/** Chooses the case of the tour among the riskiest communities: the worthiest, the riskier of two. Null: there is none. */
export async function chooseCase(ask: Asked): Promise<number | null> {
  const rows = await ask.list(LOOKED_AT)
  const worths = await Promise.all(
    rows.map(async ({ id }) => {
      const detail = await ask.get(id)
      const ids = detail.sharedEntities.map(({ entityId }) => entityId)
      return worthOf(detail, ids.length > 0 ? await ask.causes(ids) : [])
    }),
  )
  const best = Math.max(...worths)
  return rows[worths.indexOf(best)]?.id ?? null
}
