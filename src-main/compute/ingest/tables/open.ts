import { createHash } from 'node:crypto'
import { ShoalError } from '../../../common/errors.ts'
import type { Identity, TableMapping } from '../../../common/mapping/mapping.ts'
import type { ReadNote } from '../../../common/mapping/read-notes.ts'
import type { TableName } from '../../../common/mapping/roles.ts'
import type { Pace } from '../../../common/pace.ts'
import type { DataSet } from '../find/data-set.ts'
import type { FoundFile } from '../find/found.ts'
import { bindTable, type BoundTable } from '../plan/compile.ts'
import { IdentityTally } from '../plan/tally.ts'
import { readerOf } from '../read/formats.ts'
import type { Reader, TableInfo } from '../read/reader.ts'
import { chooseMapping, isSure, unsureError, type MappedBy, type MappingChoices } from './choose.ts'
import { formatOfFile } from './head.ts'
import { openParts } from './parts.ts'
import { readsOf, tablesAsAsked } from './reads.ts'
import { sampleParts } from './sample.ts'
import { HashedSource } from './source.ts'
import { unitsOf } from './units.ts'

/** A table of a file that is going to be stored, and all that is known of it before any of it is. */
export interface OpenTable {
  file: FoundFile
  reader: Reader
  info: TableInfo
  /** What its rows become first of all. */
  table: TableName
  /** For messages: the file, and the table where the file has several. */
  label: string
  /** Under what, and with which notes, a person is told of the table; null where another part of its data set tells. */
  about: { label: string; notes: ReadNote[] } | null
  sha256: string
  /** Uncompressed bytes, counted. */
  bytes: number
  mapping: TableMapping
  identity: Identity
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
): Promise<{ tables: OpenTable[]; leftOut: LeftOut[]; tally: IdentityTally }> {
  const tables: OpenTable[] = []
  const leftOut: LeftOut[] = []
  const unsure: { label: string; table: string; columns: string[] }[] = []
  const untold: typeof unsure = []
  const tally = new IdentityTally()
  for (const unit of unitsOf(files)) {
    const opened =
      unit.set === null
        ? await openFile(unit.file, choices, pace, onBytes)
        : await openSet(unit.set, unit.wanted, choices, pace, onBytes)
    if (!opened) leftOut.push({ label: unit.named.label, why: 'no_table' })
    for (const { info, parts } of opened ?? []) {
      const { label: place } = unit.named
      const label = info.name === '' ? place : `${place} (${info.name})`
      const columns = info.columns.map(({ name }) => name)
      const choice = await chooseMapping(unit.named, info, choices, () =>
        sampleParts(parts, SAMPLE_ROWS, pace),
      )
      if (!choice || (choice.by !== 'guess' && choice.mapping.outputs.length === 0)) {
        leftOut.push({ label, why: 'not_mapped' })
      } else if (choice.guess && choice.guess.kind === null) {
        untold.push({ label: place, table: info.name, columns })
        leftOut.push({ label, why: 'not_told' })
      } else if (!isSure(choice)) {
        unsure.push({ label: place, table: info.name, columns })
      } else {
        const { mapping, by, identity } = choice
        tally.rulesOf(choice.saved ?? choices.given?.name ?? '', identity)
        const table = mapping.outputs[0].to
        for (const [i, part] of parts.entries()) {
          const named = unit.set === null ? label : part.file.label
          const bound = bindTable(mapping, columns, identity, { label: named, sha256: part.id }, tally)
          const about = i === 0 ? { label, notes: info.notes } : null
          tables.push({ ...part, table, label: named, about, mapping, identity, by, bound })
        }
      }
    }
  }
  // Where nothing else can be imported, what could not be told is the reason.
  if (unsure.length > 0 || (tables.length === 0 && untold.length > 0))
    throw unsureError([...unsure, ...untold])
  return { tables, leftOut, tally }
}

/** What is read for a table: a file, or the parts of a data set. */
interface Opened {
  /** The table as a person sees it. */
  info: TableInfo
  parts: (Pick<OpenTable, 'file' | 'reader' | 'info' | 'sha256' | 'bytes'> & { id: string })[]
}

async function openFile(
  file: FoundFile,
  choices: MappingChoices,
  pace: Pace,
  onBytes: (file: FoundFile, bytes: number) => void,
): Promise<Opened[] | null> {
  const heard = (bytes: number) => onBytes(file, bytes)
  heard(0)
  const reader = readerOf(await formatOfFile(file))
  const source = new HashedSource(file)
  const infos = await tablesAsAsked(reader, source, readsOf(file, choices), 'all', pace, heard).catch(
    (error: unknown) => {
      // Notes and settings lie beside tables and are called .txt or .json.
      if (!VAGUE.test(file.name) || !isUnreadable(error)) throw error
      return null
    },
  )
  if (!infos) return null
  const { sha256, bytes } = await source.digest(pace, heard)
  return infos.map((info) => ({ info, parts: [{ file, reader, info, sha256, bytes, id: sha256 }] }))
}

async function openSet(
  set: DataSet,
  wanted: ReadonlySet<FoundFile>,
  choices: MappingChoices,
  pace: Pace,
  onBytes: (file: FoundFile, bytes: number) => void,
): Promise<Opened[]> {
  const digests = new Map<FoundFile, { sha256: string; bytes: number }>()
  const { tables } = await openParts(set, readsOf(set, choices).file, 'all', pace, {
    wanted,
    source: (file) => new HashedSource(file),
    onBytes,
    async read(file, source) {
      digests.set(file, await source.digest(pace, (bytes) => onBytes(file, bytes)))
    },
  })
  return tables.map(({ info, parts }) => ({
    info,
    parts: parts.map((part) => {
      const { sha256, bytes } = digests.get(part.file)!
      // The same bytes in another folder are other records: what is numbered by file must not be the same.
      const id = createHash('sha256').update(`${sha256} ${part.info.name}`).digest('hex')
      return { ...part, sha256, bytes, id: part.info.name === info.name ? sha256 : id }
    }),
  }))
}

/** Endings that say little of what is in a file. */
const VAGUE = /\.(?:txt|log|dat|json|har)$|(?:^|[\\/])[^.\\/]+$/i

function isUnreadable(error: unknown): boolean {
  return error instanceof ShoalError && error.code === 'import_unreadable'
}
