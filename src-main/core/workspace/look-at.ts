import { accessSync, closeSync, constants, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { RecentWorkspace } from '../../common/contract/workspace.ts'
import { DATABASE_FILE, isWorkspace } from '../db/open.ts'
import { migrations } from '../db/migrations/index.ts'

const MAGIC = 'SQLite format 3\0'
/** Byte offset of user_version in an SQLite file's header: 4 bytes, big-endian. */
const USER_VERSION_AT = 60
const HEADER_BYTES = 100
const NEWEST = migrations.at(-1)?.version ?? 0

/**
 * What can be told of a workspace without opening it: it may be another Shoal's at the moment, and a list of twenty
 * must not open twenty databases. Only opening tells the whole truth.
 */
export function lookAtWorkspace(folder: string): Pick<RecentWorkspace, 'state' | 'bytes'> {
  if (!isWorkspace(folder)) return { state: 'missing', bytes: null }
  const bytes = folderBytes(folder)
  const file = join(folder, DATABASE_FILE)
  try {
    const version = schemaVersion(file)
    if (version === null) return { state: 'damaged', bytes }
    if (version > NEWEST) return { state: 'newer', bytes }
    accessSync(folder, constants.W_OK)
    accessSync(file, constants.W_OK)
  } catch {
    return { state: 'read_only', bytes }
  }
  return { state: 'ready', bytes }
}

/** user_version of an SQLite file's header; null: it is no SQLite file. An empty file is a new database's. */
function schemaVersion(file: string): number | null {
  const handle = openSync(file, 'r')
  try {
    const header = Buffer.alloc(HEADER_BYTES)
    const read = readSync(handle, header, 0, HEADER_BYTES, 0)
    if (read === 0) return 0
    return read === HEADER_BYTES && header.toString('latin1', 0, MAGIC.length) === MAGIC
      ? header.readUInt32BE(USER_VERSION_AT)
      : null
  } finally {
    closeSync(handle)
  }
}

/** Bytes of a folder's files, those of its folders too; what cannot be read counts nothing. */
function folderBytes(folder: string): number {
  let sum = 0
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      if (entry.isFile())
        sum += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0
    }
  } catch {
    // It goes away, or may not be read: the size is a hint.
  }
  return sum
}
