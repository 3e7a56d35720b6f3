import { current } from '../../common/facts/superseded.ts'
import type { Database } from 'better-sqlite3'

/** How many of the accounts a file labels, or an analyst last judged, malicious. */
export function labelledMalicious(db: Database, ids: readonly number[]): number {
  return db
    .prepare(
      `SELECT count(*) FROM json_each(?) i WHERE
         EXISTS (SELECT 1 FROM label l WHERE l.account_id = i.value AND l.label = 'malicious'
           AND l.source_id IN (SELECT id FROM ready_source)${current(db, 'label', 'l')})
         OR (SELECT j.verdict FROM judgement j WHERE j.target_kind = 'account' AND j.target = i.value
           AND j.retracted_at IS NULL ORDER BY j.id DESC LIMIT 1) = 'malicious'`,
    )
    .pluck()
    .get(JSON.stringify(ids)) as number
}
