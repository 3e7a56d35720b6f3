import Sqlite, { type Database } from 'better-sqlite3'
import type { PreviewedFacts, PreviewedTable } from '../../../common/contract/imports.ts'

/** Facts and problems of each table that are shown. */
const SHOWN = 8

/** A database in memory with the schema of another, without its indexes. */
export function emptyLike(db: Database): Database {
  const made = db
    .prepare(`SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'view')`)
    .all() as { type: string; name: string; sql: string }[]
  const virtual = made.filter(({ sql }) => /^CREATE VIRTUAL/i.test(sql)).map(({ name }) => `${name}_`)
  const memory = new Sqlite(':memory:')
  // As while importing: facts go in before the accounts that they are about.
  memory.pragma('foreign_keys = OFF')
  for (const { name, sql } of made) {
    // What a virtual table keeps itself comes with it.
    if (virtual.some((prefix) => name.startsWith(prefix)) || name.startsWith('sqlite_')) continue
    if (/fts5vocab/i.test(sql)) continue
    memory.exec(sql)
  }
  return memory
}

/** The source that previewed rows belong to. */
export function insertPreviewed(db: Database, path: string, part: string, table: string): number {
  return Number(
    db
      .prepare(
        `INSERT INTO source (path, part, table_name, status, imported_at) VALUES (?, ?, ?, 'ready', 0)`,
      )
      .run(path, part, table).lastInsertRowid,
  )
}

/** The first facts and problems of a previewed source. */
export function previewedOf(db: Database, sourceId: number): Pick<PreviewedTable, 'shown' | 'faults'> {
  return {
    shown: factsOf(db, sourceId),
    faults: db
      .prepare(
        `SELECT row, column_name AS "column", code, message, raw FROM import_problem WHERE source_id = ?
         ORDER BY row LIMIT ${SHOWN}`,
      )
      .all(sourceId) as PreviewedTable['faults'],
  }
}

function factsOf(db: Database, sourceId: number): PreviewedFacts {
  const term = (column: string) => `(SELECT value FROM term WHERE id = ${column})`
  const account = (column: string) => `(SELECT key FROM account WHERE id = ${column})`
  const entity = (column: string) => `(SELECT key FROM entity WHERE id = ${column})`
  const all = (select: string, table: string) =>
    db.prepare(`SELECT ${select} FROM ${table} WHERE source_id = ? ORDER BY id LIMIT ${SHOWN}`).all(sourceId)
  return {
    accounts: all(
      `${account('account_id')} AS account, registered_at AS registeredAt, attributes`,
      'account_record',
    ),
    relations: all(
      `${account('src_id')} AS src, ${account('dst_id')} AS dst, ${term('type_id')} AS type, weight,
       first_seen AS firstSeen, last_seen AS lastSeen`,
      'relation',
    ),
    links: all(
      `${account('account_id')} AS account,
       (SELECT t.value FROM entity e JOIN term t ON t.id = e.type_id WHERE e.id = entity_id) AS type,
       ${entity('entity_id')} AS entity, first_seen AS firstSeen, last_seen AS lastSeen, count`,
      'link',
    ),
    events: all(
      `${account('account_id')} AS account, ts, ${term('kind_id')} AS kind, ${term('context_id')} AS context,
       ${entity('ip_id')} AS ip, ${entity('device_id')} AS device, ${term('country_id')} AS country,
       ${term('city_id')} AS city, ${term('outcome_id')} AS outcome, attributes`,
      'event',
    ),
    reports: all(
      `key AS report, ${account('account_id')} AS account, ${account('reporter_id')} AS reporter, ts, lang, category,
       text`,
      'report',
    ),
    labels: all(`${account('account_id')} AS account, label, label_source AS source, ts`, 'label'),
  } as PreviewedFacts
}
