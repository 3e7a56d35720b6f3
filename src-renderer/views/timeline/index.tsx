import { useCallback, useEffect, useMemo, useRef, useState, type ComponentProps } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { AnomalyRow, Timeline } from '../../../src-main/common/contract/timeline.ts'
import type { Span } from '../../../src-main/common/contract/selection.ts'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { usePrefs } from '../../state/prefs.ts'
import { isEmptySelection, useSelection, without } from '../../state/selection.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { useT } from '../../ui/i18n/index.ts'
import { PanelHeader } from '../../ui/panel.tsx'
import { usePictureSource } from '../../ui/picture/sources.ts'
import { useAskRows } from '../../ui/provenance/use-ask-rows.ts'
import { EmptyState, ErrorState, Spinner } from '../../ui/states.tsx'
import { useSize } from '../../ui/use-size.ts'
import { useSteady } from '../../ui/use-steady.ts'
import { keysOfWorkspace, learnKey } from './account-keys.ts'
import { overviewHeight } from './bands.ts'
import { anomalyMarks, eventfulSpan } from './bins.ts'
import { durationWords } from './duration.ts'
import { ValueLegend } from './legend.tsx'
import { LockstepLine, useLockstep } from './lockstep-line.tsx'
import { GUTTER, laneSubject, LaneLabels, useLaneName } from './lanes.tsx'
import { Overview } from './overview.tsx'
import { timelinePicture } from './picture.ts'
import { histOf, movedSequence, type NamedLane, type PlotModel } from './plot-model.ts'
import { sceneOf, TimelinePlot } from './plot.tsx'
import { clampView, sameSpan } from './scale.ts'
import './slice.ts'
import { eventsIn, rowsOfEvents, rowsOfReports } from './source-rows.ts'
import { shownView, useShownView, useTimeline, useZoneId } from './store.ts'
import { TimelineTable } from './table.tsx'
import type { Target } from './target.ts'
import { viewLabel } from './ticks.ts'
import { Toolbar } from './toolbar.tsx'
import { useModel, viewAround } from './use-model.ts'
import { zoneName, zoneOf, type Zone } from './zone.ts'
import './timeline.css'

const LINE = 26
const NO_KINDS: readonly string[] = []
const MOST_REPORTS = 5000
const WATCHED = { on: ['facts' as const, 'runs' as const, 'judgements' as const] }

/** When it happened: the whole time above lanes of what is selected; brushing selects a span for every other view. */
export default function TimelineView() {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const info = useWorkspace((s) => s.info)
  const selection = useSelection((s) => s.selection)
  const patch = useSelection((s) => s.patch)
  const focus = useFocus((s) => s.focus)
  const [measure, size] = useSize()
  const { lanes, asTable, looked, locked, align, order, set } = useTimeline(
    useShallow((s) => ({
      lanes: s.lanes,
      asTable: s.asTable,
      looked: s.looked,
      locked: s.locked,
      align: s.align,
      order: s.order,
      set: s.set,
    })),
  )
  const zoneId = useZoneId()
  const others = useMemo(() => without(selection, 'time'), [selection])
  const brush = selection.time ?? null
  const exportOffset = info?.tzOffset ?? 0
  const zone = useMemo(() => zoneOf(zoneId, exportOffset), [zoneId, exportOffset])
  keysOfWorkspace(info?.path ?? null)

  const bounds = useMemo(() => (info?.span ? boundsOf(info.span) : null), [info?.span])
  const width = Math.max(0, size.width - GUTTER)
  const overview = overviewHeight(size.height)
  const isSince = lanes === 'accounts' && align !== 'time'
  const extra = (lanes === 'accounts' ? LINE : 0) + (isSince ? 0 : overview + 1)
  const found = useModel({
    ready: info !== null && info !== undefined,
    selection: others,
    bounds,
    zone,
    // Bins of days begin at midnight of the shown zone; one that has summer time, at that of now.
    tzOffset: zone.offsetAt(bounds?.to ?? 0),
    locale: language,
    width,
    height: size.height - extra,
  })
  const { data, model, ordered } = found
  const { whole } = data
  for (const lane of whole?.lanes ?? []) {
    const subject = laneSubject(lane.id)
    if (subject?.kind === 'account') learnKey(subject.id, lane.label)
  }
  const reports = useQuery(
    'timeline.reports',
    info && bounds ? { selection: others, span: bounds, limit: MOST_REPORTS } : null,
    WATCHED,
  ).data
  const lockstep = useLockstep(
    lanes === 'accounts' ? (found.aligned?.compared ?? found.accountEvents) : undefined,
  )
  const complete = useMemo<PlotModel | null>(
    () => model && { ...model, reports: model.axis === 'time' ? (reports ?? null) : null },
    [model, reports],
  )

  const axisBounds = found.aligned?.events.span ?? bounds
  const setView = useCallback(
    (next: Span) => {
      if (!axisBounds) return
      const kept = clampView(next, axisBounds)
      set({ [isSince ? 'since' : 'view']: sameSpan(kept, axisBounds) ? null : kept })
    },
    [axisBounds, isSince, set],
  )
  // The first look at a workspace goes where its events are; after that the view is the analyst's.
  useEffect(() => {
    if (!whole || !bounds || looked || whole.eventsInView === 0) return
    const span = eventfulSpan(whole)
    set({ looked: true, ...(span && { view: clampView(span, bounds) }) })
  }, [whole, bounds, looked, set])

  const { axis, shown, palette } = model ?? {}
  // Of the whole time alone: what is fetched in detail is not drawn there.
  const overviewOf = useMemo(
    () =>
      bounds && whole && shown && palette
        ? {
            width,
            height: overview,
            bounds,
            hist: axis === 'time' ? histOf(whole)[0]! : null,
            shown,
            anomalies: anomalyMarks(whole.anomalies, ((bounds.to - bounds.from) / Math.max(1, width)) * 3),
            zone,
            locale: language,
            palette,
          }
        : null,
    [width, overview, bounds, whole, axis, shown, zone, language, palette],
  )
  const laneName = useLaneName()
  const names = useMemo(() => ordered.map((lane) => laneName(lane)), [ordered, laneName])
  const scroll = useScroll(complete)
  const followed = focus?.kind === 'account' ? focus.id : null
  const chooseAnomalies = (anomalies: readonly AnomalyRow[]) => {
    patch({ anomalies: anomalies.map((a) => a.id) })
    setView(
      viewAround({
        from: Math.min(...anomalies.map((a) => a.from)),
        to: Math.max(...anomalies.map((a) => a.to)),
      }),
    )
  }
  const getView = useSteady(() => shownView(axisBounds ?? bounds!, isSince))
  const onBrush = useCallback((time: Span | null) => patch({ time: time ?? undefined }), [patch])
  const askRows = useAskRows()
  const onTarget = (target: Target, rows: boolean) => {
    const { show } = useFocus.getState()
    const events = complete?.events?.events
    if (rows && target.kind === 'event' && complete?.events) {
      const { events: columns, lane } = complete.events
      askRows(rowsOfEvents(eventsIn(target.cluster, columns, lane)), 'events')
    } else if (rows && target.kind === 'reports' && reports)
      askRows(rowsOfReports(target.rows.map((row) => reports.id[row])), 'reports')
    else if (target.kind === 'anomaly') chooseAnomalies(target.mark.anomalies)
    else if (target.kind === 'reports' && reports) show({ kind: 'report', id: reports.id[target.rows[0]] })
    else if (target.kind === 'event' && events) {
      const { cluster } = target
      if (cluster.n === 1) show({ kind: 'account', id: events.account[cluster.first] })
      else setView(around(events.ts[cluster.first], events.ts[cluster.last]))
    }
  }
  usePictureSource('timeline', () => {
    if (!complete || !axisBounds) return null
    return timelinePicture({
      overview: isSince ? null : overviewOf,
      detail: sceneOf(complete, shownView(axisBounds, isSince), scroll.at, followed),
      brush,
      laneNames: names,
      legend: found.legend,
    })
  })
  const empty = info && (!bounds || (whole && whole.eventsTotal === 0 && isBlank(whole)))
  return (
    <div className="sh-view tl-view" data-testid="timeline">
      <PanelHeader
        title={t('timeline.title')}
        about={whole && bounds && <About whole={whole} bounds={bounds} binMs={(data.fine ?? whole).binMs} />}
      >
        {bounds && !empty && (
          <Toolbar
            bounds={axisBounds ?? bounds}
            brush={isSince ? null : brush}
            zone={zone}
            exportOffset={exportOffset}
            kinds={found.accountEvents?.kinds ?? NO_KINDS}
            getView={getView}
            onView={setView}
            onBrush={onBrush}
          />
        )}
      </PanelHeader>
      {data.error && <ErrorState error={data.error} onRetry={data.refetch} compact />}
      <div className="tl-body" ref={measure} aria-busy={data.loading} data-loading={data.loading}>
        {!whole && !data.error && !empty && <Spinner />}
        {empty && (
          <EmptyState
            icon="time"
            title={t(isEmptySelection(others) ? 'timeline.emptyTitle' : 'timeline.emptySelectionTitle')}
          >
            {t(isEmptySelection(others) ? 'timeline.emptyText' : 'timeline.emptySelectionText')}
          </EmptyState>
        )}
        {whole &&
          bounds &&
          axisBounds &&
          complete &&
          !empty &&
          width > 0 &&
          (asTable ? (
            <TableHost
              since={isSince}
              axis={bounds}
              timeline={data.fine ?? whole}
              zone={zone}
              events={isSince ? null : found.events}
              laneName={(id, label) => laneName({ id, label })}
              onView={setView}
              onAnomaly={(anomaly) => chooseAnomalies([anomaly])}
            />
          ) : (
            <div className="tl-stage">
              {!isSince && overviewOf && (
                <div className="tl-row tl-overview-row">
                  <div className="tl-overview-name sh-quiet" style={{ width: GUTTER }}>
                    {t('timeline.overviewName')}
                  </div>
                  <OverviewHost {...overviewOf} brush={brush} onView={setView} />
                </div>
              )}
              {lanes === 'accounts' && (
                <LockstepLine
                  events={found.aligned?.compared ?? found.accountEvents}
                  lockstep={lockstep}
                  aligned={isSince}
                  left={found.aligned?.left ?? 0}
                />
              )}
              <div className="tl-row">
                <LaneLabels
                  lanes={ordered}
                  bands={complete.bands}
                  pinned={found.pins}
                  highlighted={found.highlighted}
                  scroller={scroll.ref}
                  onScrolled={scroll.set}
                  onPin={useTimeline.getState().togglePin}
                  onMove={(id, by) => set({ sequence: movedSequence(ordered, found.pins, id, by) })}
                  movable={order === 'given'}
                  zone={isSince ? null : <AxisZone bounds={bounds} zone={zone} />}
                />
                <PlotHost
                  since={isSince}
                  model={complete}
                  bounds={axisBounds}
                  brush={brush}
                  locked={locked}
                  scroll={scroll.at}
                  followed={followed}
                  onScroll={(by) => scroll.ref.current?.scrollBy({ top: by })}
                  onView={setView}
                  onBrush={onBrush}
                  onTarget={onTarget}
                  onHoverAccount={(account) => useFocus.getState().hover({ account })}
                  laneName={(k) => names[k] ?? ''}
                />
              </div>
              <Notes lanes={ordered} kind={lanes} whole={whole} />
              {found.legend.length > 0 && <ValueLegend entries={found.legend} />}
            </div>
          ))}
      </div>
    </div>
  )
}

// What draws the shown time follows it by itself: a zoom renders these and nothing around them.
function PlotHost(props: Omit<ComponentProps<typeof TimelinePlot>, 'view'> & { since: boolean }) {
  const { since, ...rest } = props
  return <TimelinePlot {...rest} view={useShownView(props.bounds, since)} />
}
function OverviewHost(props: Omit<ComponentProps<typeof Overview>, 'view'>) {
  return <Overview {...props} view={useShownView(props.bounds, false)} />
}
function TableHost(
  props: Omit<ComponentProps<typeof TimelineTable>, 'view'> & { since: boolean; axis: Span },
) {
  const { since, axis, ...rest } = props
  const view = useShownView(axis, false)
  return <TimelineTable {...rest} view={since ? axis : view} />
}
function AxisZone(props: { bounds: Span; zone: Zone }) {
  const view = useShownView(props.bounds, false)
  return zoneName(props.zone, view.from, view.to)
}

function About(props: { whole: Timeline; bounds: Span; binMs: number }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const { view, align, lanes } = useTimeline(
    useShallow((s) => ({ view: s.view, align: s.align, lanes: s.lanes })),
  )
  const zone = useZoneId()
  const exportOffset = useWorkspace((s) => s.info?.tzOffset ?? 0)
  const shown = view ?? props.bounds
  const at = zoneOf(zone, exportOffset)
  if (lanes === 'accounts' && align !== 'time') return t('timeline.sinceAxis')
  return [
    viewLabel(shown, at, language),
    t('timeline.perBin', { width: durationWords(props.binMs, language) }),
    t('timeline.total', { count: props.whole.eventsInView }),
  ].join(' · ')
}

/** Why there is nothing where something might be expected. */
function Notes(props: { lanes: readonly NamedLane[]; kind: string; whole: Timeline }) {
  const t = useT()
  const { lanes, kind, whole } = props
  if (isBlank(whole)) return <p className="tl-none sh-quiet">{t('timeline.noneInView')}</p>
  if (lanes.length > 0) return null
  if (kind === 'accounts') return <p className="tl-hint sh-quiet">{t('timeline.noAccountLanes')}</p>
  if (kind === 'entities') return <p className="tl-hint sh-quiet">{t('timeline.noEntityLanes')}</p>
  return null
}

/** How far the lanes are scrolled; their labels' own scrollbar is the one. */
function useScroll(model: PlotModel | null) {
  const ref = useRef<HTMLDivElement>(null)
  const [at, set] = useState(0)
  const most = model ? Math.max(0, model.lanes.length * model.bands.laneHeight - model.bands.lanesHeight) : 0
  return { ref, at: Math.min(at, most), set }
}

/** All of the time with a little room, so that what is at its ends can be seen; at least a minute. */
export function boundsOf(span: Span): Span {
  const room = Math.max(30_000, (span.to - span.from) * 0.004)
  return { from: span.from - room, to: span.to + room }
}

function around(a: number, b: number): Span {
  const from = Math.min(a, b)
  const to = Math.max(a, b)
  const room = Math.max(5000, (to - from) * 0.25)
  return { from: from - room, to: to + room }
}

function isBlank(timeline: Timeline): boolean {
  return [timeline.logins, timeline.failed, timeline.registrations, timeline.other].every((counts) =>
    counts.every((n) => n === 0),
  )
}
