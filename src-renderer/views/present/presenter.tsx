import { Button } from '@blueprintjs/core'
import { useEffect, useMemo, useRef } from 'react'
import Markdown from 'react-markdown'
import remarkGfm from 'remark-gfm'
import type { StoryStep } from '../../../src-main/common/contract/stories.ts'
import { useQuery } from '../../client/use-query.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useT } from '../../ui/i18n/index.ts'
import { useHighlightName } from '../story/highlights.tsx'
import { pointAt, stageOf } from '../story/stage.ts'
import { highlightWords, stepText, stepTitle, type Said } from '../story/words.ts'
import { Callouts } from './callouts.tsx'
import { digitJumper, presenterKey } from './keys.ts'
import { usePresenter } from './store.ts'
import './present.css'

/** The presentation over the workbench: the step's panel as the stage, its words beside it in large type. */
export function Presenter() {
  const story = usePresenter((s) => s.story)
  return story ? <Show key={story.id} /> : null
}

function Show() {
  const t = useT()
  const { language, hideNames, set } = usePrefs()
  const story = usePresenter((s) => s.story)!
  const { index, blank, go, end, setBlank, refresh } = usePresenter()
  const step = story.stepRows[index]
  const fresh = useQuery('stories.get', { id: story.id }, { on: ['cases', 'judgements', 'facts'] })
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    if (fresh.data && fresh.data.stepRows.length > 0) refresh(fresh.data)
  }, [fresh.data, refresh])

  const stage = step ? stageOf(step.state) : 'map'
  useEffect(() => {
    document.documentElement.dataset['presenting'] = stage
    // The panel becomes larger: what is drawn by size hears of it.
    window.dispatchEvent(new Event('resize'))
    return () => {
      delete document.documentElement.dataset['presenting']
      window.dispatchEvent(new Event('resize'))
    }
  }, [stage])
  useEffect(() => {
    const focused = document.activeElement as HTMLElement | null
    panel.current?.focus()
    return () => focused?.focus()
  }, [])

  const total = story.stepRows.length
  const jump = useMemo(() => digitJumper(), [])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const key = presenterKey(event)
      // A focused button keeps Enter and the space bar.
      const onButton =
        event.target instanceof HTMLButtonElement && (event.key === 'Enter' || event.key === ' ')
      if (!key || onButton) return
      event.preventDefault()
      event.stopImmediatePropagation()
      const act = {
        next: () => (blank ? setBlank(false) : go(index + 1)),
        back: () => go(index - 1),
        first: () => go(0),
        last: () => go(total - 1),
        blank: () => setBlank(!blank),
        end,
        language: () => set({ language: language === 'en' ? 'zh-CN' : 'en' }),
        identities: () => set({ hideNames: !hideNames }),
        jump: () => {
          const to = key.do === 'jump' ? jump(key.digit, total, event.timeStamp) : null
          if (to !== null) go(to)
        },
      }
      act[key.do]()
    }
    // Before the workbench's own shortcuts.
    window.addEventListener('keydown', onKey, true)
    return () => window.removeEventListener('keydown', onKey, true)
  }, [blank, end, go, hideNames, index, jump, language, set, setBlank, total])
  useFullscreen(end)

  if (!step) return null
  return (
    <>
      <div className="sh-present-backdrop" />
      <section
        className="sh-present"
        ref={panel}
        tabIndex={-1}
        aria-label={t('story.presenter.label', { name: story.name })}
        data-testid="presenter"
      >
        <StepWords key={step.id} step={step} />
        <footer>
          <div className="sh-present-progress" aria-hidden="true">
            {story.stepRows.map((one, n) => (
              <span key={one.id} className={n <= index ? 'is-past' : undefined} />
            ))}
          </div>
          <div className="sh-present-tools">
            <Button
              variant="minimal"
              icon="chevron-left"
              aria-label={t('story.presenter.previous')}
              disabled={index === 0}
              onClick={() => go(index - 1)}
            />
            <span className="sh-present-position" data-testid="presenter-position">
              {t('story.presenter.position', { n: index + 1, total })}
            </span>
            <Button
              variant="minimal"
              icon="chevron-right"
              aria-label={t('story.presenter.next')}
              data-testid="presenter-next"
              disabled={index === total - 1}
              onClick={() => go(index + 1)}
            />
            <span className="sh-present-gap" />
            <Button
              variant="minimal"
              icon="translate"
              aria-label={t('story.presenter.language')}
              title={t('story.presenter.language')}
              onClick={() => set({ language: language === 'en' ? 'zh-CN' : 'en' })}
            />
            <Button
              variant="minimal"
              icon={hideNames ? 'eye-off' : 'eye-open'}
              active={hideNames}
              aria-pressed={hideNames}
              aria-label={hideNames ? t('story.presenter.show') : t('story.presenter.hide')}
              title={hideNames ? t('story.presenter.show') : t('story.presenter.hide')}
              onClick={() => set({ hideNames: !hideNames })}
            />
            <Button
              variant="minimal"
              icon="cross"
              aria-label={t('story.presenter.exit')}
              title={t('story.presenter.exit')}
              data-testid="presenter-exit"
              onClick={end}
            />
          </div>
          <p className="sh-present-keys">{t('story.presenter.keys')}</p>
        </footer>
      </section>
      {stage === 'map' && <Callouts highlights={step.highlights} />}
      {blank && (
        <div className="sh-present-blank" role="status" data-testid="presenter-blank">
          <span className="sh-visually-hidden">{t('story.presenter.blanked')}</span>
        </div>
      )}
    </>
  )
}

function Borrowed(props: { said: Said }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  if (!props.said.borrowed) return null
  const other = t(language === 'en' ? 'story.languageName.zh' : 'story.languageName.en')
  return <p className="sh-present-borrowed">{t('story.missing.shownIn', { language: other })}</p>
}

function StepWords({ step }: { step: StoryStep }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const title = stepTitle(step, language)
  const text = stepText(step, language)
  const other = language === 'en' ? 'zh-CN' : 'en'
  return (
    <div className="sh-present-words" aria-live="polite">
      <h1 lang={title.borrowed ? other : undefined} data-testid="presenter-title">
        {title.text || t('story.untitled')}
      </h1>
      <Borrowed said={title.borrowed ? title : text} />
      <div className="sh-present-text" lang={text.borrowed ? other : undefined}>
        {/* Text that people typed: no HTML, and links say where they lead without leading away. */}
        <Markdown
          remarkPlugins={[remarkGfm]}
          skipHtml
          components={{ a: ({ children }) => <u>{children}</u>, img: () => null }}
        >
          {text.text}
        </Markdown>
      </div>
      {step.highlights.length > 0 && (
        <ol className="sh-present-points">
          {step.highlights.map((highlight, index) => (
            <Point key={`${highlight.kind}:${highlight.id}:${index}`} highlight={highlight} n={index + 1} />
          ))}
        </ol>
      )}
    </div>
  )
}

function Point({ highlight, n }: { highlight: StoryStep['highlights'][number]; n: number }) {
  const language = usePrefs((s) => s.language)
  const name = useHighlightName(highlight)
  const words = highlightWords(highlight, language)
  return (
    <li>
      <button type="button" onClick={() => pointAt(highlight)}>
        <span className="sh-present-mark" aria-hidden="true">
          {n}
        </span>
        <span>
          <b>{name}</b>
          {words.text && (
            <span
              className="sh-quiet"
              lang={words.borrowed ? (language === 'en' ? 'zh-CN' : 'en') : undefined}
            >
              {' '}
              {words.text}
            </span>
          )}
        </span>
      </button>
    </li>
  )
}

/** Fills the screen where the browser lets it; leaving full screen ends the presentation. */
function useFullscreen(end: () => void): void {
  useEffect(() => {
    let entered = false
    document.documentElement.requestFullscreen?.().then(
      () => (entered = true),
      () => {}, // started without a press of a key or button: the window has to do
    )
    const onChange = () => {
      if (entered && !document.fullscreenElement) end()
    }
    document.addEventListener('fullscreenchange', onChange)
    return () => {
      document.removeEventListener('fullscreenchange', onChange)
      if (document.fullscreenElement) void document.exitFullscreen().catch(() => {})
    }
  }, [end])
}
