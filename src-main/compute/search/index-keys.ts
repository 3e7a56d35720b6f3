import type { Database } from 'better-sqlite3'
import { readSearchFloor, SEARCH_FLOOR_KEY, type SearchFloor } from '../../common/search-index.ts'
import type { ComputeContext } from '../context.ts'

/** Ends every indexed text: see migration 0005. */
const END = `char(1) || char(1)`
/** Rows of a transaction: about a third of a second, so that a note does not wait long. */
const ROWS = 20_000

const TEXT_OF_ACCOUNT = `s.key || coalesce(char(10) || s.name, '') || ${END}`

/**
 * Where each part comes from. A further record of an account that was indexed before may rename it: those replace. New
 * accounts have been read with their newest name already.
 */
const PARTS: { table: keyof SearchFloor; sql: string }[] = [
  {
    table: 'account',
    sql: `INSERT OR REPLACE INTO account_fts (rowid, text)
          SELECT s.id, ${TEXT_OF_ACCOUNT} FROM account_search s WHERE s.id > ? AND s.id <= ?`,
  },
  {
    table: 'entity',
    sql: `INSERT OR REPLACE INTO entity_fts (rowid, text)
          SELECT e.id, e.key || ${END} FROM entity e WHERE e.id > ? AND e.id <= ?`,
  },
  {
    table: 'account_record',
    sql: `INSERT OR REPLACE INTO account_fts (rowid, text)
          SELECT s.id, ${TEXT_OF_ACCOUNT} FROM account_search s
          WHERE s.id IN (SELECT account_id FROM account_record WHERE id > ? AND id <= ?) AND s.id <= ?`,
  },
]

/**
 * Brings the search index up to the facts: accounts, entities and renamed accounts that came since. Call it when no
 * import is running (rows that are swept later must not be indexed): behind an import, and when a workspace opens.
 * Stopped or killed half way it goes on from there the next time. Returns how many rows it looked at.
 */
export async function indexKeys(
  ctx: Pick<ComputeContext, 'db' | 'progress' | 'checkpoint'>,
): Promise<{ indexed: number }> {
  const { db } = ctx
  if (db.prepare(`SELECT 1 FROM source WHERE status = 'importing' LIMIT 1`).get()) return { indexed: 0 }
  const floor = readSearchFloor(
    db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(SEARCH_FLOOR_KEY) as string | undefined,
  )
  const ends = Object.fromEntries(
    PARTS.map(({ table }) => [table, maxId(db, table)]),
  ) as unknown as SearchFloor
  const total = PARTS.reduce((sum, { table }) => sum + Math.max(0, ends[table] - floor[table]), 0)
  if (total === 0) return { indexed: 0 }
  const keep = db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)')
  const known = floor.account
  let done = 0
  for (const { table, sql } of PARTS) {
    const insert = db.prepare(sql)
    while (floor[table] < ends[table]) {
      const to = Math.min(ends[table], floor[table] + ROWS)
      db.transaction(() => {
        if (table === 'account_record') insert.run(floor[table], to, known)
        else insert.run(floor[table], to)
        done += to - floor[table]
        floor[table] = to
        keep.run(SEARCH_FLOOR_KEY, JSON.stringify(floor))
      })()
      ctx.progress({ phase: 'search.keys', done, total, unit: 'rows' })
      await ctx.checkpoint()
    }
  }
  return { indexed: done }
}

const maxId = (db: Database, table: string) =>
  db.prepare(`SELECT coalesce(max(id), 0) FROM ${table}`).pluck().get() as number
