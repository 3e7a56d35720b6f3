import type { Database } from 'better-sqlite3'
import type { ComputeContext } from '../../context.ts'

/** `meta` key of the indexes that a running import has put aside: a JSON list of {name, sql}. */
export const INDEXES_KEY = 'import.indexes'

/** Tables whose rows come in bulk. */
export type BulkTable = 'account' | 'entity' | 'account_record' | 'relation' | 'link' | 'event' | 'label'

interface Index {
  name: string
  sql: string
}

/** Fewer rows than this are stored as fast with their indexes in place. */
const FEW_ROWS = 50_000
/** More rows than this are too much to index twice, and somebody is looking at them. */
const MANY_ROWS = 1_000_000
const ROW_BYTES = 64
const SORT_KIB = 1024
const SORT_THREADS = 2

/**
 * Whether a table's indexes are better made when its rows are in than kept while they come: rows come in no index's order,
 * so that a page of an index is written for nearly every row, while making an index sorts once.
 */
export function worthPuttingAside(existing: number, incomingBytes: number): boolean {
  const incoming = incomingBytes / ROW_BYTES
  return incoming > FEW_ROWS && existing <= Math.min(MANY_ROWS, incoming / 4)
}

/** Drops the tables' indexes and notes how to make them again. In one transaction: they are never just gone. */
export function putIndexesAside(db: Database, tables: readonly BulkTable[]): void {
  if (tables.length === 0) return
  db.transaction(() => {
    const kept = indexesAside(db)
    for (const table of tables) {
      const indexes = db
        .prepare(
          `SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL`,
        )
        .all(table) as Index[]
      for (const index of indexes) {
        kept.push(index)
        db.exec(`DROP INDEX ${index.name}`)
      }
    }
    db.prepare(`INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)`).run(
      INDEXES_KEY,
      JSON.stringify(kept),
    )
  })()
}

/** The indexes that are to be made again. */
export function indexesAside(db: Database): Index[] {
  const noted = db.prepare(`SELECT value FROM meta WHERE key = ?`).pluck().get(INDEXES_KEY) as
    string | undefined
  return noted === undefined ? [] : (JSON.parse(noted) as Index[])
}

/**
 * Makes the indexes that were put aside, each in a transaction of its own. Progress: phase 'import.indexes', in steps.
 * Temporary tables of the connection are gone afterwards. Making one hears no cancel: whoever runs this can be killed at any time, and the next opening goes on.
 */
export async function makeIndexes(
  ctx: Pick<ComputeContext, 'db' | 'progress' | 'checkpoint'>,
): Promise<void> {
  const { db } = ctx
  const aside = indexesAside(db)
  const total = aside.length
  if (total === 0) return
  const cacheSize = db.pragma('cache_size', { simple: true })
  const tempStore = db.pragma('temp_store', { simple: true })
  // Sorted in pieces of this size by further threads, which SQLite has only where the pieces go to temporary files; in
  // memory, all rows of an index would be there at once.
  db.pragma(`cache_size = -${SORT_KIB}`)
  db.pragma('temp_store = FILE')
  db.pragma(`threads = ${SORT_THREADS}`)
  try {
    await makeEach(ctx, aside)
  } finally {
    db.pragma('threads = 0')
    db.pragma(`temp_store = ${Number(tempStore)}`)
    db.pragma(`cache_size = ${Number(cacheSize)}`)
  }
}

async function makeEach(
  ctx: Pick<ComputeContext, 'db' | 'progress' | 'checkpoint'>,
  aside: Index[],
): Promise<void> {
  const { db } = ctx
  const total = aside.length
  for (let done = 0; done < total; done++) {
    const { name, sql } = aside[0]!
    ctx.progress({ phase: 'import.indexes', done, total, unit: 'steps', detail: name })
    // Lets the word get out, and a cancel in, before what takes seconds.
    await ctx.checkpoint()
    await new Promise((resolve) => setImmediate(resolve))
    await ctx.checkpoint()
    db.transaction(() => {
      if (db.prepare(`SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ?`).get(name) === undefined)
        db.exec(sql)
      aside.shift()
      if (aside.length > 0)
        db.prepare(`UPDATE meta SET value = ? WHERE key = ?`).run(JSON.stringify(aside), INDEXES_KEY)
      else db.prepare(`DELETE FROM meta WHERE key = ?`).run(INDEXES_KEY)
    })()
  }
  ctx.progress({ phase: 'import.indexes', done: total, total, unit: 'steps' })
}
