import { Icon } from '@blueprintjs/core'
import type { Ingredients } from '../../../src-main/common/contract/recipes.ts'
import { DEFAULT_RECIPE, type Recipe } from '../../../src-main/common/recipe.ts'
import { useT } from '../../ui/i18n/index.ts'
import { sameAt } from './draft.ts'
import { pathsOf, SECTIONS, type SectionId, type SectionInfo } from './settings.ts'
import { SettingField } from './setting.tsx'
import { useDesign } from './store.ts'
import { TypeRows } from './type-rows.tsx'
import { WindowField } from './window-field.tsx'
import { useNumbers } from '../../ui/numbers.ts'

/** Every setting of the draft in its section; the types and counts are the workspace's. */
export function RecipeForm(props: { recipe: Recipe; ingredients: Ingredients | undefined }) {
  return (
    <div className="sh-design-sections">
      {SECTIONS.map((section) => (
        <SectionCard key={section.id} section={section} {...props} />
      ))}
    </div>
  )
}

/** Whether a section adds anything to the graph as it is set. */
function isOff(id: SectionId, recipe: Recipe): boolean {
  switch (id) {
    case 'relations':
    case 'entities':
      return recipe[id].types?.length === 0
    case 'cooccurrence':
      return recipe.cooccurrence.on.length === 0
    case 'rhythm':
      return !recipe.rhythm.use
    case 'texts':
      return recipe.texts.of.length === 0
    default:
      return false
  }
}

function SectionCard(props: { section: SectionInfo; recipe: Recipe; ingredients: Ingredients | undefined }) {
  const t = useT()
  const { section, recipe, ingredients } = props
  const { id } = section
  const closed = useDesign((s) => s.closed.includes(id))
  const put = useDesign((s) => s.put)
  const changed = pathsOf(section).filter((path) => !sameAt(recipe, DEFAULT_RECIPE, path)).length
  const toggle = () => {
    const now = useDesign.getState().closed
    put({ closed: closed ? now.filter((other) => other !== id) : [...now, id] })
  }
  const missing = missingHere(id, ingredients)
  return (
    <section
      className="sh-design-section"
      data-testid={`section-${id}`}
      aria-label={t(`design.section.${id}`)}
    >
      <h3>
        <button
          type="button"
          className="sh-design-fold"
          aria-expanded={!closed}
          data-testid={`fold-${id}`}
          onClick={toggle}
        >
          <Icon icon={closed ? 'chevron-right' : 'chevron-down'} size={14} />
          <span>{t(`design.section.${id}`)}</span>
          {isOff(id, recipe) && <span className="sh-tag sh-tag-observed">{t('design.off')}</span>}
          {changed > 0 && (
            <span className="sh-design-changes">{t('design.draft.changed', { count: changed })}</span>
          )}
        </button>
      </h3>
      {!closed && (
        <>
          <p className="sh-quiet sh-design-section-about">{t(`design.sectionAbout.${id}`)}</p>
          {missing && <p className="sh-design-missing">{t(`design.noneHere.${missing}`)}</p>}
          <div className="sh-form-settings">
            {section.settings.map((setting) => {
              if (setting.kind === 'types')
                return (
                  <Types
                    key={setting.path}
                    section={id as 'relations'}
                    recipe={recipe}
                    ingredients={ingredients}
                  />
                )
              if (setting.kind === 'window')
                return <WindowField key={setting.path} recipe={recipe} span={ingredients?.span ?? null} />
              return (
                <SettingField
                  key={setting.path}
                  setting={setting}
                  recipe={recipe}
                  {...(setting.path === 'texts.of' && { unavailable: textsMissing(ingredients, t) })}
                />
              )
            })}
          </div>
        </>
      )}
    </section>
  )
}

function missingHere(
  id: SectionId,
  ingredients: Ingredients | undefined,
): 'relations' | 'entities' | 'events' | null {
  if (!ingredients) return null
  if (id === 'relations' && ingredients.relations.length === 0) return 'relations'
  if (id === 'entities' && ingredients.entities.length === 0) return 'entities'
  if ((id === 'cooccurrence' || id === 'rhythm') && ingredients.events === 0) return 'events'
  return null
}

function textsMissing(
  ingredients: Ingredients | undefined,
  t: ReturnType<typeof useT>,
): Record<string, string> {
  return {
    ...(ingredients?.reports === 0 && { reports: t('design.noneHere.reports') }),
    ...(ingredients?.profiles === 0 && { profiles: t('design.noneHere.profiles') }),
  }
}

function Types(props: {
  section: 'relations' | 'entities'
  recipe: Recipe
  ingredients: Ingredients | undefined
}) {
  const t = useT()
  const { n } = useNumbers()
  const { section, recipe, ingredients } = props
  const rows =
    section === 'relations'
      ? (ingredients?.relations ?? []).map(({ type, rows: count }) => ({
          type,
          count: t('design.types.rows', { count, n: n(count) }),
        }))
      : (ingredients?.entities ?? []).map(({ type, entities, shared }) => ({
          type,
          count: t('design.types.shared', { shared: n(shared), all: n(entities) }),
          countAbout: t('design.types.sharedAbout'),
        }))
  return <TypeRows section={section} recipe={recipe} rows={rows} />
}
