import type { Database } from 'better-sqlite3'
import { current, supersederOf } from '../../common/facts/superseded.ts'
import type { AccountDetail, AccountRow, EventRow, SourceRef } from '../../common/contract/accounts.ts'
import { newestRuns } from '../workspace/queries.ts'

/** File, member, hash and row of a fact whose (source_id, row) are the given columns. */
export function sourceRef(db: Database, sourceId: number, row: number): SourceRef {
  const source = db.prepare('SELECT path, entry, sha256 FROM source WHERE id = ?').get(sourceId) as
    { path: string; entry: string | null; sha256: string | null } | undefined
  const file = source ? (source.entry ? `${source.path}:${source.entry}` : source.path) : '?'
  return { sourceId, row, file, sha256: source?.sha256 ?? null }
}

/**
 * Rows of the given accounts, in the order given.
 * @param events how many events each has, where that is known: counting them looks at every one.
 */
export function accountRows(
  db: Database,
  ids: readonly number[],
  events: ArrayLike<number> | null = null,
): AccountRow[] {
  const runs = newestRuns(db)
  const rows = db
    .prepare(
      `SELECT a.id, a.key, a.registered_at AS registeredAt, m.community_id AS community, m.belonging, s.score,
              ${events === null ? '(SELECT count(*) FROM event e WHERE e.account_id = a.id)' : 'i.key'} AS events,
              (SELECT count(*) FROM report r WHERE r.account_id = a.id) AS reports,
              (SELECT l.label FROM label l WHERE l.account_id = a.id
                 AND l.source_id IN (SELECT id FROM ready_source)${current(db, 'label', 'l')} ORDER BY l.ts DESC, l.id DESC LIMIT 1) AS label,
              (SELECT j.verdict FROM judgement j WHERE j.target_kind = 'account' AND j.target = a.id
                 AND j.retracted_at IS NULL ORDER BY j.id DESC LIMIT 1) AS verdict
       FROM json_each(?) i JOIN account_current a ON a.id = i.value
       LEFT JOIN community_member m ON m.run_id = ? AND m.account_id = a.id
       LEFT JOIN score s ON s.run_id = ? AND s.account_id = a.id
       ORDER BY i.key`,
    )
    .all(JSON.stringify(ids), runs.communities ?? -1, runs.scores ?? -1) as AccountRow[]
  // Where they are known a row's place among the ids stands there.
  if (events !== null) for (const row of rows) row.events = events[row.events]!
  return rows
}

/** The entities an account uses, by links and by events, each with its base rate in the workspace. */
export function entitiesOf(db: Database, id: number): AccountDetail['entities'] {
  const rows = db
    .prepare(
      `WITH used AS (
         SELECT entity_id AS e, sum(count) AS n, min(first_seen) AS f, max(last_seen) AS l, 'links' AS origin,
                source_id AS s, min(row) AS r FROM link WHERE account_id = $id${current(db, 'link')} GROUP BY 1
         UNION ALL
         SELECT ip_id, count(*), min(ts), max(ts), 'events', source_id, min(row) FROM event
           WHERE account_id = $id AND ip_id IS NOT NULL GROUP BY 1
         UNION ALL
         SELECT device_id, count(*), min(ts), max(ts), 'events', source_id, min(row) FROM event
           WHERE account_id = $id AND device_id IS NOT NULL GROUP BY 1)
       SELECT u.e AS entityId, t.value AS type, n.key, u.n AS count, u.f AS firstSeen, u.l AS lastSeen,
              u.origin AS "from", u.s AS sourceId, u.r AS row
       FROM used u JOIN entity n ON n.id = u.e JOIN term t ON t.id = n.type_id
       WHERE u.s IN (SELECT id FROM ready_source)
       ORDER BY t.value, u.n DESC LIMIT 400`,
    )
    .all({ id }) as (Omit<AccountDetail['entities'][number], 'accounts' | 'provenance'> & {
    sourceId: number
    row: number
  })[]
  // One line per entity: what the links state wins over what the events imply.
  const byEntity = new Map<number, (typeof rows)[number]>()
  for (const row of rows) {
    const kept = byEntity.get(row.entityId)
    if (!kept || (kept.from === 'events' && row.from === 'links')) byEntity.set(row.entityId, row)
  }
  const using = db.prepare(
    `SELECT count(*) FROM (SELECT account_id FROM link WHERE entity_id = $e
       UNION SELECT account_id FROM event WHERE ip_id = $e UNION SELECT account_id FROM event WHERE device_id = $e)`,
  )
  return [...byEntity.values()].map(({ sourceId, row, ...entity }) => ({
    ...entity,
    accounts: using.pluck().get({ e: entity.entityId }) as number,
    provenance: sourceRef(db, sourceId, row),
  }))
}

/** What files say the account is, newest first; what a later import says anew stays and names that import's file. */
export function labelsOf(db: Database, id: number): AccountDetail['labels'] {
  const rows = db
    .prepare(
      `SELECT id, label, label_source AS source, ts, source_id AS sourceId, row FROM label
       WHERE account_id = ? AND source_id IN (SELECT id FROM ready_source) ORDER BY ts DESC, id DESC`,
    )
    .all(id) as (Pick<AccountDetail['labels'][number], 'label' | 'source' | 'ts'> & {
    id: number
    sourceId: number
    row: number
  })[]
  return rows.map(({ id: labelId, sourceId, row, ...label }) => {
    const by = supersederOf(db, 'label', labelId)
    return {
      ...label,
      provenance: sourceRef(db, sourceId, row),
      supersededBy: by === null ? null : sourceRef(db, by, 0).file,
    }
  })
}

/** Every row that describes the account itself, newest first; where none does, the row it was first met in. */
export function recordsOf(
  db: Database,
  id: number,
): { attributes: Record<string, string>; tzOffset: number | null; provenance: SourceRef[] } {
  const rows = db
    .prepare(
      `SELECT attributes, tz_offset AS tz, source_id AS s, row FROM account_record
       WHERE account_id = ? AND source_id IN (SELECT id FROM ready_source) ORDER BY id DESC`,
    )
    .all(id) as { attributes: string; tz: number | null; s: number; row: number }[]
  const first = db.prepare('SELECT source_id AS s, row FROM account WHERE id = ?').get(id) as {
    s: number
    row: number
  }
  const refs = rows.length > 0 ? rows : [first]
  return {
    attributes: rows[0] ? (JSON.parse(rows[0].attributes) as Record<string, string>) : {},
    tzOffset: rows[0]?.tz ?? null,
    provenance: refs.map((r) => sourceRef(db, r.s, r.row)),
  }
}

export function eventsOf(
  db: Database,
  input: { id: number; span?: { from: number; to: number } | undefined; offset: number; limit: number },
): { total: number; rows: EventRow[] } {
  const from = input.span?.from ?? -8.64e15
  const to = input.span?.to ?? 8.64e15
  const at = 'e.account_id = ? AND e.ts >= ? AND e.ts < ? AND e.source_id IN (SELECT id FROM ready_source)'
  const total = db
    .prepare(`SELECT count(*) FROM event e WHERE ${at}`)
    .pluck()
    .get(input.id, from, to) as number
  const rows = db
    .prepare(
      `SELECT e.id, e.ts, e.tz_offset AS tzOffset, k.value AS kind, c.value AS context, i.key AS ip,
              d.key AS device, co.value AS country, ci.value AS city, o.value AS outcome,
              e.source_id AS sourceId, e.row
       FROM event e JOIN term k ON k.id = e.kind_id LEFT JOIN term c ON c.id = e.context_id
       LEFT JOIN entity i ON i.id = e.ip_id LEFT JOIN entity d ON d.id = e.device_id
       LEFT JOIN term co ON co.id = e.country_id LEFT JOIN term ci ON ci.id = e.city_id
       LEFT JOIN term o ON o.id = e.outcome_id
       WHERE ${at} ORDER BY e.ts, e.id LIMIT ? OFFSET ?`,
    )
    .all(input.id, from, to, input.limit, input.offset) as (Omit<EventRow, 'provenance'> & {
    sourceId: number
    row: number
  })[]
  const files = new Map(
    [...new Set(rows.map((r) => r.sourceId))].map((id) => [id, sourceRef(db, id, 0).file]),
  )
  return {
    total,
    rows: rows.map(({ sourceId, row, ...event }) => ({
      ...event,
      provenance: { sourceId, row, file: files.get(sourceId)! },
    })),
  }
}
