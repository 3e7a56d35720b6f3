/** Workspaces and exports for import's tests. The schema is handed in: compute code doesn't import core. */
import Sqlite, { type Database } from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createPace, type Progress } from '../../../common/pace.ts'
import type { ComputeContext } from '../../context.ts'
import { DATABASE_FILE, openStore } from '../../store/open.ts'

export interface TestWorkspace {
  /** A folder of its own for the test's files; removed by `dispose`. */
  root: string
  ctx: ComputeContext
  db: Database
  progress: Progress[]
  abort: AbortController
  dispose(): void
}

export function createWorkspace(schema: string): TestWorkspace {
  const root = mkdtempSync(join(tmpdir(), 'shoal-import-'))
  const workspace = join(root, 'test.shoal')
  mkdirSync(workspace)
  const fresh = new Sqlite(join(workspace, DATABASE_FILE))
  fresh.pragma('journal_mode = WAL')
  fresh.exec(schema)
  fresh.close()
  const db = openStore(workspace)
  const abort = new AbortController()
  const progress: Progress[] = []
  return {
    root,
    db,
    progress,
    abort,
    ctx: contextFor(workspace, db, abort.signal, (p) => progress.push(p)),
    dispose() {
      db.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

export function contextFor(
  workspace: string,
  db: Database,
  signal: AbortSignal = new AbortController().signal,
  report: (progress: Progress) => void = () => {},
): ComputeContext {
  let time = Date.parse('2026-11-22T12:00:00Z')
  return {
    ...createPace(signal, report),
    workspace,
    db,
    modelsDir: '',
    appVersion: 'test',
    jobId: null,
    now: () => time++,
    log: () => {},
  }
}

/** The context with a job of its own, as every import of the app has one: what jobs brought is told apart. */
export function asJob(ctx: ComputeContext): ComputeContext {
  const job = ctx.db.prepare(
    `INSERT INTO job (kind, params, status, created_at) VALUES ('import', '{}', 'done', 0)`,
  )
  return { ...ctx, jobId: Number(job.run().lastInsertRowid) }
}

/** Writes files under a folder and returns the folder. */
export function writeFiles(folder: string, files: Record<string, string | Buffer>): string {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

const TABLES = [
  'source',
  'import_problem',
  'term',
  'account',
  'account_record',
  'entity',
  'relation',
  'link',
  'event',
  'report',
  'label',
  'meta',
]

/** Rows of every table that import writes; `report_fts` is counted by its document sizes. */
export function countRows(db: Database): Record<string, number> {
  return Object.fromEntries(
    [...TABLES, 'report_fts_docsize'].map((table) => [
      table,
      // Other notes in `meta` are not import's.
      db
        .prepare(`SELECT count(*) FROM ${table}${table === 'meta' ? ` WHERE key LIKE 'import.%'` : ''}`)
        .pluck()
        .get() as number,
    ]),
  )
}

/** A hash over all rows of all tables that import writes, ids and order included, except for times and jobs. */
export function contentHash(db: Database): string {
  const hash = createHash('sha256')
  for (const table of TABLES) {
    hash.update(table)
    for (const row of db.prepare(`SELECT * FROM ${table} ORDER BY 1`).iterate() as Iterable<
      Record<string, unknown>
    >) {
      for (const when of ['imported_at', 'stored_at', 'modified_at']) delete row[when]
      hash.update(JSON.stringify(row))
    }
  }
  return hash.digest('hex')
}

/** Throws where SQLite, its foreign keys or the search index are not in order. */
export function checkIntegrity(db: Database): void {
  const integrity = db.pragma('integrity_check', { simple: true })
  if (integrity !== 'ok') throw new Error(`integrity_check: ${String(integrity)}`)
  const orphans = db.pragma('foreign_key_check') as unknown[]
  if (orphans.length > 0) throw new Error(`foreign_key_check: ${JSON.stringify(orphans.slice(0, 5))}`)
  db.exec(`INSERT INTO report_fts (report_fts, rank) VALUES ('integrity-check', 1)`)
}
