import { Button, ProgressBar } from '@blueprintjs/core'
import { useEffect, useState } from 'react'
import type { WorkspaceOpening } from '../../../src-main/common/contract/workspace.ts'
import { api } from '../../client/api.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatDuration, formatNumber } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { usePhaseText } from '../../ui/phase.ts'

/** What core says of an opening that takes long, whoever asked for it; null where there is none. */
export function useOpening(): WorkspaceOpening | null {
  const [opening, setOpening] = useState<WorkspaceOpening | null>(null)
  useEffect(() => {
    let heard = false
    const off = api.on('workspace.opening', (state) => {
      heard = true
      setOpening(state)
    })
    // It may have begun before this window was there.
    api.call('workspace.opening', {}).then(
      (state) => heard || setOpening(state),
      () => {},
    )
    return off
  }, [])
  return opening
}

/** Why a workspace does not open at once, how far that is, and a way to put it off. */
export function OpeningState({ opening }: { opening: WorkspaceOpening }) {
  const t = useT()
  const phaseText = usePhaseText()
  const language = usePrefs((s) => s.language)
  const elapsed = useElapsed(opening.startedAt)
  const [stopping, setStopping] = useState(false)
  const { progress, fraction, secondsLeft, name } = opening
  const n = (value: number) => formatNumber(value, language)
  const step =
    progress.total !== null && progress.done < progress.total
      ? t('jobs.stepOf', { part: n(progress.done + 1), whole: n(progress.total) })
      : null
  const figures = [
    step,
    fraction !== null && `${Math.floor(fraction * 100)}%`,
    t('start.opening.elapsed', { time: formatDuration(elapsed) }),
    secondsLeft !== null && t('form.job.left', { time: formatDuration(secondsLeft) }),
  ]
  return (
    <section
      className="sh-start-opening"
      aria-label={t('start.opening.title', { name })}
      data-testid="start-opening"
    >
      <header>
        <h2>{t('start.opening.title', { name })}</h2>
        <Button
          size="small"
          text={t(stopping ? 'start.opening.stopping' : 'common.cancel')}
          disabled={stopping}
          data-testid="start-opening-cancel"
          onClick={() => {
            setStopping(true)
            api.call('workspace.cancelOpening', {}).catch(() => setStopping(false))
          }}
        />
      </header>
      <p>{t('start.opening.about')}</p>
      <div className="sh-start-opening-line">
        <span role="status">{phaseText(progress)}</span>
        <span className="sh-quiet sh-num">{figures.filter(Boolean).join(' · ')}</span>
      </div>
      <ProgressBar
        {...(fraction !== null && { value: fraction })}
        animate={fraction === null}
        stripes={fraction === null}
        aria-label={phaseText(progress)}
      />
      <p className="sh-quiet">{t('start.opening.harmless')}</p>
    </section>
  )
}

/** Seconds since a time, ms UTC; they go on while core is too busy to say anything. */
function useElapsed(since: number): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return Math.max(0, (now - since) / 1000)
}
