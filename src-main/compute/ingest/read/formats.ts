import { csvReader } from './csv-reader.ts'
import type { FormatId, Reader } from './reader.ts'

/** Every reader, in the order in which bytes are asked for what they are. */
export const READERS: readonly Reader[] = [csvReader]

/** The reader of a format; throws where there is none. */
export function readerOf(format: FormatId): Reader {
  const reader = READERS.find((one) => one.format === format)
  if (reader === undefined) throw new Error(`no reader for ${format}`)
  return reader
}
