import { caseMethods } from '../../common/contract/cases.ts'
import type { Job } from '../../common/contract/jobs.ts'
import { createPace } from '../../common/pace.ts'
import { caseDetail } from '../cases/queries.ts'
import type { CoreContext, Handlers } from '../context.ts'
import type { Session } from '../workspace/service.ts'
import { exportPack } from './export.ts'
import { verifyPack } from './verify.ts'

export interface PackInput {
  caseId: number
  out: string
  pseudonyms: boolean
  pictures?: readonly { stepId: number; png: string }[]
}

/** Starts a job that writes a case's pack; its result is a PackResult. Throws not_found at once. */
export function startPack(ctx: CoreContext, session: Session, input: PackInput): Job {
  const { pictures = [], ...options } = input
  caseDetail(session.workspace.db, options.caseId)
  const decoded = new Map(pictures.map(({ stepId, png }) => [stepId, Buffer.from(png, 'base64')]))
  return session.jobs.start({
    kind: 'pack',
    params: { ...options, pictures: pictures.length },
    run: async ({ signal, onProgress }) => ({
      ...(await exportPack(ctx, { ...options, pictures: decoded }, createPace(signal, onProgress))),
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
