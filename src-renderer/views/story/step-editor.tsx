import { Button, ButtonGroup, HTMLSelect, InputGroup, TextArea } from '@blueprintjs/core'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { StoryStep } from '../../../src-main/common/contract/stories.ts'
import type { AppInput } from '../../../src-main/common/contract/index.ts'
import { useLayout, type PanelId } from '../../state/layout.ts'
import { useT } from '../../ui/i18n/index.ts'
import { useToasts } from '../../ui/toast.tsx'
import { Highlights } from './highlights.tsx'
import { captureStep, showStep, stageOf } from './stage.ts'

export type StepChange = Omit<AppInput<'stories.updateStep'>, 'stepId'>

const SAVE_AFTER_MS = 1200
const STAGES: PanelId[] = ['map', 'timeline', 'accounts', 'communities', 'reports', 'lab', 'design', 'case']

/**
 * One step: which screen, and its words in English and Chinese side by side, so that what is missing is seen. What is
 * typed is saved when the field is left or after a pause, as one undoable change.
 */
export function StepEditor(props: {
  step: StoryStep
  index: number
  onSave(change: StepChange): void
  onRemove(): void
}) {
  const t = useT()
  const { step, index, onSave } = props
  const say = useToasts((s) => s.say)
  const stage = stageOf(step.state)
  const stages = STAGES.includes(stage) ? STAGES : [stage, ...STAGES]
  return (
    <section
      className="sh-story-editor"
      aria-label={t('story.step', { n: index + 1 })}
      data-testid="story-editor"
    >
      <div className="sh-story-tools">
        <ButtonGroup>
          <Button
            size="small"
            icon="eye-open"
            text={t('story.show')}
            data-testid="story-show"
            onClick={() => {
              showStep(step.state, true)
              useLayout.getState().show(stage)
            }}
          />
          <Button
            size="small"
            icon="camera"
            text={t('story.update')}
            data-testid="story-update"
            onClick={() => {
              onSave({ state: captureStep() })
              say(t('story.updated'))
            }}
          />
        </ButtonGroup>
        <label className="sh-story-stage">
          <span className="sh-quiet">{t('story.stage')}</span>
          <HTMLSelect
            value={stage}
            options={stages.map((value) => ({ value, label: t(`frame.place.${value}` as never) }))}
            onChange={(event) =>
              onSave({ state: { ...step.state, 'present.stage': event.currentTarget.value } })
            }
          />
        </label>
        <Button
          size="small"
          variant="minimal"
          icon="trash"
          aria-label={t('story.removeStep')}
          title={t('story.removeStep')}
          data-testid="story-remove-step"
          onClick={props.onRemove}
        />
      </div>
      <div className="sh-story-pair">
        {(['en', 'zh'] as const).map((language) => (
          <Words key={language} step={step} language={language} onSave={onSave} />
        ))}
      </div>
      <Highlights highlights={step.highlights} onChange={(highlights) => onSave({ highlights })} />
    </section>
  )
}

function Words(props: { step: StoryStep; language: 'en' | 'zh'; onSave(change: StepChange): void }) {
  const t = useT()
  const { step, language, onSave } = props
  const kept =
    language === 'en'
      ? { title: step.titleEn, text: step.textEn }
      : { title: step.titleZh, text: step.textZh }
  const [draft, setDraft] = useState(kept)
  const latest = useRef({ draft, kept, onSave })
  latest.current = { draft, kept, onSave }
  const typed = useRef(false)
  const save = useCallback(() => {
    const { draft: now, kept: was, onSave: send } = latest.current
    if (!typed.current) return
    typed.current = false
    if (now.title === was.title && now.text === was.text) return
    send(
      language === 'en' ? { titleEn: now.title, textEn: now.text } : { titleZh: now.title, textZh: now.text },
    )
  }, [language])
  // Undo, another window, a switched mask: what is stored shows, unless something is being typed.
  useEffect(() => {
    if (!typed.current) setDraft({ title: kept.title, text: kept.text })
  }, [kept.title, kept.text])
  useEffect(() => {
    if (!typed.current) return
    const timer = setTimeout(save, SAVE_AFTER_MS)
    return () => clearTimeout(timer)
  }, [draft, save])
  useEffect(() => save, [save])
  const name = t(`story.languageName.${language}`)
  const change = (part: Partial<typeof draft>) => {
    typed.current = true
    setDraft((old) => ({ ...old, ...part }))
  }
  return (
    <div className="sh-story-words" lang={language === 'en' ? 'en' : 'zh-CN'}>
      <h3>{name}</h3>
      <InputGroup
        maxLength={200}
        value={draft.title}
        placeholder={t('story.titleIn', { language: name })}
        aria-label={t('story.titleIn', { language: name })}
        data-testid={`story-title-${language}`}
        onValueChange={(title) => change({ title })}
        onBlur={save}
      />
      <TextArea
        fill
        maxLength={5000}
        rows={6}
        value={draft.text}
        placeholder={`${t('story.textIn', { language: name })} · ${t('story.textHint')}`}
        aria-label={t('story.textIn', { language: name })}
        data-testid={`story-text-${language}`}
        onChange={(event) => change({ text: event.currentTarget.value })}
        onBlur={save}
      />
    </div>
  )
}
