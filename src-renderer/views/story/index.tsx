import { Button, HTMLSelect, InputGroup, Menu, MenuDivider, MenuItem, PopoverNext } from '@blueprintjs/core'
import { useState } from 'react'
import type { Story } from '../../../src-main/common/contract/stories.ts'
import { toErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import { useQuery } from '../../client/use-query.ts'
import { useT } from '../../ui/i18n/index.ts'
import { PanelHeader } from '../../ui/panel.tsx'
import { EmptyState, ErrorState, Spinner } from '../../ui/states.tsx'
import { useToasts } from '../../ui/toast.tsx'
import { useCurrentCase } from '../case/current-case.ts'
import { usePresenter } from '../present/store.ts'
import { captureStep } from './stage.ts'
import { StepEditor } from './step-editor.tsx'
import { StepList } from './step-list.tsx'
import { useStory } from './store.ts'
import { useStoryExport } from './use-export.tsx'
import './story.css'

/** Writing a story: its steps in order, each a screen with words in both languages. */
export default function StoryView() {
  const t = useT()
  const { storyId, stepId, choose, chooseStep } = useStory()
  const stories = useQuery('stories.list', {}, { on: ['cases', 'judgements', 'facts'] })
  const list = stories.data
  const chosen = list?.find((story) => story.id === storyId) ?? list?.[0]
  const detail = useQuery('stories.get', chosen ? { id: chosen.id } : null, {
    on: ['cases', 'judgements', 'facts'],
  })
  const story = detail.data && detail.data.id === chosen?.id ? detail.data : undefined
  const step = story?.stepRows.find((one) => one.id === stepId) ?? story?.stepRows[0]
  const present = usePresenter((s) => s.start)
  const exporting = useStoryExport()
  const act = useAct(() => {
    stories.refetch()
    detail.refetch()
  })
  const { id: caseId } = useCurrentCase()

  const create = (name: string) =>
    act(async () => choose((await api.call('stories.create', { name, caseId })).id))
  const addStep = (to: Story) =>
    act(async () => {
      const after = step?.id ?? null
      const told = await api.call('stories.addStep', { storyId: to.id, after, state: captureStep() })
      const known = new Set(to.stepRows.map((one) => one.id))
      chooseStep(told.stepRows.find((one) => !known.has(one.id))?.id ?? null)
    })

  return (
    <div className="sh-view sh-story" data-testid="story">
      <PanelHeader title={t('story.title')}>
        {list && list.length > 0 && (
          <HTMLSelect
            aria-label={t('story.choose')}
            data-testid="story-choose"
            value={chosen?.id ?? ''}
            onChange={(event) => choose(Number(event.currentTarget.value))}
            options={list.map((one) => ({ value: one.id, label: one.name }))}
          />
        )}
        {chosen && (
          <Button
            size="small"
            intent="primary"
            icon="presentation"
            text={t('story.present')}
            data-testid="story-present"
            disabled={!story || story.stepRows.length === 0}
            onClick={() => story && present(story, Math.max(0, story.stepRows.indexOf(step!)))}
          />
        )}
        {story && (
          <MoreMenu key={story.id} story={story} act={act} onExport={exporting.run} onCreate={create} />
        )}
      </PanelHeader>
      {exporting.progress && (
        <p className="sh-story-progress" role="status">
          {t('story.exporting', exporting.progress)}
        </p>
      )}
      <div className="sh-story-body">
        {stories.error && <ErrorState error={stories.error} onRetry={stories.refetch} />}
        {!list && !stories.error && <Spinner />}
        {list?.length === 0 && (
          <EmptyState
            icon="presentation"
            title={t('story.emptyTitle')}
            action={<NameForm label={t('story.newName')} button={t('story.create')} onSubmit={create} />}
          >
            {t('story.emptyText')}
          </EmptyState>
        )}
        {detail.error && <ErrorState error={detail.error} onRetry={detail.refetch} />}
        {story && (
          <>
            <div className="sh-story-side">
              {story.stepRows.length === 0 && <p className="sh-quiet sh-story-hint">{t('story.noSteps')}</p>}
              <StepList
                steps={story.stepRows}
                chosen={step?.id ?? null}
                onChoose={chooseStep}
                onMove={(id, after) => void act(() => api.call('stories.moveStep', { stepId: id, after }))}
              />
              <Button
                size="small"
                icon="plus"
                text={t('story.addStep')}
                data-testid="story-add-step"
                onClick={() => void addStep(story)}
              />
            </div>
            {step && (
              <StepEditor
                key={step.id}
                step={step}
                index={story.stepRows.indexOf(step)}
                onSave={(change) =>
                  void act(() => api.call('stories.updateStep', { stepId: step.id, ...change }))
                }
                onRemove={() => void act(() => api.call('stories.removeStep', { stepId: step.id }))}
              />
            )}
          </>
        )}
      </div>
    </div>
  )
}

type Act = (work: () => Promise<unknown>) => Promise<void>

/** Does something and shows what came of it; what went wrong is said. */
function useAct(after: () => void): Act {
  const say = useToasts((s) => s.say)
  return async (work) => {
    try {
      await work()
      after()
    } catch (error) {
      say(toErrorShape(error).message, 'failed')
    }
  }
}

function MoreMenu(props: {
  story: Story
  act: Act
  onExport(story: Story, how: 'markdown' | 'html'): Promise<void>
  onCreate(name: string): Promise<void>
}) {
  const t = useT()
  const { story, act } = props
  const say = useToasts((s) => s.say)
  const choose = useStory((s) => s.choose)
  const [naming, setNaming] = useState<'new' | 'rename' | null>(null)
  const duplicate = () =>
    act(async () => {
      const name = t('story.copyName', { name: story.name }).slice(0, 200)
      const copy = await api.call('stories.create', { name, caseId: story.caseId })
      for (const { state, titleEn, titleZh, textEn, textZh, highlights } of story.stepRows) {
        const parts = { state, titleEn, titleZh, textEn, textZh, highlights }
        await api.call('stories.addStep', { storyId: copy.id, after: null, ...parts })
      }
      choose(copy.id)
    })
  const remove = () =>
    act(async () => {
      await api.call('stories.remove', { id: story.id })
      choose(null)
      say(t('story.removed'))
    })
  const empty = story.stepRows.length === 0
  return (
    <PopoverNext
      placement="bottom-end"
      onClosed={() => setNaming(null)}
      content={
        naming ? (
          <div className="sh-story-naming">
            <NameForm
              label={t('story.newName')}
              button={naming === 'new' ? t('story.create') : t('story.rename')}
              start={naming === 'rename' ? story.name : ''}
              onSubmit={(name) =>
                naming === 'new'
                  ? props.onCreate(name)
                  : act(() => api.call('stories.rename', { id: story.id, name }))
              }
            />
          </div>
        ) : (
          <Menu>
            <MenuItem
              icon="plus"
              text={t('story.new')}
              shouldDismissPopover={false}
              onClick={() => setNaming('new')}
            />
            <MenuItem
              icon="edit"
              text={t('story.rename')}
              shouldDismissPopover={false}
              onClick={() => setNaming('rename')}
            />
            <MenuItem icon="duplicate" text={t('story.duplicate')} onClick={() => void duplicate()} />
            <MenuItem icon="trash" text={t('story.remove')} onClick={() => void remove()} />
            <MenuDivider title={t('story.export')} />
            <MenuItem
              icon="document"
              text={t('story.exportMarkdown')}
              disabled={empty}
              data-testid="story-export-markdown"
              onClick={() => void props.onExport(story, 'markdown')}
            />
            <MenuItem
              icon="print"
              text={t('story.exportHtml')}
              disabled={empty}
              data-testid="story-export-html"
              onClick={() => void props.onExport(story, 'html')}
            />
          </Menu>
        )
      }
    >
      <Button size="small" icon="more" aria-label={t('story.more')} data-testid="story-more" />
    </PopoverNext>
  )
}

function NameForm(props: {
  label: string
  button: string
  start?: string
  onSubmit(name: string): Promise<void>
}) {
  const [name, setName] = useState(props.start ?? '')
  const clean = name.trim()
  return (
    <form
      className="sh-story-name"
      onSubmit={(event) => {
        event.preventDefault()
        if (clean !== '') void props.onSubmit(clean)
      }}
    >
      <InputGroup
        autoFocus
        maxLength={200}
        value={name}
        placeholder={props.label}
        aria-label={props.label}
        data-testid="story-name"
        onValueChange={setName}
      />
      <Button
        type="submit"
        intent="primary"
        text={props.button}
        disabled={clean === ''}
        className="bp6-popover-dismiss"
        data-testid="story-create"
      />
    </form>
  )
}
