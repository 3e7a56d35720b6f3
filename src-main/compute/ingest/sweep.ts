import type { Database } from 'better-sqlite3'
import { createPace } from '../../common/pace.ts'
import type { ComputeContext } from '../context.ts'
import { ROWS_PER_TRANSACTION } from '../store/open.ts'
import { TERM_DOMAINS } from './dictionary.ts'
import { forgetMatches } from './known/kept.ts'

/** `meta` key under which a running import keeps what the highest ids were before it. */
export const FLOOR_KEY = 'import.floor'

const FACTS = ['account_record', 'relation', 'link', 'event', 'report', 'label'] as const
const COUNTED = [...FACTS, 'account', 'entity', 'term'] as const
type Counted = (typeof COUNTED)[number]

/** Highest id of each table when an import began; everything it writes is above. */
export type Floor = Record<Counted, number>

/** What is noted of an import while it is not published. */
interface Note {
  floor: Floor
  /** False: there was no note, and the floor is zeros, which makes a sweep slower and no less right. */
  noted: boolean
  /** Of how its files are mapped: an import of other choices can't go on where this one ended. */
  choices: string | null
  /** Files of which some table was not finished when it ended, as `fileKey`. */
  unfinished: string[]
}

/** What names a file of an import: its path, and its name inside the archive. */
export function fileKey({ path, entry }: { path: string; entry: string | null }): string {
  return `${path}\n${entry ?? ''}`
}

/** Where facts name an account, an entity. */
const ACCOUNT_USES = [
  ['account_record', 'account_id'],
  ['relation', 'src_id'],
  ['relation', 'dst_id'],
  ['link', 'account_id'],
  ['event', 'account_id'],
  ['report', 'account_id'],
  ['report', 'reporter_id'],
  ['label', 'account_id'],
] as const
const ENTITY_USES = [
  ['link', 'entity_id'],
  ['event', 'ip_id'],
  ['event', 'device_id'],
] as const
const TERM_USES = [
  ['relation', 'type_id'],
  ['entity', 'type_id'],
  ['event', 'kind_id'],
  ['event', 'context_id'],
  ['event', 'country_id'],
  ['event', 'city_id'],
  ['event', 'outcome_id'],
] as const

/** Reports carry text and a search index: fewer of them make a transaction of the same length. */
const REPORTS_PER_TRANSACTION = 5_000
/** More rows than a file has. */
const ROW_SPAN = 2 ** 40

/** Notes the highest ids and what the import is of. Call in the transaction that creates the import's sources. */
export function writeFloor(db: Database, choices: string): Floor {
  const floor = Object.fromEntries(
    COUNTED.map((table) => [
      table,
      db.prepare(`SELECT coalesce(max(id), 0) FROM ${table}`).pluck().get() as number,
    ]),
  ) as Floor
  writeNote(db, { floor, choices, unfinished: [] })
  return floor
}

function writeNote(db: Database, { floor, choices, unfinished }: Omit<Note, 'noted'>): void {
  db.prepare(`INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)`).run(
    FLOOR_KEY,
    JSON.stringify({ ...floor, choices, unfinished }),
  )
}

export function readNote(db: Database): Note {
  const value = db.prepare(`SELECT value FROM meta WHERE key = ?`).pluck().get(FLOOR_KEY) as
    string | undefined
  const note: Note = {
    floor: Object.fromEntries(COUNTED.map((table) => [table, 0])) as Floor,
    noted: value !== undefined,
    choices: null,
    unfinished: [],
  }
  if (value === undefined) return note
  try {
    const values = JSON.parse(value) as Record<string, unknown>
    for (const table of COUNTED) {
      if (Number.isSafeInteger(values[table])) note.floor[table] = values[table] as number
      else note.noted = false
    }
    if (typeof values['choices'] === 'string') note.choices = values['choices']
    if (Array.isArray(values['unfinished'])) note.unfinished = values['unfinished'].map(String)
  } catch {
    note.noted = false
  }
  return note
}

/** What a sweep leaves: sources of which every row is stored, for whoever goes on; or nothing; or just these. */
export type Keep = 'finished' | 'nothing' | readonly number[]

/**
 * Removes what imports left unfinished: sources that are still 'importing' and not kept, their facts, records and
 * problems, and the accounts, entities and terms that nothing else names. Call it when a workspace opens, before anything
 * else runs: it takes every unfinished import for a dead one. Killed half-way it goes on the next time.
 * Not cancelled by the context's signal, because it is also how a cancelled import cleans up.
 * Returns how many sources were swept and how many kept. Indexes that were put aside stay so: `makeIndexes` is next.
 */
export async function sweepInterrupted(
  ctx: Pick<ComputeContext, 'db' | 'progress'>,
  keep: Keep = 'finished',
): Promise<{ swept: number; kept: number }> {
  const { db } = ctx
  const found = db
    .prepare(
      `SELECT id, path, entry, stored_at IS NOT NULL AS finished FROM source WHERE status = 'importing' ORDER BY id`,
    )
    .all() as { id: number; path: string; entry: string | null; finished: number }[]
  const stays = (source: (typeof found)[number]) =>
    keep === 'finished' ? source.finished === 1 : keep !== 'nothing' && keep.includes(source.id)
  const kept = found.filter(stays)
  const gone = found.filter((source) => !stays(source))
  if (gone.length === 0) return { swept: 0, kept: kept.length }
  const note = readNote(db)
  const { floor } = note
  const goneIds = `(${gone.map(({ id }) => id).join(', ')})`
  const pace = createPace(new AbortController().signal)
  // Deleting with foreign keys on would look for children through columns that have no index. What is deleted
  // here has none left: facts go first.
  const foreignKeys = db.pragma('foreign_keys', { simple: true })
  db.pragma('foreign_keys = OFF')
  try {
    // Not whole from here on. Where this stops half way, at a full disk or a kill, nobody may take them over.
    db.prepare(`UPDATE source SET stored_at = NULL WHERE id IN ${goneIds}`).run()
    for (const [step, table] of FACTS.entries()) {
      ctx.progress({ phase: 'import.sweep', done: step, total: FACTS.length, unit: 'steps' })
      // Where a table was empty before and nothing stays, it is emptied at once instead of row by row.
      if (note.noted && floor[table] === 0 && kept.length === 0) emptyTable(db, table)
      else await sweepFacts(db, table, floor[table], goneIds, pace.checkpoint)
    }
    for (const table of ['import_problem', 'source_fact', 'source_block'])
      db.prepare(`DELETE FROM ${table} WHERE source_id IN ${goneIds}`).run()
    await sweepNamed(db, 'entity', ENTITY_USES, floor, goneIds, pace.checkpoint)
    await sweepNamed(db, 'account', ACCOUNT_USES, floor, goneIds, pace.checkpoint)
    db.transaction(() => {
      sweepTerms(db, floor)
      db.prepare(`DELETE FROM source WHERE id IN ${goneIds}`).run()
      forgetMatches(
        db,
        gone.map(({ id }) => id),
      )
      if (kept.length === 0) db.prepare(`DELETE FROM meta WHERE key = ?`).run(FLOOR_KEY)
      else {
        const unfinished = new Set([...note.unfinished, ...gone.filter((s) => s.finished === 0).map(fileKey)])
        writeNote(db, { ...note, unfinished: [...unfinished] })
      }
    })()
  } finally {
    db.pragma(`foreign_keys = ${foreignKeys ? 'ON' : 'OFF'}`)
  }
  return { swept: gone.length, kept: kept.length }
}

function emptyTable(db: Database, table: (typeof FACTS)[number]): void {
  db.transaction(() => {
    db.exec(`DELETE FROM ${table}`)
    if (table === 'report') db.exec(`INSERT INTO report_fts (report_fts) VALUES ('delete-all')`)
  })()
}

async function sweepFacts(
  db: Database,
  table: (typeof FACTS)[number],
  floor: number,
  goneIds: string,
  checkpoint: () => Promise<void>,
): Promise<void> {
  const range = `FROM ${table} WHERE id > ? AND id <= ? AND source_id IN ${goneIds}`
  const remove = db.prepare(`DELETE ${range}`)
  // An external-content index must be told what the text was before it is gone.
  const unindex =
    table === 'report'
      ? db.prepare(`INSERT INTO report_fts (report_fts, rowid, text) SELECT 'delete', id, text ${range}`)
      : null
  const step = unindex ? REPORTS_PER_TRANSACTION : ROWS_PER_TRANSACTION
  const max = maxId(db, table)
  for (let from = floor; from < max; from += step) {
    db.transaction(() => {
      unindex?.run(from, from + step)
      remove.run(from, from + step)
    })()
    await checkpoint()
  }
}

/** Removes accounts or entities first met in a swept source; those that other facts name go over to those. */
async function sweepNamed(
  db: Database,
  table: 'account' | 'entity',
  uses: readonly (readonly [Counted, string])[],
  floor: Floor,
  goneIds: string,
  checkpoint: () => Promise<void>,
): Promise<void> {
  const used = uses
    .map(([t, column]) => `SELECT ${column} FROM ${t} WHERE id > ${floor[t]} AND ${column} IS NOT NULL`)
    .join(' UNION ')
  const remove = db.prepare(
    `DELETE FROM ${table} WHERE id > ? AND id <= ? AND source_id IN ${goneIds} AND id NOT IN (${used})`,
  )
  const max = maxId(db, table)
  for (let from = floor[table]; from < max; from += ROWS_PER_TRANSACTION) {
    remove.run(from, from + ROWS_PER_TRANSACTION)
    await checkpoint()
  }
  const survivors = db
    .prepare(`SELECT count(*) FROM ${table} WHERE id > ? AND source_id IN ${goneIds}`)
    .pluck()
    .get(floor[table])
  if (survivors === 0) return
  // The earliest (source, row) of each as one number, so that one pass over the facts finds it.
  const mentions = uses
    .map(([t, column]) => `SELECT ${column} AS id, source_id, row FROM ${t} WHERE id > ${floor[t]}`)
    .join(' UNION ALL ')
  db.prepare(
    `UPDATE ${table} SET source_id = first.at / ${ROW_SPAN}, row = first.at % ${ROW_SPAN}
     FROM (SELECT id, min(source_id * ${ROW_SPAN} + row) AS at FROM (${mentions}) GROUP BY id) AS first
     WHERE first.id = ${table}.id AND ${table}.id > ? AND ${table}.source_id IN ${goneIds}`,
  ).run(floor[table])
}

function sweepTerms(db: Database, floor: Floor): void {
  const used = TERM_USES.map(
    ([t, column]) => `SELECT ${column} FROM ${t} WHERE id > ${floor[t]} AND ${column} IS NOT NULL`,
  ).join(' UNION ')
  const domains = TERM_DOMAINS.map((domain) => `'${domain}'`).join(', ')
  db.prepare(`DELETE FROM term WHERE id > ? AND domain IN (${domains}) AND id NOT IN (${used})`).run(
    floor.term,
  )
}

function maxId(db: Database, table: string): number {
  return db.prepare(`SELECT coalesce(max(id), 0) FROM ${table}`).pluck().get() as number
}
