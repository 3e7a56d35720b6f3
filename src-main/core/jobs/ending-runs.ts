import type { CoreContext } from '../context.ts'
import type { Session } from '../workspace/service.ts'

/** However a job ends: steps that finished stay, what was open did not happen, and views ask again. */
export async function endingRuns<T>(
  ctx: CoreContext,
  session: Session,
  jobId: number,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } finally {
    session.workspace.db
      .prepare(`UPDATE run SET status = 'cancelled', finished_at = ? WHERE job_id = ? AND status = 'running'`)
      .run(ctx.now(), jobId)
    ctx.emit('data.changed', { what: ['runs'] })
  }
}
