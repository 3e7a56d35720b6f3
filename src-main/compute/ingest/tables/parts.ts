import { ShoalError } from '../../../common/errors.ts'
import { readNote, type ReadNote } from '../../../common/mapping/read-notes.ts'
import type { Pace } from '../../../common/pace.ts'
import type { DataSet } from '../find/data-set.ts'
import type { FoundFile } from '../find/found.ts'
import { formatOf, readerOf } from '../read/formats.ts'
import type { ByteSource, FormatId, ReadOptions, Reader, TableInfo } from '../read/reader.ts'
import { MAX_FIELDS } from '../read/row.ts'
import { unreadable } from '../read/trouble.ts'
import { headOf } from './head.ts'
import { placedReader } from './placed.ts'

/** A part of a data set, to be read with the data set's columns. */
export interface PlacedPart {
  file: FoundFile
  /** Gives the part's records in the data set's columns, whatever order the part has them in. */
  reader: Reader
  /** The data set's columns; how this part is read. */
  info: TableInfo
}

/** One table of a data set: the columns of all its parts, and those that its folders name. */
export interface SetTable {
  info: TableInfo
  parts: PlacedPart[]
}

/** Parts of a data set whose beginnings are read for a look; import reads all. */
const LOOKED_AT = 100
/** Columns of which it is said that some parts lack them. */
const NOTED = 10
/** Formats whose files say themselves what columns there are. */
const WITH_SCHEMA: readonly FormatId[] = ['parquet', 'arrow', 'csv']
/** Formats that say what their columns hold. */
const TYPED: readonly FormatId[] = ['parquet', 'arrow']
const TEXT: readonly FormatId[] = ['csv', 'json', 'json-lines']

/**
 * Reads the parts of a data set as one table (or, of documents with several lists, as one for each). Columns go by their
 * names: a part without one has it empty, which a note says. How a text is cut into cells is found out from the largest
 * part and goes for all. `listener`: through what parts are read, and who hears of it.
 *
 * Throws what reading throws, and ShoalError import_unreadable where parts don't belong together: a column of other
 * types, no column in common, another format.
 */
export async function openParts<S extends ByteSource = ByteSource>(
  set: DataSet,
  options: ReadOptions,
  depth: 'head' | 'all',
  pace: Pace,
  listener?: {
    source(file: FoundFile): S
    read(file: FoundFile, source: S): Promise<void>
    onBytes(file: FoundFile, bytes: number): void
    /** Of the others only the columns are looked at: they were stored before. */
    wanted: ReadonlySet<FoundFile>
  },
): Promise<{ format: FormatId; tables: SetTable[] }> {
  const files = depth === 'all' ? set.parts : spread(set.parts, LOOKED_AT)
  const leader = files.reduce((a, b) => ((b.bytes ?? 0) > (a.bytes ?? 0) ? b : a))
  const opened = new Map<FoundFile, TableInfo[]>()
  let format: FormatId | null = null
  let how = options
  let empty = 0
  // The largest first: a part of one row does not tell whether it has a header.
  for (const file of [leader, ...files.filter((file) => file !== leader)]) {
    await pace.checkpoint()
    const wanted = !listener || listener.wanted.has(file)
    const source = wanted ? listener?.source(file) : undefined
    const heard = listener && ((bytes: number) => listener.onBytes(file, bytes))
    if (wanted) heard?.(0)
    try {
      const head = await headOf(file)
      if (head.length === 0) {
        empty++
        continue
      }
      const own = formatOf(file.part!.fileName, head)
      format ??= own
      if (own !== format && !(TEXT.includes(own) && TEXT.includes(format))) {
        throw unreadable(
          file,
          `it is ${own}, and other files of ${set.label} are ${format}: they can't be one table`,
          'Import them by themselves.',
        )
      }
      const infos = await readerOf(format).tables(
        source ?? file,
        how,
        wanted ? depth : 'head',
        pace,
        wanted ? heard : undefined,
      )
      opened.set(file, infos)
      if (opened.size === 1 && format === 'csv') {
        const { delimiter, quote, headerRow } = infos[0]!.found
        how = { delimiter, quote, headerRow, ...defined(options) }
      }
      if (source) await listener!.read(file, source)
    } finally {
      // Thousands of parts must not be open at once; whoever reads one again opens it.
      await file.close()
    }
  }
  if (format === null) throw unreadable(set, 'every one of its files is empty')
  const notes: ReadNote[] = []
  if (files.length < set.parts.length)
    notes.push(readNote('parts_looked_at', { count: files.length, of: set.parts.length }))
  if (empty > 0) notes.push(readNote('parts_empty', { count: empty, of: files.length }))
  if (set.delta) notes.push(readNote('delta_log', {}))
  const names = [...new Set(files.flatMap((file) => opened.get(file) ?? []).map(({ name }) => name))]
  return {
    format,
    tables: names.map((name) => {
      const parts = files.flatMap((file) => {
        const info = opened.get(file)?.find((one) => one.name === name)
        return info ? [{ file, info }] : []
      })
      const table = unite(set, name, format, parts, notes)
      return { ...table, parts: table.parts.filter(({ file }) => !listener || listener.wanted.has(file)) }
    }),
  }
}

/** Puts the columns of parts together, by name, and those of the folders behind them. */
function unite(
  set: DataSet,
  name: string,
  format: FormatId,
  parts: readonly { file: FoundFile; info: TableInfo }[],
  common: readonly ReadNote[],
): SetTable {
  const columns = new Map<string, TableInfo['columns'][number]>()
  const first = new Map<string, FoundFile>()
  const having = new Map<string, number>()
  for (const { file, info } of parts) {
    if (
      columns.size > 0 &&
      WITH_SCHEMA.includes(format) &&
      !info.columns.some((one) => columns.has(one.name))
    ) {
      const own = info.columns.map((one) => one.name).slice(0, 12)
      throw unreadable(
        file,
        `none of its columns (${own.join(', ')}) is in the files before it in ${set.label}: they can't be one table`,
        'Import them by themselves.',
      )
    }
    for (const column of info.columns) {
      const known = columns.get(column.name)
      if (!known) first.set(column.name, file)
      else if (TYPED.includes(format) && clash(known.declared, column.declared))
        throw typeClash(set, column.name, first.get(column.name)!, known.declared!, file, column.declared!)
      having.set(column.name, (having.get(column.name) ?? 0) + 1)
      if (!known || known.declared === null) columns.set(column.name, column)
      else if (known.declared !== column.declared && column.declared !== null)
        columns.set(column.name, { ...column, declared: TYPED.includes(format) ? 'time' : null })
    }
  }
  const notes = [...common]
  // What was found in many parts is said once.
  const told = new Map(parts.flatMap(({ info }) => info.notes.map((note) => [note.text, note])))
  notes.push(...told.values())
  const lacked = WITH_SCHEMA.includes(format)
    ? [...columns.keys()].filter((column) => having.get(column)! < parts.length)
    : []
  for (const column of lacked.slice(0, NOTED)) {
    const without = parts.filter(({ info }) => info.columns.every((one) => one.name !== column))
    const [{ file }] = without as [(typeof without)[number]]
    notes.push(
      readNote('parts_without_column', {
        column,
        count: without.length,
        of: parts.length,
        file: file.part!.relative,
      }),
    )
  }
  for (const partition of set.partitions) {
    if (columns.has(partition)) notes.push(readNote('column_and_folder', { column: partition }))
    else columns.set(partition, { name: partition, declared: null })
  }
  if (columns.size > MAX_FIELDS)
    throw unreadable(set, `its files have more than ${MAX_FIELDS} columns together`)
  const all = [...columns.values()]
  const rows = parts.map(({ info }) => info.rows)
  const whole = parts.length === set.parts.length && rows.every((count) => count !== null)
  const info: TableInfo = {
    name,
    columns: all,
    rows: whole ? rows.reduce((sum, count) => sum! + count!, 0) : null,
    notes,
    found: parts[0]!.info.found,
  }
  return {
    info,
    parts: parts.map(({ file, info: own }) => ({
      file,
      reader: placedReader(readerOf(format), own, all, file),
      info: {
        // Parts may hold the same bytes in other folders, and are other records then.
        name: [name, ...file.part!.values.map((one) => `${one.name}=${one.value}`)]
          .filter((s) => s !== '')
          .join('/'),
        columns: all,
        rows: own.rows,
        notes: [],
        found: own.found,
      },
    })),
  }
}

type Declared = TableInfo['columns'][number]['declared']

function clash(a: Declared, b: Declared): boolean {
  if (a === null || b === null || a === b) return false
  // Both are ISO 8601.
  return !((a === 'time' || a === 'date') && (b === 'time' || b === 'date'))
}

function typeClash(
  set: DataSet,
  column: string,
  a: FoundFile,
  isA: string,
  b: FoundFile,
  isB: string,
): ShoalError {
  return new ShoalError(
    'import_unreadable',
    `${b.label} can't be read with the other files of ${set.label}: column "${column}" is ${isB} in it and ${isA} in ` +
      `${a.part!.relative}. Files of one table must agree. Write one of them again, or take it out of the folder and ` +
      'import it by itself. Nothing was imported.',
    { file: b.label, other: a.label, column, types: [isA, isB] },
  )
}

function defined(options: ReadOptions): ReadOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as ReadOptions
}

/** At most `most` of a list: the first, the last and what lies evenly between. */
function spread<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list]
  return Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))]!)
}
