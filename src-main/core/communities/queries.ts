import type { Database } from 'better-sqlite3'
import { current } from '../../common/facts/superseded.ts'
import type { EachRow } from '../../common/communities/columns.ts'
import type { SharedEntity } from '../../common/contract/communities.ts'

/** How columns are read from this database (common/communities/columns.ts). */
export const rowsOf =
  (db: Database): EachRow =>
  (sql, params, use) => {
    for (const row of db
      .prepare(sql)
      .raw()
      .iterate(...params))
      use(row as never[])
  }

/** The newest standing verdict of every judged target of a kind (communities: of one run). */
export function verdictsOf(
  db: Database,
  kind: 'community' | 'account',
  runId: number | null,
): Map<number, string> {
  const rows = db
    .prepare(
      `SELECT target, verdict FROM judgement
       WHERE target_kind = ? AND (run_id IS ? OR ? IS NULL) AND retracted_at IS NULL ORDER BY id`,
    )
    .raw()
    .all(kind, runId, runId) as [number, string][]
  return new Map(rows)
}

/**
 * What binds a community: entities that at least two members use (by links or events), most members first, each
 * with how many accounts use it in the whole workspace, which is the base rate an innocent reading rests on.
 */
export function bindingEntities(db: Database, runId: number, id: number, limit: number): SharedEntity[] {
  const rows = db
    .prepare(
      `WITH member AS MATERIALIZED (
         SELECT account_id FROM community_member WHERE run_id = ? AND community_id = ?),
       used AS MATERIALIZED (
         SELECT l.entity_id AS e, l.account_id AS a FROM member m CROSS JOIN link l ON l.account_id = m.account_id
         UNION SELECT v.ip_id, v.account_id FROM member m
           CROSS JOIN event v INDEXED BY event_account_ts ON v.account_id = m.account_id WHERE v.ip_id IS NOT NULL
         UNION SELECT v.device_id, v.account_id FROM member m
           CROSS JOIN event v INDEXED BY event_account_ts ON v.account_id = m.account_id WHERE v.device_id IS NOT NULL)
       SELECT u.e AS entityId, t.value AS type, n.key, count(*) AS members
       FROM used u CROSS JOIN entity n ON n.id = u.e CROSS JOIN term t ON t.id = n.type_id
       WHERE n.source_id IN (SELECT id FROM ready_source)
       GROUP BY u.e HAVING count(*) >= 2 ORDER BY members DESC, n.key LIMIT ?`,
    )
    .all(runId, id, limit) as Omit<SharedEntity, 'accounts'>[]
  return rows.map((row) => ({ ...row, accounts: accountsUsing(db, row.entityId).length }))
}

/** Ids of the accounts that use an entity, by links or events. */
export function accountsUsing(db: Database, entityId: number): number[] {
  const type = db
    .prepare('SELECT t.value FROM entity e JOIN term t ON t.id = e.type_id WHERE e.id = ?')
    .pluck()
    .get(entityId) as string | undefined
  const parts = ['SELECT account_id FROM link WHERE entity_id = $id']
  if (type === 'ip') parts.push('SELECT account_id FROM event WHERE ip_id = $id')
  if (type === 'device') parts.push('SELECT account_id FROM event WHERE device_id = $id')
  return db.prepare(parts.join(' UNION ')).pluck().all({ id: entityId }) as number[]
}

export function reportClassCounts(
  db: Database,
  communitiesRun: number,
  classesRun: number,
  id: number,
): { class: string; count: number }[] {
  return db
    .prepare(
      `SELECT c.class, count(*) AS count FROM community_member m
       JOIN report r ON r.account_id = m.account_id
       JOIN report_class c ON c.run_id = ? AND c.report_id = r.id
       WHERE m.run_id = ? AND m.community_id = ? GROUP BY 1 ORDER BY 2 DESC`,
    )
    .all(classesRun, communitiesRun, id) as { class: string; count: number }[]
}

/** Observed relations with both ends in the community, by type. */
export function relationsInside(db: Database, runId: number, id: number): { type: string; inside: number }[] {
  return db
    .prepare(
      `SELECT t.value AS type, count(*) AS inside FROM community_member a
       JOIN relation r ON r.src_id = a.account_id
       JOIN community_member b ON b.run_id = a.run_id AND b.account_id = r.dst_id
         AND b.community_id = a.community_id
       JOIN term t ON t.id = r.type_id
       WHERE a.run_id = ? AND a.community_id = ? AND r.source_id IN (SELECT id FROM ready_source)${current(db, 'relation', 'r')}
       GROUP BY 1 ORDER BY 2 DESC`,
    )
    .all(runId, id) as { type: string; inside: number }[]
}
