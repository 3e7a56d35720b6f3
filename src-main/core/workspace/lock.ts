import Sqlite from 'better-sqlite3'
import { join } from 'node:path'
import { ShoalError, toErrorShape } from '../../common/errors.ts'
import { mayWrite, readOnly } from '../db/read-only.ts'

/**
 * Holds a workspace for this process: an SQLite file kept in an exclusive transaction. The system lets go of it
 * when the process ends, however it ends, so there is no stale lock to remove by hand.
 */
export function lockWorkspace(folder: string): { release(): void } {
  let db: Sqlite.Database | undefined
  try {
    db = new Sqlite(join(folder, '.lock'), { timeout: 0 })
    db.pragma('journal_mode = MEMORY') // no journal file: a full disk must not keep the workspace shut
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db?.close()
    if ((error as { code?: string }).code === 'SQLITE_BUSY') {
      throw new ShoalError(
        'workspace_locked',
        `${folder} is open in another Shoal. Close it there, then open it here.`,
      )
    }
    if (!mayWrite(join(folder, '.lock'))) throw readOnly(folder)
    const shape = toErrorShape(error)
    throw new ShoalError(shape.code, `Cannot lock ${folder}: ${shape.message}`)
  }
  const held = db
  return {
    release() {
      if (held.open) held.close()
    },
  }
}
