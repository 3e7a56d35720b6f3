import { z } from 'zod'
import type { Identity } from '../mapping/mapping.ts'
import { TABLES, type TableName } from '../mapping/roles.ts'
import { method } from './method.ts'

const id = z.number().int().positive()
const ref = z.object({ sourceId: id, row: z.number().int().min(1) })
export type RowRef = z.infer<typeof ref>

/** A file, or a table in one, as it was imported. */
export interface ProvenanceSource {
  sourceId: number
  path: string
  /** The member where `path` is an archive. */
  entry: string | null
  /** Sheet, JSON path, 'nodes', 'edges'; '' where the file is the table. */
  part: string
  format: string
  encoding: string
  /** Of the uncompressed content; null where the file was never read to its end. */
  sha256: string | null
  bytes: number
  /** When the file was last written, ms UTC; null for sources of early versions. */
  modifiedAt: number | null
  importedAt: number
  /** The job that imported it; null where it is not known any more. */
  job: { id: number; kind: string; startedAt: number | null } | null
  /** Name of the mapping that was given or saved; null: the export layout, or what was guessed. */
  mapping: string | null
  /** Rules that made its ids comparable as they came in; null: ids are as they are in the file. */
  identity: Identity | null
  /** The source whose rejected rows these are, read again; null: an ordinary one. */
  retryOf: number | null
  /** What its rows become: a table of facts, and the column of each role. */
  outputs: { to: TableName; cells: { role: string; column: string | null; value: string | null }[] }[]
  columns: string[]
  /** Where the cells below are from: kept with the workspace, or the file, which is still the same. */
  from: 'workspace' | 'file' | null
  /** Why there are none. */
  lost: 'gone' | 'changed' | 'unreadable' | 'not_looked' | 'damaged' | null
  /** Some of the rows below could not be read from the workspace: what it keeps of them is damaged. */
  damaged: boolean
}

export interface ProvenanceCell {
  column: string
  /** As it was in the file; null where the row had no such cell. */
  value: string | null
  /** What it became: roles of tables of facts; 'attribute': kept as it is beside them. */
  uses: { to: TableName; role: string }[]
}
export interface ProvenanceRow extends RowRef {
  /** In the order of the file; null where they are not kept, or hidden. Cells without a column have '' for a name. */
  cells: ProvenanceCell[] | null
  /** The row as text, where its cells alone do not tell how it was. */
  text: string | null
  /** Why it is no fact, where it was rejected. */
  problem: { code: string; column: string | null; message: string } | null
}
export interface ProvenanceRows {
  /** In the order asked for; rows of sources that are not there are left out. */
  rows: ProvenanceRow[]
  sources: ProvenanceSource[]
  /** True where identities are hidden: cells and texts are left out. */
  hidden: boolean
}

/** What is asked about: everything that files say of an account, or that part which a family of reasons is made of. */
export const provenanceAbout = z.enum([...TABLES, 'all'])
export type ProvenanceAbout = z.infer<typeof provenanceAbout>

export const provenanceMethods = {
  /** Rows of files as they were, with the file, its hash, and how they were mapped. */
  'provenance.rows': method(z.object({ refs: z.array(ref).min(1).max(200) })).returns<ProvenanceRows>(),
  /** Which rows say something of an account, by table of facts, in the order of import. */
  'provenance.facts': method(
    z.object({
      accountId: id,
      about: provenanceAbout.default('all'),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(200).default(100),
    }),
  ).returns<{ total: number; refs: (RowRef & { to: TableName })[] }>(),
}
