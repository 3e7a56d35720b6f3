import type { Database } from 'better-sqlite3'
import type { CaseChange } from '../../common/contract/pages.ts'
import { newestRuns } from '../workspace/queries.ts'
import { caseItems } from './queries.ts'

/** What each item of a case is now against what it was when it was put there. */
export function caseChanges(db: Database, caseId: number): CaseChange[] {
  const runs = newestRuns(db)
  return caseItems(db, caseId).map((item) => {
    const members =
      item.kind === 'community'
        ? (db
            .prepare('SELECT account_id FROM community_member WHERE run_id = ? AND community_id = ?')
            .pluck()
            .all(item.runId ?? -1, item.ref) as number[])
        : item.kind === 'account'
          ? [item.ref]
          : []
    const ids = JSON.stringify(members)
    const since = item.addedAt
    const scoreBy = (run: number | null): number | null =>
      run === null || members.length === 0
        ? null
        : (db
            .prepare(
              `SELECT avg(s.score) FROM json_each(?) i JOIN score s ON s.run_id = ? AND s.account_id = i.value`,
            )
            .pluck()
            .get(ids, run) as number | null)
    const runThen = db
      .prepare(
        `SELECT max(id) FROM run WHERE kind = 'scores' AND status = 'done' AND coalesce(finished_at, started_at) <= ?`,
      )
      .pluck()
      .get(since) as number | null
    const brought = (table: 'report' | 'event' | 'label'): number =>
      db
        .prepare(
          `SELECT count(*) FROM json_each(?) i JOIN ${table} x ON x.account_id = i.value
           JOIN source s ON s.id = x.source_id AND s.status = 'ready' AND s.imported_at > ?`,
        )
        .pluck()
        .get(ids, since) as number
    const decision = db
      .prepare(
        `SELECT verdict, reason, created_by AS by, created_at AS at FROM judgement
         WHERE target_kind = ? AND target = ? AND run_id IS ? AND retracted_at IS NULL ORDER BY id DESC LIMIT 1`,
      )
      .get(item.kind, item.ref, item.runId) as CaseChange['decision'] | undefined
    return {
      itemId: item.id,
      since,
      scoreThen: scoreBy(runThen),
      scoreNow: scoreBy(runs.scores ?? null),
      newReports: brought('report'),
      newEvents: brought('event'),
      newLabels: brought('label'),
      community:
        item.kind === 'community' ? nowOf(db, item.runId, ids, members.length, runs.communities) : null,
      decision: decision ?? null,
    }
  })
}

/** Where the members of a community of some run are in the shown run. */
function nowOf(
  db: Database,
  runId: number | null,
  ids: string,
  size: number,
  shown: number | undefined,
): CaseChange['community'] {
  if (shown === undefined || runId === shown)
    return { sameRun: runId === shown, nowId: null, shared: size, size, nowSize: size }
  const best = db
    .prepare(
      `SELECT m.community_id AS id, count(*) AS shared, c.size FROM json_each(?) i
       JOIN community_member m ON m.run_id = ? AND m.account_id = i.value
       JOIN community c ON c.run_id = m.run_id AND c.id = m.community_id
       GROUP BY 1 ORDER BY 2 DESC, 3 LIMIT 1`,
    )
    .get(ids, shown) as { id: number; shared: number; size: number } | undefined
  return {
    sameRun: false,
    nowId: best?.id ?? null,
    shared: best?.shared ?? 0,
    size,
    nowSize: best?.size ?? 0,
  }
}
