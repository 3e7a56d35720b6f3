import { nameMatches, type TableMapping } from '../../../common/mapping/mapping.ts'
import type { Pace } from '../../../common/pace.ts'
import type { ByteSource, ReadOptions, Reader, TableInfo } from '../read/reader.ts'
import type { MappingChoices, Named } from './choose.ts'

type Read = TableMapping['read']

/** How a file is read where somebody said so: as a whole, and single tables of it (a sheet's header row). */
export interface Reads {
  file: Read
  table(name: string): Read
}

/** What a mapping says of how a file is read; of a table, by the first mapping that is for one of its name. */
export function readsOf({ name }: Pick<Named, 'name'>, { given }: MappingChoices): Reads {
  const mine = given?.tables.filter(({ match }) => nameMatches(match.file, name)) ?? []
  const { headerRow, ...rest } = mine[0]?.read ?? {}
  return {
    // The header row of one sheet is not that of the others.
    file: { ...rest, ...(headerRow !== undefined && mine[0]!.match.table === undefined && { headerRow }) },
    table: (table) =>
      mine.find(({ match }) => match.table === undefined || nameMatches(match.table, table))?.read ?? {},
  }
}

/** What a person says: by the file's label, and for its tables by `tableKey`; else what the mapping says. */
export function readsAsked(
  { name, label }: Named,
  asked: Readonly<Record<string, Read>>,
  choices: MappingChoices,
): Reads & { said(table: string): Read | undefined } {
  const mapped = readsOf({ name }, choices)
  const of = (key: string) => (Object.hasOwn(asked, key) ? asked[key] : undefined)
  const file = of(label)
  const said = (table: string) => {
    const own = table === '' ? undefined : of(tableKey(label, table))
    return own || file ? { ...file, ...own } : undefined
  }
  return { file: file ?? mapped.file, table: (table) => said(table) ?? mapped.table(table), said }
}

/** How a table of a file is named where single tables are read in another way. */
export function tableKey(label: string, table: string): string {
  return `${label}\n${table}`
}

/** A reader's tables, each read as was asked for it. `listener`: hears of bytes. Throws what reading throws. */
export async function tablesAsAsked(
  reader: Reader,
  source: ByteSource,
  reads: Reads,
  depth: 'head' | 'all',
  pace: Pace,
  onBytes?: (bytes: number) => void,
): Promise<TableInfo[]> {
  const by = new Map<string, Promise<TableInfo[]>>()
  const keyOf = (options: ReadOptions) => JSON.stringify(Object.entries(options).toSorted())
  const read = (options: ReadOptions) => {
    const key = keyOf(options)
    const known = by.get(key)
    if (known) return known
    const infos = reader.tables(source, options, depth, pace, onBytes)
    by.set(key, infos)
    return infos
  }
  const tables: TableInfo[] = []
  for (const info of await read(reads.file)) {
    const own = reads.table(info.name)
    // A text's encoding is that of the file, whatever is said of one of its tables.
    const { headerRow } = own
    const options = headerRow === undefined ? reads.file : { ...reads.file, headerRow }
    const other =
      keyOf(options) === keyOf(reads.file)
        ? info
        : (await read(options)).find(({ name }) => name === info.name)
    tables.push(other ?? info)
  }
  return tables
}
