import { Button, Checkbox, InputGroup } from '@blueprintjs/core'
import { useEffect, useRef, useState } from 'react'
import type { Span } from '../../../src-main/common/contract/selection.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatInstant } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { stepBrush } from './brush.ts'
import { durationWords } from './duration.ts'
import { parseMoment } from './parse-moment.ts'
import { DAY } from './scale.ts'
import { useTimeline } from './store.ts'
import { wallOf, zoneName, type Zone } from './zone.ts'

const PLAY_EVERY_MS = 900

/** The selected time in digits: typed, locked to its length, stepped and played. */
export function TimeFields(props: {
  brush: Span | null
  bounds: Span
  getView(): Span
  zone: Zone
  onBrush(brush: Span | null): void
}) {
  const { brush, bounds, zone, getView, onBrush } = props
  const t = useT()
  const language = usePrefs((s) => s.language)
  const locked = useTimeline((s) => s.locked)
  const set = useTimeline((s) => s.set)
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [wrong, setWrong] = useState(false)
  const still = usePrefs((s) => s.reduceMotion)
  const brushFrom = brush?.from
  const brushTo = brush?.to
  useEffect(() => {
    const say = (ms: number) => formatInstant(wallOf(ms, zone), 0, true, true)
    setFrom(brushFrom === undefined ? '' : say(brushFrom))
    setTo(brushTo === undefined ? '' : say(brushTo))
    setWrong(false)
  }, [brushFrom, brushTo, zone])

  const apply = () => {
    const a = parseMoment(from, zone)
    const b = parseMoment(to, zone, true)
    if (a === null || b === null || b <= a) return setWrong(true)
    onBrush({ from: a, to: b })
  }
  const [playing, setPlaying] = usePlay(brush, bounds, onBrush)
  const length = brush ? brush.to - brush.from : 0
  const atEnd = !brush || brush.to >= bounds.to - 1
  return (
    <form
      className="tl-fields"
      onSubmit={(event) => {
        event.preventDefault()
        apply()
      }}
    >
      <h3 className="sh-caps">{t('timeline.fields.title')}</h3>
      <div className="tl-fields-row">
        <InputGroup
          value={from}
          intent={wrong ? 'danger' : 'none'}
          placeholder={t('timeline.fields.pattern')}
          aria-label={t('timeline.fields.from')}
          data-testid="timeline-from"
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <span aria-hidden="true">–</span>
        <InputGroup
          value={to}
          intent={wrong ? 'danger' : 'none'}
          placeholder={t('timeline.fields.pattern')}
          aria-label={t('timeline.fields.to')}
          data-testid="timeline-to"
          onChange={(event) => setTo(event.currentTarget.value)}
        />
      </div>
      <p className="sh-quiet">
        {t('timeline.fields.zone', { zone: zoneName(zone, brush?.from ?? bounds.to) })}
        {brush && ` · ${durationWords(length, language)}`}
      </p>
      {wrong && (
        <p className="sh-bad" role="alert">
          {t('timeline.fields.wrong')}
        </p>
      )}
      <div className="tl-fields-row">
        <Button type="submit" size="small" intent="primary" data-testid="timeline-apply">
          {t('timeline.fields.apply')}
        </Button>
        <Button size="small" onClick={() => onBrush(getView())}>
          {t('timeline.fields.view')}
        </Button>
        <Button size="small" disabled={!brush} onClick={() => onBrush(null)}>
          {t('timeline.fields.clear')}
        </Button>
      </div>
      <Checkbox
        checked={locked}
        disabled={!brush && !locked}
        label={t('timeline.fields.lock')}
        onChange={(event) => set({ locked: event.currentTarget.checked })}
      />
      <div className="tl-fields-row">
        <Button
          size="small"
          icon="step-backward"
          disabled={!brush}
          aria-label={t('timeline.fields.back')}
          title={`${t('timeline.fields.back')} [`}
          onClick={() => brush && onBrush(stepBrush(brush, bounds, -1))}
        />
        {!still && (
          <Button
            size="small"
            icon={playing ? 'pause' : 'play'}
            disabled={!brush || (!playing && atEnd)}
            aria-pressed={playing}
            onClick={() => setPlaying(!playing)}
          >
            {t(playing ? 'timeline.fields.pause' : 'timeline.fields.play')}
          </Button>
        )}
        <Button
          size="small"
          icon="step-forward"
          disabled={!brush}
          aria-label={t('timeline.fields.forward')}
          title={`${t('timeline.fields.forward')} ]`}
          onClick={() => brush && onBrush(stepBrush(brush, bounds, 1))}
        />
        <Button
          size="small"
          disabled={!brush}
          title="}"
          onClick={() => brush && onBrush(stepBrush(brush, bounds, 1, DAY))}
        >
          {t('timeline.fields.day')}
        </Button>
      </div>
    </form>
  )
}

/** Steps the selected time by its own length until the end; stops when somebody else changes it or the panel goes. */
function usePlay(
  brush: Span | null,
  bounds: Span,
  onBrush: (brush: Span) => void,
): [boolean, (playing: boolean) => void] {
  const [playing, setPlaying] = useState(false)
  const latest = useRef({ brush, bounds, onBrush })
  latest.current = { brush, bounds, onBrush }
  useEffect(() => {
    if (!playing) return
    const timer = setInterval(() => {
      const { brush, bounds, onBrush } = latest.current
      if (!brush || brush.to >= bounds.to - 1) return setPlaying(false)
      onBrush(stepBrush(brush, bounds, 1))
    }, PLAY_EVERY_MS)
    return () => clearInterval(timer)
  }, [playing])
  return [playing && brush !== null, setPlaying]
}
