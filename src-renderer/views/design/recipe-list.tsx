import { Button, Menu, MenuDivider, MenuItem, PopoverNext } from '@blueprintjs/core'
import { useMemo, useRef, type ChangeEvent } from 'react'
import type { SavedRecipe } from '../../../src-main/common/contract/recipes.ts'
import { DEFAULT_RECIPE, type Recipe } from '../../../src-main/common/recipe.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { formatInstant, formatNumber } from '../../ui/format.ts'
import { useT, type T } from '../../ui/i18n/index.ts'
import { readRecipeFile, recipeFileName, recipeFileText } from './recipe-file.ts'
import { useDesign } from './store.ts'
import type { Say } from './notice.tsx'

export interface RecipeGroup {
  name: string
  /** Newest revision first. */
  revisions: SavedRecipe[]
}

/** Saved recipes under their names, the most recently saved name first. */
export function groupRecipes(saved: readonly SavedRecipe[]): RecipeGroup[] {
  const groups = new Map<string, SavedRecipe[]>()
  for (const recipe of [...saved].sort((a, b) => b.savedAt - a.savedAt || b.id - a.id))
    groups.set(recipe.name, [...(groups.get(recipe.name) ?? []), recipe])
  return [...groups].map(([name, revisions]) => ({
    name,
    revisions: revisions.sort((a, b) => b.revision - a.revision),
  }))
}

/** The recipes that are kept: each name with its revisions, and what can be done with one. */
export function RecipeList(props: { saved: SavedRecipe[]; say: Say; onRemove(recipe: SavedRecipe): void }) {
  const t = useT()
  const { saved, say } = props
  const groups = useMemo(() => groupRecipes(saved), [saved])
  const baseId = useDesign((s) => s.baseId)
  const load = useDesign((s) => s.load)
  const file = useRef<HTMLInputElement>(null)
  const names = new Set(groups.map((group) => group.name))

  const duplicate = (recipe: SavedRecipe) =>
    load({ ...recipe.recipe, name: freeName(t('design.list.copyName', { name: recipe.name }), names) }, null)
  const importFile = async (event: ChangeEvent<HTMLInputElement>) => {
    const input = event.currentTarget
    const chosen = input.files?.[0]
    if (!chosen) return
    const said = await takeFile(chosen, load, t)
    input.value = ''
    say(said.text, said.failed)
  }
  return (
    <section className="sh-design-list" aria-label={t('design.list.title')}>
      <div className="sh-section-head">
        <h3>{t('design.list.title')}</h3>
        <Button
          size="small"
          variant="minimal"
          icon="import"
          aria-label={t('design.list.import')}
          title={t('design.list.import')}
          onClick={() => file.current?.click()}
        />
        <input
          ref={file}
          type="file"
          accept=".json,application/json"
          hidden
          aria-label={t('design.list.import')}
          data-testid="recipe-file"
          onChange={(event) => void importFile(event)}
        />
      </div>
      <ul>
        <li>
          <button
            type="button"
            className="sh-design-recipe"
            title={t('design.list.defaultAbout')}
            data-testid="recipe-default"
            onClick={() => load(DEFAULT_RECIPE, null)}
          >
            <span>{t('design.list.default')}</span>
          </button>
        </li>
        {groups.map((group) => (
          <Group
            key={group.name}
            group={group}
            baseId={baseId}
            onLoad={(recipe) => load(recipe.recipe, recipe)}
            onDuplicate={duplicate}
            onRemove={props.onRemove}
          />
        ))}
      </ul>
      {groups.length === 0 && <p className="sh-quiet">{t('design.list.empty')}</p>}
    </section>
  )
}

function Group(props: {
  group: RecipeGroup
  baseId: number | null
  onLoad(recipe: SavedRecipe): void
  onDuplicate(recipe: SavedRecipe): void
  onRemove(recipe: SavedRecipe): void
}) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const { group, baseId } = props
  const newest = group.revisions[0]!
  const current = group.revisions.find((recipe) => recipe.id === baseId)
  const shown = current ?? newest
  const when = useSavedWords()
  return (
    <li className={current ? 'is-current' : undefined} data-testid="saved-recipe">
      <button
        type="button"
        className="sh-design-recipe"
        aria-current={current ? 'true' : undefined}
        aria-label={t('design.list.load', { name: group.name, n: shown.revision })}
        onClick={() => props.onLoad(shown)}
      >
        <span>{group.name}</span>
        <span className="sh-quiet">
          {t('design.list.revision', { n: formatNumber(shown.revision, language) })}
          {shown.builtRunId !== null && (
            <span title={t('design.list.builtAbout')}> · {t('design.list.built')}</span>
          )}
        </span>
      </button>
      <PopoverNext
        placement="bottom-end"
        content={
          <Menu>
            <MenuItem
              icon="duplicate"
              text={t('design.list.duplicate')}
              onClick={() => props.onDuplicate(shown)}
            />
            <MenuItem
              icon="export"
              text={t('design.list.export')}
              onClick={() => exportRecipe(shown.recipe)}
            />
            <MenuItem
              icon="trash"
              text={t('design.list.remove', { n: shown.revision })}
              data-testid="recipe-remove"
              onClick={() => props.onRemove(shown)}
            />
            {group.revisions.length > 1 && <MenuDivider title={group.name} />}
            {group.revisions.length > 1 &&
              group.revisions.map((recipe) => (
                <MenuItem
                  key={recipe.id}
                  text={t('design.list.revision', { n: recipe.revision })}
                  label={when(recipe)}
                  icon={recipe.id === shown.id ? 'tick' : 'blank'}
                  onClick={() => props.onLoad(recipe)}
                />
              ))}
          </Menu>
        }
      >
        <Button
          size="small"
          variant="minimal"
          icon="more"
          aria-label={t('design.list.actions', { name: group.name })}
          data-testid="recipe-more"
        />
      </PopoverNext>
    </li>
  )
}

function useSavedWords(): (recipe: SavedRecipe) => string {
  const t = useT()
  const zone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  return (recipe) =>
    t('design.list.savedBy', { name: recipe.savedBy, time: formatInstant(recipe.savedAt, zone) })
}

/** `name`, or `name 2`, `name 3`, … where it is taken. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  for (let i = 2; ; i++) if (!taken.has(`${name} ${i}`)) return `${name} ${i}`
}

export function exportRecipe(recipe: Recipe): void {
  const url = URL.createObjectURL(new Blob([recipeFileText(recipe)], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = recipeFileName(recipe.name)
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

async function takeFile(
  file: File,
  load: (recipe: Recipe, base: null) => void,
  t: T,
): Promise<{ text: string; failed: boolean }> {
  const read = readRecipeFile(await file.text())
  if (!read.ok)
    return { text: t(`design.list.bad.${read.why}`, { file: file.name, where: read.where }), failed: true }
  load(read.recipe, null)
  const said = t('design.list.imported', { name: read.recipe.name })
  const ignored = t('design.list.ignored', { list: read.ignored.join(', ') })
  return { text: read.ignored.length > 0 ? `${said} ${ignored}` : said, failed: false }
}
