import { caseMethods } from '../../common/contract/cases.ts'
import type { Job } from '../../common/contract/jobs.ts'
import { createPace } from '../../common/pace.ts'
import { caseDetail } from '../cases/queries.ts'
import type { CoreContext, Handlers } from '../context.ts'
import type { Session } from '../workspace/service.ts'
import { exportPack } from './export.ts'
import { verifyPack } from './verify.ts'

/** Starts a job that writes a case's pack; its result is a PackResult. Throws not_found at once. */
export function startPack(
  ctx: CoreContext,
  session: Session,
  input: { caseId: number; out: string; pseudonyms: boolean },
): Job {
  caseDetail(session.workspace.db, input.caseId)
  return session.jobs.start({
    kind: 'pack',
    params: { ...input },
    run: async ({ signal, onProgress }) => ({
      ...(await exportPack(ctx, input, createPace(signal, onProgress))),
    }),
  })
}

export function evidenceHandlers(
  ctx: CoreContext,
  session: () => Session,
): Handlers<Pick<typeof caseMethods, 'evidence.export' | 'evidence.verify'>> {
  return {
    'evidence.export': (input) => startPack(ctx, session(), input),
    'evidence.verify': ({ path }, { signal }) => verifyPack(path, createPace(signal)),
  }
}
