import type { Database } from 'better-sqlite3'
import type { Selection } from '../../common/contract/selection.ts'
import { communityStats } from '../communities/stats.ts'

export interface LaneQuery {
  id: string
  label: string
  /** A condition over `e`, an event. */
  sql: string
  params: (string | number)[]
}

/** Which lanes a timeline shows: what is selected first, else what deserves a look first. */
export function laneQueries(
  db: Database,
  input: { lanes: 'none' | 'communities' | 'accounts' | 'contexts'; maxLanes: number; selection: Selection },
): LaneQuery[] {
  switch (input.lanes) {
    case 'none':
      return []
    case 'communities':
      return communityLanes(db, input.selection.communities, input.maxLanes)
    case 'accounts':
      return (input.selection.accounts ?? []).slice(0, input.maxLanes).map((id) => ({
        id: `account:${id}`,
        label:
          (db.prepare('SELECT key FROM account WHERE id = ?').pluck().get(id) as string | undefined) ??
          String(id),
        sql: 'e.account_id = ?',
        params: [id],
      }))
    case 'contexts': {
      const contexts = db
        .prepare(`SELECT id, value FROM term WHERE domain = 'context' ORDER BY value LIMIT ?`)
        .raw()
        .all(input.maxLanes) as [number, string][]
      return contexts.map(([id, value]) => ({
        id: `context:${value}`,
        label: value,
        sql: 'e.context_id = ?',
        params: [id],
      }))
    }
  }
}

function communityLanes(db: Database, selected: number[] | undefined, max: number): LaneQuery[] {
  const stats = communityStats(db)
  if (!stats) return []
  const suspicion = (id: number) =>
    stats.flagged[id]! +
    stats.anomalies[id]! / 10 +
    (Number.isNaN(stats.meanScore[id]!) ? 0 : stats.meanScore[id]!)
  const ids =
    selected ??
    Array.from({ length: stats.count }, (_, id) => id)
      .sort((a, b) => suspicion(b) - suspicion(a) || a - b)
      .slice(0, max)
  return ids
    .filter((id) => id < stats.count)
    .slice(0, max)
    .map((id) => ({
      id: `community:${id}`,
      label: `C-${id + 1}`,
      sql: 'e.account_id IN (SELECT account_id FROM community_member WHERE run_id = ? AND community_id = ?)',
      params: [stats.runs.communities!, id],
    }))
}
