import type { Database } from 'better-sqlite3'
import { createHash } from 'node:crypto'
import type { OutputOf } from '../../common/contract/method.ts'
import type { recipeMethods, SavedRecipe } from '../../common/contract/recipes.ts'
import { recipeSchema, type Recipe } from '../../common/recipe.ts'
import { canonicalJson } from '../journal/journal.ts'
import { newestRuns } from '../workspace/queries.ts'

type Design = OutputOf<(typeof recipeMethods)['designs.list']>[number]

/** SHA-256 of what a recipe says, whatever it is called. */
export function designHash(recipe: Recipe): string {
  const { name: _, ...design } = recipe
  return createHash('sha256').update(canonicalJson(design)).digest('hex')
}

interface RecipeRow {
  id: number
  name: string
  revision: number
  spec: string
  sha256: string
  saved_at: number
  saved_by: string
}

/** Saved recipes that were not removed, newest first. */
export function listRecipes(db: Database): SavedRecipe[] {
  const rows = db
    .prepare('SELECT * FROM recipe WHERE removed_at IS NULL ORDER BY id DESC')
    .all() as RecipeRow[]
  const built = new Map<string, number>()
  // Oldest last, so that the newest run of a design wins.
  for (const design of listDesigns(db).reverse())
    built.set(designHash(design.recipe), design.communitiesRunId)
  return rows.map((row) => {
    const recipe = recipeSchema.parse(JSON.parse(row.spec))
    return {
      id: row.id,
      name: row.name,
      revision: row.revision,
      recipe,
      sha256: row.sha256,
      savedAt: row.saved_at,
      savedBy: row.saved_by,
      builtRunId: built.get(designHash(recipe)) ?? null,
    }
  })
}

interface DesignRow {
  communitiesRunId: number
  graphRunId: number
  recipe: string
  detector: string
  params: string
  seed: number | null
  stats: string
  graphStats: string
  finishedAt: number
}

/** The recipe of the graph that the views show; null before there is one. */
export function shownRecipe(db: Database): Recipe | null {
  const params = db
    .prepare('SELECT params FROM run WHERE id = ?')
    .pluck()
    .get(newestRuns(db).graph ?? -1) as string | undefined
  return params === undefined ? null : recipeSchema.parse(JSON.parse(params))
}

/** Every communities run whose graph is known, newest first. */
export function listDesigns(db: Database): Design[] {
  const rows = db
    .prepare(
      `SELECT c.id AS communitiesRunId, g.id AS graphRunId, g.params AS recipe, c.algorithm AS detector, c.params,
              c.seed, c.stats, g.stats AS graphStats, c.finished_at AS finishedAt
       FROM run c JOIN run g ON g.id = c.parent_run_id
       WHERE c.kind = 'communities' AND c.status = 'done' AND g.kind = 'graph' AND g.status = 'done'
       ORDER BY c.id DESC`,
    )
    .all() as DesignRow[]
  const shown = newestRuns(db).communities
  return rows.map((row) => ({
    communitiesRunId: row.communitiesRunId,
    graphRunId: row.graphRunId,
    recipe: recipeSchema.parse(JSON.parse(row.recipe)),
    detector: row.detector,
    params: JSON.parse(row.params) as Record<string, unknown>,
    seed: row.seed,
    communities: (JSON.parse(row.stats) as { communities?: number }).communities ?? 0,
    edges: (JSON.parse(row.graphStats) as { edges?: number }).edges ?? 0,
    finishedAt: row.finishedAt,
    shown: row.communitiesRunId === shown,
  }))
}
