import { Button } from '@blueprintjs/core'
import { useState, type PointerEvent } from 'react'
import type { Timeline } from '../../../src-main/common/contract/timeline.ts'
import { useQuery } from '../../client/use-query.ts'
import { useLayout } from '../../state/layout.ts'
import { useSelection } from '../../state/selection.ts'
import { formatInstant, formatZone } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { useNumbers } from '../../ui/numbers.ts'
import { Section } from '../../ui/panel.tsx'
import './pages.css'

const BINS = 120
const HEIGHT = 44
/** Share of the bins without an event from which the quiet beginning is left out. */
const QUIET = 0.4

/** Where the first event that is no registration stands, when it is far along; null: near the beginning. */
export function quietBefore(
  data: Pick<Timeline, 'from' | 'binMs' | 'logins' | 'failed' | 'other' | 'registrations'>,
): { from: number; registered: number } | null {
  const bins = data.logins.length
  let first = 0
  let registered = 0
  while (first < bins && !(data.logins[first]! + data.failed[first]! + data.other[first]!))
    registered += data.registrations[first++]!
  if (first === bins || first < bins * QUIET) return null
  return { from: data.from + first * data.binMs, registered }
}

/** When a community acts: its registrations, logins and failures, with what was unusual; a drag brushes time everywhere. */
export function ActivitySection(props: { id: number }) {
  const t = useT()
  const { n } = useNumbers()
  const patch = useSelection((s) => s.patch)
  const remove = useSelection((s) => s.remove)
  const time = useSelection((s) => s.selection.time)
  const showPanel = useLayout((s) => s.show)
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null)
  const selection = { communities: [props.id] }
  const options = { on: ['facts' as const, 'runs' as const], reset: true }
  const whole = useQuery('timeline.get', { selection, bins: BINS, lanes: 'none' }, options)
  // Accounts often register years before the log begins: then the time that has events is shown alone.
  const begin = whole.data ? quietBefore(whole.data) : null
  const part = useQuery(
    'timeline.get',
    begin === null || !whole.data
      ? null
      : { selection, bins: BINS, lanes: 'none', span: { from: begin.from, to: whole.data.to } },
    options,
  )
  const data = begin === null ? whole.data : part.data
  if (!data || data.eventsInView === 0) return null
  const bins = data.logins.length
  const sum = (i: number) => data.logins[i]! + data.failed[i]! + data.registrations[i]! + data.other[i]!
  let most = 1
  for (let i = 0; i < bins; i++) most = Math.max(most, sum(i))
  const zone = data.tzOffset
  const width = 1000
  const at = (ms: number) => ((ms - data.from) / (bins * data.binMs)) * width
  const msAt = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    const share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width))
    return data.from + Math.floor(share * bins) * data.binMs
  }
  const span = drag
    ? { from: Math.min(drag.from, drag.to), to: Math.max(drag.from, drag.to) + data.binMs }
    : (time ?? null)
  const bar = (i: number, from: number, count: number, kind: string) =>
    count > 0 && (
      <rect
        key={kind}
        className={`activity-${kind}`}
        x={(i * width) / bins}
        width={width / bins - 0.6}
        y={HEIGHT - ((from + count) / most) * HEIGHT}
        height={(count / most) * HEIGHT}
      />
    )
  const words = t('pages.activity.words', {
    events: n(data.eventsInView),
    from: formatInstant(data.from, zone, false),
    to: formatInstant(data.to, zone, false),
  })
  return (
    <Section
      title={t('pages.activity.title')}
      testId="activity"
      tools={
        <span className="activity-tools">
          <span className="sh-quiet">{formatZone(zone)}</span>
          <Button
            size="small"
            variant="minimal"
            icon="timeline-events"
            text={t('pages.activity.open')}
            onClick={() => {
              patch({ communities: [props.id] })
              showPanel('timeline')
            }}
          />
        </span>
      }
    >
      <svg
        className="activity"
        viewBox={`0 0 ${width} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          const ms = msAt(event)
          setDrag({ from: ms, to: ms })
        }}
        onPointerMove={(event) => drag && setDrag({ from: drag.from, to: msAt(event) })}
        onPointerUp={() => {
          if (span) patch({ time: span })
          setDrag(null)
        }}
        onPointerCancel={() => setDrag(null)}
      >
        {data.anomalies.map((a) => (
          <rect
            key={a.id}
            className="activity-unusual"
            x={at(a.from)}
            width={Math.max(2, at(a.to) - at(a.from))}
            y="0"
            height={HEIGHT}
          />
        ))}
        {Array.from({ length: bins }, (_, i) => (
          <g key={i}>
            {bar(i, 0, data.registrations[i]!, 'registration')}
            {bar(i, data.registrations[i]!, data.failed[i]!, 'failed')}
            {bar(i, data.registrations[i]! + data.failed[i]!, data.logins[i]! + data.other[i]!, 'login')}
          </g>
        ))}
        {span && (
          <rect
            className="activity-brush"
            x={Math.max(0, at(span.from))}
            width={Math.max(1, Math.min(width, at(span.to)) - Math.max(0, at(span.from)))}
            y="0"
            height={HEIGHT}
          />
        )}
      </svg>
      <div className="strip-ends sh-quiet">
        <span>{formatInstant(data.from, zone, false)}</span>
        <span>
          {begin &&
            begin.registered > 0 &&
            `${t('pages.activity.before', { count: n(begin.registered) })}${t('pages.semicolon')}`}
          {t('pages.activity.legend')}
        </span>
        <span>{formatInstant(data.to, zone, false)}</span>
      </div>
      {time && (
        <button type="button" className="link" onClick={() => remove('time')}>
          {t('pages.activity.all')}
        </button>
      )}
    </Section>
  )
}
