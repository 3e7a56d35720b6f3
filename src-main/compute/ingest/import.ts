import type { Database } from 'better-sqlite3'
import { ShoalError } from '../../common/errors.ts'
import { findSuperseded } from '../changes/supersede.ts'
import type { ComputeContext } from '../context.ts'
import { Dictionary } from './dictionary.ts'
import { findFiles, type FoundFiles } from './find/find.ts'
import type { FoundFile, IgnoredFile } from './find/found.ts'
import { TABLES, type TableName } from '../../common/mapping/roles.ts'
import {
  createSources,
  describe,
  describeAdopted,
  finishSource,
  publish,
  splitDuplicates,
  summarize,
  type ImportedSource,
  type ImportResult,
} from './sources.ts'
import { storeTable, type SharedStore } from './store.ts'
import { fileKey, sweepInterrupted, type Floor } from './sweep.ts'
import { adoptable, type Adopted } from './adopt.ts'
import { makeIndexes, putIndexesAside, worthPuttingAside, type BulkTable } from './bulk/indexes.ts'
import { startStoring, THREAD_FROM } from './bulk/start.ts'
import type { Storing } from './bulk/storing.ts'
import { keptMatches } from './known/kept.ts'
import { Known, type KnownTable } from './known/known.ts'
import { isLayout, mayBelong, type MappingChoices } from './tables/choose.ts'
import { openTables, type OpenTable } from './tables/open.ts'
import { asImportError, warningsOf } from './messages.ts'
import { loadReports, noReports } from './writers.ts'

export type { ImportResult } from './sources.ts'
export { sweepInterrupted } from './sweep.ts'

/** Workspaces that an import of this process is writing to. */
const running = new Set<string>()

/**
 * Imports an export from files, folders and archives, by a mapping, by the export layout (docs/export-layout.md), or by
 * what is guessed with enough certainty. All files are read and checked
 * before anything is stored; rows become visible all at once at the end; on an error or a cancel the workspace is
 * as before. Rows that are wrong go to `import_problem` and the rest is stored. Where the last import was killed and this is
 * of the same files and mappings, what that one had finished is taken over without being read again. From `threadFrom`
 * bytes on, rows are stored in a thread of their own.
 *
 * Progress: phase 'import.check', then 'import.<table>' with the file as `detail`, in bytes and rows over all files, then
 * 'import.indexes' in steps and 'import.publish'.
 * Throws ShoalError import_missing_file, import_missing_column, import_encoding, import_archive,
 * import_unreadable, disk_full, read_only, busy, cancelled, invalid_input.
 */
export async function importExport(
  ctx: ComputeContext,
  input: { paths: string[] } & MappingChoices,
  { threadFrom = THREAD_FROM }: { threadFrom?: number } = {},
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
    return await importFiles(ctx, found, input, threadFrom)
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
  threadFrom: number,
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
  const finished = await adoptable(db, files, choices)
  const adopted = [...finished.values()].flat()
  const toRead = files.filter((file) => !finished.has(fileKey(file)))
  const { tables, leftOut, tally } = await openAll(ctx, toRead, adopted.length > 0, choices)
  requireSubjects(ctx, [...tables, ...adopted])
  // What an import left that nobody swept would otherwise become visible, or be swept, with this one.
  await sweepInterrupted(
    ctx,
    adopted.map(({ sourceId }) => sourceId),
  )

  const foreignKeys = db.pragma('foreign_keys', { simple: true })
  const walPages = db.pragma('wal_autocheckpoint', { simple: true })
  const cacheSize = db.pragma('cache_size', { simple: true })
  // Every id stored comes from the dictionary or was just inserted; checking each again halves the speed.
  db.pragma('foreign_keys = OFF')
  let sink: Storing | null = null
  try {
    const { fresh, duplicates } = splitDuplicates(ctx, tables, adopted)
    const { sourceIds, floor } = await createSources(ctx, fresh, choices, adopted.length > 0)
    try {
      const total = fresh.reduce((sum, f) => sum + f.bytes, 0)
      const aside = putAside(db, fresh)
      sink = await startStoring(ctx, { bytes: total, aside: aside.length > 0, threadFrom })
      const shared = shareStore(db, sink, fresh, aside, floor, adopted)
      let done = 0
      let before = 0
      let rows = 0
      const sources: ImportedSource[] = adopted.map((source) => describeAdopted(db, source))
      for (const [i, table] of fresh.entries()) {
        const report = () =>
          ctx.progress({
            phase: `import.${table.table}`,
            done: Math.min(done, total),
            total,
            unit: 'bytes',
            detail: table.label,
            rows,
            file: { number: adopted.length + i + 1, of: adopted.length + fresh.length },
          })
        report()
        const stored = await storeTable(db, table, sourceIds[i], shared, ctx, (bytes, inTable) => {
          done += bytes
          rows = before + inTable
          report()
        })
        before += stored.rowsIn
        finishSource(ctx, sourceIds[i], stored, shared.known)
        sources.push(describe(table, sourceIds[i], 'ready', stored))
      }
      await sink.stop()
      Known.forget(db)
      await makeIndexes(ctx)
      const added = floor ? accountsBehind(db, floor) : 0
      const result = summarize(sources, adopted.length, added, warningsOf(fresh, ignored, leftOut))
      result.identity = tally.report()
      const all = sources.map(({ sourceId }) => sourceId)
      const superseded = await findSuperseded(
        ctx,
        all,
        (table, id) => shared.known[table]?.again(id) ?? false,
      )
      ctx.progress({ phase: 'import.publish', done: 0, total: null, unit: 'steps' })
      publish(ctx, result, duplicates, superseded)
      result.seconds = (ctx.now() - started) / 1000
      return result
    } catch (error) {
      await sink?.stop()
      await tidyUp(ctx)
      throw error
    }
  } finally {
    db.pragma(`foreign_keys = ${foreignKeys ? 'ON' : 'OFF'}`)
    db.pragma(`wal_autocheckpoint = ${Number(walPages)}`)
    db.pragma(`cache_size = ${Number(cacheSize)}`)
  }
}

/** Puts the indexes of tables aside into which much comes; which they are. */
function putAside(db: Database, fresh: readonly OpenTable[]): BulkTable[] {
  const incoming = incomingOf(fresh)
  const rows = (table: BulkTable) =>
    db.prepare(`SELECT coalesce(max(id), 0) FROM ${table}`).pluck().get() as number
  const aside = [...incoming].flatMap(([table, bytes]) =>
    worthPuttingAside(rows(table), bytes) ? [table] : [],
  )
  putIndexesAside(db, aside)
  return aside
}

/** Bytes of files that become rows of a table, about. */
function incomingOf(fresh: readonly OpenTable[]): Map<BulkTable, number> {
  const incoming = new Map<BulkTable, number>()
  const expect = (table: BulkTable, bytes: number) => incoming.set(table, (incoming.get(table) ?? 0) + bytes)
  for (const { bound, bytes } of fresh) {
    for (const { to } of bound.outputs) {
      const table = BULK_OF[to]
      if (table) expect(table, bytes)
    }
    // Who and what is named is named several times.
    expect('account', bytes / 4)
    expect('entity', bytes / 4)
  }
  return incoming
}

/** What the tables of an import share. */
function shareStore(
  db: Database,
  sink: Storing,
  fresh: readonly OpenTable[],
  aside: readonly BulkTable[],
  floor: Floor | null,
  adopted: readonly Adopted[],
): SharedStore {
  const known: SharedStore['known'] = {}
  if (floor) {
    const kept = keptMatches(
      db,
      adopted.map(({ sourceId }) => sourceId),
    )
    for (const table of new Set([...incomingOf(fresh).keys(), ...kept.keys()])) {
      if (table === 'account' || table === 'entity' || table === 'account_record') continue
      const options = { floor: floor[table], accounts: floor.account, aside: aside.includes(table) }
      const matching = Known.of(db, table, options)
      for (const ids of kept.get(table) ?? []) matching?.take(ids)
      known[table satisfies KnownTable] = matching
    }
  }
  const reports = fresh.some(({ bound }) => bound.outputs.some(({ to }) => to === 'reports'))
  const load = { accounts: aside.includes('account'), entities: aside.includes('entity') }
  return {
    sink,
    dictionary: new Dictionary(db, sink, load),
    reports: reports ? loadReports(db) : noReports(),
    known,
  }
}

/** Where the facts of a table are stored, if their indexes may be put aside. */
const BULK_OF: Record<TableName, BulkTable | null> = {
  accounts: 'account_record',
  relations: 'relation',
  links: 'link',
  events: 'event',
  // Few and long, and the search index is made with them.
  reports: null,
  labels: 'label',
}

/** After a failure or a cancel: the workspace is as before. */
async function tidyUp(ctx: ComputeContext): Promise<void> {
  try {
    Known.forget(ctx.db)
    await sweepInterrupted(ctx, 'nothing')
    await makeIndexes({ ...ctx, checkpoint: () => Promise.resolve() })
  } catch (error) {
    ctx.log(
      'warn',
      `What this import wrote could not be removed yet (${String(error)}); it stays invisible and is ` +
        'removed when the workspace opens.',
    )
  }
}

function accountsBehind(db: Database, floor: Floor): number {
  return db.prepare(`SELECT count(*) FROM account WHERE id > ?`).pluck().get(floor.account) as number
}

async function openAll(
  ctx: ComputeContext,
  files: readonly FoundFile[],
  goesOn: boolean,
  choices: MappingChoices,
): ReturnType<typeof openTables> {
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
  if (opened.tables.length === 0 && !goesOn) {
    throw new ShoalError(
      'import_missing_file',
      `The mapping has nothing for ${files.map(({ label }) => label).join(', ') || 'these files'}. Nothing was imported.`,
      { files: files.map(({ label }) => label) },
    )
  }
  return opened
}

/** An export must say somewhere who there is. */
function requireSubjects(ctx: ComputeContext, tables: readonly (OpenTable | Adopted)[]): void {
  // Somebody who mapped a table of logins alone meant that; what was stored once had passed here.
  const subject = ({ table }: { table: TableName }) => table === 'accounts' || table === 'relations'
  if (tables.some((table) => !('by' in table) || table.by !== 'layout' || subject(table))) return
  const ready = ctx.db
    .prepare(
      `SELECT 1 FROM source WHERE status = 'ready' AND table_name IN ('accounts', 'relations') LIMIT 1`,
    )
    .get()
  if (ready !== undefined) return
  throw new ShoalError(
    'import_missing_file',
    'Neither accounts.csv nor relations.csv is among the files, and the workspace has neither yet. Add one of them.',
    { files: tables.flatMap((table) => ('label' in table ? [table.label] : [])) },
  )
}
