import { open, stat, type FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { ShoalError } from '../../../common/errors.ts'
import { bareName, tooDense, UNPACK_LIMITS, type FoundFile, type UnpackLimits } from './found.ts'
import { readFrom, Spool } from './spool.ts'

const READ_BYTES = 256 * 1024

/** A file on disk as it lies there. Reading throws ShoalError import_missing_file, import_unreadable. */
export function plainFile(path: string, bytes: number): FoundFile {
  let handle: Promise<FileHandle> | null = null
  const opened = () =>
    (handle ??= open(path, 'r').catch((error: unknown) => Promise.reject(unreadable(error, path))))
  return {
    path,
    entry: null,
    name: bareName(path),
    label: path,
    bytes,
    read: () => readPlain(path),
    readReusing: (wanted) => readReusing(path, wanted),
    readAt: async (offset, length) =>
      readFrom(await opened(), offset, length).catch((error: unknown) => {
        throw unreadable(error, path)
      }),
    size: async () => (await (await opened()).stat()).size,
    async close() {
      const was = handle
      handle = null
      await (await was?.catch(() => null))?.close()
    },
  }
}

/** What a .gz unpacks to. Reading throws ShoalError import_archive where it is damaged or looks like a bomb. */
export function gzippedFile(path: string, packed: number, limits: UnpackLimits = UNPACK_LIMITS): FoundFile {
  return unzipped({ path, entry: null, label: path, packed, read: () => readPlain(path) }, limits)
}

/** `read` gives the compressed bytes. */
export function unzipped(
  from: { path: string; entry: string | null; label: string; packed: number; read(): AsyncIterable<Buffer> },
  limits: UnpackLimits = UNPACK_LIMITS,
): FoundFile {
  const { path, entry, label } = from
  const read = async function* (): AsyncGenerator<Buffer> {
    const fault = (why: string) =>
      new ShoalError('import_archive', `${label} can't be unpacked: ${why}. Nothing was imported.`, {
        path,
        entry,
        reason: why,
      })
    const source = Readable.from(from.read())
    const gunzip = source.pipe(createGunzip({ chunkSize: READ_BYTES }))
    // `pipe` hands no errors on.
    source.on('error', (error) => gunzip.destroy(error))
    let bytes = 0
    try {
      for await (const chunk of gunzip as AsyncIterable<Buffer>) {
        bytes += chunk.length
        if (bytes > limits.totalBytes || tooDense(bytes, from.packed, limits))
          throw fault('it would unpack to far more than a table does (a zip bomb?)')
        yield chunk
      }
    } catch (error) {
      if (error instanceof ShoalError) throw error
      const why = error instanceof Error ? error.message : String(error)
      throw fault(`it is damaged or cut off (${why}). Copy or download it again`)
    } finally {
      source.destroy()
      gunzip.destroy()
    }
  }
  const spool = new Spool(read)
  return {
    path,
    entry,
    name: bareName(entry ?? path),
    label,
    bytes: null,
    read,
    readAt: (offset, length) => spool.readAt(offset, length),
    size: () => spool.size(),
    close: () => spool.close(),
  }
}

async function* readPlain(path: string): AsyncGenerator<Buffer> {
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

/** Reads one buffer while the caller works on the other. */
async function* readReusing(path: string, wanted: () => number): AsyncGenerator<Buffer> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(error, path)
  })
  const buffers: Buffer[] = [Buffer.alloc(0), Buffer.alloc(0)]
  const read = async (which: number): Promise<Buffer> => {
    const bytes = wanted()
    if (buffers[which]!.length < bytes) buffers[which] = Buffer.allocUnsafeSlow(bytes)
    const { bytesRead, buffer } = await file.read(buffers[which]!, 0, bytes, null)
    return buffer.subarray(0, bytesRead)
  }
  let next = read(0)
  try {
    for (let which = 1; ; which = 1 - which) {
      const chunk = await next.catch((error: unknown) => {
        throw unreadable(error, path)
      })
      if (chunk.length === 0) return
      next = read(which)
      yield chunk
    }
  } finally {
    await next.catch(() => {})
    await file.close()
  }
}

/** The first bytes of a file; throws as reading does. */
export async function headOf(path: string, length: number): Promise<Buffer> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(error, path)
  })
  try {
    return await readFrom(file, 0, length).catch((error: unknown) => {
      throw unreadable(error, path)
    })
  } finally {
    await file.close()
  }
}

export async function statOf(path: string): Promise<Awaited<ReturnType<typeof stat>>> {
  return stat(path).catch((error: unknown) => {
    throw unreadable(error, path)
  })
}

/** What the system says where a drive was pulled out or a share is gone. */
const GONE = /^(?:EIO|ESTALE|ENODEV|ENXIO|ENOTCONN|ETIMEDOUT|EHOSTDOWN|EHOSTUNREACH|EREMOTEIO)$/

/** A failed file call as an error that names the file and says what to do. */
export function unreadable(error: unknown, path: string): Error {
  const code = (error as { code?: unknown }).code
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new ShoalError('import_missing_file', `There is no file or folder at ${path}. Check the path.`, {
      path,
    })
  }
  const why =
    code === 'EACCES' || code === 'EPERM'
      ? 'You have no permission to read it.'
      : typeof code === 'string' && GONE.test(code)
        ? `The disk or network drive stopped answering (${code}). Check that it is connected, and import again.`
        : error instanceof Error
          ? error.message
          : String(error)
  return new ShoalError('import_unreadable', `${path} can't be read. ${why}`, { path, code })
}
