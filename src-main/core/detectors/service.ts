import { detectorMethods } from '../../common/contract/detectors.ts'
import type { ParsedInputOf } from '../../common/contract/method.ts'
import { ShoalError } from '../../common/errors.ts'
import { DEFAULT_RECIPE, type Recipe } from '../../common/recipe.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { endingRuns } from '../jobs/ending-runs.ts'
import { newestRuns } from '../workspace/queries.ts'
import type { Session } from '../workspace/service.ts'

export interface DetectionRequest extends ParsedInputOf<(typeof detectorMethods)['detectors.start']> {
  /** Build this graph and search it, instead of one there is. */
  recipe?: Recipe
}

/**
 * Runs a detector as a job of kind 'detect'. It searches the graph run that was named, else that of the given
 * recipe, else the graph that views show, else (nothing was analysed yet) that of the default recipe.
 */
export function startDetection(ctx: CoreContext, session: Session, request: DetectionRequest) {
  const { workspace, jobs } = session
  const { recipe, graphRunId: named, ...asked } = request
  if (named !== undefined && recipe !== undefined)
    throw new ShoalError('invalid_input', 'Give a graph run or a recipe, not both.')
  return jobs.start({
    kind: 'detect',
    params: { ...request },
    run: ({ jobId, signal, onProgress }) =>
      endingRuns(ctx, session, jobId, async () => {
        const graphRunId = named ?? (recipe === undefined ? newestRuns(workspace.db).graph : undefined)
        return {
          ...(await ctx.compute.call(
            'compute.detect',
            {
              workspace: workspace.path,
              jobId,
              graph: graphRunId ?? recipe ?? DEFAULT_RECIPE,
              ...asked,
            },
            { signal, onProgress },
          )),
        }
      }),
  })
}

export function detectorHandlers(ctx: CoreContext, session: () => Session): Handlers<typeof detectorMethods> {
  return {
    'detectors.list': (_, { signal }) => ctx.ask.call('compute.detectors', {}, { signal }),
    'detectors.start': (request) => {
      const { graphRunId, ...rest } = request
      return startDetection(ctx, session(), { ...rest, ...(graphRunId !== undefined && { graphRunId }) })
    },
  }
}
