import { Button, Icon, ProgressBar } from '@blueprintjs/core'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { allCommands, keysText } from '../../frame/commands.ts'
import { openHelp } from '../../state/help.ts'
import { isActive, useJobs } from '../../state/jobs.ts'
import { formatDuration } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { usePhaseText } from '../../ui/phase.ts'
import { useToasts } from '../../ui/toast.tsx'
import { cardSpot, type Spot } from './card-place.ts'
import { arrive, follow, STEPS, TASKS } from './steps.ts'
import { useTour } from './store.ts'
import { reveal, useTarget } from './use-target.ts'
import { useWorld } from './use-world.ts'
import './tour.css'

const RING = 5

/**
 * The tour's card: stands beside the real control, says what to do, and goes on when it was done. It covers nothing that
 * it points at, holds no focus, and takes no click but its own.
 */
export function Coach() {
  const t = useT()
  const { step: index, already, asked, set, leave } = useTour()
  const { world, none } = useWorld()
  const { target, look } = useTarget(index, world)
  const card = useRef<HTMLDivElement>(null)
  const [spot, setSpot] = useState<Spot | null>(null)
  const id = useId()
  const say = useToasts((s) => s.say)
  const step = STEPS[index]!
  const last = index === STEPS.length - 1
  const go = (to: number) => set(arrive(to, world))

  useEffect(() => {
    const now = { step: index, already }
    const next = follow(now, world)
    if (next !== now) set(next)
  }, [index, already, world, set])
  useEffect(() => {
    if (asked > 0) card.current?.focus()
  }, [asked])
  useLayoutEffect(() => {
    const element = card.current
    if (!element) return
    const stand = () => {
      const page = { left: 0, top: 0, width: window.innerWidth, height: window.innerHeight }
      const next = cardSpot(target?.around ?? null, element.getBoundingClientRect(), page)
      setSpot((old) =>
        old && old.left === next.left && old.top === next.top && old.side === next.side ? old : next,
      )
    }
    stand()
    const observer = new ResizeObserver(stand)
    observer.observe(element)
    window.addEventListener('resize', stand)
    return () => {
      observer.disconnect()
      window.removeEventListener('resize', stand)
    }
  }, [target])
  const end = () => {
    target?.element?.focus()
    leave()
    if (!last) say(t('tour.left'), 'done', { text: t('tour.goOn'), run: () => useTour.getState().resume() })
  }
  const ending = useRef(end)
  ending.current = end
  useEffect(() => {
    // Where nothing has the focus, Escape is the card's; everywhere else it is what it was.
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return
      if (event.target !== document.body && !card.current?.contains(event.target as Node)) return
      event.preventDefault()
      ending.current()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  const showMe = () => {
    // A place on the map's canvas is found by the map's own keys.
    const element = target?.element ?? document.querySelector<HTMLElement>('[data-testid="map-canvas"]')
    if (!target || !element) return
    reveal(element)
    const inside = FOCUSABLE.flatMap((kind) => [...element.querySelectorAll<HTMLElement>(kind)])[0]
    ;(element.matches(FOCUSABLE.join()) ? element : inside)?.focus()
    look()
  }

  const task = STEPS.slice(0, index + 1).filter(({ done }) => done !== undefined).length
  const title = t(`tour.step.${step.id}.title`, { name: world.name })
  const text = t(`tour.step.${step.id}.text`, {
    name: world.name,
    thing: (step.id === 'innocent' ? world.harmless : world.telling) ?? t('tour.aThing'),
  })
  const keys = (step.keys ?? []).flatMap((command) => {
    const found = allCommands().find(({ id: one }) => one === command)?.keys?.[0]
    return found === undefined ? [] : [keysText(found)]
  })
  return createPortal(
    <>
      {target && world.ready && (
        <div
          className="sh-tour-ring"
          aria-hidden="true"
          style={{
            left: target.box.left - RING,
            top: target.box.top - RING,
            width: target.box.width + 2 * RING,
            height: target.box.height + 2 * RING,
          }}
        />
      )}
      <p className="sh-visually-hidden" role="status">
        {`${title}. ${text}`}
      </p>
      <div
        ref={card}
        className="sh-tour"
        role="dialog"
        aria-modal={false}
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-text`}
        tabIndex={-1}
        data-testid="tour"
        data-step={step.id}
        data-side={spot?.side}
        // Out of sight until it is measured; what is hidden could not take the focus.
        style={spot ? { left: spot.left, top: spot.top } : { left: -9999, top: 0 }}
      >
        <div className="sh-tour-card">
          <header>
            <span className="sh-caps">
              {step.done ? t('tour.progress', { step: task, of: TASKS }) : t('tour.title')}
            </span>
            <span className="sh-simulated">{t('frame.status.simulated')}</span>
            <Button
              variant="minimal"
              size="small"
              icon={<Icon icon="small-cross" size={14} />}
              aria-label={t('tour.leave')}
              title={t('tour.leave')}
              data-testid="tour-leave"
              onClick={end}
            />
          </header>
          <h2 id={`${id}-title`}>{title}</h2>
          <p id={`${id}-text`}>{none ? t('tour.noCase') : text}</p>
          {index === 0 && !world.ready && !none && <Waiting />}
          {already && (
            <p className="sh-tour-already">
              <Icon icon="tick-circle" size={14} /> {t('tour.already')}
            </p>
          )}
          {last && (
            <div className="sh-tour-after">
              <Button
                size="small"
                icon="manual"
                text={t('tour.handbook')}
                onClick={() => openHelp('methods')}
              />
            </div>
          )}
          <div
            className="sh-tour-dots"
            role="progressbar"
            aria-label={t('tour.title')}
            aria-valuemin={0}
            aria-valuemax={STEPS.length - 1}
            aria-valuenow={index}
          >
            {STEPS.map(({ id: one }, i) => (
              <span key={one} className={i < index ? 'is-past' : i === index ? 'is-now' : undefined} />
            ))}
          </div>
          <footer>
            {index > 0 && !last && (
              <Button
                variant="minimal"
                size="small"
                text={t('common.back')}
                data-testid="tour-back"
                onClick={() => go(index - 1)}
              />
            )}
            <span className="sh-tour-gap" />
            {step.done && !already && (
              <Button
                variant="minimal"
                size="small"
                text={t('tour.showMe')}
                title={t('tour.showMeAbout')}
                disabled={!target}
                data-testid="tour-show"
                onClick={showMe}
              />
            )}
            {keys.map((one) => (
              <kbd key={one} className="sh-kbd">
                {one}
              </kbd>
            ))}
            <Button
              size="small"
              {...(!step.done || already ? { intent: 'primary' as const } : { variant: 'minimal' as const })}
              disabled={index === 0 && !world.ready}
              text={t(
                index === 0 ? 'tour.begin' : last ? 'tour.finish' : already ? 'tour.next' : 'tour.skip',
              )}
              data-testid="tour-next"
              onClick={() => (last ? end() : go(index + 1))}
            />
          </footer>
        </div>
      </div>
    </>,
    document.body,
  )
}

/** What takes the focus inside a part of a view, the telling kinds first. */
const FOCUSABLE = ['input', 'button', 'a[href]', '[tabindex]:not([tabindex="-1"])']

/** How far the import and the analysis are that the tour waits for. */
function Waiting() {
  const t = useT()
  const phase = usePhaseText()
  const job = useJobs((s) => s.jobs.find(isActive))
  if (!job) return <p className="sh-quiet">{t('tour.preparing')}</p>
  return (
    <div className="sh-tour-wait">
      <span className="sh-quiet">
        {job.progress ? phase(job.progress) : t(`frame.job.${job.kind}`)}
        {job.secondsLeft !== null &&
          ` · ${t('frame.status.left', { time: formatDuration(job.secondsLeft) })}`}
      </span>
      <ProgressBar
        {...(job.fraction !== null && { value: job.fraction })}
        animate={job.fraction === null}
        stripes={job.fraction === null}
        aria-label={t('tour.preparing')}
      />
    </div>
  )
}
