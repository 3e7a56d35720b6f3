import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent, PointerEvent } from 'react'
import type { Span } from '../../../src-main/common/contract/selection.ts'
import type { Timeline } from '../../../src-main/common/contract/timeline.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useT } from '../../ui/i18n/index.ts'
import { anomalyMarks, binAt } from './bins.ts'
import { cursorSpan, dragTo, draggedSpan, grab, moveCursor } from './brush.ts'
import type { BrushCursor, BrushDrag } from './brush.ts'
import { drawTimeline, type Bands } from './draw.ts'
import { usePalette } from './palette.ts'
import { momentLabel, panView, sameSpan, timeAt, xOf, zoneName, zoomView } from './scale.ts'
import { TimelineTooltip } from './tooltip.tsx'

const GRIP_PX = 6
const CLICK_PX = 3

export interface PlotProps {
  timeline: Timeline
  view: Span
  bounds: Span
  brush: Span | null
  bands: Bands
  width: number
  tzOffset: number
  onView(view: Span): void
  onBrush(brush: Span | null): void
}

type Gesture =
  { kind: 'brush'; drag: BrushDrag; startX: number } | { kind: 'pan'; startX: number; view: Span }

/** The drawn part: canvas below, brush, cursor and tooltip above it. */
export function TimelinePlot(props: PlotProps) {
  const { timeline, view, bounds, brush, bands, width, tzOffset } = props
  const t = useT()
  const language = usePrefs((s) => s.language)
  const palette = usePalette()
  const describedBy = useId()
  const surface = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [gesture, setGesture] = useState<Gesture | null>(null)
  const [hoverX, setHoverX] = useState<number | null>(null)
  const [cursor, setCursor] = useState<BrushCursor | null>(null)
  const grid = { from: timeline.from, binMs: timeline.binMs }
  const perPixel = (view.to - view.from) / Math.max(1, width)
  const marks = useMemo(() => anomalyMarks(timeline.anomalies, perPixel * 9), [timeline, perPixel])

  useLayoutEffect(() => {
    const element = canvas.current
    const ctx = element?.getContext('2d')
    if (!element || !ctx) return
    const ratio = window.devicePixelRatio || 1
    const w = Math.round(width * ratio)
    const h = Math.round(bands.height * ratio)
    if (element.width !== w) element.width = w
    if (element.height !== h) element.height = h
    const font = `11px ${getComputedStyle(element).fontFamily}`
    drawTimeline(
      ctx,
      { timeline, marks, view, tzOffset, locale: language, width, bands, palette, font },
      ratio,
    )
  }, [timeline, marks, view, tzOffset, language, width, bands, palette])

  // React's wheel listener is passive, and a wheel that also scrolls the page is no zoom.
  const latest = useRef(props)
  latest.current = props
  useEffect(() => {
    const element = surface.current
    if (!element) return
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const p = latest.current
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        p.onView(panView(p.view, p.bounds, sideways / Math.max(200, p.width)))
      } else {
        const about = timeAt(event.clientX - element.getBoundingClientRect().left, p.view, p.width)
        p.onView(zoomView(p.view, p.bounds, Math.exp(-event.deltaY * 0.0018), about))
      }
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [])

  // A span grown with the keyboard becomes the selection when the hand rests, not at every press.
  const keyed = cursor ? cursorSpan(cursor, grid) : null
  const keyedFrom = keyed?.from
  const keyedTo = keyed?.to
  useEffect(() => {
    if (keyedFrom === undefined || keyedTo === undefined) return
    const timer = setTimeout(() => latest.current.onBrush({ from: keyedFrom, to: keyedTo }), 300)
    return () => clearTimeout(timer)
  }, [keyedFrom, keyedTo])

  const xIn = (event: PointerEvent) => event.clientX - surface.current!.getBoundingClientRect().left
  const yIn = (event: PointerEvent) => event.clientY - surface.current!.getBoundingClientRect().top

  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 && event.button !== 1) return
    const x = xIn(event)
    event.currentTarget.setPointerCapture(event.pointerId)
    setCursor(null)
    if (event.button === 1 || event.altKey || yIn(event) > bands.axisTop) {
      setGesture({ kind: 'pan', startX: x, view })
    } else {
      setGesture({ kind: 'brush', startX: x, drag: grab(timeAt(x, view, width), brush, perPixel * GRIP_PX) })
    }
  }
  const onPointerMove = (event: PointerEvent) => {
    const x = xIn(event)
    setHoverX(x >= 0 && x <= width ? x : null)
    if (gesture?.kind === 'brush')
      setGesture({ ...gesture, drag: dragTo(gesture.drag, timeAt(x, view, width)) })
    else if (gesture?.kind === 'pan')
      props.onView(panView(gesture.view, bounds, (gesture.startX - x) / Math.max(1, width)))
  }
  const onPointerUp = (event: PointerEvent) => {
    if (gesture?.kind === 'brush') {
      const moved = Math.abs(xIn(event) - gesture.startX) > CLICK_PX
      if (moved) props.onBrush(draggedSpan(gesture.drag, bounds, grid))
      else if (gesture.drag.kind === 'new' && brush) props.onBrush(null)
    }
    setGesture(null)
  }

  const bins = timeline.logins.length
  const onKeyDown = (event: KeyboardEvent) => {
    const zoom = (factor: number) => {
      const at = cursor ? timeline.from + (cursor.bin + 0.5) * timeline.binMs : (view.from + view.to) / 2
      props.onView(zoomView(view, bounds, factor, at))
    }
    const step = (by: number) => {
      const start = cursor ?? { bin: binAt(timeline, brush?.from ?? view.from) ?? 0, anchor: null }
      setCursor(moveCursor(start, by, bins, event.shiftKey))
    }
    const keys: Record<string, () => void> = {
      ArrowLeft: () => step(-1),
      ArrowRight: () => step(1),
      PageUp: () => props.onView(panView(view, bounds, -0.5)),
      PageDown: () => props.onView(panView(view, bounds, 0.5)),
      Home: () => step(-bins),
      End: () => step(bins),
      '+': () => zoom(1.6),
      '=': () => zoom(1.6),
      '-': () => zoom(1 / 1.6),
      _: () => zoom(1 / 1.6),
      '0': () => props.onView(bounds),
      Escape: () => {
        setGesture(null)
        setCursor(null)
        props.onBrush(null)
      },
    }
    const act = keys[event.key]
    if (!act || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }

  const shownBrush = gesture?.kind === 'brush' ? draggedSpan(gesture.drag, bounds, grid) : (keyed ?? brush)
  const hoverTime = hoverX === null ? null : timeAt(hoverX, view, width)
  const hoverBin = gesture || hoverTime === null ? null : binAt(timeline, hoverTime)
  const hoverMark =
    hoverX === null ? null : (marks.find((m) => Math.abs(xOf(m.ms, view, width) - hoverX) <= GRIP_PX) ?? null)
  const moment = (ms: number) => momentLabel(ms, tzOffset, language, true)
  const cursorFrom = cursor ? timeline.from + cursor.bin * timeline.binMs : 0

  return (
    <div
      ref={surface}
      className={`tl-plot${gesture?.kind === 'pan' ? ' is-panning' : ''}`}
      style={{ width, height: bands.height }}
      role="application"
      tabIndex={0}
      aria-label={t('timeline.aria')}
      aria-describedby={describedBy}
      data-testid="timeline-plot"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => setGesture(null)}
      onPointerLeave={() => setHoverX(null)}
      onDoubleClick={() => props.onView(bounds)}
      onKeyDown={onKeyDown}
      onBlur={() => setCursor(null)}
    >
      <canvas ref={canvas} aria-hidden="true" style={{ width, height: bands.height }} />
      {shownBrush && <Brush span={shownBrush} {...{ view, width, bands }} label={brushLabel()} />}
      {cursor && (
        <div
          className="tl-cursor"
          style={{
            left: xOf(cursorFrom, view, width),
            width: Math.max(2, timeline.binMs / perPixel),
            height: bands.axisTop,
          }}
        />
      )}
      {hoverX !== null && !gesture && (
        <div className="tl-hair" style={{ left: hoverX, height: bands.axisTop }} />
      )}
      {hoverX !== null && hoverBin !== null && (
        <TimelineTooltip
          timeline={timeline}
          bin={hoverBin}
          mark={hoverMark}
          at={tooltipPlace(hoverX)}
          tzOffset={tzOffset}
        />
      )}
      <p id={describedBy} className="sh-visually-hidden">
        {t('timeline.describe', {
          events: timeline.eventsInView,
          from: moment(view.from),
          to: moment(view.to),
          zone: zoneName(tzOffset),
          anomalies: timeline.anomalies.length,
        })}
      </p>
      <p className="sh-visually-hidden" aria-live="polite">
        {cursor && cursor.bin < bins
          ? t('timeline.cursor', {
              from: moment(cursorFrom),
              to: moment(cursorFrom + timeline.binMs),
              logins: timeline.logins[cursor.bin],
              failed: timeline.failed[cursor.bin],
              registrations: timeline.registrations[cursor.bin],
              other: timeline.other[cursor.bin],
            })
          : ''}
        {keyed ? ` ${brushLabel()}` : ''}
      </p>
    </div>
  )

  function tooltipPlace(x: number): { x: number; top: number; bottom: number } {
    const box = surface.current?.getBoundingClientRect()
    return { x: (box?.left ?? 0) + x, top: box?.top ?? 0, bottom: (box?.top ?? 0) + bands.axisTop }
  }

  function brushLabel(): string {
    if (!shownBrush) return ''
    return t('timeline.brush', { from: moment(shownBrush.from), to: moment(shownBrush.to) })
  }
}

function Brush(props: { span: Span; view: Span; width: number; bands: Bands; label: string }) {
  const { span, view, width, bands } = props
  const left = Math.max(-2, xOf(span.from, view, width))
  const right = Math.min(width + 2, xOf(span.to, view, width))
  if (right < 0 || left > width || sameSpan(span, { from: span.from, to: span.from })) return null
  return (
    <div
      className="tl-brush"
      data-testid="timeline-brush"
      title={props.label}
      style={{ left, width: Math.max(2, right - left), height: bands.axisTop }}
    >
      <span className="tl-grip" style={{ left: -1 }} />
      <span className="tl-grip" style={{ right: -1 }} />
    </div>
  )
}
