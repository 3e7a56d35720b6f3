import { ShoalError } from '../../common/errors.ts'
import { recipeSchema, type Recipe } from '../../common/recipe.ts'
import type { ComputeContext } from '../context.ts'

export interface ShownGraph {
  readonly recipe: Recipe
  /** Newest moment of a fact in the graph; null where nothing is dated. */
  readonly newest: number | null
}

/** The recipe of a finished graph run; null where no graph is shown. Throws run_missing. */
export function shownGraph(ctx: Pick<ComputeContext, 'db'>, graphRunId: number | null): ShownGraph | null {
  if (graphRunId === null) return null
  const run = ctx.db
    .prepare(`SELECT params, stats FROM run WHERE id = ? AND kind = 'graph' AND status = 'done'`)
    .get(graphRunId) as { params: string; stats: string } | undefined
  if (run === undefined)
    throw new ShoalError('run_missing', `There is no finished graph run ${graphRunId}. Analyze first.`, {
      graphRunId,
    })
  const stats = JSON.parse(run.stats) as { newestFact?: number | null }
  return { recipe: recipeSchema.parse(JSON.parse(run.params)), newest: stats.newestFact ?? null }
}
