import type { Database } from 'better-sqlite3'
import type { Selection } from '../../common/contract/selection.ts'
import type { LaneKind } from '../../common/contract/timeline.ts'
import { communityStats } from '../communities/stats.ts'
import { isEverybody, selectionWhere } from '../selection/where.ts'

export interface LaneQuery {
  id: string
  label: string
  /** A condition over `e`, an event. */
  sql: string
  params: (string | number)[]
}
export interface LaneInput {
  lanes: LaneKind
  laneIds?: string[] | undefined
  maxLanes: number
  selection: Selection
}

/** Lanes whose events are told apart by one column of the event. */
const VALUES = {
  contexts: { prefix: 'context', column: 'context_id', domain: 'context' },
  countries: { prefix: 'country', column: 'country_id', domain: 'country' },
  outcomes: { prefix: 'outcome', column: 'outcome_id', domain: 'outcome' },
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
export function laneQueries(db: Database, input: LaneInput): LaneQuery[] {
  if (input.lanes === 'none') return []
  const asked = (input.laneIds ?? []).flatMap((id) => laneOf(db, id) ?? [])
  const missing = input.maxLanes - asked.length
  if (missing <= 0) return asked.slice(0, Math.max(input.maxLanes, asked.length))
  const known = new Set(asked.map((lane) => lane.id))
  const ranked = rankedIds(db, input, input.maxLanes).filter((id) => !known.has(id))
  return [...asked, ...ranked.slice(0, missing).flatMap((id) => laneOf(db, id) ?? [])]
}

/** The lane that an id stands for; null where there is no such thing (any more). */
function laneOf(db: Database, id: string): LaneQuery | null {
  const colon = id.indexOf(':')
  const prefix = id.slice(0, colon)
  const key = id.slice(colon + 1)
  const values = Object.values(VALUES).find((v) => v.prefix === prefix)
  if (values) {
    if (key === '') return { id, label: '', sql: `e.${values.column} IS NULL`, params: [] }
    const term = db
      .prepare('SELECT id FROM term WHERE domain = ? AND value = ?')
      .pluck()
      .get(values.domain, key) as number | undefined
    return term === undefined ? null : { id, label: key, sql: `e.${values.column} = ?`, params: [term] }
  }
  const number = Number(key)
  if (!Number.isInteger(number) || number < 0) return null
  if (prefix === 'community') {
    const stats = communityStats(db)
    if (!stats || number >= stats.count) return null
    return {
      id,
      label: `C-${number + 1}`,
      sql: 'e.account_id IN (SELECT account_id FROM community_member WHERE run_id = ? AND community_id = ?)',
      params: [stats.runs.communities!, number],
    }
  }
  if (prefix === 'account') {
    const label = db.prepare('SELECT key FROM account WHERE id = ?').pluck().get(number) as string | undefined
    return label === undefined ? null : { id, label, sql: 'e.account_id = ?', params: [number] }
  }
  if (prefix === 'entity') return entityLane(db, id, number)
  return null
}

function entityLane(db: Database, id: string, entity: number): LaneQuery | null {
  const found = db
    .prepare('SELECT n.key, t.value AS type FROM entity n JOIN term t ON t.id = n.type_id WHERE n.id = ?')
    .get(entity) as { key: string; type: string } | undefined
  if (!found) return null
  const label = `${found.type} ${found.key}`
  const named = db
    .prepare(
      `SELECT EXISTS (SELECT 1 FROM event WHERE device_id = ?), EXISTS (SELECT 1 FROM event WHERE ip_id = ?)`,
    )
    .raw()
    .get(entity, entity) as [number, number]
  if (named[0]) return { id, label, sql: 'e.device_id = ?', params: [entity] }
  if (named[1]) return { id, label, sql: 'e.ip_id = ?', params: [entity] }
  return {
    id,
    label,
    sql: 'e.account_id IN (SELECT account_id FROM link WHERE entity_id = ?)',
    params: [entity],
  }
}

function rankedIds(db: Database, input: LaneInput, most: number): string[] {
  const { selection, lanes } = input
  if (isValueKind(lanes)) {
    const { prefix, column, domain } = VALUES[lanes]
    return (
      db
        .prepare(
          `SELECT t.value FROM term t
           LEFT JOIN (SELECT ${column} AS v, count(*) AS n FROM (SELECT ${column} FROM event LIMIT ${SAMPLE}) GROUP BY 1) c
           ON c.v = t.id WHERE t.domain = ? ORDER BY coalesce(c.n, 0) DESC, t.value LIMIT ?`,
        )
        .pluck()
        .all(domain, most) as string[]
    ).map((value) => `${prefix}:${value}`)
  }
  if (lanes === 'communities') return communityIds(db, selection.communities, most)
  if (lanes === 'entities') return entityIds(db, selection, most)
  if (selection.accounts) return selection.accounts.slice(0, most).map((id) => `account:${id}`)
  // Without a selection every account would be a candidate, and none more than another.
  if (isEverybody(selection, ['time'])) return []
  const where = selectionWhere(db, selection, 'a.id', ['time'])
  const run = db
    .prepare(`SELECT max(id) FROM run WHERE kind = 'scores' AND status = 'done'`)
    .pluck()
    .get() as number | null
  return (
    db
      .prepare(
        `SELECT a.id FROM account a LEFT JOIN score s ON s.run_id = ? AND s.account_id = a.id
         WHERE ${where.sql} ORDER BY s.score DESC NULLS LAST, a.id LIMIT ?`,
      )
      .pluck()
      .all(run ?? -1, ...where.params, most) as number[]
  ).map((id) => `account:${id}`)
}

function communityIds(db: Database, selected: number[] | undefined, most: number): string[] {
  const stats = communityStats(db)
  if (!stats) return []
  const suspicion = (id: number) =>
    stats.flagged[id]! +
    stats.anomalies[id]! / 10 +
    (Number.isNaN(stats.meanScore[id]!) ? 0 : stats.meanScore[id]!)
  const ids =
    selected ??
    Array.from({ length: stats.count }, (_, id) => id).sort((a, b) => suspicion(b) - suspicion(a) || a - b)
  return ids
    .filter((id) => id < stats.count)
    .slice(0, most)
    .map((id) => `community:${id}`)
}

/** What the selected accounts have in common, most shared first; entities that are selected themselves before. */
function entityIds(db: Database, selection: Selection, most: number): string[] {
  if (selection.entities) return selection.entities.slice(0, most).map((id) => `entity:${id}`)
  if (isEverybody(selection, ['time'])) return []
  const where = selectionWhere(db, selection, 'a.id', ['time'])
  const accounts = db
    .prepare(`SELECT a.id FROM account a WHERE ${where.sql} LIMIT ?`)
    .pluck()
    .all(...where.params, MOST_ACCOUNTS_FOR_ENTITIES + 1) as number[]
  if (accounts.length > MOST_ACCOUNTS_FOR_ENTITIES) return []
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
