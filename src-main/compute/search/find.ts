import type { Database } from 'better-sqlite3'
import type { AppOutput } from '../../common/contract/index.ts'
import { likeLiteral, reportsMatching } from '../../common/selection/fts.ts'
import type { Snapshot } from '../explore/state.ts'
import { allContaining, candidates } from './keys.ts'
import { reportsWith } from './texts.ts'

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
export async function searchAll(at: Snapshot, query: string, limit: number): Promise<Found> {
  const text = query.trim()
  return {
    accounts: accountsLike(at, text, limit),
    entities: await entitiesLike(at, text, limit),
    communities: communitiesLike(at, text),
    tags: tagsLike(at.db, text, limit),
    reports: await reportsLike(at, text, limit),
  }
}

/** How many there are of each, counted up to `COUNTED` and one more. */
export async function searchCounts(at: Snapshot, query: string): Promise<AppOutput<'search.count'>> {
  const text = query.trim()
  const keys = (kind: 'account' | 'entity') => {
    const { ids, cut } = allContaining(at.db, kind, text, COUNTED)
    return cut ? COUNTED + 1 : ids.length
  }
  return {
    accounts: keys('account'),
    entities: keys('entity'),
    reports: await countReports(at, text),
    counted: COUNTED,
  }
}

async function countReports(at: Snapshot, text: string): Promise<number> {
  const texts = await at.facts.texts.ready()
  if (texts !== null) {
    let reports = 0
    for (const _ of reportsWith(at.db, texts, text)) if (++reports > COUNTED) break
    return reports
  }
  const match = reportsMatching(text, 'r.id')
  return at.db
    .prepare(
      `SELECT count(*) FROM (SELECT 1 FROM report r WHERE ${match.sql}
         AND r.source_id IN (SELECT id FROM ready_source) LIMIT ${COUNTED + 1})`,
    )
    .pluck()
    .get(...match.params) as number
}

/** Every account whose key or name contains the text, as far as one set holds them. */
export function searchAccounts(db: Database, query: string): AppOutput<'search.accounts'> {
  const { ids, cut } = allContaining(db, 'account', query.trim(), SELECTABLE)
  return { accounts: ids, cut }
}

function rank(text: string): (a: { key: string }, b: { key: string }) => number {
  const low = text.toLowerCase()
  const place = (key: string) => (key === text ? 0 : key.toLowerCase().startsWith(low) ? 1 : 2)
  return (a, b) => place(a.key) - place(b.key)
}

function accountsLike({ db, runIds }: Snapshot, text: string, limit: number): Found['accounts'] {
  const rows = db
    .prepare(
      `SELECT a.id, a.key, a.name, s.score, m.community_id AS community FROM json_each(?) i
       JOIN account_search a ON a.id = i.value
       LEFT JOIN score s ON s.run_id = ? AND s.account_id = a.id
       LEFT JOIN community_member m ON m.run_id = ? AND m.account_id = a.id`,
    )
    .all(
      JSON.stringify(candidates(db, 'account', text, RANKED)),
      runIds.scores ?? -1,
      runIds.communities ?? -1,
    ) as Found['accounts']
  const order = rank(text)
  return rows
    .sort((a, b) => order(a, b) || (b.score ?? -1) - (a.score ?? -1) || a.key.length - b.key.length)
    .slice(0, limit)
}

async function entitiesLike(at: Snapshot, text: string, limit: number): Promise<Found['entities']> {
  const rows = at.db
    .prepare(
      `SELECT e.id, t.value AS type, e.key FROM json_each(?) i JOIN entity e ON e.id = i.value
       JOIN term t ON t.id = e.type_id`,
    )
    .all(JSON.stringify(candidates(at.db, 'entity', text, RANKED))) as Omit<
    Found['entities'][number],
    'accounts'
  >[]
  const order = rank(text)
  const shown = rows
    .sort((a, b) => order(a, b) || a.key.length - b.key.length || (a.key < b.key ? -1 : 1))
    .slice(0, limit)
  const offsets = shown.length > 0 ? await at.facts.useOffsets() : null
  return shown.map((e) => ({
    ...e,
    accounts:
      offsets !== null && e.id + 1 < offsets.length
        ? offsets[e.id + 1] - offsets[e.id]
        : usersOf(at.db, e.id),
  }))
}

/** How many accounts use an entity, by links or events: where the columns do not say. */
function usersOf(db: Database, id: number): number {
  return db
    .prepare(
      `SELECT count(*) FROM (SELECT account_id FROM link WHERE entity_id = $id
         UNION SELECT account_id FROM event WHERE ip_id = $id UNION SELECT account_id FROM event WHERE device_id = $id)`,
    )
    .pluck()
    .get({ id }) as number
}

/** 'C-12', '12', '社群 12'. */
function communitiesLike({ db, runIds }: Snapshot, text: string): Found['communities'] {
  const number = /^(?:c-?|社群\s*)?(\d+)$/i.exec(text)
  const id = number ? Number(number[1]) - 1 : -1
  if (id < 0 || runIds.communities === undefined) return []
  return db
    .prepare('SELECT id, size FROM community WHERE run_id = ? AND id = ?')
    .all(runIds.communities, id) as Found['communities']
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

async function reportsLike(at: Snapshot, text: string, limit: number): Promise<Found['reports']> {
  const read = at.db.prepare(
    `SELECT r.id, r.account_id AS accountId, a.key AS accountKey, r.text FROM report r
     JOIN account a ON a.id = r.account_id WHERE r.id = ?`,
  )
  return (await newestReports(at, text, limit)).map((id) => {
    const { text: whole, ...report } = read.get(id) as Omit<Found['reports'][number], 'snippet'> & {
      text: string
    }
    return { ...report, snippet: snippet(whole, text) }
  })
}

/** The newest that contain the text; by SQL until their texts are there. */
async function newestReports(at: Snapshot, text: string, limit: number): Promise<number[]> {
  const texts = await at.facts.texts.ready()
  if (texts === null) return newestBySql(at.db, text, limit)
  const found: number[] = []
  if (limit === 0) return found
  for (const id of reportsWith(at.db, texts, text)) {
    found.push(id)
    if (found.length >= limit) break
  }
  return found
}

export function newestBySql(db: Database, text: string, limit: number): number[] {
  const match = reportsMatching(text, 'r.id')
  return db
    .prepare(
      `SELECT r.id FROM report r JOIN ready_account a ON a.id = r.account_id
       WHERE ${match.sql} AND r.source_id IN (SELECT id FROM ready_source) ORDER BY r.ts DESC, r.id LIMIT ?`,
    )
    .pluck()
    .all(...match.params, limit) as number[]
}

/** The part of a text around the first place where the query stands. */
export function snippet(text: string, query: string): string {
  const at = Math.max(0, text.toLowerCase().indexOf(query.toLowerCase()))
  const from = Math.max(0, at - SNIPPET / 4)
  const to = Math.min(text.length, from + SNIPPET)
  return (from > 0 ? '…' : '') + text.slice(from, to).toWellFormed() + (to < text.length ? '…' : '')
}
