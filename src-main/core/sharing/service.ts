import type { sharingMethods } from '../../common/contract/sharing.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { newestRuns } from '../workspace/queries.ts'

/** Innocent explanations: compute answers, core says which graph is shown. */
export function sharingHandlers(ctx: CoreContext): Handlers<typeof sharingMethods> {
  const shown = () => {
    const { db, path } = ctx.open()
    return { workspace: path, graphRunId: newestRuns(db).graph ?? null }
  }
  return {
    'entities.explain': ({ id }, { signal }) =>
      ctx.compute.call('compute.explainEntity', { ...shown(), id }, { signal }),
    'entities.causes': ({ ids }, { signal }) =>
      ctx.compute.call('compute.sharingCauses', { ...shown(), ids }, { signal }),
    'edges.explain': async ({ a, b }, { signal }) => {
      const { workspace, graphRunId } = shown()
      if (graphRunId === null) return { reasons: [], things: [] }
      return ctx.compute.call('compute.explainPair', { workspace, graphRunId, a, b }, { signal })
    },
  }
}
