import type { Database } from 'better-sqlite3'
import { ShoalError } from '../../common/errors.ts'
import { TABLES, type TableName } from '../../common/mapping/roles.ts'
import { markSuperseded, type Superseded } from '../changes/supersede.ts'
import type { IdentityReport } from '../../common/contract/compute.ts'
import type { ComputeContext } from '../context.ts'
import { choicesKey, modifiedAt, type Adopted } from './adopt.ts'
import type { ImportWarning } from './messages.ts'
import { hasRules } from './plan/tally.ts'
import type { FormatId } from './read/reader.ts'
import { forgetMatches, keepMatches } from './known/kept.ts'
import type { SharedStore, StoredTable } from './store.ts'
import { FLOOR_KEY, readNote, writeFloor, type Floor } from './sweep.ts'
import type { MappingChoices } from './tables/choose.ts'
import type { OpenTable } from './tables/open.ts'

export interface ImportedSource {
  sourceId: number
  /** What its rows became, first of all. */
  table: TableName
  /** Its name in the file: a sheet, a JSON path, 'nodes'; '' where the file is the table. */
  part: string
  format: FormatId
  /** Absolute path of the file or the archive. */
  path: string
  /** Name inside the archive; null for a plain file. */
  entry: string | null
  rowsIn: number
  rowsStored: number
  /** Rejected rows. */
  problems: number
  /** Of rowsStored: what an earlier import had brought word for word, so that nothing was stored again. */
  rowsKnown: number
  /** What was stored, facts by table. */
  facts: Partial<Record<TableName, number>>
  /** Of the uncompressed bytes. */
  sha256: string
  bytes: number
  encoding: string
  /** 'duplicate': this table was imported from the same bytes before, so nothing was stored. */
  status: 'ready' | 'duplicate'
}

export interface ImportResult {
  /** Data rows read; always rowsStored + problems. Rows of duplicate files aren't counted. */
  rowsIn: number
  rowsStored: number
  /** Rejected rows, each of which is one row in `import_problem`. */
  problems: number
  /** Of rowsStored: what an earlier import had brought word for word. */
  rowsKnown: number
  /** Sources that an import which was killed had finished: they were not read again. */
  adopted: number
  /** Uncompressed bytes of the files whose rows were read. */
  bytes: number
  seconds: number
  /** In import order. */
  sources: ImportedSource[]
  accountsAdded: number
  /** What rules did to ids, in the rows that were read; null where there are none. */
  identity: IdentityReport | null
  /** Files that are no part of the layout and were left alone. */
  ignored: string[]
  warnings: ImportWarning[]
}

export function splitDuplicates(
  ctx: ComputeContext,
  tables: readonly OpenTable[],
  adopted: readonly Adopted[],
): { fresh: OpenTable[]; duplicates: OpenTable[] } {
  const known = new Set(
    ctx.db
      .prepare(`SELECT table_name || ' ' || sha256 || ' ' || part FROM source WHERE status = 'ready'`)
      .pluck()
      .all() as string[],
  )
  for (const { table, sha256, part } of adopted) known.add(`${table} ${sha256} ${part}`)
  const fresh: OpenTable[] = []
  const duplicates: OpenTable[] = []
  for (const file of tables) {
    const key = `${file.table} ${file.sha256} ${file.info.name}`
    ;(known.has(key) ? duplicates : fresh).push(file)
    known.add(key)
  }
  return { fresh, duplicates }
}

/** Makes the sources, still 'importing', and notes where the import's rows begin. */
export async function createSources(
  ctx: ComputeContext,
  files: readonly OpenTable[],
  choices: MappingChoices,
  goesOn: boolean,
): Promise<{ sourceIds: number[]; floor: Floor | null }> {
  if (files.length === 0) return { sourceIds: [], floor: goesOn ? readNote(ctx.db).floor : null }
  const written = await Promise.all(files.map(({ file }) => modifiedAt(file)))
  return ctx.db.transaction(() => {
    const floor = goesOn ? readNote(ctx.db).floor : writeFloor(ctx.db, choicesKey(choices))
    return { floor, sourceIds: files.map((file, i) => insertSource(ctx, file, 'importing', written[i]!)) }
  })()
}

function insertSource(
  ctx: ComputeContext,
  file: OpenTable,
  status: 'importing' | 'duplicate',
  written: number | null,
): number {
  const info = ctx.db
    .prepare(
      `INSERT INTO source (job_id, path, entry, part, format, table_name, sha256, bytes, encoding, mapping, status, imported_at,
                           modified_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      ctx.jobId,
      file.file.path,
      file.file.entry,
      file.info.name,
      file.reader.format,
      file.table,
      file.sha256,
      file.bytes,
      file.info.found.encoding ?? 'utf-8',
      JSON.stringify({
        ...file.mapping,
        ...(hasRules(file.identity) && { identity: file.identity }),
        columns: file.info.columns.map(({ name }) => name),
      }),
      status,
      ctx.now(),
      written,
    )
  return Number(info.lastInsertRowid)
}

/** Notes that every row of a source is stored: an import that goes on need not read it again. */
export function finishSource(
  ctx: ComputeContext,
  sourceId: number,
  stored: StoredTable,
  known: SharedStore['known'],
): void {
  const fact = ctx.db.prepare(`INSERT INTO source_fact (source_id, table_name, rows) VALUES (?, ?, ?)`)
  ctx.db.transaction(() => {
    ctx.db
      .prepare(
        `UPDATE source SET rows_in = ?, rows_stored = ?, rows_known = ?, problems = ?, stored_at = ? WHERE id = ?`,
      )
      .run(stored.rowsIn, stored.rowsStored, stored.rowsKnown, stored.problems, ctx.now(), sourceId)
    for (const [table, rows] of Object.entries(stored.facts)) fact.run(sourceId, table, rows)
    keepMatches(ctx.db, sourceId, known)
  })()
}

/** One transaction that makes everything visible, after counting that nothing is missing. */
export function publish(
  ctx: ComputeContext,
  result: ImportResult,
  duplicates: readonly OpenTable[],
  superseded: Superseded,
): void {
  const { db } = ctx
  const ready = db.prepare(`UPDATE source SET status = 'ready', job_id = ? WHERE id = ?`)
  const countProblems = db.prepare(`SELECT count(*) FROM import_problem WHERE source_id = ?`).pluck()
  db.transaction(() => {
    for (const source of result.sources) {
      const listed = countProblems.get(source.sourceId) as number
      if (source.rowsIn !== source.rowsStored + source.problems || listed !== source.problems) {
        throw new ShoalError(
          'internal',
          `Rows of ${source.path} don't add up: ${source.rowsIn} read, ${source.rowsStored} stored, ` +
            `${source.problems} rejected, ${listed} listed. Nothing was imported.`,
        )
      }
      // One that was finished by a job that was killed is published by this one.
      ready.run(ctx.jobId, source.sourceId)
    }
    for (const file of duplicates) {
      const sourceId = insertSource(ctx, file, 'duplicate', null)
      const nothing = { rowsIn: 0, rowsStored: 0, rowsKnown: 0, problems: 0, facts: {} }
      result.sources.push(describe(file, sourceId, 'duplicate', nothing))
      result.warnings.push({
        code: 'duplicate_file',
        file: file.label,
        message: `${file.label} was imported before with the same content. Nothing was stored again.`,
      })
    }
    markSuperseded(db, superseded)
    db.prepare(`DELETE FROM meta WHERE key = ?`).run(FLOOR_KEY)
    forgetMatches(db)
  })()
  result.sources.sort(
    (a, b) => TABLES.indexOf(a.table) - TABLES.indexOf(b.table) || (labelOf(a) < labelOf(b) ? -1 : 1),
  )
}

function labelOf(source: ImportedSource): string {
  const file = source.entry === null ? source.path : `${source.path} › ${source.entry}`
  return `${file} ${source.part}`
}

export function describe(
  { file, info, reader, table, sha256, bytes }: OpenTable,
  sourceId: number,
  status: 'ready' | 'duplicate',
  stored: StoredTable,
): ImportedSource {
  return {
    sourceId,
    table,
    part: info.name,
    format: reader.format,
    path: file.path,
    entry: file.entry,
    ...stored,
    sha256,
    bytes,
    encoding: info.found.encoding ?? 'utf-8',
    status,
  }
}

export function describeAdopted(db: Database, adopted: Adopted): ImportedSource {
  const { sourceId, table, part, format, path, entry } = adopted
  const { sha256, bytes, encoding, rowsIn, rowsStored, rowsKnown, problems } = adopted
  const rows = db
    .prepare(`SELECT table_name AS "table", rows FROM source_fact WHERE source_id = ?`)
    .all(sourceId) as { table: TableName; rows: number }[]
  const facts = Object.fromEntries(rows.map(({ table: to, rows: n }) => [to, n]))
  const counted = { rowsIn, rowsStored, rowsKnown, problems, facts }
  return { sourceId, table, part, format, path, entry, ...counted, sha256, bytes, encoding, status: 'ready' }
}

export function summarize(
  sources: ImportedSource[],
  adopted: number,
  accountsAdded: number,
  warnings: ImportWarning[],
): ImportResult {
  const sum = (pick: (source: ImportedSource) => number) => sources.reduce((total, s) => total + pick(s), 0)
  return {
    rowsIn: sum((s) => s.rowsIn),
    rowsStored: sum((s) => s.rowsStored),
    problems: sum((s) => s.problems),
    rowsKnown: sum((s) => s.rowsKnown),
    adopted,
    bytes: sum((s) => s.bytes),
    seconds: 0,
    sources,
    accountsAdded,
    identity: null,
    ignored: warnings.filter((w) => w.code === 'ignored_file').map((w) => w.file),
    warnings,
  }
}
