import { existsSync, readFileSync } from 'node:fs'
import { ShoalError } from '../../common/errors.ts'
import { RECIPE_FILE_KIND, recipeSchema, unknownSettings, type Recipe } from '../../common/recipe.ts'
import type { Core } from '../../core/app.ts'
import { listRecipes } from '../../core/recipes/queries.ts'

/** A recipe as a person names it: a JSON file, a saved recipe's name (its newest version), or NAME@REVISION. */
export function readRecipe(core: Core, given: string): Recipe {
  const saved = listRecipes(core.context.open().db)
  const [, name, revision] = /^(.*?)(?:@(\d+))?$/.exec(given)!
  const found = saved.find(
    (recipe) => recipe.name === name && (revision === undefined || recipe.revision === Number(revision)),
  )
  if (found) return found.recipe
  if (!existsSync(given)) {
    const names = [...new Set(saved.map((recipe) => recipe.name))]
    throw new ShoalError(
      'not_found',
      `There is no recipe "${given}": neither a file nor a saved name${names.length > 0 ? ` (${names.join(', ')})` : ''}.`,
    )
  }
  let content: unknown
  try {
    content = JSON.parse(readFileSync(given, 'utf8'))
  } catch (error) {
    throw new ShoalError('invalid_input', `${given} is no JSON file: ${(error as Error).message}`)
  }
  // The app exports a recipe with the kind of the file around it.
  const outer = content as { kind?: unknown; recipe?: unknown } | null
  const inner = outer?.kind === RECIPE_FILE_KIND ? outer.recipe : content
  const parsed = recipeSchema.safeParse(inner)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new ShoalError(
      'invalid_input',
      `${given}: ${issue!.path.join('.') || 'recipe'}: ${issue!.message}. docs/graph.md explains the settings.`,
    )
  }
  const unknown = unknownSettings(inner as object, parsed.data)
  if (unknown.length > 0) {
    throw new ShoalError(
      'invalid_input',
      `${given}: a recipe has no ${unknown.join(', ')}. docs/graph.md explains the settings.`,
    )
  }
  return parsed.data
}
