import { z } from 'zod'
import { mappingSchema, readSchema, type Mapping, type TableMapping } from '../mapping/mapping.ts'
import type { ReadNote } from '../mapping/read-notes.ts'
import type { TableName } from '../mapping/roles.ts'
import type { ErrorShape } from '../errors.ts'
import { method } from './method.ts'

/** What a file's columns seem to mean. Codes are put into words where they are shown. */
export interface GuessedColumn {
  name: string
  /** What it means, as in compute/ingest/guess/headers.ts; null: nothing in particular. */
  meaning: string | null
  /** 0..1 */
  sure: number
  by: 'name' | 'values' | 'both' | null
}
export interface GuessedTable {
  /** What a row is; null: nothing fits. */
  kind: TableName | null
  /** 0..1; SURE and above is taken without asking. */
  sure: number
  columns: GuessedColumn[]
  /** What to look at: no_zone, day_or_month, unsure_table, unsure_column, row_numbers_as_ids, label_words, no_rows. */
  notes: { code: string; column: string | null }[]
}

/** A table of a file as a person sees it before importing. */
export interface LookedTable {
  /** '' where the file is the table. */
  name: string
  /** `folder`: it is no column of the files: folders are called for it. */
  columns: { name: string; declared: string | null; folder: boolean }[]
  /** Records, where known without reading them all. */
  rows: number | null
  /** What was found out of how it is read, and a person may overrule. */
  read: { encoding?: string; delimiter?: string; quote?: string; headerRow?: number }
  /** What is to be known of it. */
  notes: ReadNote[]
  /** The first records, cells as text. */
  sample: string[][]
  /** How it would be mapped; null: nothing is said of it. */
  mapping: TableMapping | null
  by: 'given' | 'layout' | 'saved' | 'guess' | null
  /** Name of the saved mapping. */
  saved: string | null
  guess: GuessedTable | null
}
export interface LookedFile {
  /** Of a data set: its first file. */
  path: string
  entry: string | null
  label: string
  /** Its name without folders and `.gz`, as mappings match it. */
  name: string
  /** Null where it could not be told or read; `error` says why. */
  format: string | null
  bytes: number | null
  /** Files that are one table (a folder that a data platform wrote); null: it is a file. */
  parts: number | null
  tables: LookedTable[]
  error: ErrorShape | null
}
export interface Look {
  files: LookedFile[]
  /** Files that are of no format that import reads. */
  ignored: string[]
  /** What would be imported as it stands; null: nothing could be mapped. */
  mapping: Mapping | null
  /** True where all of it may be imported without a question. */
  sure: boolean
}

export const lookInput = z.object({
  paths: z.array(z.string().min(1)).min(1),
  /** What the person has said so far. */
  mapping: mappingSchema.optional(),
  /**
   * How files are read, by label, where a person overrules what is found out; the header row of one sheet alone by the
   * label, a line break and the sheet.
   */
  reads: z.record(z.string(), readSchema).default({}),
  /** Records shown of each table. */
  rows: z.number().int().min(1).max(500).default(50),
})

/** Facts as they would be stored, by table; times in ms UTC, attributes as JSON. */
export type PreviewedFacts = Record<TableName, Record<string, string | number | null>[]>

/** What the first records of a table would become. */
export interface PreviewedTable {
  label: string
  file: string
  /** '' where the file is the table. */
  table: string
  rowsIn: number
  problems: number
  facts: Partial<Record<TableName, number>>
  shown: PreviewedFacts
  faults: { row: number; column: string | null; code: string; message: string; raw: string | null }[]
}
export interface ImportPreview {
  tables: PreviewedTable[]
  /** Different accounts and entities among them. */
  accounts: number
  entities: number
}

export const previewInput = z.object({
  paths: z.array(z.string().min(1)).min(1),
  mapping: mappingSchema,
  /** Records of each table that are looked at. */
  rows: z.number().int().min(1).max(10_000).default(500),
})

/** A saved mapping: of the person, for every workspace. */
export interface SavedMapping {
  name: string
  mapping: Mapping
  savedAt: number
}

export const importMethods = {
  /** Looks at files without importing: formats, tables, columns, samples, and how they would be mapped. */
  'imports.look': method(lookInput).returns<Look>(),
  /** What the first records would become under a mapping. */
  'imports.preview': method(previewInput).returns<ImportPreview>(),
  /** Saved mappings, by name. */
  'mappings.list': method(z.object({})).returns<SavedMapping[]>(),
  /** Saves under the mapping's name; one of that name is replaced. */
  'mappings.save': method(z.object({ mapping: mappingSchema })).returns<SavedMapping>(),
  'mappings.remove': method(z.object({ name: z.string().min(1) })).returns<null>(),
}

export const computeImportMethods = {
  'compute.previewImport': method(
    previewInput.extend({ workspace: z.string().min(1) }),
  ).returns<ImportPreview>(),
  'compute.look': method(lookInput.extend({ saved: z.array(mappingSchema).default([]) })).returns<Look>(),
}
