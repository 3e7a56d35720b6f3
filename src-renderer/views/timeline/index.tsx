import { Button, ButtonGroup, HTMLSelect, SegmentedControl } from '@blueprintjs/core'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { AppInput } from '../../../src-main/common/contract/index.ts'
import type { Span } from '../../../src-main/common/contract/selection.ts'
import { useQuery } from '../../client/use-query.ts'
import { usePrefs } from '../../state/prefs.ts'
import { isEmptySelection, useSelection, without } from '../../state/selection.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { Hint } from '../../ui/explain.tsx'
import { useT } from '../../ui/i18n/index.ts'
import { PanelHeader } from '../../ui/panel.tsx'
import { EmptyState, ErrorState, Spinner } from '../../ui/states.tsx'
import { eventfulSpan } from './bins.ts'
import { bandsFor } from './draw.ts'
import { durationWords } from './duration.ts'
import { LaneLabels } from './lanes.tsx'
import { TimelinePlot } from './plot.tsx'
import { binsFor, clampView, panView, sameSpan, zoneName, zoomView } from './scale.ts'
import { TimelineTable } from './table.tsx'
import { useSize } from '../../ui/use-size.ts'
import './timeline.css'

type Lanes = NonNullable<AppInput<'timeline.get'>['lanes']>
const LANES: Lanes[] = ['communities', 'accounts', 'contexts', 'none']
const GUTTER = 120
const SETTLE_MS = 120

/** When it happened: an overview above lanes; brushing it selects a span of time for every other view. */
export default function TimelineView() {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const info = useWorkspace((s) => s.info)
  const selection = useSelection((s) => s.selection)
  const patch = useSelection((s) => s.patch)
  const [measure, size] = useSize()
  const [lanes, setLanes] = useState<Lanes>('communities')
  const [utc, setUtc] = useState(false)
  const [asTable, setAsTable] = useState(false)
  /** null: the whole time. */
  const [view, setView] = useState<Span | null>(null)
  const asked = useSettled(view, SETTLE_MS)
  const width = Math.max(0, size.width - GUTTER)
  const maxLanes = Math.min(12, Math.max(2, Math.floor((size.height - 100) / 22)))
  const others = useMemo(() => without(selection, 'time'), [selection])
  const query = useQuery(
    'timeline.get',
    info && width > 0
      ? {
          selection: others,
          bins: binsFor(width),
          lanes,
          maxLanes,
          ...(asked && { span: asked }),
        }
      : null,
    { on: ['facts', 'runs', 'judgements'] },
  )
  const timeline = query.data
  const whole = useMemo(() => {
    if (info?.span) return { from: info.span.from, to: Math.max(info.span.to, info.span.from + 60_000) }
    return timeline ? { from: timeline.from, to: timeline.to } : null
  }, [info?.span, timeline])
  const shown = view ?? whole
  const tzOffset = utc ? 0 : (info?.tzOffset ?? timeline?.tzOffset ?? 0)
  const bands = useMemo(
    () => bandsFor(size.height, timeline?.lanes.length ?? 0),
    [size.height, timeline?.lanes.length],
  )
  const brush = selection.time ?? null
  const move = useCallback((next: Span) => setView(whole && sameSpan(next, whole) ? null : next), [whole])
  // What is known of the whole time can change with an import; a view outside of it would show nothing.
  const path = info?.path
  const looked = useRef<string | null>(null)
  useEffect(() => {
    looked.current = null
    setView(null)
  }, [path])
  // The first look at a workspace goes where its events are; after that the view is the analyst's.
  useEffect(() => {
    if (!timeline || !path || looked.current === path || timeline.eventsInView === 0) return
    looked.current = path
    const span = eventfulSpan(timeline)
    if (span && whole) setView(clampView(span, whole))
  }, [timeline, path, whole])

  const empty = timeline && timeline.eventsTotal === 0 && allZero(timeline.registrations)
  const about =
    timeline &&
    `${info && info.tzOffset !== 0 ? '' : `${zoneName(tzOffset)} · `}${t('timeline.inView', {
      inView: timeline.eventsInView,
      total: timeline.eventsTotal,
    })} · ${t('timeline.perBin', { width: durationWords(timeline.binMs, language) })}`

  return (
    <div className="sh-view tl-view" data-testid="timeline">
      <PanelHeader title={t('timeline.title')} about={about}>
        {info && info.tzOffset !== 0 && (
          <SegmentedControl
            size="small"
            aria-label={t('timeline.zone')}
            value={utc ? 'utc' : 'workspace'}
            onValueChange={(value) => setUtc(value === 'utc')}
            options={[
              { value: 'workspace', label: zoneName(info.tzOffset) },
              { value: 'utc', label: 'UTC' },
            ]}
          />
        )}
        <label className="tl-select">
          <span className="sh-quiet tl-select-name">{t('timeline.lanes')}</span>
          <HTMLSelect
            minimal
            value={lanes}
            aria-label={t('timeline.lanes')}
            onChange={(event) => setLanes(event.currentTarget.value as Lanes)}
            options={LANES.map((value) => ({ value, label: t(`timeline.lane.${value}`) }))}
          />
        </label>
        {whole && shown && (
          <ButtonGroup variant="minimal">
            <Tool
              text={t('timeline.earlier')}
              icon="chevron-left"
              onClick={() => move(panView(shown, whole, -0.5))}
            />
            <Tool
              text={t('timeline.later')}
              icon="chevron-right"
              onClick={() => move(panView(shown, whole, 0.5))}
            />
            <Tool
              text={t('timeline.zoomOut')}
              keys="-"
              icon="minus"
              onClick={() => move(zoomView(shown, whole, 1 / 1.6, (shown.from + shown.to) / 2))}
            />
            <Tool
              text={t('timeline.zoomIn')}
              keys="+"
              icon="plus"
              onClick={() => move(zoomView(shown, whole, 1.6, (shown.from + shown.to) / 2))}
            />
            {brush ? (
              <Tool text={t('timeline.zoomToBrush')} icon="zoom-to-fit" onClick={() => move(brush)} />
            ) : (
              <Tool text={t('timeline.whole')} keys="0" icon="zoom-to-fit" onClick={() => setView(null)} />
            )}
          </ButtonGroup>
        )}
        {brush && (
          <Tool
            text={t('timeline.clearBrush')}
            keys="Esc"
            icon="cross"
            onClick={() => patch({ time: undefined })}
          />
        )}
        <Button
          size="small"
          variant="minimal"
          icon={asTable ? 'timeline-bar-chart' : 'th'}
          aria-label={asTable ? t('timeline.asChart') : t('timeline.asTable')}
          title={asTable ? t('timeline.asChart') : t('timeline.asTable')}
          aria-pressed={asTable}
          data-testid="timeline-as-table"
          onClick={() => setAsTable(!asTable)}
        />
      </PanelHeader>
      {query.error && <ErrorState error={query.error} onRetry={query.refetch} compact />}
      <div className="tl-body" ref={measure} aria-busy={query.loading}>
        {!timeline && !query.error && <Spinner />}
        {empty && (
          <EmptyState
            icon="time"
            title={t(isEmptySelection(others) ? 'timeline.emptyTitle' : 'timeline.emptySelectionTitle')}
          >
            {t(isEmptySelection(others) ? 'timeline.emptyText' : 'timeline.emptySelectionText')}
          </EmptyState>
        )}
        {timeline && shown && whole && !empty && asTable && (
          <TimelineTable timeline={timeline} tzOffset={tzOffset} />
        )}
        {timeline && shown && whole && !empty && !asTable && width > 0 && (
          <>
            <LaneLabels lanes={timeline.lanes} bands={bands} />
            {timeline.eventsInView === 0 && allZero(timeline.registrations) && (
              <p className="tl-none sh-quiet">{t('timeline.noneInView')}</p>
            )}
            {lanes === 'accounts' && timeline.lanes.length === 0 && (
              <p className="tl-hint sh-quiet">{t('timeline.noAccountLanes')}</p>
            )}
            <TimelinePlot
              timeline={timeline}
              view={shown}
              bounds={whole}
              brush={brush}
              bands={bands}
              width={width}
              tzOffset={tzOffset}
              onView={move}
              onBrush={(time) => patch({ time: time ?? undefined })}
            />
          </>
        )}
      </div>
    </div>
  )
}

function Tool(props: {
  text: string
  keys?: string
  icon: 'minus' | 'plus' | 'zoom-to-fit' | 'cross' | 'chevron-left' | 'chevron-right'
  onClick(): void
}) {
  return (
    <Hint text={props.text} {...(props.keys && { keys: props.keys })}>
      <Button
        size="small"
        variant="minimal"
        icon={props.icon}
        aria-label={props.text}
        onClick={props.onClick}
      />
    </Hint>
  )
}

/** A value that follows after it has rested for a while: one question per gesture, not one per wheel step. */
function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}

function allZero(counts: Uint32Array): boolean {
  return counts.every((n) => n === 0)
}
