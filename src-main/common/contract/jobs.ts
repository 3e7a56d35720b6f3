import { z } from 'zod'
import type { ErrorShape } from '../errors.ts'
import { mappingSchema } from '../mapping/mapping.ts'
import type { Progress } from '../pace.ts'
import { recipeSchema } from '../recipe.ts'
import { method } from './method.ts'

export type JobStatus = 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted'
export interface Job {
  id: number
  kind:
    | 'import'
    | 'analyze'
    | 'pack'
    | 'verify'
    | 'design'
    | 'detect'
    | 'show'
    | 'train'
    | 'score'
    | 'model'
    | 'bench'
    | 'validate'
    | 'check'
    | 'discard'
    | 'retry'
  status: JobStatus
  createdAt: number
  startedAt: number | null
  finishedAt: number | null
  progress: Progress | null
  /** Share done of the whole job, 0..1, null where unknown; and what is left at the present rate. */
  fraction: number | null
  secondsLeft: number | null
  params: Record<string, unknown>
  result: Record<string, unknown> | null
  error: ErrorShape | null
}

export interface SourceRow {
  id: number
  path: string
  entry: string | null
  /** What its rows became, first of all. */
  table: string
  /** Its name in the file: a sheet, a JSON path; '' where the file is the table. */
  part: string
  format: string
  sha256: string | null
  bytes: number
  encoding: string
  rowsIn: number
  rowsStored: number
  problems: number
  status: 'importing' | 'ready' | 'duplicate'
  importedAt: number
}
export interface ProblemRow {
  id: number
  sourceId: number
  file: string
  row: number
  column: string | null
  code: string
  message: string
  raw: string | null
}
export interface ProblemGroup {
  code: string
  file: string
  sourceId: number
  count: number
}
export interface RunRow {
  id: number
  kind: string
  algorithm: string
  algorithmVersion: string
  params: Record<string, unknown>
  seed: number | null
  inputs: Record<string, string>
  parentRunId: number | null
  modelName: string | null
  modelSha256: string | null
  provider: string | null
  status: string
  startedAt: number
  finishedAt: number | null
  appVersion: string
  stats: Record<string, unknown>
}
export interface JournalRow {
  seq: number
  time: number
  actor: string
  action: string
  payload: Record<string, unknown>
  hash: string
}

export const jobMethods = {
  'jobs.list': method(z.object({})).returns<Job[]>(),
  'jobs.cancel': method(z.object({ id: z.number().int() })).returns<Job>(),
  /** Starts an import; `analyze` chains an analysis when it is done. */
  'imports.start': method(
    z.object({
      paths: z.array(z.string().min(1)).min(1),
      analyze: z.boolean().default(true),
      /** What the columns mean; absent: the export layout, a saved mapping that fits, or a sure guess. */
      mapping: mappingSchema.optional(),
    }),
  ).returns<Job>(),
  'imports.sources': method(z.object({})).returns<SourceRow[]>(),
  /**
   * Graph, communities, layout, scores, login anomalies, report classes, trust and lineage, one after the other.
   * Without a recipe: that of the shown design, or the default one before there is any.
   */
  'analysis.start': method(
    z.object({
      recipe: recipeSchema.optional(),
      seed: z.number().int().min(0).default(1),
      /** Draw the map anew instead of going on from the earlier one. */
      freshLayout: z.boolean().default(false),
    }),
  ).returns<Job>(),
  'runs.list': method(z.object({})).returns<RunRow[]>(),
  'journal.list': method(
    z.object({
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(1000).default(200),
    }),
  ).returns<{ total: number; rows: JournalRow[] }>(),
  'journal.verify': method(z.object({})).returns<{
    ok: boolean
    entries: number
    firstBadSeq: number | null
  }>(),
}
