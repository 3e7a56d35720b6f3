import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import yauzl from 'yauzl'
import type { ByteSource } from './reader.ts'
import { asUnreadable, unreadable } from './trouble.ts'

export interface PackageLimits {
  entries: number
  /** Unpacked bytes of one part. */
  partBytes: number
  /** Unpacked : packed, of a part larger than `ratioFrom` bytes. Sheets of equal rows reach 100. */
  ratio: number
  ratioFrom: number
}

export const PACKAGE_LIMITS: PackageLimits = {
  entries: 10_000,
  partBytes: 16 * 1024 ** 3,
  ratio: 500,
  ratioFrom: 16 * 1024 ** 2,
}

/** The parts of a workbook, which is a ZIP file. */
export interface Package {
  /** Names of parts, without a leading slash. */
  names(): string[]
  /** Packed size of a part, bytes; 0 where it is not there. */
  packed(name: string): number
  /** A part's content in chunks, unpacked, with the packed bytes that went into each. Nothing where it is not there. */
  stream(name: string): AsyncGenerator<{ chunk: Buffer; packed: number }>
  close(): void
}

/** Opens a workbook's package. Throws ShoalError import_unreadable: no ZIP, cut off, encrypted, a zip bomb. */
export async function openPackage(
  source: ByteSource,
  limits: PackageLimits = PACKAGE_LIMITS,
): Promise<Package> {
  const zip = await yauzl
    .fromRandomAccessReaderPromise(new SourceReader(source), await source.size(), { autoClose: false })
    .catch((error: unknown) => {
      throw asUnreadable(error, source)
    })
  zip.on('error', () => {})
  const entries = new Map<string, yauzl.Entry>()
  try {
    if (zip.entryCount > limits.entries) throw unreadable(source, `it has ${zip.entryCount} parts`)
    for await (const entry of listEntries(zip)) {
      // Part names are case-insensitive (ECMA-376 part 2, 6.2.2.3).
      const name = entry.fileName.replaceAll('\\', '/').toLowerCase()
      if (entry.isEncrypted())
        throw unreadable(source, 'it is encrypted', 'Remove its password and save it again.')
      if (
        entry.uncompressedSize > limits.partBytes ||
        (entry.uncompressedSize > limits.ratioFrom &&
          entry.uncompressedSize > entry.compressedSize * limits.ratio)
      ) {
        throw unreadable(
          source,
          `its part ${entry.fileName} would unpack to ${entry.uncompressedSize} bytes, far more than a sheet does (a zip bomb?)`,
        )
      }
      if (!entries.has(name)) entries.set(name, entry)
    }
  } catch (error) {
    zip.close()
    throw asUnreadable(error, source)
  }
  return {
    names: () => [...entries.keys()],
    packed: (name) => entries.get(name.toLowerCase())?.compressedSize ?? 0,
    async *stream(name) {
      const entry = entries.get(name.toLowerCase())
      if (entry === undefined) return
      const ratio = entry.uncompressedSize === 0 ? 0 : entry.compressedSize / entry.uncompressedSize
      try {
        const stream = await zip.openReadStreamPromise(entry)
        let sum = 0
        for await (const chunk of stream as AsyncIterable<Buffer>) {
          sum = crc32(chunk, sum)
          yield { chunk, packed: chunk.length * ratio }
        }
        if (sum !== entry.crc32) throw new Error(`the checksum of ${name} does not match`)
      } catch (error) {
        throw asUnreadable(error, source)
      }
    },
    close: () => zip.close(),
  }
}

async function* listEntries(zip: yauzl.ZipFile): AsyncGenerator<yauzl.Entry> {
  for (;;) {
    const entry = await new Promise<yauzl.Entry | null>((resolve, reject) => {
      const settle = (then: () => void) => {
        zip.off('entry', onEntry).off('end', onEnd).off('error', onError)
        then()
      }
      const onEntry = (one: yauzl.Entry) => settle(() => resolve(one))
      const onEnd = () => settle(() => resolve(null))
      const onError = (error: Error) => settle(() => reject(error))
      zip.on('entry', onEntry).on('end', onEnd).on('error', onError)
      zip.readEntry()
    })
    if (entry === null) return
    yield entry
  }
}

const PIECE = 256 * 1024

class SourceReader extends yauzl.RandomAccessReader {
  private readonly source: ByteSource
  constructor(source: ByteSource) {
    super()
    this.source = source
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(pieces(this.source, start, end), { objectMode: false })
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null)
  }
}

async function* pieces(source: ByteSource, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end; at += PIECE) {
    const piece = await source.readAt(at, Math.min(PIECE, end - at))
    if (piece.length === 0) throw new Error('it ends in the middle')
    yield piece
  }
}
