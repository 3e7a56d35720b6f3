import type { Database } from 'better-sqlite3'
import type { CommunityRegions } from '../../common/contract/communities.ts'
import type { Pace } from '../../common/pace.ts'
import { keepColumns, pathOf, readColumns } from './column-file.ts'

/** So many names can be taken in on a map that is seen from afar. */
const FEWEST = 3
const MOST = 40

/** The regions from their file, or from the table and then to the file: a million accounts have 100,000 groups. */
export async function loadRegions(
  db: Database,
  workspace: string,
  key: string,
  runId: number,
  pace: Pace,
): Promise<CommunityRegions> {
  const kept = { workspace, group: 'regions', key, keep: 3 }
  const file = await readColumns<{ level: number }>(pathOf(kept), pace)
  if (file) return { ...file.meta, ...(file.columns as never as Omit<CommunityRegions, 'level'>) }
  const { level, ...columns } = regionsOf(db, runId)
  await keepColumns(kept, { meta: { level }, columns }, pace)
  return { level, ...columns }
}

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
