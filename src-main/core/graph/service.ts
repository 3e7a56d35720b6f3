import type { pathMethods } from '../../common/contract/paths.ts'
import { ShoalError } from '../../common/errors.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { newestRuns } from '../workspace/queries.ts'

/** Walks through the graph: compute answers, core says which graph is shown. */
export function graphHandlers(ctx: CoreContext): Handlers<typeof pathMethods> {
  const on = (given: number | undefined) => {
    const { db, path } = ctx.open()
    const graphRunId = given ?? newestRuns(db).graph
    if (graphRunId === undefined)
      throw new ShoalError('run_missing', 'There is no graph yet. Run the analysis first.')
    return { workspace: path, graphRunId }
  }
  return {
    'graph.paths': (input, { signal }) =>
      ctx.compute.call('compute.paths', { ...input, ...on(input.graphRunId) }, { signal }),
    'graph.neighbourhood': (input, { signal }) =>
      ctx.compute.call('compute.neighbourhood', { ...input, ...on(input.graphRunId) }, { signal }),
  }
}
