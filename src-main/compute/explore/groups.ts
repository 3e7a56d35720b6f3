import type { Database } from 'better-sqlite3'
import type { CommunityDetail } from '../../common/contract/communities.ts'
import type { Pace } from '../../common/pace.ts'
import { eachRow, NO_ROW } from './accounts.ts'
import { keepColumns, pathOf, readColumns } from './column-file.ts'

/** Communities of a group that are named; a group near the top of the hierarchy holds thousands. */
const MOST_NAMED = 200

/** The hierarchy of a communities run, seen from the communities. */
export interface Groups {
  communities: number
  levels: number
  /** Group of community c at level l (0: the finest): entry l × communities + c; NO_ROW: none. */
  groupOf: Uint32Array
  size: Uint32Array
}

/** The hierarchy from its file, or from the tables and then to the file. */
export async function loadGroups(
  db: Database,
  workspace: string,
  key: string,
  run: { id: number; communities: number },
  pace: Pace,
): Promise<Groups> {
  const kept = { workspace, group: 'groups', key, keep: 3 }
  const file = await readColumns<{ communities: number; levels: number }>(pathOf(kept), pace)
  if (file) return { ...file.meta, ...(file.columns as never as Pick<Groups, 'groupOf' | 'size'>) }
  const { communities, levels, ...columns } = await readGroups(db, run, pace)
  await keepColumns(kept, { meta: { communities, levels }, columns }, pace)
  return { communities, levels, ...columns }
}

export async function readGroups(
  db: Database,
  { id: run, communities }: { id: number; communities: number },
  pace: Pace,
): Promise<Groups> {
  const size = new Uint32Array(communities)
  await eachRow<[number, number]>(
    db,
    'SELECT id, size FROM community WHERE run_id = ? AND id > ? ORDER BY id LIMIT ?',
    [run],
    pace,
    ([id, accounts]) => {
      size[id] = accounts
    },
  )
  const levels =
    ((db.prepare('SELECT max(level) FROM community_group WHERE run_id = ?').pluck().get(run) as
      number | null) ?? -1) + 1
  const groupOf = new Uint32Array(levels * communities)
  let below: Uint32Array = new Uint32Array(communities).map((_, c) => c)
  for (let level = 0; level < levels; level++) {
    const parents = new Map<number, number>()
    await eachRow<[number, number]>(
      db,
      'SELECT id, parent FROM community_group WHERE run_id = ? AND level = ? AND id > ? ORDER BY id LIMIT ?',
      [run, level],
      pace,
      ([id, parent]) => parents.set(id, parent),
    )
    below = below.map((group) => parents.get(group) ?? NO_ROW)
    groupOf.set(below, level * communities)
  }
  return { communities, levels, groupOf, size }
}

/** The coarser groups of a community, finest first; levels that add no community are left out. */
export function groupsOf(
  { communities, levels, groupOf, size }: Groups,
  id: number,
): CommunityDetail['groups'] {
  const groups: CommunityDetail['groups'] = []
  let known = 1
  for (let level = 0; level < levels; level++) {
    const column = groupOf.subarray(level * communities, (level + 1) * communities)
    const group = column[id]
    if (group === undefined || group === NO_ROW) break
    const inside: number[] = []
    for (let c = 0; c < communities; c++) if (column[c] === group) inside.push(c)
    if (inside.length <= known) continue
    known = inside.length
    groups.push({
      level: level + 1,
      communities: inside.length,
      accounts: inside.reduce((sum, c) => sum + size[c], 0),
      ids: inside.sort((a, b) => size[b] - size[a] || a - b).slice(0, MOST_NAMED),
    })
  }
  return groups
}
