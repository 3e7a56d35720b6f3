import type { Database } from 'better-sqlite3'
import type { ExploreLane } from '../../common/contract/compute-explore.ts'
import type { Selection } from '../../common/contract/selection.ts'
import type { LaneKind } from '../../common/contract/timeline.ts'
import { communityStats, type CommunityStats } from '../communities/stats.ts'
import { isEverybody } from '../selection/where.ts'

export interface Lane {
  id: string
  label: string
  /** How the explorer tells its events apart. */
  lane: ExploreLane
}
export interface LaneInput {
  lanes: LaneKind
  laneIds?: string[] | undefined
  maxLanes: number
  selection: Selection
}
/** The first ids of a selection, likeliest malicious first. */
export type FirstOf = (selection: Selection, most: number) => Promise<{ total: number; ids: number[] }>

/** Lanes whose events are told apart by one column of the event. */
const VALUES = {
  contexts: { by: 'context', column: 'context_id' },
  countries: { by: 'country', column: 'country_id' },
  outcomes: { by: 'outcome', column: 'outcome_id' },
} as const
type ValueKind = keyof typeof VALUES
const isValueKind = (kind: LaneKind): kind is ValueKind => kind in VALUES

/** Above so many selected accounts their entities have no lanes: ranking them would read every link. */
export const MOST_ACCOUNTS_FOR_ENTITIES = 5000
/** Events from which the usual order of contexts, countries and outcomes is taken. */
const SAMPLE = 50_000

/**
 * Which lanes a timeline shows: the asked ones first, then what is selected, else what deserves a look first. The
 * choice depends on the selection alone, never on the span: lanes must stay while one zooms.
 */
export async function chooseLanes(db: Database, input: LaneInput, firstOf: FirstOf): Promise<Lane[]> {
  if (input.lanes === 'none') return []
  const asked = (input.laneIds ?? []).flatMap((id) => laneOf(db, id) ?? [])
  const missing = input.maxLanes - asked.length
  if (missing <= 0) return asked
  const known = new Set(asked.map((lane) => lane.id))
  const ranked = (await rankedIds(db, input, firstOf)).filter((id) => !known.has(id))
  return [...asked, ...ranked.slice(0, missing).flatMap((id) => laneOf(db, id) ?? [])]
}

/** The lane that an id stands for; null where there is no such thing (any more). */
function laneOf(db: Database, id: string): Lane | null {
  const colon = id.indexOf(':')
  const prefix = id.slice(0, colon)
  const key = id.slice(colon + 1)
  const by = Object.values(VALUES).find((v) => v.by === prefix)?.by
  if (by) {
    if (key === '') return { id, label: '', lane: { by, value: null } }
    const known = db.prepare('SELECT 1 FROM term WHERE domain = ? AND value = ?').get(by, key)
    return known ? { id, label: key, lane: { by, value: key } } : null
  }
  const number = Number(key)
  if (!Number.isInteger(number) || number < 0) return null
  if (prefix === 'community') {
    const stats = communityStats(db)
    return stats && number < stats.count
      ? { id, label: `C-${number + 1}`, lane: { by: 'community', id: number } }
      : null
  }
  if (prefix === 'account') {
    const label = db.prepare('SELECT key FROM account WHERE id = ?').pluck().get(number) as string | undefined
    return label === undefined ? null : { id, label, lane: { by: 'account', id: number } }
  }
  if (prefix !== 'entity') return null
  const found = db
    .prepare('SELECT n.key, t.value AS type FROM entity n JOIN term t ON t.id = n.type_id WHERE n.id = ?')
    .get(number) as { key: string; type: string } | undefined
  return found ? { id, label: `${found.type} ${found.key}`, lane: { by: 'entity', id: number } } : null
}

async function rankedIds(db: Database, input: LaneInput, firstOf: FirstOf): Promise<string[]> {
  const { selection, lanes, maxLanes: most } = input
  if (isValueKind(lanes)) {
    const { by, column } = VALUES[lanes]
    return (
      db
        .prepare(
          `SELECT t.value FROM term t
           LEFT JOIN (SELECT ${column} AS v, count(*) AS n FROM (SELECT ${column} FROM event LIMIT ${SAMPLE}) GROUP BY 1) c
           ON c.v = t.id WHERE t.domain = ? ORDER BY coalesce(c.n, 0) DESC, t.value LIMIT ?`,
        )
        .pluck()
        .all(by, most) as string[]
    ).map((value) => `${by}:${value}`)
  }
  if (lanes === 'communities') return communityIds(db, selection.communities, most)
  if (lanes === 'entities') return entityIds(db, selection, most, firstOf)
  if (selection.accounts) return selection.accounts.slice(0, most).map((id) => `account:${id}`)
  // Without a selection every account would be a candidate, and none more than another.
  if (isEverybody(selection, ['time'])) return []
  const { time: _, ...others } = selection
  return (await firstOf(others, most)).ids.map((id) => `account:${id}`)
}

function communityIds(db: Database, selected: number[] | undefined, most: number): string[] {
  const stats = communityStats(db)
  if (!stats) return []
  return (selected?.filter((id) => id < stats.count) ?? mostSuspicious(stats))
    .slice(0, most)
    .map((id) => `community:${id}`)
}

/** As many as a timeline has lanes at most (contract/timeline.ts). */
const MOST_LANES = 200
const suspicious = new WeakMap<CommunityStats, number[]>()

/** The communities that deserve a look first, sorted once: every selection that names none asks for them. */
function mostSuspicious(stats: CommunityStats): number[] {
  const kept = suspicious.get(stats)
  if (kept) return kept
  const suspicion = Float64Array.from(
    { length: stats.count },
    (_, id) =>
      stats.flagged[id]! +
      stats.anomalies[id]! / 10 +
      (Number.isNaN(stats.meanScore[id]!) ? 0 : stats.meanScore[id]!),
  )
  const ids = Array.from(suspicion.keys())
    .sort((a, b) => suspicion[b]! - suspicion[a]! || a - b)
    .slice(0, MOST_LANES)
  suspicious.set(stats, ids)
  return ids
}

/** What the selected accounts have in common, most shared first; entities that are selected themselves before. */
async function entityIds(
  db: Database,
  selection: Selection,
  most: number,
  firstOf: FirstOf,
): Promise<string[]> {
  if (selection.entities) return selection.entities.slice(0, most).map((id) => `entity:${id}`)
  if (isEverybody(selection, ['time'])) return []
  const { time: _, ...others } = selection
  const { total, ids: accounts } = await firstOf(others, MOST_ACCOUNTS_FOR_ENTITIES)
  if (total > MOST_ACCOUNTS_FOR_ENTITIES) return []
  return (
    db
      .prepare(
        `WITH chosen(id) AS (SELECT value FROM json_each(?))
         SELECT entity_id FROM (
           SELECT l.account_id, l.entity_id FROM chosen c CROSS JOIN link l ON l.account_id = c.id
           UNION SELECT e.account_id, e.device_id FROM chosen c CROSS JOIN event e ON e.account_id = c.id WHERE e.device_id IS NOT NULL
           UNION SELECT e.account_id, e.ip_id FROM chosen c CROSS JOIN event e ON e.account_id = c.id WHERE e.ip_id IS NOT NULL
         ) GROUP BY entity_id ORDER BY count(*) DESC, entity_id LIMIT ?`,
      )
      .pluck()
      .all(JSON.stringify(accounts), most) as number[]
  ).map((id) => `entity:${id}`)
}
