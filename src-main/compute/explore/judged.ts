import type { Database } from 'better-sqlite3'
import { NO_ROW, row, type AccountColumns } from './accounts.ts'

/** What analysts said of accounts, as it stands. */
export interface Judged {
  /** Newest standing verdict by account row. */
  verdict: Map<number, string>
  /** Account rows by tag, ascending. */
  tags: Map<string, Uint32Array>
}

export function readJudged(db: Database, accounts: AccountColumns): Judged {
  const verdict = new Map<number, string>()
  const judgements = db
    .prepare(
      `SELECT target, verdict FROM judgement WHERE target_kind = 'account' AND retracted_at IS NULL ORDER BY id`,
    )
    .raw()
    .all() as [number, string][]
  for (const [id, word] of judgements) {
    const r = row(accounts, id)
    if (r !== NO_ROW) verdict.set(r, word)
  }
  const rows = new Map<string, Set<number>>()
  const taggings = db
    .prepare(
      `SELECT t.name, g.target FROM tagging g JOIN tag t ON t.id = g.tag_id
       WHERE g.target_kind = 'account' AND g.removed_at IS NULL ORDER BY t.name`,
    )
    .raw()
    .all() as [string, number][]
  for (const [name, id] of taggings) {
    const r = row(accounts, id)
    if (r === NO_ROW) continue
    const tagged = rows.get(name) ?? new Set()
    rows.set(name, tagged.add(r))
  }
  return {
    verdict,
    tags: new Map([...rows].map(([name, tagged]) => [name, Uint32Array.from(tagged).sort()])),
  }
}
