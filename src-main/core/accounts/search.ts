import type { Database } from 'better-sqlite3'
import type { AppOutput } from '../../common/contract/index.ts'
import { accountsUsing } from '../communities/queries.ts'
import { communityStats } from '../communities/stats.ts'
import { likeLiteral, reportsMatching } from '../selection/fts.ts'
import { newestRuns } from '../workspace/queries.ts'

/** Characters of a report shown around what was found. */
const SNIPPET = 80

/** One box for everything: exact and prefix matches of keys come before matches inside them. */
export function searchAll(db: Database, query: string, limit: number): AppOutput<'search.all'> {
  const text = query.trim()
  const runs = newestRuns(db)
  const inside = `%${likeLiteral(text)}%`
  const prefix = `${likeLiteral(text)}%`
  const accounts = db
    .prepare(
      `SELECT a.id, a.key, s.score, m.community_id AS community FROM ready_account a
       LEFT JOIN score s ON s.run_id = ? AND s.account_id = a.id
       LEFT JOIN community_member m ON m.run_id = ? AND m.account_id = a.id
       WHERE a.key LIKE ? ESCAPE '\\'
       ORDER BY a.key = ? DESC, a.key LIKE ? ESCAPE '\\' DESC, s.score DESC LIMIT ?`,
    )
    .all(runs.scores ?? -1, runs.communities ?? -1, inside, text, prefix, limit)
  const entities = (
    db
      .prepare(
        `SELECT e.id, t.value AS type, e.key FROM entity e JOIN term t ON t.id = e.type_id
         WHERE e.key LIKE ? ESCAPE '\\' AND e.source_id IN (SELECT id FROM ready_source)
         ORDER BY e.key = ? DESC, e.key LIKE ? ESCAPE '\\' DESC, length(e.key) LIMIT ?`,
      )
      .all(inside, text, prefix, limit) as { id: number; type: string; key: string }[]
  ).map((e) => ({ ...e, accounts: accountsUsing(db, e.id).length }))
  const stats = communityStats(db)
  const number = /^(?:c-?|社群\s*)?(\d+)$/i.exec(text)
  const id = number ? Number(number[1]) - 1 : -1
  const communities = stats && id >= 0 && id < stats.count ? [{ id, size: stats.size[id]! }] : []
  const match = reportsMatching(text, 'r.id')
  const reports = (
    db
      .prepare(
        `SELECT r.id, r.account_id AS accountId, a.key AS accountKey, r.text FROM report r
         JOIN ready_account a ON a.id = r.account_id
         WHERE ${match.sql} AND r.source_id IN (SELECT id FROM ready_source) ORDER BY r.ts DESC LIMIT ?`,
      )
      .all(...match.params, limit) as { id: number; accountId: number; accountKey: string; text: string }[]
  ).map(({ text: whole, ...report }) => ({ ...report, snippet: snippet(whole, text) }))
  return { accounts, entities, communities, reports } as AppOutput<'search.all'>
}

/** The part of a text around the first place where the query stands. */
export function snippet(text: string, query: string): string {
  const at = Math.max(0, text.toLowerCase().indexOf(query.toLowerCase()))
  const from = Math.max(0, at - SNIPPET / 4)
  const to = Math.min(text.length, from + SNIPPET)
  return (from > 0 ? '…' : '') + text.slice(from, to).toWellFormed() + (to < text.length ? '…' : '')
}
