import { useCallback, useEffect, useId, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent, PointerEvent } from 'react'
import type { Span } from '../../../src-main/common/contract/selection.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useT } from '../../ui/i18n/index.ts'
import { laneAt } from './bands.ts'
import { SERIES } from './bins.ts'
import { BrushBox } from './brush-box.tsx'
import { cursorSpan, moveCursor, stepBrush, type BrushCursor } from './brush.ts'
import { PaintedCanvas } from './canvas.tsx'
import { clustersOf, lowerBound } from './events.ts'
import { useGestures } from './gestures.ts'
import { paintDetail } from './paint.ts'
import type { Pen } from './pen.ts'
import type { PlotModel } from './plot-model.ts'
import { DAY, panView, timeAt, xOf, zoomView } from './scale.ts'
import type { DetailScene } from './scene.ts'
import { targetAt, type Target } from './target.ts'
import { momentLabel } from './ticks.ts'
import { TimelineTooltip } from './tooltip.tsx'
import { zoneName } from './zone.ts'

const CLUSTER_PX = 7

export interface PlotProps {
  model: PlotModel
  view: Span
  bounds: Span
  brush: Span | null
  locked: boolean
  scroll: number
  /** The account whose marks are followed: the one in focus. */
  followed: number | null
  onScroll(by: number): void
  onView(view: Span): void
  onBrush(brush: Span | null): void
  /** An event, report or unusual window was chosen. */
  /** `rows`: not the thing itself, but the rows of files that state it. */
  onTarget(target: Target, rows: boolean): void
  onHoverAccount(account: number | null): void
  laneName(k: number): string
}

/** The scene of a model at a view: what is drawn, what a picture is made of, what the pointer asks. */
export function sceneOf(model: PlotModel, view: Span, scroll: number, followed: number | null): DetailScene {
  const { events, lanes, width } = model
  const isInView = (account: number) => {
    const { account: accounts, ts } = events!.events
    const end = lowerBound(ts, view.to)
    for (let i = lowerBound(ts, view.from); i < end; i++) if (accounts[i] === account) return true
    return false
  }
  return {
    ...model,
    view,
    scroll,
    // Others step back only for marks that can be seen.
    followed: events && followed !== null && isInView(followed) ? followed : null,
    anomalies: model.anomaliesAt(((view.to - view.from) / Math.max(1, width)) * 9),
    marks: events && {
      events: events.events,
      lane: events.lane,
      colours: events.colours,
      clusters:
        lanes.length === 0
          ? []
          : clustersOf(events.events, events.lane, view, width, CLUSTER_PX, events.code),
    },
  }
}

/** The detail: canvas below; brush, cursor and tooltip above it. */
export function TimelinePlot(props: PlotProps) {
  const { model, view, bounds, brush, scroll } = props
  const { bands, width, zone } = model
  const t = useT()
  const language = usePrefs((s) => s.language)
  const describedBy = useId()
  const surface = useRef<HTMLDivElement>(null)
  const [hover, setHover] = useState<{ x: number; y: number } | null>(null)
  const [cursor, setCursor] = useState<BrushCursor | null>(null)
  const [hovered, setHovered] = useState<number | null>(null)
  const scene = useMemo(
    () => sceneOf(model, view, scroll, hovered ?? props.followed),
    [model, view, scroll, hovered, props.followed],
  )
  const paint = useCallback((pen: Pen) => paintDetail(pen, scene), [scene])
  const finest = scene.hist.at(-1)
  const grid = useMemo(
    () => ({ from: finest?.from ?? bounds.from, binMs: finest?.binMs ?? 60_000 }),
    [finest, bounds.from],
  )
  const latest = useRef(props)
  latest.current = props

  const gestures = useGestures(surface, {
    view,
    bounds,
    width,
    panBelow: model.axis === 'since' ? -1 : bands.axisTop,
    brush,
    locked: props.locked,
    grid,
    onView: props.onView,
    onBrush: props.onBrush,
    onScroll: props.onScroll,
    onClick: (x, y, shift) => {
      const target = targetAt(scene, x, y)
      if (target && (target.kind === 'event' || target.kind === 'anomaly' || target.kind === 'reports'))
        props.onTarget(target, shift && target.kind !== 'anomaly')
      else if (brush && y < bands.axisTop && outsideOf(brush, timeAt(x, view, width))) props.onBrush(null)
    },
  })

  // A span grown with the keyboard becomes the selection when the hand rests, not at every press.
  const keyed = cursor ? cursorSpan(cursor, grid) : null
  const keyedFrom = keyed?.from
  const keyedTo = keyed?.to
  useEffect(() => {
    if (keyedFrom === undefined || keyedTo === undefined) return
    const timer = setTimeout(() => latest.current.onBrush({ from: keyedFrom, to: keyedTo }), 300)
    return () => clearTimeout(timer)
  }, [keyedFrom, keyedTo])

  const onPointerMove = (event: PointerEvent) => {
    gestures.handlers.onPointerMove(event)
    const box = surface.current!.getBoundingClientRect()
    const x = event.clientX - box.left
    const y = event.clientY - box.top
    setHover(x >= 0 && x <= width ? { x, y } : null)
    const target = gestures.busy ? null : targetAt(scene, x, y)
    const account = target?.kind === 'event' ? (accountOf(target) ?? null) : null
    setHovered(account)
    props.onHoverAccount(account)
  }
  const onPointerLeave = () => {
    setHover(null)
    setHovered(null)
    props.onHoverAccount(null)
  }
  const accountOf = (target: Target) =>
    target.kind === 'event' && target.cluster.n === 1
      ? scene.marks?.events.account[target.cluster.first]
      : undefined

  const bins = finest?.series[0].length ?? 0
  const cursorFrom = cursor ? grid.from + cursor.bin * grid.binMs : 0
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const zoom = (factor: number) =>
      props.onView(
        zoomView(view, bounds, factor, cursor ? cursorFrom + grid.binMs / 2 : (view.from + view.to) / 2),
      )
    const step = (by: number) => {
      const start = brush && brush.from >= view.from && brush.from < view.to ? brush.from : view.from
      const at = cursor ?? { bin: Math.max(0, Math.floor((start - grid.from) / grid.binMs)), anchor: null }
      const next = moveCursor(at, by, bins, event.shiftKey && model.axis === 'time')
      setCursor(next)
      // The view follows a cursor that leaves it.
      const ms = grid.from + next.bin * grid.binMs
      if (ms < view.from) props.onView(panView(view, bounds, -0.25))
      else if (ms + grid.binMs > view.to) props.onView(panView(view, bounds, 0.25))
    }
    const shift = (by: number, length?: number) =>
      brush && props.onBrush(stepBrush(brush, bounds, by, length))
    const keys: Record<string, () => void> = {
      ArrowLeft: () => step(-1),
      ArrowRight: () => step(1),
      ArrowUp: () => props.onScroll(-bands.laneHeight),
      ArrowDown: () => props.onScroll(bands.laneHeight),
      PageUp: () => props.onView(panView(view, bounds, -0.5)),
      PageDown: () => props.onView(panView(view, bounds, 0.5)),
      Home: () => step(-bins),
      End: () => step(bins),
      '+': () => zoom(1.6),
      '=': () => zoom(1.6),
      '-': () => zoom(1 / 1.6),
      _: () => zoom(1 / 1.6),
      '0': () => props.onView(bounds),
      '[': () => shift(-1),
      ']': () => shift(1),
      '{': () => shift(-1, DAY),
      '}': () => shift(1, DAY),
      Escape: () => {
        gestures.cancel()
        setCursor(null)
        props.onBrush(null)
      },
    }
    const act = keys[event.key]
    if (!act) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }

  const shownBrush = model.axis === 'since' ? null : (gestures.brushing ?? keyed ?? brush)
  const target = hover && !gestures.busy ? targetAt(scene, hover.x, hover.y) : null
  const moment = (ms: number) => momentLabel(ms, zone, language, { year: true, seconds: grid.binMs < 60_000 })
  // Asked for only where it is needed: it has the page laid out.
  const box = hover && target ? surface.current?.getBoundingClientRect() : undefined
  const hand = target?.kind === 'event' || target?.kind === 'anomaly' || target?.kind === 'reports'
  const brushLabel = shownBrush
    ? t('timeline.brush', { from: moment(shownBrush.from), to: moment(shownBrush.to) })
    : ''

  return (
    <div
      ref={surface}
      className={`tl-plot${gestures.panning ? ' is-panning' : ''}${hand ? ' is-hand' : ''}${model.axis === 'since' ? ' is-since' : ''}`}
      style={{ width, height: bands.height }}
      role="application"
      tabIndex={0}
      aria-label={t('timeline.aria')}
      aria-describedby={describedBy}
      data-testid="timeline-plot"
      {...gestures.handlers}
      onPointerMove={onPointerMove}
      onPointerLeave={onPointerLeave}
      onDoubleClick={(event) => {
        const at = timeAt(event.clientX - surface.current!.getBoundingClientRect().left, view, width)
        props.onView(event.shiftKey ? bounds : zoomView(view, bounds, 6, at))
      }}
      onKeyDown={onKeyDown}
      onBlur={() => setCursor(null)}
    >
      <PaintedCanvas width={width} height={bands.height} paint={paint} />
      {shownBrush && (
        <BrushBox
          span={shownBrush}
          view={view}
          width={width}
          height={bands.axisTop}
          label={brushLabel}
          locked={props.locked}
        />
      )}
      {cursor && (
        <div
          className="tl-cursor"
          style={{
            left: xOf(cursorFrom, view, width),
            width: Math.max(2, (grid.binMs / (view.to - view.from)) * width),
            height: bands.axisTop,
          }}
        />
      )}
      {hover && !gestures.busy && (
        <div className="tl-hair" style={{ left: hover.x, height: bands.axisTop }} />
      )}
      {hover && target && box && (
        <TimelineTooltip
          target={target}
          scene={scene}
          laneName={props.laneName}
          at={{
            x: box.left + hover.x,
            top: box.top + (laneAt(hover.y, bands, scroll, model.lanes.length) === null ? 0 : hover.y - 14),
            bottom: box.top + hover.y + 16,
          }}
        />
      )}
      <p id={describedBy} className="sh-visually-hidden">
        {model.axis === 'since'
          ? t('timeline.describeSince')
          : t('timeline.describe', {
              from: moment(view.from),
              to: moment(view.to),
              zone: zoneName(zone, view.from, view.to),
              anomalies: scene.anomalies.length,
            })}
      </p>
      <p className="sh-visually-hidden" aria-live="polite">
        {cursor && finest && cursor.bin < bins
          ? t('timeline.cursor', {
              from: moment(cursorFrom),
              to: moment(cursorFrom + grid.binMs),
              logins: finest.series[SERIES.indexOf('logins')][cursor.bin],
              failed: finest.series[SERIES.indexOf('failed')][cursor.bin],
              registrations: finest.series[SERIES.indexOf('registrations')][cursor.bin],
              other: finest.series[SERIES.indexOf('other')][cursor.bin],
            })
          : ''}
        {keyed ? ` ${brushLabel}` : ''}
      </p>
    </div>
  )
}

const outsideOf = (span: Span, ms: number) => ms < span.from || ms > span.to
