import { Icon } from '@blueprintjs/core'
import { useEffect } from 'react'
import { toErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import { registerCommands } from '../../frame/commands.ts'
import { useLayout } from '../../state/layout.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { Hint } from '../../ui/explain.tsx'
import { translate, useT } from '../../ui/i18n/index.ts'
import { PictureDialog, usePicture } from '../../ui/picture/dialog.tsx'
import { useToasts } from '../../ui/toast.tsx'
import { presentStage } from '../story/stage.ts'
import { useStory } from '../story/store.ts'
import { Presenter } from './presenter.tsx'
import { usePresenter } from './store.ts'

/** Presents the chosen story, or the newest; where there is none (or none with steps) the story panel says what to do. */
export async function presentStory(): Promise<void> {
  const { say } = useToasts.getState()
  try {
    const stories = await api.call('stories.list', {})
    const { storyId, stepId } = useStory.getState()
    const chosen = stories.find((story) => story.id === storyId) ?? stories[0]
    if (!chosen || chosen.steps === 0) {
      useLayout.getState().show('story')
      if (chosen) say(translate('story.presenter.nothing'))
      return
    }
    const story = await api.call('stories.get', { id: chosen.id })
    usePresenter.getState().start(
      story,
      Math.max(
        0,
        story.stepRows.findIndex((step) => step.id === stepId),
      ),
    )
  } catch (error) {
    say(toErrorShape(error).message, 'failed')
  }
}

/** The panel that a picture is made of: the one in front, or the stage behind a panel that is written in. */
function picturePanel() {
  const { active, open } = useLayout.getState()
  return active && active !== 'story' && open.includes(active) ? active : presentStage()
}

/** Presentation, picture export, and their commands: put once into the workbench. */
export function PresentParts() {
  const name = useWorkspace((s) => s.info?.path)
  useEffect(
    () =>
      registerCommands([
        {
          id: 'present',
          titleKey: 'story.presenter.command',
          keys: ['F5'],
          group: 'view',
          whileTyping: true,
          run: () => void presentStory(),
          enabled: () => usePresenter.getState().story === null,
        },
        {
          id: 'story',
          titleKey: 'story.presenter.open',
          group: 'go',
          run: () => useLayout.getState().show('story'),
        },
        {
          id: 'picture',
          titleKey: 'picture.command',
          keys: ['Mod+Shift+E'],
          group: 'view',
          run: () => usePicture.getState().open(picturePanel()),
        },
      ]),
    [],
  )
  // Another workspace has other stories.
  useEffect(() => () => usePresenter.setState({ story: null, before: null, blank: false }), [name])
  return (
    <>
      <Presenter />
      <PictureDialog />
    </>
  )
}

/** A mark for the status line while identities are hidden; pressing it shows them. */
export function HiddenMark() {
  const t = useT()
  const { hideNames, set } = usePrefs()
  if (!hideNames) return null
  return (
    <Hint text={t('picture.mark.about')}>
      <button
        type="button"
        className="sh-hidden-mark"
        data-testid="identities-hidden"
        onClick={() => set({ hideNames: false })}
      >
        <Icon icon="eye-off" size={11} /> {t('picture.mark.hidden')}
      </button>
    </Hint>
  )
}
