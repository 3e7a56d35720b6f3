import { csvReader } from './csv-reader.ts'
import type { FormatId, Reader } from './reader.ts'
import { ShoalError } from '../../../common/errors.ts'

/** Every reader, in the order in which bytes are asked for what they are. */
export const READERS: readonly Reader[] = [csvReader]

/** The reader of a format; throws where there is none. */
export function readerOf(format: FormatId): Reader {
  const reader = READERS.find((one) => one.format === format)
  if (reader === undefined) throw new Error(`no reader for ${format}`)
  return reader
}

/**
 * The format of a file: what its first bytes (up to 64 KiB) can only be, else what its name ends in.
 * Throws ShoalError import_unreadable, which names the formats.
 */
export function formatOf(name: string, head: Buffer): FormatId {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  const reader = READERS.find((one) => one.sniff(head)) ?? READERS.find((one) => one.endings.includes(ending))
  if (reader) return reader.format
  throw new ShoalError(
    'import_unreadable',
    `${name} is of no format that import reads (${READERS.map(({ format }) => format).join(', ')}).`,
    { file: name },
  )
}
