import { z } from 'zod'
import { mappingSchema, readSchema } from '../mapping/mapping.ts'
import type { TableName } from '../mapping/roles.ts'
import type { ImportPreview, Look } from './imports.ts'
import type { Job } from './jobs.ts'
import { method } from './method.ts'

const id = z.number().int().positive()

/** Rows of one source that were rejected for one reason. */
export interface ProblemPart {
  sourceId: number
  /** Path, and member where it is in an archive. */
  file: string
  /** Its name in the file: a sheet, a JSON path; '' where the file is the table. */
  part: string
  /** True where these rows were rejected again by a retry. */
  retried: boolean
  count: number
}
export interface ProblemKind {
  code: string
  count: number
  parts: ProblemPart[]
}
/** Whether every row of a source is accounted for. */
export interface SourceSum {
  sourceId: number
  file: string
  part: string
  rowsIn: number
  rowsStored: number
  problems: number
  /** Rows that really are in the problem list. */
  listed: number
  /** rowsIn = rowsStored + problems, and problems = listed. */
  holds: boolean
}
export interface ProblemOverview {
  /** Most frequent first. */
  kinds: ProblemKind[]
  /** Over all sources; 'duplicate' ones brought nothing and count nowhere. */
  sum: { rowsIn: number; rowsStored: number; problems: number; listed: number; holds: boolean }
  /** The sources that don't add up; empty unless the database was changed by something else. */
  broken: SourceSum[]
}

export interface ProblemSample {
  row: number
  /** The column at fault; null: the row as a whole. */
  column: string | null
  message: string
  /** As they were in the file, in the order of `columns`; null where the row has none, or they are not kept. */
  cells: string[] | null
  /** The row as text, where that says more than its cells, or all that is left of it. */
  text: string | null
}
export interface ProblemSamples {
  columns: string[]
  total: number
  rows: ProblemSample[]
  /** True where identities are hidden: cells and texts are left out. */
  hidden: boolean
}

/** Which problems: of a source, of a kind, both, or all. */
const which = { sourceId: id.optional(), code: z.string().min(1).max(60).optional() }
/** Rows to be read again. */
const again = { sourceId: id, code: z.string().min(1).max(60).optional() }

export const csvInput = z.object({
  ...which,
  /** Where the last answer ended. */
  after: z.object({ sourceId: id, row: z.number().int().min(0) }).optional(),
})
export interface ProblemCsv {
  /** Whole records; the first answer begins with the header. */
  text: string
  next: { sourceId: number; row: number } | null
}

export const retryLookInput = z.object({
  ...again,
  /** Of CSV rows that could not be split into cells: how to split them now. */
  read: readSchema.default({}),
  rows: z.number().int().min(1).max(500).default(50),
})
export const retryPreviewInput = z.object({
  ...again,
  mapping: mappingSchema,
  rows: z.number().int().min(1).max(10_000).default(500),
})
export const retryInput = z.object({ ...again, mapping: mappingSchema })

export interface RetryResult {
  /** The source that the rows are in now; null where none of them could be stored and all stayed where they were. */
  sourceId: number | null
  rowsIn: number
  rowsStored: number
  problems: number
  facts: Partial<Record<TableName, number>>
  /** What is wrong with those that still can't be stored, most frequent first. */
  kinds: { code: string; count: number }[]
  seconds: number
}

export const problemMethods = {
  'problems.overview': method(z.object({})).returns<ProblemOverview>(),
  /** Problem rows with their cells, by row. */
  'problems.samples': method(
    z.object({
      sourceId: id,
      code: z.string().min(1).max(60),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(200).default(20),
    }),
  ).returns<ProblemSamples>(),
  /** Problem rows as CSV, a piece at a time: all columns of the files, then where and what is wrong. */
  'problems.csv': method(csvInput).returns<ProblemCsv>(),
  /** Problem rows as a file that can be mapped anew. */
  'problems.look': method(retryLookInput).returns<Look>(),
  /** What the first problem rows would become under another mapping. */
  'problems.preview': method(retryPreviewInput).returns<ImportPreview>(),
  /** Reads problem rows again by another mapping: a job of kind 'retry' whose result is a RetryResult. */
  'problems.retry': method(retryInput).returns<Job>(),
}

/** A row of a file as it was. */
export interface KeptRow {
  sourceId: number
  row: number
  cells: string[] | null
  text: string | null
}
export interface KeptRows {
  sources: {
    sourceId: number
    columns: string[]
    /** Where the cells are from: kept with the workspace, or read from the file, which is still the same. */
    from: 'workspace' | 'file' | null
    /**
     * Why there are none: nothing was kept by an early version, and the file is gone, or another one; 'damaged': why rows
     * are missing although they were kept, as the file is no help.
     */
    lost: 'gone' | 'changed' | 'unreadable' | 'not_looked' | 'damaged' | null
    /** What the workspace keeps of some of these rows is damaged: they are from the file, or not there. */
    damaged: boolean
  }[]
  rows: KeptRow[]
}

const workspace = z.string().min(1)

export const computeProblemMethods = {
  'compute.keptRows': method(
    z.object({
      workspace,
      refs: z.array(z.object({ sourceId: id, row: z.number().int().min(1) })).max(1000),
      /** Read files of sources whose rows were not kept; takes as long as hashing them. */
      files: z.boolean().default(false),
    }),
  ).returns<KeptRows>(),
  'compute.problemCsv': method(csvInput.extend({ workspace })).returns<ProblemCsv>(),
  'compute.retryLook': method(retryLookInput.extend({ workspace })).returns<Look>(),
  'compute.retryPreview': method(retryPreviewInput.extend({ workspace })).returns<ImportPreview>(),
  'compute.retryRows': method(
    retryInput.extend({ workspace, jobId: z.number().int().nullable() }),
  ).returns<RetryResult>(),
}
