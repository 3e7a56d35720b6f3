import Sqlite, { type Database } from 'better-sqlite3'
import { resolve } from 'node:path'
import type { ImportPreview, PreviewedFacts, PreviewedTable } from '../../../common/contract/imports.ts'
import type { Mapping } from '../../../common/mapping/mapping.ts'
import type { Pace } from '../../../common/pace.ts'
import type { ComputeContext } from '../../context.ts'
import { Dictionary } from '../dictionary.ts'
import { findFiles } from '../find/find.ts'
import { KeyTable } from '../keys.ts'
import { bindTable } from '../plan/compile.ts'
import { ProblemLog } from '../problems.ts'
import { RowStore } from '../row-store.ts'
import { chooseMapping, mayBelong } from './choose.ts'
import { headsOf } from './heads.ts'
import { readOptions } from './open.ts'
import { unitsOf } from './units.ts'

/** Facts and problems of each table that are shown. */
const SHOWN = 8

/**
 * What the first records of every table would become under a mapping: they are really imported, into a database in
 * memory that has the workspace's schema and nothing of its content. Throws what reading and binding throw.
 */
export async function previewImport(
  ctx: Pace & Pick<ComputeContext, 'db'>,
  input: { paths: string[]; mapping: Mapping; rows: number },
): Promise<ImportPreview> {
  const found = await findFiles(input.paths.map((path) => resolve(path)))
  const db = emptyLike(ctx.db)
  const choices = { given: input.mapping }
  const shared = { dictionary: new Dictionary(db), reportKeys: new KeyTable() }
  const tables: PreviewedTable[] = []
  try {
    for (const unit of unitsOf(found.files)) {
      if (!mayBelong(unit.named, false, choices)) continue
      for (const { info, parts } of await headsOf(unit, readOptions(unit.named, choices), ctx)) {
        const choice = await chooseMapping(unit.named, info, choices, () => Promise.resolve([]))
        if (!choice || choice.mapping.outputs.length === 0) continue
        const place = unit.named.label
        const label = info.name === '' ? place : `${place} (${info.name})`
        const columns = info.columns.map(({ name }) => name)
        const bound = bindTable(choice.mapping, columns, input.mapping.identity, { label, sha256: 'preview' })
        const sourceId = source(db, place, info.name, choice.mapping.outputs[0].to)
        const problems = new ProblemLog(db, sourceId)
        const store = new RowStore({ db, bound, sourceId, ...shared })
        let rowsIn = 0
        for (const part of parts) {
          for await (const batch of part.reader.rows(part.file, part.info, {}, ctx)) {
            batch.each((row) => {
              if (rowsIn === input.rows) return
              const n = ++rowsIn
              if (row.problem !== null) return problems.addBroken(row, n, row.problem)
              if (row.count !== columns.length) return problems.addRagged(row, n, columns.length)
              const fault = store.add(row, n)
              if (fault) problems.add(row, n, fault.column, fault.code, fault.message)
            })
            if (rowsIn === input.rows) break
            await ctx.checkpoint()
          }
          if (rowsIn === input.rows) break
        }
        tables.push({
          label,
          file: place,
          table: info.name,
          rowsIn,
          problems: problems.count,
          facts: store.facts(),
          shown: factsOf(db, sourceId),
          faults: db
            .prepare(
              `SELECT row, column_name AS "column", code, message, raw FROM import_problem WHERE source_id = ?
               ORDER BY row LIMIT ${SHOWN}`,
            )
            .all(sourceId) as PreviewedTable['faults'],
        })
      }
    }
    const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number
    return { tables, accounts: count('account'), entities: count('entity') }
  } finally {
    db.close()
    await found.close()
  }
}

/** A database in memory with the schema of another, without its indexes. */
function emptyLike(db: Database): Database {
  const made = db
    .prepare(`SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'view')`)
    .all() as { type: string; name: string; sql: string }[]
  const virtual = made.filter(({ sql }) => /^CREATE VIRTUAL/i.test(sql)).map(({ name }) => `${name}_`)
  const memory = new Sqlite(':memory:')
  for (const { name, sql } of made) {
    // What a virtual table keeps itself comes with it.
    if (virtual.some((prefix) => name.startsWith(prefix)) || name.startsWith('sqlite_')) continue
    if (/fts5vocab/i.test(sql)) continue
    memory.exec(sql)
  }
  return memory
}

function source(db: Database, path: string, part: string, table: string): number {
  return Number(
    db
      .prepare(
        `INSERT INTO source (path, part, table_name, status, imported_at) VALUES (?, ?, ?, 'ready', 0)`,
      )
      .run(path, part, table).lastInsertRowid,
  )
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
