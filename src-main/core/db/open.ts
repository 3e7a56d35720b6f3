import Sqlite from 'better-sqlite3'
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { ShoalError, toErrorShape } from '../../common/errors.ts'
import { takeWriteLockFirst } from '../../common/write-lock.ts'
import { migrations, type Migration } from './migrations/index.ts'
import { mayWrite, readOnly } from './read-only.ts'

export const DATABASE_FILE = 'workspace.sqlite'
export const DERIVED_DIR = 'derived'
export const WORKSPACE_SUFFIX = '.shoal'

export function workspaceName(path: string): string {
  return basename(path).replace(/\.shoal$/i, '')
}
export function isWorkspace(path: string): boolean {
  return existsSync(join(path, DATABASE_FILE))
}

/**
 * Opens a workspace's database and brings its schema up to date, each migration in a transaction of its own
 * after a copy of the file was made. Throws workspace_newer, workspace_damaged, read_only or disk_full.
 */
export function openDatabase(folder: string, steps: readonly Migration[] = migrations): Sqlite.Database {
  const file = join(folder, DATABASE_FILE)
  let db: Sqlite.Database
  try {
    db = new Sqlite(file)
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = NORMAL')
    db.pragma('foreign_keys = ON')
    db.pragma('busy_timeout = 5000')
    takeWriteLockFirst(db)
  } catch (error) {
    const shape = toErrorShape(error)
    // SQLite says of such a folder that it can't open the file, which sounds like damage.
    if (shape.code === 'read_only' || !mayWrite(folder) || !mayWrite(file)) throw readOnly(folder)
    const code = shape.code === 'internal' ? 'workspace_damaged' : shape.code
    throw new ShoalError(code, `Cannot open ${file}: ${shape.message}`)
  }
  try {
    migrate(db, file, steps)
  } catch (error) {
    db.close()
    throw error
  }
  return db
}

function migrate(db: Sqlite.Database, file: string, steps: readonly Migration[]): void {
  const have = db.pragma('user_version', { simple: true }) as number
  const newest = steps.at(-1)?.version ?? 0
  if (have > newest) {
    throw new ShoalError(
      'workspace_newer',
      `This workspace was made by a newer Shoal (schema ${have}; this one knows ${newest}). Update Shoal to open it.`,
      { have, newest },
    )
  }
  if (have === 0 && (db.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number }).n > 0) {
    throw new ShoalError('workspace_damaged', `${file} is an SQLite database, but not one of Shoal's.`)
  }
  const todo = steps.filter((step) => step.version > have)
  if (todo.length === 0) return
  const backup = `${file}.before-${newest}`
  if (have > 0) {
    db.pragma('wal_checkpoint(TRUNCATE)')
    copyFileSync(file, backup)
  }
  // A table that is made anew is dropped first, which must not take the rows that refer to it along.
  db.pragma('foreign_keys = OFF')
  for (const step of todo) {
    db.transaction(() => {
      db.exec(step.sql)
      db.pragma(`user_version = ${step.version}`)
    })()
  }
  db.pragma('foreign_keys = ON')
  if (have > 0) rmSync(backup)
}

/** Makes the folders of a new workspace. The folder may exist when it is empty. */
export function createWorkspaceFolder(path: string): string {
  const folder = resolve(path.endsWith(WORKSPACE_SUFFIX) ? path : path + WORKSPACE_SUFFIX)
  if (existsSync(folder)) {
    if (isWorkspace(folder)) {
      throw new ShoalError(
        'invalid_input',
        `There is a workspace at ${folder} already. Open it, or choose another name.`,
      )
    }
    if (!statSync(folder).isDirectory() || readdirSync(folder).length > 0) {
      throw new ShoalError('invalid_input', `${folder} is not an empty folder. Choose another name.`)
    }
  }
  try {
    mkdirSync(join(folder, DERIVED_DIR), { recursive: true })
  } catch (error) {
    const shape = toErrorShape(error)
    if (shape.code === 'read_only' || !mayWrite(folder))
      throw new ShoalError(
        'read_only',
        `Nothing may be written at ${folder}. Choose another folder for the workspace, or get the right to write there.`,
        { folder },
      )
    throw new ShoalError(shape.code, `Cannot make the folder ${folder}: ${shape.message}`)
  }
  return folder
}
