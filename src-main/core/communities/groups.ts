import type { Database } from 'better-sqlite3'
import type { CommunityDetail } from '../../common/contract/communities.ts'

/** Communities of a group that are named; a group near the top of the hierarchy holds thousands. */
const MOST_NAMED = 200

/** The coarser groups of a community, finest first; levels that add no community are left out. */
export function groupsOf(db: Database, runId: number, id: number): CommunityDetail['groups'] {
  const parentOf = db
    .prepare('SELECT parent FROM community_group WHERE run_id = ? AND level = ? AND id = ?')
    .pluck()
  const inside = db
    .prepare(
      `WITH RECURSIVE part(level, id) AS (
         SELECT level, id FROM community_group WHERE run_id = $run AND level = $level AND parent = $group
         UNION ALL
         SELECT g.level, g.id FROM part p
         JOIN community_group g ON g.run_id = $run AND g.level = p.level - 1 AND g.parent = p.id)
       SELECT c.id, c.size FROM part p JOIN community c ON c.run_id = $run AND c.id = p.id
       WHERE p.level = 0 ORDER BY c.size DESC, c.id`,
    )
    .raw()
  const groups: CommunityDetail['groups'] = []
  let group = id
  let known = 1
  for (let level = 0; ; level++) {
    const parent = parentOf.get(runId, level, group) as number | undefined
    if (parent === undefined) return groups
    const rows = inside.all({ run: runId, level, group: parent }) as [number, number][]
    if (rows.length > known) {
      groups.push({
        level: level + 1,
        communities: rows.length,
        accounts: rows.reduce((sum, [, size]) => sum + size, 0),
        ids: rows.slice(0, MOST_NAMED).map(([community]) => community),
      })
      known = rows.length
    }
    group = parent
  }
}
