import { recipeMethods, type SavedRecipe } from '../../common/contract/recipes.ts'
import { ShoalError } from '../../common/errors.ts'
import type { Recipe } from '../../common/recipe.ts'
import { recordStep } from '../cases/changes.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { endingRuns } from '../jobs/ending-runs.ts'
import { scoringFolder } from '../learning/models.ts'
import type { Session } from '../workspace/service.ts'
import { showLayout } from '../workspace/queries.ts'
import { designHash, listDesigns, listRecipes } from './queries.ts'

/** What is built besides the recipe itself. */
export interface BuildOptions {
  seed: number
  detector?: string | undefined
  params?: Record<string, unknown> | undefined
}

/**
 * Saves a recipe under its name; the newest saved version is returned as it is where it says the same already.
 * Undoable, and journaled like every judgement: a design is somebody's decision.
 */
export function saveRecipe(ctx: CoreContext, recipe: Recipe): SavedRecipe {
  const sha256 = designHash(recipe)
  const id = recordStep(ctx, 'recipe.save', { name: recipe.name, sha256, recipe }, (db, now) => {
    const newest = db
      .prepare(
        `SELECT id, sha256 FROM recipe WHERE name = ? AND removed_at IS NULL ORDER BY revision DESC LIMIT 1`,
      )
      .get(recipe.name) as { id: number; sha256: string } | undefined
    if (newest?.sha256 === sha256) return { result: newest.id, changes: [] }
    const made = db
      .prepare(
        `INSERT INTO recipe (name, revision, spec, sha256, saved_at, saved_by)
         VALUES (@name, (SELECT coalesce(max(revision), 0) + 1 FROM recipe WHERE name = @name), @spec, @sha256,
                 @now, @by)`,
      )
      .run({ name: recipe.name, spec: JSON.stringify(recipe), sha256, now, by: ctx.actor }).lastInsertRowid
    const change = {
      table: 'recipe',
      id: Number(made),
      column: 'removed_at',
      before: now,
      after: null,
    } as const
    return { result: Number(made), changes: [change] }
  })
  return savedRecipe(ctx, id)
}

function savedRecipe(ctx: CoreContext, id: number): SavedRecipe {
  const found = listRecipes(ctx.open().db).find((recipe) => recipe.id === id)
  if (!found) throw new ShoalError('not_found', `There is no saved recipe ${id}.`)
  return found
}

function removeRecipe(ctx: CoreContext, id: number): null {
  const { name, revision, sha256 } = savedRecipe(ctx, id)
  return recordStep(ctx, 'recipe.remove', { name, revision, sha256 }, (db, now) => {
    db.prepare('UPDATE recipe SET removed_at = ? WHERE id = ?').run(now, id)
    return {
      result: null,
      changes: [{ table: 'recipe', id, column: 'removed_at', before: null, after: now }],
    }
  })
}

/** Builds graph and communities of a design as a job; what the views show stays as it is. */
export function startBuild(ctx: CoreContext, session: Session, recipe: Recipe, options: BuildOptions) {
  const { workspace, jobs } = session
  return jobs.start({
    kind: 'design',
    params: { recipe, ...options },
    run: ({ jobId, signal, onProgress }) =>
      endingRuns(ctx, session, jobId, async () => ({
        ...(await ctx.compute.call(
          'compute.buildDesign',
          { workspace: workspace.path, jobId, recipe, ...options },
          { signal, onProgress },
        )),
      })),
  })
}

/** Makes a built design what the views show: lays it out, scores it and so on, as far as that was not done yet. */
export function startShow(ctx: CoreContext, session: Session, communitiesRunId: number) {
  const { workspace, jobs } = session
  const { db } = workspace
  if (!listDesigns(db).some((design) => design.communitiesRunId === communitiesRunId)) {
    throw new ShoalError('run_missing', `There is no finished communities run ${communitiesRunId}.`)
  }
  return jobs.start({
    kind: 'show',
    params: { communitiesRunId },
    run: ({ jobId, signal, onProgress }) =>
      endingRuns(ctx, session, jobId, async () => {
        const runs = await ctx.compute.call(
          'compute.showDesign',
          {
            workspace: workspace.path,
            jobId,
            communitiesRunId,
            model: scoringFolder(db, workspace.path),
          },
          { signal, onProgress },
        )
        showLayout(db, runs.layout)
        return { ...runs }
      }),
  })
}

export function recipeHandlers(ctx: CoreContext, session: () => Session): Handlers<typeof recipeMethods> {
  const path = () => ctx.open().path
  return {
    'recipes.list': () => listRecipes(ctx.open().db),
    'recipes.save': ({ recipe }) => saveRecipe(ctx, recipe),
    'recipes.remove': ({ id }) => removeRecipe(ctx, id),
    'recipes.ingredients': (_, { signal }) =>
      ctx.compute.call('compute.ingredients', { workspace: path() }, { signal }),
    'recipes.preview': ({ recipe }, { signal }) =>
      ctx.compute.call('compute.previewRecipe', { workspace: path(), recipe }, { signal }),
    'recipes.build': ({ recipe, ...options }) => startBuild(ctx, session(), recipe, options),
    'designs.list': () => listDesigns(ctx.open().db),
    'designs.compare': ({ communitiesRunIds }, { signal }) =>
      ctx.compute.call('compute.compareDesigns', { workspace: path(), communitiesRunIds }, { signal }),
    'designs.show': ({ communitiesRunId }) => startShow(ctx, session(), communitiesRunId),
  }
}
