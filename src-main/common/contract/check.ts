import { z } from 'zod'
import { method } from './method.ts'
import type { Job } from './jobs.ts'

/** What is looked at, in this order. */
export const CHECKS = [
  'database',
  'references',
  'schema',
  'rows',
  'records',
  'facts',
  'unpublished',
  'search',
  'journal',
] as const
export type CheckCode = (typeof CHECKS)[number]

export interface CheckItem {
  code: CheckCode
  /** How much was looked at: pages, rows, sources …; shown beside the name. */
  looked: number
  /** How much of it is not as it must be; 0: in order. */
  faults: number
  /** The first few faults, as a specialist reads them; English, with file names. */
  samples: string[]
}

/** Result of a job of kind 'check'. */
export interface CheckReport {
  ok: boolean
  items: CheckItem[]
  /**
   * SHA-256 over all observations (compute/ingest/resume/content-hash.ts): equal for the same files imported elsewhere; null
   * where the database is too damaged to be read.
   */
  contentHash: string | null
  accounts: number
  entities: number
  sources: number
  /** Ready facts and problems by table of the database. */
  counts: Record<string, number>
  /** Sources of an interrupted import that wait for being resumed or discarded; nothing of them is shown. */
  waiting: number
  seconds: number
}

export const checkMethods = {
  /** Checks that the open workspace is whole and that its figures are right. Changes nothing. */
  'workspace.check': method(z.object({})).returns<Job>(),
}

export const computeCheckMethods = {
  /** All but the journal and the schema, which are core's. */
  'compute.check': method(
    z.object({ workspace: z.string().min(1), jobId: z.number().int().nullable().default(null) }),
  ).returns<Omit<CheckReport, 'ok'>>(),
}
