import { z } from 'zod'
import { method } from './method.ts'
import type { Job } from './jobs.ts'

/** An import whose process was killed. Nothing of it is shown; what is stored of it is not read again when it is resumed. */
export interface InterruptedImport {
  jobId: number
  /** ms UTC */
  startedAt: number
  /** What it was asked to import, absolute. */
  paths: string[]
  /** Of `paths`: what is not there any more, so that it cannot be resumed as it is. */
  missing: string[]
  /** Files it wanted to store; null where it had not come to storing. */
  files: number | null
  /** Of them: stored from the first row to the last. */
  stored: number
}

export const resumeMethods = {
  /** The import that waits for being resumed or discarded, if there is one. */
  'imports.interrupted': method(z.object({})).returns<InterruptedImport | null>(),
  /** Goes on with it: the same files and the same mapping. Throws not_found where there is none. */
  'imports.resume': method(z.object({})).returns<Job>(),
  /** Removes what is stored of it, as a job. Throws not_found where there is none. */
  'imports.discard': method(z.object({})).returns<Job>(),
}
