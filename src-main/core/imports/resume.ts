import { existsSync } from 'node:fs'
import type { Job } from '../../common/contract/jobs.ts'
import type { InterruptedImport, resumeMethods } from '../../common/contract/resume.ts'
import { ShoalError } from '../../common/errors.ts'
import type { Mapping } from '../../common/mapping/mapping.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { interruptedImport, jobById, leftOfImport, updateJob } from '../jobs/queries.ts'
import type { Session } from '../workspace/service.ts'
import { startClearing } from './clearing.ts'
import { startImport } from './service.ts'

interface ImportParams {
  paths: string[]
  mapping?: Mapping
  analyze?: boolean
}

/** The import that waits for being resumed or discarded, if there is one. */
export function describeInterrupted({ workspace: { db } }: Session): InterruptedImport | null {
  const job = interruptedImport(db)
  if (!job) return null
  const { paths } = job.params as unknown as ImportParams
  // How many it wanted was noted when it was found; of the sources only the stored ones are left.
  const noted = job.result as { files?: number | null } | null
  return {
    jobId: job.id,
    startedAt: job.startedAt ?? job.createdAt,
    paths,
    missing: paths.filter((path) => !existsSync(path)),
    files: noted?.files ?? null,
    stored: leftOfImport(db).stored,
  }
}

/** Imports the same files by the same mapping again; compute adopts what is stored of them. `chained`: analyzes as was wished then. */
export function resumeImport(ctx: CoreContext, session: Session, chained = true): Job {
  const { paths, mapping, analyze = true } = required(session).params as unknown as ImportParams
  return startImport(ctx, session, { paths, analyze: chained && analyze, mapping })
}

/** Removes what is stored of an interrupted import; the job that was interrupted counts as cancelled from then on. */
export function discardImport(ctx: CoreContext, session: Session): Job {
  const { id } = required(session)
  return startClearing(ctx, session, () => {
    const { db } = session.workspace
    const job = { ...jobById(db, id)!, status: 'cancelled' as const }
    updateJob(db, job)
    ctx.emit('jobs.changed', job)
  })
}

function required(session: Session): Job {
  const job = interruptedImport(session.workspace.db)
  if (!job) throw new ShoalError('not_found', 'No import into this workspace was interrupted.')
  return job
}

export function resumeHandlers(ctx: CoreContext, session: () => Session): Handlers<typeof resumeMethods> {
  return {
    'imports.interrupted': () => describeInterrupted(session()),
    'imports.resume': () => resumeImport(ctx, session()),
    'imports.discard': () => discardImport(ctx, session()),
  }
}
