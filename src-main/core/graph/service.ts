import type { aroundMethods } from '../../common/contract/around.ts'
import type { pathMethods } from '../../common/contract/paths.ts'
import { ShoalError } from '../../common/errors.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { selectionWhere } from '../selection/where.ts'
import { newestRuns } from '../workspace/queries.ts'

/** Walks through the graph: compute answers, core says which graph is shown. */
export function graphHandlers(ctx: CoreContext): Handlers<typeof pathMethods & typeof aroundMethods> {
  const on = (given: number | undefined) => {
    const { db, path } = ctx.open()
    const graphRunId = given ?? newestRuns(db).graph
    if (graphRunId === undefined)
      throw new ShoalError('run_missing', 'There is no graph yet. Run the analysis first.')
    return { workspace: path, graphRunId }
  }
  const onRuns = (given: number | undefined) => {
    const runs = newestRuns(ctx.open().db)
    return { ...on(given), scoresRunId: runs.scores ?? null, communitiesRunId: runs.communities ?? null }
  }
  return {
    'graph.paths': (input, { signal }) =>
      ctx.ask.call('compute.paths', { ...input, ...on(input.graphRunId) }, { signal }),
    'graph.neighbourhood': (input, { signal }) =>
      ctx.ask.call('compute.neighbourhood', { ...input, ...on(input.graphRunId) }, { signal }),
    'graph.reach': (input, { signal }) =>
      ctx.ask.call('compute.reach', { ...input, ...onRuns(input.graphRunId) }, { signal }),
    'graph.expand': (input, { signal }) =>
      ctx.ask.call('compute.expand', { ...input, ...onRuns(input.graphRunId) }, { signal }),
    'graph.scene': (input, { signal }) =>
      ctx.ask.call('compute.scene', { ...input, ...onRuns(input.graphRunId) }, { signal }),
    'graph.joins': (input, { signal }) =>
      ctx.ask.call('compute.joins', { ...input, ...onRuns(input.graphRunId) }, { signal }),
    'graph.selected': ({ accountIds, selection }) => {
      const { db } = ctx.open()
      const where = selectionWhere(db, selection, 'i.value')
      const selected = new Set(
        db
          .prepare(`SELECT i.value FROM json_each(?) i WHERE ${where.sql}`)
          .pluck()
          .all(JSON.stringify(accountIds), ...where.params) as number[],
      )
      return Uint8Array.from(accountIds, (id) => Number(selected.has(id)))
    },
  }
}
