import type { Database } from 'better-sqlite3'
import { FEW_LABELS, LEAST_LABELS, type LabelRow, type LabelState } from '../../common/contract/learning.ts'
import { current } from '../../common/facts/superseded.ts'

/**
 * Everything that stands of what was said about accounts: labels of the files and analysts' verdicts, one row each.
 * `rank` orders an account's rows so that the greatest is the one in force: analysts after files, newer after older,
 * undated file labels first; what a later export states anew is left out. The rule is that of training (compute/store/labels.ts).
 */
const said = (db: Database) => `
  SELECT l.account_id AS account, l.label, 'import:' || coalesce(l.label_source, '') AS who, 'import' AS kind, l.ts AS at,
         '' AS reason, l.source_id AS source, l.row AS row, 0 AS analyst, l.ts AS ts, l.id AS id
  FROM label l WHERE l.source_id IN (SELECT id FROM ready_source) AND l.label IN ('malicious','benign')
    ${current(db, 'label', 'l')}
  UNION ALL
  SELECT j.target, CASE j.verdict WHEN 'ring' THEN 'malicious' ELSE j.verdict END, j.created_by, 'analyst',
         j.created_at, j.reason, NULL, NULL, 1, NULL, j.id
  FROM judgement j WHERE j.target_kind = 'account' AND j.retracted_at IS NULL`

const ranked = (db: Database) => `
  SELECT *, row_number() OVER (PARTITION BY account ORDER BY analyst DESC, ts IS NULL, ts DESC, id DESC) AS place,
         min(label) FILTER (WHERE label <> 'unsure') OVER (PARTITION BY account)
           <> max(label) FILTER (WHERE label <> 'unsure') OVER (PARTITION BY account) AS disputed
  FROM (${said(db)})`

/** What the labels of a workspace are good for. */
export function labelState(db: Database): LabelState {
  const by = db
    .prepare(
      `SELECT who, kind, sum(label = 'malicious') AS malicious, sum(label = 'benign') AS benign,
              sum(label = 'unsure') AS unsure
       FROM (SELECT DISTINCT account, label, who, kind FROM (${said(db)})) GROUP BY who, kind ORDER BY kind, who`,
    )
    .all() as LabelState['by']
  const found = db
    .prepare(
      `SELECT coalesce(sum(place = 1 AND label = 'malicious'), 0) AS malicious,
              coalesce(sum(place = 1 AND label = 'benign'), 0) AS benign,
              coalesce(sum(place = 1 AND coalesce(disputed, 0)), 0) AS disagreements
       FROM (${ranked(db)})`,
    )
    .get() as { malicious: number; benign: number; disagreements: number }
  const accounts = db.prepare('SELECT count(*) FROM ready_account').pluck().get() as number
  const { malicious, benign, disagreements } = found
  const least = Math.min(malicious, benign)
  const state =
    malicious + benign === 0
      ? 'none'
      : least === 0
        ? 'one_class'
        : least < LEAST_LABELS
          ? 'too_few'
          : least < FEW_LABELS
            ? 'few'
            : 'enough'
  const goal = least < LEAST_LABELS ? LEAST_LABELS : FEW_LABELS
  return {
    malicious,
    benign,
    unlabelled: accounts - malicious - benign,
    by,
    disagreements,
    state,
    missing: { malicious: Math.max(0, goal - malicious), benign: Math.max(0, goal - benign) },
  }
}

/** Rows of what was said, newest first; with `disputed`, only of accounts on which two disagree. */
export function listLabels(
  db: Database,
  page: { disputed: boolean; offset: number; limit: number },
): { total: number; rows: LabelRow[] } {
  const where = page.disputed ? 'WHERE disputed' : ''
  const total = db
    .prepare(`SELECT count(*) FROM (${ranked(db)}) ${where}`)
    .pluck()
    .get() as number
  const rows = db
    .prepare(
      `SELECT r.account AS accountId, a.key, r.label, r.who AS by, r.kind, r.at, r.reason, r.place = 1 AS used,
              coalesce(r.disputed, 0) AS disputed, coalesce(s.path || ':' || s.entry, s.path) AS file, r.row
       FROM (${ranked(db)}) r JOIN account a ON a.id = r.account LEFT JOIN source s ON s.id = r.source
       ${where} ORDER BY ${page.disputed ? 'a.key, r.place' : 'r.analyst DESC, r.at DESC, r.id DESC'} LIMIT ? OFFSET ?`,
    )
    .all(page.limit, page.offset) as (Omit<LabelRow, 'used' | 'disputed' | 'provenance'> & {
    used: 0 | 1
    disputed: 0 | 1
    file: string | null
    row: number | null
  })[]
  return {
    total,
    rows: rows.map(({ file, row, used, disputed, ...rest }) => ({
      ...rest,
      used: used === 1 && rest.label !== 'unsure',
      disputed: disputed === 1,
      provenance: file === null || row === null ? null : { file, row },
    })),
  }
}
