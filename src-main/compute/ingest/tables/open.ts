import { ShoalError } from '../../../common/errors.ts'
import { nameMatches, type Identity, type TableMapping } from '../../../common/mapping/mapping.ts'
import type { TableName } from '../../../common/mapping/roles.ts'
import type { Pace } from '../../../common/pace.ts'
import type { FoundFile } from '../find/found.ts'
import { bindTable, type BoundTable } from '../plan/compile.ts'
import { formatOf, readerOf, SNIFF_BYTES } from '../read/formats.ts'
import type { FormatId, Reader, TableInfo } from '../read/reader.ts'
import { chooseMapping, isSure, unsureError, type MappedBy, type MappingChoices } from './choose.ts'
import { sampleRows } from './sample.ts'
import { HashedSource } from './source.ts'

/** A table of a file that is going to be stored, and all that is known of it before any of it is. */
export interface OpenTable {
  file: FoundFile
  reader: Reader
  info: TableInfo
  /** What its rows become first of all. */
  table: TableName
  /** For messages: the file, and the table where the file has several. */
  label: string
  sha256: string
  /** Uncompressed bytes, counted. */
  bytes: number
  mapping: TableMapping
  by: MappedBy
  bound: BoundTable
}

/** A table that was left out because the mapping says nothing of it, or says so. */
export interface LeftOut {
  label: string
  why: 'not_mapped' | 'not_told' | 'no_table'
}

/** Records that are looked at for a guess. */
export const SAMPLE_ROWS = 500

export async function formatOfFile(file: FoundFile): Promise<FormatId> {
  const head: Buffer[] = []
  let bytes = 0
  for await (const chunk of file.read()) {
    head.push(Buffer.from(chunk.subarray(0, SNIFF_BYTES - bytes)))
    bytes += chunk.length
    if (bytes >= SNIFF_BYTES) break
  }
  return formatOf(file.name, Buffer.concat(head))
}

/**
 * Reads files from end to end without storing anything: hash, encoding, tables, columns and mappings, and whether they
 * can be read at all. A second reading costs little beside storing the rows, and buys that a bad encoding at the end, a
 * cut-off archive or a missing column stops the import before it wrote anything.
 *
 * `onBytes` hears of bytes as they are read. Throws ShoalError import_missing_column, import_encoding, import_archive,
 * import_unreadable, invalid_input, cancelled.
 */
export async function openTables(
  files: readonly FoundFile[],
  choices: MappingChoices,
  pace: Pace,
  onBytes: (file: FoundFile, bytes: number) => void,
): Promise<{ tables: OpenTable[]; leftOut: LeftOut[] }> {
  const tables: OpenTable[] = []
  const leftOut: LeftOut[] = []
  const unsure: { label: string; table: string; columns: string[] }[] = []
  const untold: typeof unsure = []
  const identity: Identity = choices.given?.identity ?? VERBATIM
  for (const file of files) {
    const heard = (bytes: number) => onBytes(file, bytes)
    heard(0)
    const reader = readerOf(await formatOfFile(file))
    const source = new HashedSource(file)
    const infos = await reader
      .tables(source, readOptions(file, choices), 'all', pace, heard)
      .catch((error: unknown) => {
        // Notes and settings lie beside tables and are called .txt or .json.
        if (!VAGUE.test(file.name) || !isUnreadable(error)) throw error
        leftOut.push({ label: file.label, why: 'no_table' })
        return null
      })
    if (!infos) continue
    const { sha256, bytes } = await source.digest(pace, heard)
    for (const info of infos) {
      const label = info.name === '' ? file.label : `${file.label} (${info.name})`
      const columns = info.columns.map(({ name }) => name)
      const choice = await chooseMapping(file, info, choices, () =>
        sampleRows(reader, file, info, SAMPLE_ROWS, pace),
      )
      if (!choice || (choice.by !== 'guess' && choice.mapping.outputs.length === 0)) {
        leftOut.push({ label, why: 'not_mapped' })
      } else if (choice.guess && choice.guess.kind === null) {
        untold.push({ label: file.label, table: info.name, columns })
        leftOut.push({ label, why: 'not_told' })
      } else if (!isSure(choice)) {
        unsure.push({ label: file.label, table: info.name, columns })
      } else {
        const bound = bindTable(choice.mapping, columns, identity, { label, sha256 })
        const { mapping, by } = choice
        const table = mapping.outputs[0].to
        tables.push({ file, reader, info, table, label, sha256, bytes, mapping, by, bound })
      }
    }
  }
  // Where nothing else can be imported, what could not be told is the reason.
  if (unsure.length > 0 || (tables.length === 0 && untold.length > 0))
    throw unsureError([...unsure, ...untold])
  return { tables, leftOut }
}

/** Endings that say little of what is in a file. */
const VAGUE = /\.(?:txt|log|dat|json|har)$/i

function isUnreadable(error: unknown): boolean {
  return error instanceof ShoalError && error.code === 'import_unreadable'
}

const VERBATIM: Identity = { account: [], entity: {}, region: 'CN' }

/** How the mapping says that a file is read: that of the first table mapping for a file of the name. */
export function readOptions(file: FoundFile, { given }: MappingChoices): TableMapping['read'] {
  return given?.tables.find(({ match }) => nameMatches(match.file, file.name))?.read ?? {}
}
