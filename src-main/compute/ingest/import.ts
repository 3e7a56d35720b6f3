import { ShoalError } from '../../common/errors.ts'
import { findSuperseded, markSuperseded, type Superseded } from '../changes/supersede.ts'
import type { ComputeContext } from '../context.ts'
import { Dictionary } from './dictionary.ts'
import { findFiles, type FoundFiles } from './find/find.ts'
import type { FoundFile, IgnoredFile } from './find/found.ts'
import { KeyTable } from './keys.ts'
import type { FormatId } from './read/reader.ts'
import { TABLES, type TableName } from '../../common/mapping/roles.ts'
import { storeTable, type StoredTable } from './store.ts'
import { FLOOR_KEY, sweepInterrupted, writeFloor } from './sweep.ts'
import { indexKeys } from '../search/index-keys.ts'
import { isLayout, mayBelong, type MappingChoices } from './tables/choose.ts'
import { openTables, type LeftOut, type OpenTable } from './tables/open.ts'
import { asImportError, warningsOf, type ImportWarning } from './messages.ts'
import { loadReportKeys } from './writers.ts'

export { sweepInterrupted } from './sweep.ts'

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
  /** What the stored rows became, facts by table. */
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
  /** Uncompressed bytes of the files whose rows were read. */
  bytes: number
  seconds: number
  /** In import order. */
  sources: ImportedSource[]
  accountsAdded: number
  /** Files that are no part of the layout and were left alone. */
  ignored: string[]
  warnings: ImportWarning[]
}

/** Pages in the write-ahead log before it is copied into the database: fewer, larger copies while importing. */
const WAL_PAGES = 16_384
/** SQLite's page cache while importing, in KiB: rows touch the indexes all over. */
const CACHE_KIB = 128 * 1024

/** Workspaces that an import of this process is writing to. */
const running = new Set<string>()

/**
 * Imports an export from files, folders and archives, by a mapping, by the export layout (docs/export-layout.md), or by
 * what is guessed with enough certainty. All files are read and checked
 * before anything is stored; rows become visible all at once at the end; on an error or a cancel the workspace is
 * as before. Rows that are wrong go to `import_problem` and the rest is stored.
 *
 * Progress: phase 'import.check', then 'import.<table>' with the file as `detail`, in bytes over all files.
 * Throws ShoalError import_missing_file, import_missing_column, import_encoding, import_archive,
 * import_unreadable, disk_full, read_only, busy, cancelled, invalid_input.
 */
export async function importExport(
  ctx: ComputeContext,
  input: { paths: string[] } & MappingChoices,
): Promise<ImportResult> {
  if (input.paths.length === 0) {
    throw new ShoalError('invalid_input', 'Name at least one file, folder or .zip to import.')
  }
  if (running.has(ctx.workspace)) {
    throw new ShoalError('busy', 'Another import into this workspace is running. Wait until it has finished.')
  }
  running.add(ctx.workspace)
  let found: FoundFiles | null = null
  try {
    found = await findFiles(input.paths)
    return await importFiles(ctx, found, input)
  } catch (error) {
    throw asImportError(error, ctx.workspace)
  } finally {
    running.delete(ctx.workspace)
    await found?.close()
  }
}

async function importFiles(
  ctx: ComputeContext,
  found: FoundFiles,
  choices: MappingChoices,
): Promise<ImportResult> {
  const { db } = ctx
  const started = ctx.now()
  const layout = isLayout(found.files)
  const files = found.files.filter((file) => mayBelong(file, layout, choices))
  const ignored: IgnoredFile[] = [
    ...found.ignored,
    ...found.files
      .filter((file) => !files.includes(file))
      .map(({ path, entry }) => ({
        path,
        entry,
        reason: choices.given ? ('not_mapped' as const) : ('not_layout' as const),
      })),
  ]
  const { tables, leftOut } = await openAll(ctx, files, choices)
  requireSubjects(ctx, tables)
  // What an import left that nobody swept would otherwise become visible, or be swept, with this one.
  await sweepInterrupted(ctx)

  const foreignKeys = db.pragma('foreign_keys', { simple: true })
  const walPages = db.pragma('wal_autocheckpoint', { simple: true })
  const cacheSize = db.pragma('cache_size', { simple: true })
  // Every id stored comes from the dictionary or was just inserted; checking each again halves the speed.
  db.pragma('foreign_keys = OFF')
  db.pragma(`wal_autocheckpoint = ${WAL_PAGES}`)
  db.pragma(`cache_size = -${CACHE_KIB}`)
  try {
    const { fresh, duplicates } = splitDuplicates(ctx, tables)
    const sourceIds = createSources(ctx, fresh)
    try {
      const shared = {
        dictionary: new Dictionary(db),
        reportKeys: fresh.some((f) => f.bound.outputs.some(({ to }) => to === 'reports'))
          ? loadReportKeys(db)
          : new KeyTable(),
      }
      const total = fresh.reduce((sum, f) => sum + f.bytes, 0)
      let done = 0
      const sources: ImportedSource[] = []
      for (const [i, table] of fresh.entries()) {
        const report = () =>
          ctx.progress({
            phase: `import.${table.table}`,
            done: Math.min(done, total),
            total,
            unit: 'bytes',
            detail: table.label,
          })
        report()
        const stored = await storeTable(db, table, sourceIds[i], shared, ctx, (bytes) => {
          done += bytes
          report()
        })
        sources.push(describe(table, sourceIds[i], 'ready', stored))
      }
      const result = summarize(sources, shared.dictionary.accountsAdded, warningsOf(fresh, ignored, leftOut))
      const superseded = await findSuperseded(ctx, sourceIds)
      publish(ctx, result, fresh, duplicates, superseded)
      await indexBehind(ctx)
      result.seconds = (ctx.now() - started) / 1000
      return result
    } catch (error) {
      await sweepInterrupted(ctx).catch((sweepError: unknown) => {
        ctx.log(
          'warn',
          `What this import wrote could not be removed yet (${String(sweepError)}); it stays invisible and is ` +
            'removed when the workspace opens.',
        )
      })
      throw error
    }
  } finally {
    db.pragma(`foreign_keys = ${foreignKeys ? 'ON' : 'OFF'}`)
    db.pragma(`wal_autocheckpoint = ${Number(walPages)}`)
    db.pragma(`cache_size = ${Number(cacheSize)}`)
  }
}

async function openAll(
  ctx: ComputeContext,
  files: readonly FoundFile[],
  choices: MappingChoices,
): Promise<{ tables: OpenTable[]; leftOut: LeftOut[] }> {
  const total = files.reduce((sum, file) => sum + (file.bytes ?? 0), 0)
  let done = 0
  const opened = await openTables(files, choices, ctx, (file, bytes) => {
    done += bytes
    ctx.progress({
      phase: 'import.check',
      done: Math.min(done, total),
      total,
      unit: 'bytes',
      detail: file.label,
    })
  })
  // Who exists comes first, so that accounts cite the file that lists them.
  opened.tables.sort(
    (a, b) => TABLES.indexOf(a.table) - TABLES.indexOf(b.table) || (a.label < b.label ? -1 : 1),
  )
  if (opened.tables.length === 0) {
    throw new ShoalError(
      'import_missing_file',
      `The mapping has nothing for ${files.map(({ label }) => label).join(', ') || 'these files'}. Nothing was imported.`,
      { files: files.map(({ label }) => label) },
    )
  }
  return opened
}

/** An export must say somewhere who there is. */
function requireSubjects(ctx: ComputeContext, tables: readonly OpenTable[]): void {
  // Somebody who mapped a table of logins alone meant that.
  if (tables.some(({ table, by }) => by !== 'layout' || table === 'accounts' || table === 'relations')) return
  const ready = ctx.db
    .prepare(
      `SELECT 1 FROM source WHERE status = 'ready' AND table_name IN ('accounts', 'relations') LIMIT 1`,
    )
    .get()
  if (ready !== undefined) return
  throw new ShoalError(
    'import_missing_file',
    'Neither accounts.csv nor relations.csv is among the files, and the workspace has neither yet. Add one of them.',
    { files: tables.map(({ label }) => label) },
  )
}

function splitDuplicates(
  ctx: ComputeContext,
  tables: readonly OpenTable[],
): { fresh: OpenTable[]; duplicates: OpenTable[] } {
  const known = new Set(
    ctx.db
      .prepare(`SELECT table_name || ' ' || sha256 || ' ' || part FROM source WHERE status = 'ready'`)
      .pluck()
      .all() as string[],
  )
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
function createSources(ctx: ComputeContext, files: readonly OpenTable[]): number[] {
  if (files.length === 0) return []
  return ctx.db.transaction(() => {
    writeFloor(ctx.db)
    return files.map((file) => insertSource(ctx, file, 'importing'))
  })()
}

function insertSource(ctx: ComputeContext, file: OpenTable, status: 'importing' | 'duplicate'): number {
  const info = ctx.db
    .prepare(
      `INSERT INTO source (job_id, path, entry, part, format, table_name, sha256, bytes, encoding, mapping, status, imported_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      JSON.stringify({ ...file.mapping, columns: file.info.columns.map(({ name }) => name) }),
      status,
      ctx.now(),
    )
  return Number(info.lastInsertRowid)
}

/** One transaction that makes everything visible, after counting that nothing is missing. */
function publish(
  ctx: ComputeContext,
  result: ImportResult,
  fresh: readonly OpenTable[],
  duplicates: readonly OpenTable[],
  superseded: Superseded,
): void {
  const { db } = ctx
  const ready = db.prepare(
    `UPDATE source SET status = 'ready', rows_in = ?, rows_stored = ?, problems = ? WHERE id = ?`,
  )
  const fact = db.prepare(`INSERT INTO source_fact (source_id, table_name, rows) VALUES (?, ?, ?)`)
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
      ready.run(source.rowsIn, source.rowsStored, source.problems, source.sourceId)
      for (const [table, rows] of Object.entries(source.facts)) fact.run(source.sourceId, table, rows)
    }
    for (const file of duplicates) {
      const sourceId = insertSource(ctx, file, 'duplicate')
      result.sources.push(
        describe(file, sourceId, 'duplicate', { rowsIn: 0, rowsStored: 0, problems: 0, facts: {} }),
      )
      result.warnings.push({
        code: 'duplicate_file',
        file: file.label,
        message: `${file.label} was imported before with the same content. Nothing was stored again.`,
      })
    }
    markSuperseded(db, superseded)
    db.prepare(`DELETE FROM meta WHERE key = ?`).run(FLOOR_KEY)
  })()
  const order = new Map(
    [...fresh, ...duplicates].map(({ file, info, table }) => [
      `${file.label} ${info.name}`,
      TABLES.indexOf(table),
    ]),
  )
  result.sources.sort((a, b) => order.get(labelOf(a))! - order.get(labelOf(b))!)
}

/** What was imported stands by now, so a search index that lags behind is no failure: opening brings it up. */
async function indexBehind(ctx: ComputeContext): Promise<void> {
  try {
    await indexKeys(ctx)
  } catch (error) {
    ctx.log(
      'warn',
      `The search index lags behind the facts until the workspace is opened again: ${String(error)}`,
    )
  }
}

function labelOf(source: ImportedSource): string {
  const file = source.entry === null ? source.path : `${source.path} › ${source.entry}`
  return `${file} ${source.part}`
}

function describe(
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

function summarize(
  sources: ImportedSource[],
  accountsAdded: number,
  warnings: ImportWarning[],
): ImportResult {
  const sum = (pick: (source: ImportedSource) => number) => sources.reduce((total, s) => total + pick(s), 0)
  return {
    rowsIn: sum((s) => s.rowsIn),
    rowsStored: sum((s) => s.rowsStored),
    problems: sum((s) => s.problems),
    bytes: sum((s) => s.bytes),
    seconds: 0,
    sources,
    accountsAdded,
    ignored: warnings.filter((w) => w.code === 'ignored_file').map((w) => w.file),
    warnings,
  }
}
