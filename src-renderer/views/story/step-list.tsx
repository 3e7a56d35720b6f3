import { Icon } from '@blueprintjs/core'
import { useRef, useState, type DragEvent, type KeyboardEvent } from 'react'
import type { StoryStep } from '../../../src-main/common/contract/stories.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useT } from '../../ui/i18n/index.ts'
import { missingIn, stepTitle } from './words.ts'

/**
 * The steps in their order. Arrow keys go through them, with Alt they move the step; the mouse drags. What is missing a
 * translation says so.
 */
export function StepList(props: {
  steps: StoryStep[]
  chosen: number | null
  onChoose(id: number): void
  /** Puts a step behind another; null: first. */
  onMove(id: number, after: number | null): void
}) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const { steps, chosen, onChoose, onMove } = props
  const [dragged, setDragged] = useState<number | null>(null)
  /** The line between steps where the dragged one would go: 0 before all. */
  const [gap, setGap] = useState<number | null>(null)
  const [said, setSaid] = useState('')
  const list = useRef<HTMLOListElement>(null)

  const moveTo = (from: number, to: number) => {
    const step = steps[from]
    if (!step || to < 0 || to >= steps.length || from === to) return
    const rest = steps.filter((one) => one.id !== step.id)
    onMove(step.id, rest[to - 1]?.id ?? null)
    setSaid(t('story.moved', { n: to + 1, total: steps.length }))
  }
  const onKeyDown = (event: KeyboardEvent, index: number) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (by === 0 || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()
    if (event.altKey) return moveTo(index, index + by)
    const next = steps[index + by]
    if (!next) return
    onChoose(next.id)
    list.current?.querySelectorAll<HTMLElement>('[data-step]')[index + by]?.focus()
  }
  const onDragOver = (event: DragEvent<HTMLElement>, index: number) => {
    if (dragged === null) return
    event.preventDefault()
    const box = event.currentTarget.getBoundingClientRect()
    setGap(event.clientY < box.top + box.height / 2 ? index : index + 1)
  }
  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    const from = steps.findIndex((step) => step.id === dragged)
    if (gap !== null && from >= 0) moveTo(from, gap > from ? gap - 1 : gap)
    setDragged(null)
    setGap(null)
  }
  return (
    <>
      <ol className="sh-story-steps" ref={list} aria-label={t('story.steps')} onDrop={onDrop}>
        {steps.map((step, index) => {
          const title = stepTitle(step, language)
          const missing = missingIn(step)
          const classes = [
            step.id === chosen ? 'is-chosen' : '',
            step.id === dragged ? 'is-dragged' : '',
            gap === index ? 'gap-before' : '',
            gap === index + 1 && index === steps.length - 1 ? 'gap-after' : '',
          ]
          return (
            <li
              key={step.id}
              className={classes.filter(Boolean).join(' ')}
              onDragOver={(event) => onDragOver(event, index)}
            >
              <button
                type="button"
                data-step={step.id}
                data-testid="story-step"
                draggable
                aria-current={step.id === chosen ? 'step' : undefined}
                aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
                title={t('story.move', { n: index + 1 })}
                onClick={() => onChoose(step.id)}
                onKeyDown={(event) => onKeyDown(event, index)}
                onDragStart={(event) => {
                  event.dataTransfer.effectAllowed = 'move'
                  setDragged(step.id)
                }}
                onDragEnd={() => {
                  setDragged(null)
                  setGap(null)
                }}
              >
                <span className="sh-story-number">{index + 1}</span>
                <span
                  className={title.text ? 'sh-story-step-title' : 'sh-story-step-title sh-quiet'}
                  lang={title.borrowed ? (language === 'en' ? 'zh-CN' : 'en') : undefined}
                >
                  {title.text || t('story.untitled')}
                </span>
                {missing.map((one) => (
                  <span key={one} className="sh-story-missing">
                    {t(`story.missing.${one}`)}
                  </span>
                ))}
                <Icon icon="drag-handle-vertical" size={12} className="sh-story-handle" />
              </button>
            </li>
          )
        })}
      </ol>
      <span className="sh-visually-hidden" role="status">
        {said}
      </span>
    </>
  )
}
