import type { Database } from 'better-sqlite3'
import type { CaseDetail, CaseItem, CaseRow, NoteRow } from '../../common/contract/cases.ts'
import { ShoalError } from '../../common/errors.ts'
import { newestRuns } from '../workspace/queries.ts'

export function listCases(db: Database, id?: number): CaseRow[] {
  return db
    .prepare(
      `SELECT c.id, c.name, c.summary, c.created_at AS createdAt, c.created_by AS createdBy, c.closed_at AS closedAt,
              (SELECT count(*) FROM case_item i WHERE i.case_id = c.id AND i.removed_at IS NULL AND i.kind = 'community') AS communities,
              (SELECT count(*) FROM case_item i WHERE i.case_id = c.id AND i.removed_at IS NULL AND i.kind = 'account') AS accounts,
              (SELECT count(*) FROM case_item i WHERE i.case_id = c.id AND i.removed_at IS NULL AND i.kind = 'report') AS reports,
              (SELECT count(*) FROM note n WHERE n.case_id = c.id AND n.retracted_at IS NULL) AS notes
       FROM case_file c WHERE c.removed_at IS NULL AND (? IS NULL OR c.id = ?) ORDER BY c.id DESC`,
    )
    .all(id ?? null, id ?? null) as CaseRow[]
}

/** What a target is called: 'C-17', an account's key, a report's key. Throws not_found. */
export function targetLabel(
  db: Database,
  kind: 'case' | 'community' | 'account' | 'report',
  ref: number,
  runId: number | null,
): string {
  const missing = () =>
    new ShoalError('not_found', `There is no ${kind} with the id ${ref} in this workspace.`)
  if (kind === 'community') {
    const run = runId ?? newestRuns(db).communities ?? -1
    if (!db.prepare('SELECT 1 FROM community WHERE run_id = ? AND id = ?').get(run, ref)) throw missing()
    return `C-${ref + 1}`
  }
  const sql = {
    case: 'SELECT name FROM case_file WHERE id = ?',
    account: 'SELECT key FROM ready_account WHERE id = ?',
    report: 'SELECT key FROM report WHERE id = ?',
  }[kind]
  const label = db.prepare(sql).pluck().get(ref) as string | undefined
  if (label === undefined) throw missing()
  return label
}

export function caseItems(db: Database, caseId: number): CaseItem[] {
  const scores = newestRuns(db).scores ?? -1
  const rows = db
    .prepare(
      `SELECT i.id, i.kind, i.run_id AS runId, i.ref, i.added_at AS addedAt, i.added_by AS addedBy,
              CASE WHEN i.kind = 'community' THEN
                (SELECT size FROM community c WHERE c.run_id = i.run_id AND c.id = i.ref) ELSE 1 END AS size,
              CASE i.kind
                WHEN 'account' THEN (SELECT score FROM score s WHERE s.run_id = $scores AND s.account_id = i.ref)
                WHEN 'community' THEN (SELECT avg(s.score) FROM community_member m
                  JOIN score s ON s.run_id = $scores AND s.account_id = m.account_id
                  WHERE m.run_id = i.run_id AND m.community_id = i.ref) END AS score,
              (SELECT j.verdict FROM judgement j WHERE j.target_kind = i.kind AND j.target = i.ref
                 AND j.run_id IS i.run_id AND j.retracted_at IS NULL ORDER BY j.id DESC LIMIT 1) AS verdict
       FROM case_item i WHERE i.case_id = $case AND i.removed_at IS NULL ORDER BY i.id`,
    )
    .all({ case: caseId, scores }) as Omit<CaseItem, 'label'>[]
  return rows.map((row) => ({ ...row, label: targetLabel(db, row.kind, row.ref, row.runId) }))
}

export function notesWhere(db: Database, where: string, ...params: (number | string)[]): NoteRow[] {
  const rows = db
    .prepare(
      `SELECT id, target_kind AS targetKind, run_id AS runId, target, text, created_at AS createdAt,
              created_by AS createdBy FROM note WHERE retracted_at IS NULL AND ${where} ORDER BY id`,
    )
    .all(...params) as Omit<NoteRow, 'targetLabel'>[]
  return rows.map((row) => ({ ...row, targetLabel: targetLabel(db, row.targetKind, row.target, row.runId) }))
}

export function caseDetail(db: Database, id: number): CaseDetail {
  const row = listCases(db, id)[0]
  if (!row) throw new ShoalError('not_found', `There is no case with the id ${id}.`)
  return { ...row, items: caseItems(db, id), noteRows: notesWhere(db, 'case_id = ?', id) }
}
