import type { Job } from '../../common/contract/jobs.ts'
import type { CoreContext } from '../context.ts'
import type { Session } from '../workspace/service.ts'

/**
 * Removes every row of imports that were never published. Nothing of them is visible, so nobody waits for it: it is a job of its own, and
 * says what it does where jobs do.
 */
export function startClearing(ctx: CoreContext, { workspace, jobs }: Session, cleared = () => {}): Job {
  return jobs.start({
    kind: 'discard',
    params: {},
    run: async ({ signal, onProgress }) => {
      const { swept } = await ctx.compute.call(
        'compute.sweep',
        { workspace: workspace.path, discard: true },
        { signal, onProgress },
      )
      cleared()
      return { sources: swept }
    },
  })
}

/** Whether anything is left of an import that was never published. */
export function isSomethingLeft({ workspace: { db } }: Session): boolean {
  return db.prepare(`SELECT 1 FROM source WHERE status = 'importing' LIMIT 1`).get() !== undefined
}
