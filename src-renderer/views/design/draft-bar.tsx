import { Button, InputGroup } from '@blueprintjs/core'
import { useState } from 'react'
import type { SavedRecipe } from '../../../src-main/common/contract/recipes.ts'
import { toErrorShape } from '../../../src-main/common/errors.ts'
import { DEFAULT_RECIPE } from '../../../src-main/common/recipe.ts'
import { api } from '../../client/api.ts'
import { useT } from '../../ui/i18n/index.ts'
import { changedPaths, sameDesign } from './draft.ts'
import type { Say } from './notice.tsx'
import { useDesign } from './store.ts'

/** The draft's name, how far it is from what it came from, and saving it. */
export function DraftBar(props: { saved: SavedRecipe[]; say: Say }) {
  const t = useT()
  const { saved, say } = props
  const draft = useDesign((s) => s.draft)
  const baseId = useDesign((s) => s.baseId)
  const invalid = useDesign((s) => Object.keys(s.invalid).length)
  const { edit, load, put } = useDesign.getState()
  const [busy, setBusy] = useState(false)
  const base = saved.find((recipe) => recipe.id === baseId)
  const changes = changedPaths(draft, base?.recipe ?? DEFAULT_RECIPE).length
  const name = draft.name.trim()
  const named = saved.filter((recipe) => recipe.name === name)
  const newest = named.reduce<SavedRecipe | null>((a, b) => (a && a.revision > b.revision ? a : b), null)
  // An older revision may say the same: saving makes it the newest again.
  const same = newest && sameDesign(newest.recipe, draft) ? newest : null
  const next = (newest?.revision ?? 0) + 1

  const save = async () => {
    setBusy(true)
    try {
      const done = await api.call('recipes.save', { recipe: { ...draft, name } })
      put({ baseId: done.id })
      say(t('design.draft.saved', { name: done.name, n: done.revision }))
    } catch (error) {
      say(toErrorShape(error).message, true)
    } finally {
      setBusy(false)
    }
  }
  const problem =
    invalid > 0
      ? t('design.draft.fixFirst', { count: invalid })
      : name === ''
        ? t('design.draft.needsName')
        : same
          ? t('design.draft.sameAsSaved', { n: same.revision })
          : null
  return (
    <form
      className="sh-design-draft"
      onSubmit={(event) => {
        event.preventDefault()
        if (problem === null && !busy) void save()
      }}
    >
      <InputGroup
        value={draft.name}
        maxLength={80}
        aria-label={t('design.draft.name')}
        data-testid="recipe-name"
        onValueChange={(value) => edit('name', value)}
      />
      <span
        className={changes > 0 ? 'sh-design-changes' : 'sh-quiet'}
        data-testid="draft-changes"
        title={
          base
            ? t('design.draft.changedAbout', { name: base.name, n: base.revision })
            : t('design.draft.changedFromDefault')
        }
      >
        {changes === 0
          ? base
            ? t('design.draft.unchanged')
            : t('design.draft.asDefault')
          : t('design.draft.changed', { count: changes })}
      </span>
      <span className="sh-design-gap" />
      <Button
        size="small"
        variant="minimal"
        icon="reset"
        aria-label={t('design.draft.reset')}
        title={t('design.draft.reset')}
        disabled={sameDesign(draft, DEFAULT_RECIPE)}
        data-testid="design-reset"
        onClick={() => load({ ...DEFAULT_RECIPE, name: draft.name }, base ?? null)}
      />
      <Button
        size="small"
        type="submit"
        icon="floppy-disk"
        loading={busy}
        disabled={problem !== null}
        title={problem ?? undefined}
        text={
          named.length === 0
            ? base && base.name !== name && name !== ''
              ? t('design.draft.saveAs', { name })
              : t('design.draft.save')
            : t('design.draft.saveRevision', { n: same ? same.revision : next })
        }
        data-testid="recipe-save"
      />
    </form>
  )
}
