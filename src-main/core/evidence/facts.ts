import { current } from '../../common/facts/superseded.ts'
import type { Explanation } from '../../common/contract/accounts.ts'
import { isCancelled, toErrorShape } from '../../common/errors.ts'
import type { Pace } from '../../common/pace.ts'
import type { CoreContext } from '../context.ts'
import type { Scope } from './scope.ts'

const IN_PACK = 'IN (SELECT id FROM temp.pack_account)'
/** An account this much older than the median of its case was there before the campaign. */
const LONG_LIVED_DAYS = 180
const READY = 'IN (SELECT id FROM ready_source)'
/** What the report prints of long lists; the tables have every row. */
export const SHOWN = {
  accounts: 40,
  entities: 25,
  reports: 60,
  anomalies: 25,
  explained: 8,
  contrary: 30,
  notes: 200,
}

export interface AccountFact {
  id: number
  key: string
  community: number | null
  belonging: number | null
  score: number | null
  label: string | null
  verdict: string | null
  registered: number | null
  source_id: number
  row: number
}
export interface EntityFact {
  id: number
  type: string
  key: string
  inside: number
  everywhere: number
}
export interface ReportFact {
  id: number
  key: string
  account_id: number
  a_key: string
  ts: number | null
  lang: string | null
  category: string | null
  text: string
  class: string | null
  confidence: number | null
  source_id: number
  row: number
}
export interface Facts {
  accounts: AccountFact[]
  counts: {
    scored: number
    above: number
    labelled: number
    malicious: number
    benign: number
    judged: number
    relations: number
    links: number
    events: number
    noOffset: number
    reports: number
    undatedReports: number
    classed: number
    sources: number
    problems: number
    anomalies: number
    undated: number
  }
  span: { from: number; to: number } | null
  entities: EntityFact[]
  reports: ReportFact[]
  anomalies: {
    series: string
    group_kind: string
    group_key: string
    window_start: number
    window_end: number
    observed: number
    expected: number
    score: number
    q: number | null
  }[]
  /** Members that a benign label or verdict, a long life, a loose tie or a low score speaks for. */
  contrary: (AccountFact & { why: 'label' | 'verdict' | 'old' | 'fringe' | 'low' })[]
  notes: {
    kind: string
    target_kind: string
    target: number
    verdict: string | null
    text: string
    by: string
    at: number
  }[]
}

/** What the report says in words and short tables, from the snapshot. */
export function gatherFacts(scope: Scope): Facts {
  const { db } = scope
  const one = (sql: string, ...params: (number | null)[]) =>
    (db
      .prepare(sql)
      .pluck()
      .get(...params) as number | null) ?? 0
  db.exec('DROP TABLE IF EXISTS temp.pack_fact')
  db.prepare(
    `CREATE TEMP TABLE pack_fact AS
     SELECT a.id, a.key, m.community_id AS community, m.belonging, s.score, a.registered_at AS registered, a.source_id, a.row,
       (SELECT label FROM label l WHERE l.account_id = a.id AND l.source_id ${READY}${current(db, 'label', 'l')} ORDER BY coalesce(l.ts, 0) DESC, l.id DESC LIMIT 1) AS label,
       (SELECT verdict FROM judgement j WHERE j.target_kind = 'account' AND j.target = a.id AND j.retracted_at IS NULL ORDER BY j.id DESC LIMIT 1) AS verdict
     FROM temp.pack_account p JOIN account_current a ON a.id = p.id
     LEFT JOIN community_member m ON m.run_id = ${Number(scope.communitiesRun ?? -1)} AND m.account_id = a.id
     LEFT JOIN score s ON s.run_id = ${Number(scope.scoresRun ?? -1)} AND s.account_id = a.id`,
  ).run()
  const span = db
    .prepare(
      `SELECT min(t) AS a, max(t) AS b FROM (
         SELECT min(ts) AS t FROM event WHERE account_id ${IN_PACK} AND source_id ${READY}
         UNION ALL SELECT max(ts) FROM event WHERE account_id ${IN_PACK} AND source_id ${READY}
         UNION ALL SELECT min(registered) FROM temp.pack_fact UNION ALL SELECT max(registered) FROM temp.pack_fact)`,
    )
    .get() as { a: number | null; b: number }
  const threshold = scope.threshold ?? 2
  const dated = one('SELECT count(registered) FROM temp.pack_fact')
  const median = one(
    'SELECT registered FROM temp.pack_fact WHERE registered IS NOT NULL ORDER BY registered LIMIT 1 OFFSET ?',
    Math.floor(dated / 2),
  )
  // Zero where nothing is dated: nobody is older than that.
  const old = dated > 0 ? median - LONG_LIVED_DAYS * 86_400_000 : 0
  return {
    accounts: db
      .prepare('SELECT * FROM temp.pack_fact ORDER BY score IS NULL, score DESC, id LIMIT ?')
      .all(SHOWN.accounts) as AccountFact[],
    counts: {
      scored: one('SELECT count(score) FROM temp.pack_fact'),
      above: one('SELECT count(*) FROM temp.pack_fact WHERE score >= ?', threshold),
      labelled: one('SELECT count(label) FROM temp.pack_fact'),
      malicious: one(`SELECT count(*) FROM temp.pack_fact WHERE label = 'malicious'`),
      benign: one(`SELECT count(*) FROM temp.pack_fact WHERE label = 'benign'`),
      judged: one('SELECT count(verdict) FROM temp.pack_fact'),
      relations: one(
        `SELECT count(*) FROM relation WHERE src_id ${IN_PACK} AND dst_id ${IN_PACK} AND source_id ${READY}${current(db, 'relation')}`,
      ),
      links: one(
        `SELECT count(*) FROM link WHERE account_id ${IN_PACK} AND source_id ${READY}${current(db, 'link')}`,
      ),
      events: one(`SELECT count(*) FROM event WHERE account_id ${IN_PACK} AND source_id ${READY}`),
      noOffset: one(
        `SELECT count(*) FROM event WHERE account_id ${IN_PACK} AND source_id ${READY} AND tz_offset IS NULL`,
      ),
      reports: one(`SELECT count(*) FROM report WHERE account_id ${IN_PACK} AND source_id ${READY}`),
      undatedReports: one(
        `SELECT count(*) FROM report WHERE account_id ${IN_PACK} AND source_id ${READY} AND ts IS NULL`,
      ),
      classed: one(
        `SELECT count(*) FROM report_class c JOIN report r ON r.id = c.report_id WHERE c.run_id = ? AND r.account_id ${IN_PACK} AND r.source_id ${READY} AND c.class <> 'normal'`,
        scope.classesRun,
      ),
      sources: one(`SELECT count(*) FROM source WHERE status = 'ready'`),
      problems: one(`SELECT sum(problems) FROM source WHERE status = 'ready'`),
      anomalies: one(
        `SELECT count(*) FROM anomaly WHERE run_id = ? AND group_kind = 'community' AND group_key IN (SELECT CAST(ref AS TEXT) FROM case_item WHERE case_id = ? AND kind = 'community' AND removed_at IS NULL)`,
        scope.seriesRun,
        scope.case.id,
      ),
      undated: one('SELECT count(*) FROM temp.pack_fact WHERE registered IS NULL'),
    },
    span: span.a === null ? null : { from: span.a, to: span.b },
    entities: db
      .prepare(
        `WITH used AS (
           SELECT entity_id AS e, account_id AS a FROM link WHERE account_id ${IN_PACK} AND source_id ${READY}
           UNION SELECT ip_id, account_id FROM event WHERE account_id ${IN_PACK} AND ip_id IS NOT NULL AND source_id ${READY}
           UNION SELECT device_id, account_id FROM event WHERE account_id ${IN_PACK} AND device_id IS NOT NULL AND source_id ${READY}),
         shared AS (SELECT e, count(*) AS inside FROM used GROUP BY e HAVING count(*) > 1 ORDER BY inside DESC, e LIMIT ?)
         SELECT e.id, t.value AS type, e.key, s.inside,
           CASE WHEN l.n IS NULL THEN s.inside ELSE max(l.n, s.inside) END AS everywhere
         FROM shared s JOIN entity e ON e.id = s.e JOIN term t ON t.id = e.type_id
         LEFT JOIN (SELECT entity_id, count(DISTINCT account_id) AS n FROM link
                    WHERE entity_id IN (SELECT e FROM shared) AND source_id ${READY} GROUP BY entity_id) l ON l.entity_id = e.id
         ORDER BY s.inside DESC, e.id`,
      )
      .all(SHOWN.entities) as EntityFact[],
    reports: db
      .prepare(
        `SELECT r.*, a.key AS a_key, c.class, c.confidence FROM report r JOIN account a ON a.id = r.account_id
         LEFT JOIN report_class c ON c.run_id = ? AND c.report_id = r.id
         WHERE r.account_id ${IN_PACK} AND r.source_id ${READY}
         ORDER BY NOT EXISTS (SELECT 1 FROM case_item i WHERE i.case_id = ? AND i.kind = 'report' AND i.ref = r.id AND i.removed_at IS NULL),
           coalesce(c.class, 'normal') = 'normal', c.confidence DESC, r.id LIMIT ?`,
      )
      .all(scope.classesRun, scope.case.id, SHOWN.reports) as ReportFact[],
    anomalies: db
      .prepare(
        `SELECT * FROM anomaly WHERE run_id = ? AND group_kind = 'community' AND group_key IN
           (SELECT CAST(ref AS TEXT) FROM case_item WHERE case_id = ? AND kind = 'community' AND removed_at IS NULL)
         ORDER BY score DESC, id LIMIT ?`,
      )
      .all(scope.seriesRun, scope.case.id, SHOWN.anomalies) as Facts['anomalies'],
    contrary: db
      .prepare(
        `SELECT *, CASE WHEN verdict = 'benign' THEN 'verdict' WHEN label = 'benign' THEN 'label'
           WHEN registered < :old THEN 'old'
           WHEN belonging < 0.5 THEN 'fringe' ELSE 'low' END AS why
         FROM temp.pack_fact WHERE verdict = 'benign' OR label = 'benign' OR registered < :old OR belonging < 0.5 OR score < 0.1
         ORDER BY CASE WHEN verdict = 'benign' THEN 0 WHEN label = 'benign' THEN 1 WHEN registered < :old THEN 2 WHEN belonging < 0.5 THEN 3 ELSE 4 END, score, id LIMIT :most`,
      )
      .all({ old, most: SHOWN.contrary }) as Facts['contrary'],
    notes: db
      .prepare(
        `SELECT 'note' AS kind, target_kind, target, NULL AS verdict, text, created_by AS by, created_at AS at FROM note
           WHERE retracted_at IS NULL AND (case_id = :case OR (case_id IS NULL AND target_kind = 'account' AND target ${IN_PACK}))
         UNION ALL SELECT 'judgement', target_kind, target, verdict, reason, created_by, created_at FROM judgement
           WHERE retracted_at IS NULL AND ((target_kind = 'account' AND target ${IN_PACK}) OR (target_kind = 'community' AND EXISTS
             (SELECT 1 FROM case_item i WHERE i.case_id = :case AND i.kind = 'community' AND i.ref = judgement.target AND i.run_id = judgement.run_id AND i.removed_at IS NULL)))
         ORDER BY 7, 1, 3 LIMIT :most`,
      )
      .all({ case: scope.case.id, most: SHOWN.notes }) as Facts['notes'],
  }
}

export type Reasons = { list: Explanation[] } | { missing: string }

/** Reasons of the highest scores, in one call. Where compute cannot say, the pack says why not. */
export async function gatherReasons(
  ctx: CoreContext,
  scope: Scope,
  facts: Facts,
  pace: Pace,
): Promise<Reasons> {
  if (scope.scoresRun === null) return { missing: 'no_scores' }
  const accountIds = facts.accounts
    .filter((a) => a.score !== null)
    .slice(0, SHOWN.explained)
    .map((a) => a.id)
  if (accountIds.length === 0) return { missing: 'no_scores' }
  try {
    const list = await ctx.compute.call(
      'compute.explain',
      { workspace: scope.workspace, scoresRunId: scope.scoresRun, accountIds },
      { signal: pace.signal },
    )
    return { list }
  } catch (error) {
    if (pace.signal.aborted || isCancelled(error)) throw error
    return { missing: toErrorShape(error).code }
  }
}
