import type { ImportRef } from '../contract/changes.ts'
import { TABLES, type TableName } from '../mapping/roles.ts'
import { ShoalError } from '../errors.ts'

/** What better-sqlite3's Database offers of it; common names no database. */
interface Sources {
  prepare(sql: string): { all(): unknown[] }
}

/** A source as imports are told apart by. */
interface SourceOf {
  id: number
  job: number | null
  retryOf: number | null
}

/**
 * The import that a source belongs to, by source id: the job that read it, or, of rows that were read again, the job of the
 * source that had rejected them. Earlier imports have lower numbers; sources without a job are one import before all others.
 */
export function importOfSources(db: Sources): Map<number, number> {
  const sources = db.prepare('SELECT id, job_id AS job, retry_of AS retryOf FROM source').all() as SourceOf[]
  const byId = new Map(sources.map((source) => [source.id, source]))
  const importOf = (source: SourceOf): number => {
    const root = source.retryOf === null ? undefined : byId.get(source.retryOf)
    return root ? importOf(root) : (source.job ?? 0)
  }
  return new Map(sources.map((source) => [source.id, importOf(source)]))
}

/** An import with what telling changes needs of its sources. */
export interface Import extends ImportRef {
  /** Ready sources. */
  sources: number[]
  /** Those that list accounts. */
  listing: number[]
  /** Columns of the tables that list accounts; null: not known. */
  columns: Set<string> | null
  /** What its tables look like: kind and columns. */
  shapes: Set<string>
}

interface SourceRow {
  id: number
  path: string
  entry: string | null
  part: string
  table: TableName
  mapping: string
  at: number
}

/** All imports of which facts are shown, oldest first. */
export function readImports(db: Sources): Import[] {
  const numbers = importOfSources(db)
  const facts = Map.groupBy(
    db.prepare('SELECT source_id AS id, table_name AS t FROM ready_fact').all() as {
      id: number
      t: TableName
    }[],
    ({ id }) => id,
  )
  const rows = db
    .prepare(
      `SELECT id, path, entry, part, table_name AS "table", mapping, imported_at AS at FROM source
       WHERE status = 'ready' ORDER BY id`,
    )
    .all() as SourceRow[]
  const imports = new Map<number, Import>()
  for (const row of rows) {
    const job = numbers.get(row.id)!
    let one = imports.get(job)
    if (one === undefined) {
      one = {
        job,
        at: row.at,
        files: [],
        tables: [],
        lists: false,
        sources: [],
        listing: [],
        columns: null,
        shapes: new Set(),
      }
      imports.set(job, one)
    }
    const name = (row.entry ?? row.path).split(/[\\/]/).at(-1)!
    if (!one.files.includes(name)) one.files.push(name)
    one.sources.push(row.id)
    one.at = Math.min(one.at, row.at)
    const kinds = new Set([row.table, ...(facts.get(row.id) ?? []).map(({ t }) => t)])
    one.tables = TABLES.filter((table) => kinds.has(table) || one.tables.includes(table))
    const columns = columnsOf(row.mapping)
    one.shapes.add(JSON.stringify([row.table, columns?.toSorted() ?? null]))
    if (!kinds.has('accounts')) continue
    one.lists = true
    one.listing.push(row.id)
    if (columns) one.columns = new Set([...(one.columns ?? []), ...columns])
  }
  return [...imports.values()].sort((a, b) => a.job - b.job)
}

/** Names of a source's columns, from its kept mapping; null where it does not say. */
function columnsOf(mapping: string): string[] | null {
  const kept = JSON.parse(mapping) as Record<string, unknown>
  const { columns } = kept
  if (Array.isArray(columns)) return columns as string[]
  // Earlier versions kept column -> role.
  const names = Object.keys(kept)
  return names.length > 0 && names.every((name) => typeof kept[name] === 'string') ? names : null
}

/**
 * The import that another is compared with unless somebody chooses: the newest earlier one with a table of the same
 * columns (that lists accounts, where this one does), else the newest of the same kinds of tables; null: there is none.
 */
export function earlierOf(imports: readonly Import[], of: Import): Import | null {
  const before = imports.filter((one) => one.job < of.job)
  const shares = (shape: string) => !of.lists || shape.startsWith('["accounts"')
  const alike = before.findLast((one) =>
    [...of.shapes].some((shape) => shares(shape) && one.shapes.has(shape)),
  )
  if (alike) return alike
  return (
    before.findLast((one) =>
      of.lists ? one.lists : of.tables.some((table) => one.tables.includes(table)),
    ) ?? null
  )
}

/** The import of a job and what it is compared with. Throws not_found. */
export function pairOf(
  imports: readonly Import[],
  job: number,
  earlier?: number,
): { later: Import; earlier: Import | null } {
  const find = (number: number) => {
    const one = imports.find((other) => other.job === number)
    if (!one)
      throw new ShoalError('not_found', `Job ${number} brought nothing into this workspace.`, { job: number })
    return one
  }
  const later = find(job)
  if (earlier === undefined) return { later, earlier: earlierOf(imports, later) }
  const other = find(earlier)
  if (other.job >= later.job)
    throw new ShoalError('invalid_input', `Job ${earlier} is not earlier than job ${job}.`)
  return { later, earlier: other }
}
