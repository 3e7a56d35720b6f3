import { ShoalError } from '../../../common/errors.ts'
import {
  mappingFor,
  nameMatches,
  type Identity,
  type Mapping,
  type TableMapping,
} from '../../../common/mapping/mapping.ts'
import { requiredRoles, TABLES, type TableName } from '../../../common/mapping/roles.ts'
import type { FoundFile } from '../find/found.ts'
import { isHeaderless } from '../guess/headerless.ts'
import { SURE, guessTable, type TableGuess } from '../guess/table.ts'
import { layoutMapping, tableOf } from '../layout.ts'
import type { TableInfo } from '../read/reader.ts'

/** What of a file, or of a data set, says which mapping it has. */
export type Named = Pick<FoundFile, 'name' | 'label' | 'part'>

/** Ids as they are. */
export const VERBATIM: Identity = { account: [], entity: {}, region: 'CN' }

/** Without the tabs and spaces that an export put around all of them. */
const TRIMMED: Identity = { account: ['trim'], entity: { '*': ['trim'] }, region: 'CN' }

/** Where a table's mapping is from. */
export type MappedBy = 'given' | 'layout' | 'saved' | 'guess'

export interface Choice {
  mapping: TableMapping
  by: MappedBy
  /** How ids are made comparable: as the mapping says that the table's is of. */
  identity: Identity
  /** Name of the saved mapping. */
  saved: string | null
  guess: TableGuess | null
}

export interface MappingChoices {
  /** What the person said; wins over everything. */
  given?: Mapping | undefined
  /** Saved mappings, tried in order. */
  saved?: readonly Mapping[] | undefined
}

/**
 * Whether an import is of the export layout: files are called as its tables are. Then only such files belong to it; a
 * splits.csv that lies among them is no part of what happened.
 */
export function isLayout(files: readonly Named[]): boolean {
  return files.some(({ name }) => /\.(?:csv|tsv)$/i.test(name) && tableOf(name) !== null)
}

/** Whether a file can be part of an import at all, by its name alone. */
export function mayBelong(file: Named, layout: boolean, { given }: MappingChoices): boolean {
  if (given) return given.tables.some(({ match }) => nameMatches(match.file, file.name))
  return !layout || layoutName(file, '') !== null
}

/**
 * The mapping of a table: the one given, the export layout by name, a saved one that fits, else a guess. Null where one
 * was given and has nothing for this table. `sample` is asked only where values have to be looked at.
 * Throws ShoalError import_missing_column (a file of the layout without a required column).
 */
export async function chooseMapping(
  file: Named,
  table: TableInfo,
  choices: MappingChoices,
  sample: () => Promise<string[][]>,
): Promise<Choice | null> {
  const columns = table.columns.map(({ name }) => name)
  const shape = { file: file.name, table: table.name, columns }
  if (choices.given) {
    const mapping = mappingFor(choices.given, shape)
    return mapping && { mapping, by: 'given', identity: choices.given.identity, saved: null, guess: null }
  }
  const named = layoutName(file, table.name)
  // That a folder is called as a table of the layout promises less than that a file is: its columns decide.
  if (named && !(file.part && !hasRoles(named, columns))) {
    const mapping = layoutMapping(named, columns, file.label)
    // By the file's own name, so that the mapping is for it when it is saved.
    if (file.part) mapping.match.file = file.name
    return { mapping, by: 'layout', identity: VERBATIM, saved: null, guess: null }
  }
  for (const saved of choices.saved ?? []) {
    const mapping = mappingFor(saved, shape)
    // A pattern of names alone would take everything that is called alike: columns must be named too.
    if (mapping && mapping.match.columns.length > 0)
      return { mapping, by: 'saved', identity: saved.identity, saved: saved.name, guess: null }
  }
  return guessed(guessTable({ file: file.name, table: table.name, columns, rows: await sample() }))
}

function guessed(guess: TableGuess): Choice {
  return {
    mapping: guess.mapping,
    by: 'guess',
    identity: guess.spaced ? TRIMMED : VERBATIM,
    saved: null,
    guess,
  }
}

function layoutName(file: Named, table: string): TableName | null {
  if (table === '' && !file.part) return tableOf(file.name)
  // A folder of parts is called as the table is, with an ending or without.
  const sheet = (table || file.name.replace(/\.[a-z]+$/i, '')).trim().toLowerCase()
  return TABLES.find((name) => name === sheet) ?? null
}

function hasRoles(table: TableName, columns: readonly string[]): boolean {
  const names = new Set(columns.map((name) => name.trim().toLowerCase()))
  return requiredRoles(table).every((role) => names.has(role))
}

/** Whether a guess is good enough to import by without asking. */
export function isSure({ by, guess }: Choice): boolean {
  return by !== 'guess' || (guess !== null && guess.kind !== null && guess.sure >= SURE)
}

/** Tables whose guess nobody has looked at can't be imported; says what to do. */
export function unsureError(
  tables: readonly { label: string; table: string; columns: readonly string[] }[],
): ShoalError {
  const nameless = tables.some(({ columns }) => isHeaderless(columns))
  const list = tables
    .slice(0, 5)
    .map(
      ({ label, table, columns }) => `${label}${table && ` (${table})`}: ${columns.slice(0, 12).join(', ')}`,
    )
    .join('; ')
  return new ShoalError(
    'import_missing_column',
    `It is not clear what the columns mean of ${list}. ${nameless ? 'Where there are no names above the columns, they are called A, B, C. ' : ''}Say so with a mapping: choose the columns in the import window, ` +
      'or write what was guessed with `shoal mapping guess FILE`, correct it, and import with --mapping. Nothing was imported.',
    { tables: tables.map(({ label, table }) => ({ file: label, table })) },
  )
}
