import { DEFAULT_RECIPE, type Recipe } from '../../../src-main/common/recipe.ts'

/** A setting's place in a recipe: 'entities.hubCap', 'window'. */
export type Path = string

const SECTIONS = ['relations', 'entities', 'cooccurrence', 'rhythm', 'texts'] as const
/** Every setting of a recipe, sections in the order of the schema; its name and version are none. */
export const ALL_PATHS: readonly Path[] = Object.entries(DEFAULT_RECIPE).flatMap(([key, value]) => {
  if (key === 'version' || key === 'name') return []
  return (SECTIONS as readonly string[]).includes(key)
    ? Object.keys(value as object).map((inner) => `${key}.${inner}`)
    : [key]
})

export function getAt(recipe: Recipe, path: Path): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], recipe)
}

/** The recipe with one setting replaced; the rest is shared with the old one. */
export function setAt(recipe: Recipe, path: Path, value: unknown): Recipe {
  const [section, key] = path.split('.') as [keyof Recipe, string | undefined]
  if (key === undefined) return { ...recipe, [section]: value }
  return { ...recipe, [section]: { ...(recipe[section] as object), [key]: value } }
}

/** A value whose order of keys or entries means nothing, as a string that is equal for equal values. */
function canonical(path: Path, value: unknown): string {
  if (Array.isArray(value)) return JSON.stringify([...(value as string[])].sort())
  if (path.endsWith('.byType'))
    return JSON.stringify(
      Object.entries(value as Record<string, number>)
        .filter(([, weight]) => weight !== 1)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    )
  return JSON.stringify(value)
}

export function sameAt(a: Recipe, b: Recipe, path: Path): boolean {
  return canonical(path, getAt(a, path)) === canonical(path, getAt(b, path))
}

/** The settings in which two recipes differ, in the schema's order. */
export function changedPaths(recipe: Recipe, base: Recipe = DEFAULT_RECIPE): Path[] {
  return ALL_PATHS.filter((path) => !sameAt(recipe, base, path))
}

/** The two recipes design the same graph; their names may differ. */
export function sameDesign(a: Recipe, b: Recipe): boolean {
  return changedPaths(a, b).length === 0
}

/** Which of the known types are used after one was switched on or off; null when it is all of them. */
export function toggleType(used: string[] | null, known: readonly string[], type: string): string[] | null {
  const now = used ?? [...known]
  const next = now.includes(type) ? now.filter((other) => other !== type) : [...now, type]
  const hasAll = known.every((name) => next.includes(name))
  return hasAll && next.length === known.length ? null : next
}

/** Weights by type after one was set; 1 is what a type has that is not named. */
export function setTypeWeight(
  byType: Record<string, number>,
  type: string,
  weight: number,
): Record<string, number> {
  const { [type]: _old, ...rest } = byType
  return weight === 1 ? rest : { ...rest, [type]: weight }
}
