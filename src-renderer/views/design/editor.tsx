import { useMemo, type KeyboardEvent } from 'react'
import type { DetectorInfo } from '../../../src-main/common/contract/detectors.ts'
import type { SavedRecipe } from '../../../src-main/common/contract/recipes.ts'
import { toErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import { useQuery } from '../../client/use-query.ts'
import { redo, undo } from '../../frame/undo.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { useT } from '../../ui/i18n/index.ts'
import { ErrorState, Spinner } from '../../ui/states.tsx'
import { BuildPanel } from './build-panel.tsx'
import type { Design } from './designs.tsx'
import { DraftBar } from './draft-bar.tsx'
import { RecipeForm } from './form.tsx'
import type { Say } from './notice.tsx'
import { PreviewPane } from './preview.tsx'
import { RecipeList } from './recipe-list.tsx'
import { recipeSentences } from './sentence.ts'
import { DRAFT_SLICE, useDesign } from './store.ts'
import { usePreview } from './use-preview.ts'
import { useTypeName } from './words.ts'
import { useSentences } from '../../ui/sentences.ts'

/** The recipe: what is saved on the left, every setting in the middle, what it would yield on the right. */
export function EditorTab(props: {
  designs: readonly Design[]
  detectors: readonly DetectorInfo[]
  say: Say
}) {
  const t = useT()
  const { designs, say } = props
  const draft = useDesign((s) => s.draft)
  const invalid = useDesign((s) => Object.keys(s.invalid).length > 0)
  const saved = useQuery('recipes.list', {}, { on: ['recipes', 'runs'] })
  const ingredients = useQuery('recipes.ingredients', {}, { on: ['facts'] })
  const shown = designs.find((design) => design.shown)
  const shownResult = useQuery(
    'designs.compare',
    shown ? { communitiesRunIds: [shown.communitiesRunId] } : null,
    { on: ['facts'] },
  )
  const rows = useWorkspace((s) => s.info?.counts)
  // Counts of rows tell apart two states of the facts well enough to count anew.
  const facts = useMemo(() => JSON.stringify(rows ?? null), [rows])
  const preview = usePreview(draft, facts)
  const list = saved.data ?? []

  const remove = (recipe: SavedRecipe) => {
    api.call('recipes.remove', { id: recipe.id }).then(
      () =>
        say(t('design.list.removed', { name: recipe.name, n: recipe.revision }), false, () => {
          api.call('undo.back', {}).then(
            () => say(t('design.list.restored', { name: recipe.name })),
            (error) => say(toErrorShape(error).message, true),
          )
        }),
      (error) => say(toErrorShape(error).message, true),
    )
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return
    const key = event.key.toLowerCase()
    const back = key === 'z' && !event.shiftKey
    const forward = key === 'y' || (key === 'z' && event.shiftKey)
    if (!back && !forward) return
    event.preventDefault()
    event.stopPropagation()
    void (back ? undo : redo)(DRAFT_SLICE)
  }
  return (
    <div className="sh-design-editor">
      <div className="sh-design-saved" tabIndex={0} role="region" aria-label={t('design.list.title')}>
        {saved.error && <ErrorState error={saved.error} onRetry={saved.refetch} compact />}
        <RecipeList saved={list} say={say} onRemove={remove} />
      </div>
      {/* Undo in here turns back the draft alone, also where the focus is in a field. */}
      <div
        className="sh-design-form"
        tabIndex={0}
        role="region"
        aria-label={t('design.tab.recipe')}
        data-testid="recipe-form"
        onKeyDown={onKeyDown}
      >
        <DraftBar saved={list} say={say} />
        <Sentence />
        {ingredients.error && <ErrorState error={ingredients.error} onRetry={ingredients.refetch} compact />}
        {!ingredients.data && !ingredients.error ? (
          <Spinner />
        ) : (
          <RecipeForm recipe={draft} ingredients={ingredients.data} />
        )}
      </div>
      <div
        className="sh-design-right"
        tabIndex={0}
        role="region"
        aria-label={`${t('design.preview.title')} · ${t('design.build.title')}`}
      >
        <BuildPanel detectors={props.detectors} designs={designs} />
        <PreviewPane preview={preview} shown={shownResult.data?.designs[0] ?? null} invalid={invalid} />
      </div>
    </div>
  )
}

function Sentence() {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const zoneMinutes = useWorkspace((s) => s.info?.tzOffset ?? 0)
  const typeName = useTypeName()
  const draft = useDesign((s) => s.draft)
  const [first, ...rest] = recipeSentences(draft, t, { language, zoneMinutes, typeName })
  const together = useSentences()
  return (
    <p
      className="sh-design-sentence"
      role="note"
      aria-label={t('design.sentence.label')}
      data-testid="recipe-sentence"
    >
      <b>{first}</b>
      {language === 'zh-CN' ? '' : ' '}
      {together(...rest)}
    </p>
  )
}
