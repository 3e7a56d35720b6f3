import type { Database } from 'better-sqlite3'
import type { CommunityRegions } from '../../common/contract/communities.ts'

/** So many names can be taken in on a map that is seen from afar. */
const FEWEST = 3
const MOST = 40

/**
 * The coarser groups of a communities run that are few enough to be named on the map: of the finest level that has at
 * most 40 of them. Nothing where no level has 3 to 40.
 */
export function regionsOf(db: Database, runId: number): CommunityRegions {
  const rows = db
    .prepare('SELECT level, id, parent FROM community_group WHERE run_id = ? ORDER BY level, id')
    .raw()
    .all(runId) as [number, number, number][]
  const parents: Map<number, number>[] = []
  for (const [level, id, parent] of rows) (parents[level] ??= new Map()).set(id, parent)
  const group = new Map([...(parents[0]?.keys() ?? [])].map((id) => [id, id]))
  for (const [level, up] of parents.entries()) {
    for (const [id, at] of group) group.set(id, up.get(at) ?? at)
    const count = new Set(group.values()).size
    if (count > MOST) continue
    if (count < FEWEST) break
    return {
      level: level + 1,
      community: Uint32Array.from(group.keys()),
      region: Uint32Array.from(group.values()),
    }
  }
  return { level: 0, community: new Uint32Array(0), region: new Uint32Array(0) }
}
