import type { Database } from 'better-sqlite3'
import type { AccountDetail } from '../../common/contract/accounts.ts'

/** Everything that stands of what analysts said about one target: judgements (newest first), notes, tags. */
export function judgedOf(
  db: Database,
  kind: 'community' | 'account' | 'report',
  target: number,
  runId: number | null,
): Pick<AccountDetail, 'judgements' | 'notes' | 'tags'> {
  const at = [kind, target, runId, runId]
  const of = (t: string) => `${t}.target_kind = ? AND ${t}.target = ? AND (${t}.run_id IS ? OR ? IS NULL)`
  return {
    judgements: db
      .prepare(
        `SELECT id, verdict, reason, created_by AS by, created_at AS at FROM judgement j
         WHERE ${of('j')} AND retracted_at IS NULL ORDER BY id DESC`,
      )
      .all(...at) as AccountDetail['judgements'],
    notes: db
      .prepare(
        `SELECT id, text, created_by AS by, created_at AS at FROM note n
         WHERE ${of('n')} AND retracted_at IS NULL ORDER BY id DESC`,
      )
      .all(...at) as AccountDetail['notes'],
    tags: db
      .prepare(
        `SELECT DISTINCT t.name FROM tagging g JOIN tag t ON t.id = g.tag_id
         WHERE ${of('g')} AND g.removed_at IS NULL ORDER BY 1`,
      )
      .pluck()
      .all(...at) as string[],
  }
}
