import {
  DEFAULT_RECIPE,
  RECIPE_FILE_KIND,
  RECIPE_VERSION,
  recipeSchema,
  unknownSettings,
  type Recipe,
} from '../../../src-main/common/recipe.ts'

/** A recipe as a file that people can read, keep in version control and import elsewhere. */
export function recipeFileText(recipe: Recipe): string {
  return `${JSON.stringify({ kind: RECIPE_FILE_KIND, recipe }, null, 2)}\n`
}

/** `friends & devices` → `friends-devices.recipe.json`; names in any script stay readable. */
export function recipeFileName(name: string): string {
  const plain = name.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-+|-+$/g, '')
  return `${plain || 'recipe'}.recipe.json`
}

export type RecipeFile =
  | { ok: true; recipe: Recipe; ignored: string[] }
  | { ok: false; why: 'json' | 'kind' | 'version' | 'setting'; where: string }

/** Reads a recipe file, or a bare recipe; settings it does not know are named, not silently dropped. */
export function readRecipeFile(text: string): RecipeFile {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    return { ok: false, why: 'json', where: error instanceof Error ? error.message : '' }
  }
  const outer = value as { kind?: unknown; recipe?: unknown } | null
  const inner = outer?.kind === RECIPE_FILE_KIND ? outer.recipe : value
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner))
    return { ok: false, why: 'kind', where: '' }
  const keys = Object.keys(inner)
  if (keys.length > 0 && !keys.some((key) => key in DEFAULT_RECIPE))
    return { ok: false, why: 'kind', where: '' }
  const version = (inner as { version?: unknown }).version
  if (typeof version === 'number' && version > RECIPE_VERSION)
    return { ok: false, why: 'version', where: String(version) }
  const parsed = recipeSchema.safeParse(inner)
  if (!parsed.success)
    return { ok: false, why: 'setting', where: parsed.error.issues[0]?.path.join('.') ?? '' }
  return { ok: true, recipe: parsed.data, ignored: unknownSettings(inner, parsed.data) }
}
