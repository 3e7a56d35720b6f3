import type { Database } from 'better-sqlite3'
import type { AppOutput } from '../../common/contract/index.ts'
import { accountsUsing } from '../communities/queries.ts'
import { communityStats } from '../communities/stats.ts'
import { likeLiteral, reportsMatching } from '../../common/selection/fts.ts'
import { newestRuns } from '../workspace/queries.ts'
import { allContaining, candidates } from './search-keys.ts'

/** Characters of a report shown around what was found. */
const SNIPPET = 80
/** Keys that are ranked: the best of so many that begin with or contain the text. */
const RANKED = 60
/** Counting stops here: "more than". */
export const COUNTED = 20_000
/** As many as a picked set holds (contract/sets.ts). */
const SELECTABLE = 100_000

type Found = AppOutput<'search.all'>

/**
 * One box for everything. Exact keys come first, then those that begin with the text, then those that contain it; among
 * these the likelier malicious. Milliseconds at a million accounts: nothing here reads every key.
 */
export function searchAll(db: Database, query: string, limit: number): Found {
  const text = query.trim()
  return {
    accounts: accountsLike(db, text, limit),
    entities: entitiesLike(db, text, limit),
    communities: communitiesLike(db, text),
    tags: tagsLike(db, text, limit),
    reports: reportsLike(db, text, limit),
  }
}

/** How many there are of each, counted up to `COUNTED` and one more. */
export function searchCounts(db: Database, query: string): AppOutput<'search.count'> {
  const text = query.trim()
  const keys = (kind: 'account' | 'entity') => {
    const { ids, cut } = allContaining(db, kind, text, COUNTED)
    return cut ? COUNTED + 1 : ids.length
  }
  const match = reportsMatching(text, 'r.id')
  const reports = db
    .prepare(
      `SELECT count(*) FROM (SELECT 1 FROM report r WHERE ${match.sql}
         AND r.source_id IN (SELECT id FROM ready_source) LIMIT ${COUNTED + 1})`,
    )
    .pluck()
    .get(...match.params) as number
  return { accounts: keys('account'), entities: keys('entity'), reports, counted: COUNTED }
}

/** Every account whose key or name contains the text, as far as one set holds them. */
export function searchAccounts(db: Database, query: string): AppOutput<'search.accounts'> {
  const { ids, cut } = allContaining(db, 'account', query.trim(), SELECTABLE)
  return { accounts: ids, cut }
}

/** What accounts and entities are called, by id. */
export function searchNames(
  db: Database,
  ids: { accounts: number[]; entities: number[] },
): AppOutput<'search.names'> {
  return {
    accounts: db
      .prepare('SELECT a.id, a.key FROM json_each(?) i JOIN ready_account a ON a.id = i.value')
      .all(JSON.stringify(ids.accounts)) as AppOutput<'search.names'>['accounts'],
    entities: db
      .prepare(
        `SELECT e.id, t.value AS type, e.key FROM json_each(?) i JOIN entity e ON e.id = i.value
         JOIN term t ON t.id = e.type_id`,
      )
      .all(JSON.stringify(ids.entities)) as AppOutput<'search.names'>['entities'],
  }
}

function rank(text: string): (a: { key: string }, b: { key: string }) => number {
  const low = text.toLowerCase()
  const place = (key: string) => (key === text ? 0 : key.toLowerCase().startsWith(low) ? 1 : 2)
  return (a, b) => place(a.key) - place(b.key)
}

function accountsLike(db: Database, text: string, limit: number): Found['accounts'] {
  const runs = newestRuns(db)
  const rows = db
    .prepare(
      `SELECT a.id, a.key, a.name, s.score, m.community_id AS community FROM json_each(?) i
       JOIN account_search a ON a.id = i.value
       LEFT JOIN score s ON s.run_id = ? AND s.account_id = a.id
       LEFT JOIN community_member m ON m.run_id = ? AND m.account_id = a.id`,
    )
    .all(
      JSON.stringify(candidates(db, 'account', text, RANKED)),
      runs.scores ?? -1,
      runs.communities ?? -1,
    ) as Found['accounts']
  const order = rank(text)
  return rows
    .sort((a, b) => order(a, b) || (b.score ?? -1) - (a.score ?? -1) || a.key.length - b.key.length)
    .slice(0, limit)
}

function entitiesLike(db: Database, text: string, limit: number): Found['entities'] {
  const rows = db
    .prepare(
      `SELECT e.id, t.value AS type, e.key FROM json_each(?) i JOIN entity e ON e.id = i.value
       JOIN term t ON t.id = e.type_id`,
    )
    .all(JSON.stringify(candidates(db, 'entity', text, RANKED))) as Omit<
    Found['entities'][number],
    'accounts'
  >[]
  const order = rank(text)
  return rows
    .sort((a, b) => order(a, b) || a.key.length - b.key.length || (a.key < b.key ? -1 : 1))
    .slice(0, limit)
    .map((e) => ({ ...e, accounts: accountsUsing(db, e.id).length }))
}

/** 'C-12', '12', '社群 12'. */
function communitiesLike(db: Database, text: string): Found['communities'] {
  const number = /^(?:c-?|社群\s*)?(\d+)$/i.exec(text)
  const id = number ? Number(number[1]) - 1 : -1
  if (id < 0) return []
  const stats = communityStats(db)
  return stats && id < stats.count ? [{ id, size: stats.size[id]! }] : []
}

function tagsLike(db: Database, text: string, limit: number): Found['tags'] {
  return db
    .prepare(
      `SELECT t.name, count(*) FILTER (WHERE g.target_kind = 'account') AS accounts,
              count(*) FILTER (WHERE g.target_kind = 'community') AS communities
       FROM tag t JOIN tagging g ON g.tag_id = t.id AND g.removed_at IS NULL
       WHERE t.name LIKE ? ESCAPE '\\' GROUP BY t.id ORDER BY count(*) DESC LIMIT ?`,
    )
    .all(`%${likeLiteral(text)}%`, limit) as Found['tags']
}

function reportsLike(db: Database, text: string, limit: number): Found['reports'] {
  const match = reportsMatching(text, 'r.id')
  const rows = db
    .prepare(
      `SELECT r.id, r.account_id AS accountId, a.key AS accountKey, r.text FROM report r
       JOIN ready_account a ON a.id = r.account_id
       WHERE ${match.sql} AND r.source_id IN (SELECT id FROM ready_source) ORDER BY r.ts DESC LIMIT ?`,
    )
    .all(...match.params, limit) as { id: number; accountId: number; accountKey: string; text: string }[]
  return rows.map(({ text: whole, ...report }) => ({ ...report, snippet: snippet(whole, text) }))
}

/** The part of a text around the first place where the query stands. */
export function snippet(text: string, query: string): string {
  const at = Math.max(0, text.toLowerCase().indexOf(query.toLowerCase()))
  const from = Math.max(0, at - SNIPPET / 4)
  const to = Math.min(text.length, from + SNIPPET)
  return (from > 0 ? '…' : '') + text.slice(from, to).toWellFormed() + (to < text.length ? '…' : '')
}
