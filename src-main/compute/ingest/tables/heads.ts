import type { Pace } from '../../../common/pace.ts'
import type { FoundFile } from '../find/found.ts'
import { readerOf } from '../read/formats.ts'
import type { FormatId, Reader, TableInfo } from '../read/reader.ts'
import { formatOfFile } from './head.ts'
import { openParts } from './parts.ts'
import { tablesAsAsked, type Reads } from './reads.ts'
import type { Unit } from './units.ts'

/** A table as far as its beginning tells, and what its records are read from. */
export interface TableHead {
  format: FormatId
  info: TableInfo
  parts: { file: FoundFile; reader: Reader; info: TableInfo }[]
}

/** The tables of a file or a data set, from as little of it as its format allows. Throws what reading throws. */
export async function headsOf(unit: Unit, reads: Reads, pace: Pace): Promise<TableHead[]> {
  if (unit.set !== null) {
    const { format, tables } = await openParts(unit.set, reads.file, 'head', pace)
    return tables.map((table) => ({ format, ...table }))
  }
  const { file } = unit
  const format = await formatOfFile(file)
  const reader = readerOf(format)
  const infos = await tablesAsAsked(reader, file, reads, 'head', pace)
  return infos.map((info) => ({ format, info, parts: [{ file, reader, info }] }))
}
