import { useCallback, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import type { Span } from '../../../src-main/common/contract/selection.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useT } from '../../ui/i18n/index.ts'
import type { AnomalyMark } from './bins.ts'
import { SERIES } from './bins.ts'
import { PaintedCanvas } from './canvas.tsx'
import type { Palette } from './palette.ts'
import type { Pen } from './pen.ts'
import { clampView, MIN_SPAN_MS, panView, timeAt, xOf, zoomView } from './scale.ts'
import type { HistLayer } from './scene.ts'
import { stack } from './paint.ts'
import { momentLabel, tickLabel, ticksFor } from './ticks.ts'
import type { Zone } from './zone.ts'

const EDGE_PX = 6

export interface OverviewScene {
  width: number
  height: number
  bounds: Span
  hist: HistLayer | null
  shown: readonly boolean[]
  anomalies: readonly AnomalyMark[]
  zone: Zone
  locale: string
  palette: Palette
}

/** The whole time at a glance: counts by their square root, so that single events show beside a burst. */
export function paintOverview(pen: Pen, scene: OverviewScene): void {
  const { width, height, bounds, hist, palette, shown } = scene
  pen.rect(0, 0, width, height, palette.panel)
  const base = pen.crisp(height - 13)
  const { ticks, unit } = ticksFor(bounds, width, scene.zone, 96)
  for (const tick of ticks) {
    const x = pen.crisp(xOf(tick.ms, bounds, width))
    pen.rect(x, 0, pen.hair, height, palette.line, 0.6)
    const label = tickLabel(tick, unit, scene.zone, scene.locale)
    if (x + 4 + pen.measure(label) < width) pen.text(x + 4, height - 6, label, palette.quiet)
  }
  if (hist) {
    const bins = hist.series[0].length
    let most = 1
    for (let i = 0; i < bins; i++) most = Math.max(most, stack(hist, i, shown))
    for (let i = 0; i < bins; i++) {
      const n = stack(hist, i, shown)
      if (n === 0) continue
      const x0 = pen.crisp(xOf(hist.from + i * hist.binMs, bounds, width))
      const x1 = pen.crisp(xOf(hist.from + (i + 1) * hist.binMs, bounds, width))
      const h = Math.max(pen.hair, Math.sqrt(n / most) * (base - 6))
      let below = 0
      for (let s = 0; s < SERIES.length; s++) {
        if (!shown[s] || hist.series[s][i] === 0) continue
        const part = (hist.series[s][i] / n) * h
        pen.rect(x0, base - below - part, Math.max(pen.hair, x1 - x0), part, palette.series[SERIES[s]])
        below += part
      }
    }
  }
  for (const mark of scene.anomalies) pen.rect(xOf(mark.ms, bounds, width) - 1, 0, 2, 4, palette.mark)
  pen.rect(0, base, width, pen.hair, palette.line)
}

type Drag = { how: 'move' | 'from' | 'to' | 'new'; startX: number; start: Span }

/** The overview with the view's window: drag its middle or edges, or draw a new one beside it. */
export function Overview(
  props: OverviewScene & { view: Span; brush: Span | null; onView(view: Span): void },
) {
  const { width, height, bounds, view, brush, onView, zone } = props
  const t = useT()
  const language = usePrefs((s) => s.language)
  const surface = useRef<HTMLDivElement>(null)
  const [drag, setDrag] = useState<Drag | null>(null)
  const { hist, shown, anomalies, locale, palette } = props
  const paint = useCallback(
    (pen: Pen) =>
      paintOverview(pen, { width, height, bounds, hist, shown, anomalies, zone, locale, palette }),
    [width, height, bounds, hist, shown, anomalies, zone, locale, palette],
  )
  const left = xOf(view.from, bounds, width)
  const right = Math.max(left + 3, xOf(view.to, bounds, width))
  const xIn = (event: PointerEvent) => event.clientX - surface.current!.getBoundingClientRect().left

  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return
    const x = xIn(event)
    event.currentTarget.setPointerCapture(event.pointerId)
    const near = (edge: number) => Math.abs(x - edge) <= EDGE_PX
    const all = right - left > width - 4
    const how: Drag['how'] =
      near(left) && !all
        ? 'from'
        : near(right) && !all
          ? 'to'
          : x > left && x < right && !all
            ? 'move'
            : 'new'
    setDrag({ how, startX: x, start: view })
  }
  const onPointerMove = (event: PointerEvent) => {
    if (!drag) return
    const x = xIn(event)
    const at = timeAt(x, bounds, width)
    const { start } = drag
    if (drag.how === 'move') {
      const by = ((x - drag.startX) / width) * (bounds.to - bounds.from)
      onView(clampView({ from: start.from + by, to: start.to + by }, bounds))
    } else if (drag.how === 'from') onView(ordered(at, start.to))
    else if (drag.how === 'to') onView(ordered(start.from, at))
    else if (Math.abs(x - drag.startX) > 3) onView(ordered(timeAt(drag.startX, bounds, width), at))
  }
  const ordered = (a: number, b: number): Span =>
    clampView({ from: Math.min(a, b), to: Math.max(a, b, Math.min(a, b) + MIN_SPAN_MS) }, bounds)
  const onPointerUp = (event: PointerEvent) => {
    // A click beside the window brings it there.
    if (drag?.how === 'new' && Math.abs(xIn(event) - drag.startX) <= 3 && right - left < width - 4) {
      const half = (view.to - view.from) / 2
      const at = timeAt(xIn(event), bounds, width)
      onView(clampView({ from: at - half, to: at + half }, bounds))
    }
    setDrag(null)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const middle = (view.from + view.to) / 2
    const keys: Record<string, () => void> = {
      ArrowLeft: () => onView(panView(view, bounds, event.shiftKey ? -0.5 : -0.1)),
      ArrowRight: () => onView(panView(view, bounds, event.shiftKey ? 0.5 : 0.1)),
      PageUp: () => onView(panView(view, bounds, -1)),
      PageDown: () => onView(panView(view, bounds, 1)),
      Home: () => onView(clampView({ from: bounds.from, to: bounds.from + view.to - view.from }, bounds)),
      End: () => onView(clampView({ from: bounds.to - (view.to - view.from), to: bounds.to }, bounds)),
      '+': () => onView(zoomView(view, bounds, 1.6, middle)),
      '=': () => onView(zoomView(view, bounds, 1.6, middle)),
      '-': () => onView(zoomView(view, bounds, 1 / 1.6, middle)),
      '0': () => onView(bounds),
    }
    const act = keys[event.key]
    if (!act) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }
  const moment = (ms: number) => momentLabel(ms, zone, language, { year: true })
  const share = (view.from - bounds.from) / Math.max(1, bounds.to - bounds.from)
  return (
    <div
      ref={surface}
      className={`tl-overview${drag ? ' is-dragging' : ''}`}
      style={{ width, height }}
      role="slider"
      tabIndex={0}
      aria-label={t('timeline.overview')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      aria-valuetext={t('timeline.overviewValue', { from: moment(view.from), to: moment(view.to) })}
      data-testid="timeline-overview"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => setDrag(null)}
      onDoubleClick={() => onView(bounds)}
      onKeyDown={onKeyDown}
    >
      <PaintedCanvas width={width} height={height} paint={paint} />
      {brush && <div className="tl-overview-brush" style={boxOf(brush, bounds, width)} />}
      <div className="tl-veil" style={{ left: 0, width: Math.max(0, left) }} />
      <div className="tl-veil" style={{ left: right, width: Math.max(0, width - right) }} />
      <div className="tl-window" data-testid="timeline-window" style={{ left, width: right - left }}>
        <span className="tl-window-grip" style={{ left: -3 }} />
        <span className="tl-window-grip" style={{ right: -3 }} />
      </div>
    </div>
  )
}

function boxOf(span: Span, bounds: Span, width: number): { left: number; width: number } {
  const left = Math.max(0, xOf(span.from, bounds, width))
  const right = Math.min(width, xOf(span.to, bounds, width))
  return { left, width: Math.max(2, right - left) }
}
