import { crc32 } from 'node:zlib'
import { basename } from 'node:path'
import yauzl from 'yauzl'
import { ShoalError } from '../../../common/errors.ts'
import { isBarePart } from './data-set.ts'
import {
  bareName,
  endingKnown,
  isHidden,
  tooDense,
  UNPACK_LIMITS,
  type FoundFile,
  type IgnoredFile,
  type UnpackLimits,
} from './found.ts'
import { unzipped } from './plain.ts'
import { Spool } from './spool.ts'

export interface OpenArchive {
  files: FoundFile[]
  ignored: IgnoredFile[]
  close(): Promise<void>
}

/**
 * Opens a .zip and lists the files in it whose endings say that import reads them. A member is unpacked to a temporary file
 * only where its format needs random access.
 * Throws ShoalError import_archive for what is no zip or a cut-off one, for names that leave the archive,
 * encrypted tables, unknown compression, and sizes that look like a zip bomb. Reading an entry throws the same
 * where its data is damaged: size and CRC-32 are checked.
 */
export async function openArchive(path: string, limits: UnpackLimits = UNPACK_LIMITS): Promise<OpenArchive> {
  const zip = await yauzl.openPromise(path, { autoClose: false }).catch((error: unknown) => {
    throw damaged(path, null, error)
  })
  // Errors are heard where they are awaited; a late one must not end the process.
  zip.on('error', () => {})
  const close = async () => zip.close()
  const files: FoundFile[] = []
  const ignored: IgnoredFile[] = []
  try {
    let total = 0
    let packed = 0
    if (zip.entryCount > limits.entries) {
      throw refused(path, null, `it holds ${zip.entryCount} files, more than ${limits.entries}`)
    }
    for (;;) {
      const entry = await nextEntry(zip).catch((error: unknown) => {
        throw damaged(path, null, error)
      })
      if (entry === null) break
      const name = entry.fileName
      if (name.endsWith('/') || isHidden(name)) continue
      if (
        !endingKnown(bareName(name)) &&
        !isBarePart(name.split('/').at(-2) ?? '', name.split('/').at(-1)!)
      ) {
        ignored.push({ path, entry: name, reason: 'unknown_name' })
        continue
      }
      if (entry.isEncrypted()) {
        throw refused(path, name, 'it is encrypted. Unpack it and import the folder')
      }
      if (!entry.canDecodeFileData()) {
        throw refused(path, name, `its compression (method ${entry.compressionMethod}) is not supported`)
      }
      total += entry.uncompressedSize
      packed += entry.compressedSize
      if (tooDense(entry.uncompressedSize, entry.compressedSize, limits) || tooDense(total, packed, limits)) {
        throw refused(path, name, 'it would unpack to far more than a table does (a zip bomb?)')
      }
      if (total > limits.totalBytes) {
        throw refused(path, name, `its tables would unpack to more than ${limits.totalBytes} bytes`)
      }
      files.push(memberOf(zip, entry, path, limits))
    }
    return { files, ignored, close }
  } catch (error) {
    zip.close()
    throw error
  }
}

function memberOf(zip: yauzl.ZipFile, entry: yauzl.Entry, path: string, limits: UnpackLimits): FoundFile {
  const name = entry.fileName
  const label = `${path} › ${name}`
  const read = () => readEntry(zip, entry, path)
  if (/\.gz$/i.test(name))
    return unzipped({ path, entry: name, label, packed: entry.uncompressedSize, read }, limits)
  const spool = new Spool(read)
  return {
    path,
    entry: name,
    name: bareName(name),
    label,
    bytes: entry.uncompressedSize,
    read,
    readAt: (offset, length) => spool.readAt(offset, length),
    size: async () => entry.uncompressedSize,
    close: () => spool.close(),
  }
}

function nextEntry(zip: yauzl.ZipFile): Promise<yauzl.Entry | null> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => {
      zip.off('entry', onEntry).off('end', onEnd).off('error', onError)
      then()
    }
    const onEntry = (entry: yauzl.Entry) => settle(() => resolve(entry))
    const onEnd = () => settle(() => resolve(null))
    const onError = (error: Error) => settle(() => reject(error))
    zip.on('entry', onEntry).on('end', onEnd).on('error', onError)
    zip.readEntry()
  })
}

async function* readEntry(zip: yauzl.ZipFile, entry: yauzl.Entry, path: string): AsyncIterable<Buffer> {
  try {
    // yauzl ends the stream with an error if the data is longer or shorter than declared.
    const stream = await zip.openReadStreamPromise(entry)
    let sum = 0
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      sum = crc32(chunk, sum)
      yield chunk
    }
    if (sum !== entry.crc32) throw new Error('the checksum does not match')
  } catch (error) {
    throw damaged(path, entry.fileName, error)
  }
}

function damaged(path: string, entry: string | null, error: unknown): ShoalError {
  const code = (error as { code?: unknown }).code
  const why = error instanceof Error ? error.message : String(error)
  if (code === 'EACCES' || code === 'EPERM') {
    return new ShoalError('import_unreadable', `${path} can't be read. You have no permission to read it.`, {
      path,
    })
  }
  const what = entry === null ? basename(path) : `${basename(path)} › ${entry}`
  return new ShoalError(
    'import_archive',
    `${what} is damaged, cut off, or no .zip file (${why}). Copy or download it again. Nothing was imported.`,
    { path, entry, reason: why },
  )
}

function refused(path: string, entry: string | null, why: string): ShoalError {
  const what = entry === null ? path : `${path} › ${entry}`
  return new ShoalError('import_archive', `${what} can't be imported: ${why}. Nothing was imported.`, {
    path,
    entry,
    reason: why,
  })
}
