import Sqlite from 'better-sqlite3'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ShoalError } from '../../common/errors.ts'
import { takeWriteLockFirst } from '../../common/write-lock.ts'

export const DATABASE_FILE = 'workspace.sqlite'
export const DERIVED_DIR = 'derived'

/** Opens a migrated workspace for compute's chunked writes. Core has migrated it before any task is sent. */
export function openStore(workspace: string): Sqlite.Database {
  const file = join(workspace, DATABASE_FILE)
  if (!existsSync(file)) throw new ShoalError('not_found', `No workspace database at ${file}.`)
  const db = new Sqlite(file)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = NORMAL')
  db.pragma('foreign_keys = ON')
  db.pragma('busy_timeout = 20000')
  db.pragma('cache_size = -65536')
  db.pragma('temp_store = MEMORY')
  takeWriteLockFirst(db)
  return db
}

/** Rows a transaction may hold, so that an analyst's note never waits for an import (design §5). */
export const ROWS_PER_TRANSACTION = 50_000
