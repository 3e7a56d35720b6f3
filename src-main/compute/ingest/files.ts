import { open, readdir, realpath, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { ShoalError } from '../../common/errors.ts'
import { openArchive } from './archive.ts'
import { TABLES, type TableName } from '../../common/mapping/roles.ts'
import { isHidden, tableOf } from './layout.ts'

/** One CSV of an export, not read yet. */
export interface InputFile {
  table: TableName
  /** Absolute path of the file, or of the archive it is in. */
  path: string
  /** Its name inside the archive; null for a plain file. */
  entry: string | null
  /** For messages: the path, or 'archive.zip › accounts.csv'. */
  label: string
  /** Uncompressed size. */
  bytes: number
  /** Its uncompressed bytes from the start, in buffers that belong to the reader. */
  read(): AsyncIterable<Buffer>
}

export interface IgnoredFile {
  path: string
  entry: string | null
  reason: 'unknown_name' | 'not_a_file'
}

export interface FoundFiles {
  files: InputFile[]
  ignored: IgnoredFile[]
  /** Closes the archives; call when reading is over, however it ended. */
  close(): Promise<void>
}

const READ_BYTES = 256 * 1024

/**
 * Finds the export's files under the given paths: folders (and folders one level inside them), single CSV or TSV
 * files, .zip archives. Files come in import order; the same file named twice comes once.
 * Throws ShoalError import_missing_file, import_archive, import_unreadable.
 */
export async function findFiles(paths: readonly string[]): Promise<FoundFiles> {
  const found: FoundFiles = { files: [], ignored: [], close: async () => {} }
  const closers: (() => Promise<void>)[] = []
  found.close = async () => {
    for (const close of closers.splice(0)) await close()
  }
  const seen = new Set<string>()
  try {
    for (const given of paths) {
      const path = resolve(given)
      const info = await stat(path).catch((error: unknown) => {
        throw unreadable(error, path)
      })
      if (info.isDirectory()) {
        await addFolder(path, 0, found, seen)
      } else if (await isArchive(path)) {
        if (seen.has(await realpath(path))) continue
        seen.add(await realpath(path))
        const archive = await openArchive(path)
        closers.push(archive.close)
        found.files.push(...archive.files)
        found.ignored.push(...archive.ignored)
      } else {
        await addFile(path, found, seen)
      }
    }
  } catch (error) {
    await found.close()
    throw error
  }
  if (found.files.length === 0) {
    const names = TABLES.map((table) => `${table}.csv`).join(', ')
    throw new ShoalError(
      'import_missing_file',
      `No table of an export was found in ${paths.join(', ') || 'no path'}. Expected files named ${names}, ` +
        'in a folder or a .zip.',
      { paths: [...paths], ignored: found.ignored.map((file) => file.entry ?? file.path) },
    )
  }
  found.files.sort(
    (a, b) => TABLES.indexOf(a.table) - TABLES.indexOf(b.table) || (a.label < b.label ? -1 : 1),
  )
  return found
}

async function addFolder(folder: string, depth: number, found: FoundFiles, seen: Set<string>): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw unreadable(error, folder)
  })
  for (const name of names.sort()) {
    if (isHidden(name)) continue
    const path = join(folder, name)
    const info = await stat(path).catch(() => null)
    if (info?.isDirectory()) {
      // A workspace that lies among the files is no part of the export.
      if (depth === 0 && !name.endsWith('.shoal')) await addFolder(path, 1, found, seen)
    } else if (info?.isFile() && tableOf(name)) {
      await addFile(path, found, seen)
    } else {
      found.ignored.push({ path, entry: null, reason: info?.isFile() ? 'unknown_name' : 'not_a_file' })
    }
  }
}

async function addFile(path: string, found: FoundFiles, seen: Set<string>): Promise<void> {
  const table = tableOf(path)
  if (table === null) {
    found.ignored.push({ path, entry: null, reason: 'unknown_name' })
    return
  }
  const info = await stat(path)
  if (!info.isFile()) {
    throw new ShoalError('import_unreadable', `${path} is no regular file.`, { path })
  }
  const real = await realpath(path)
  if (seen.has(real)) return
  seen.add(real)
  found.files.push({
    table,
    path,
    entry: null,
    label: path,
    bytes: info.size,
    read: () => readPlain(path),
  })
}

async function* readPlain(path: string): AsyncIterable<Buffer> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(error, path)
  })
  try {
    for (;;) {
      const { bytesRead, buffer } = await file
        .read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, null)
        .catch((error: unknown) => {
          throw unreadable(error, path)
        })
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

async function isArchive(path: string): Promise<boolean> {
  if (/\.zip$/i.test(basename(path))) return true
  if (tableOf(path) !== null) return false
  const file = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(error, path)
  })
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return bytesRead === 4 && buffer.readUInt32LE(0) === 0x04034b50
  } finally {
    await file.close()
  }
}

/** A failed file call as an error that names the file and says what to do. */
function unreadable(error: unknown, path: string): Error {
  const code = (error as { code?: unknown }).code
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new ShoalError('import_missing_file', `There is no file or folder at ${path}. Check the path.`, {
      path,
    })
  }
  const why =
    code === 'EACCES' || code === 'EPERM'
      ? 'You have no permission to read it.'
      : error instanceof Error
        ? error.message
        : String(error)
  return new ShoalError('import_unreadable', `${path} can't be read. ${why}`, { path, code })
}
