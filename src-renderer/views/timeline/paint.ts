import type { Span } from '../../../src-main/common/contract/selection.ts'
import { laneMiddle } from './bands.ts'
import { SERIES } from './bins.ts'
import { lowerBound } from './events.ts'
import type { MarkShape, Pen } from './pen.ts'
import { xOf } from './scale.ts'
import {
  binsIn,
  layerSpan,
  type BinLayer,
  type DetailScene,
  type DrawnLane,
  type HistLayer,
} from './scene.ts'
import { shadesFor } from './shades.ts'
import { sinceTicks, tickLabel, ticksFor } from './ticks.ts'

/** Draws the detail plot but brush, cursor and hair, which are elements above the canvas and move without a redraw. */
export function paintDetail(pen: Pen, scene: DetailScene): void {
  const { width, bands, palette } = scene
  pen.rect(0, 0, width, bands.height, palette.panel)
  paintShades(pen, scene, bands.laneTop, bands.axisTop)
  scene.lanes.forEach((lane, k) => {
    const top = bands.laneTop + k * bands.laneHeight - scene.scroll
    if (top + bands.laneHeight <= bands.laneTop || top >= bands.axisTop) return
    paintLane(pen, scene, lane, k, top)
  })
  if (scene.marks) paintMarks(pen, scene)
  // Lanes scroll under what stands above and below them.
  pen.rect(0, 0, width, bands.laneTop, palette.panel)
  pen.rect(0, bands.axisTop, width, bands.height - bands.axisTop, palette.panel)
  paintShades(pen, scene, 0, bands.laneTop)
  paintAxis(pen, scene)
  paintHistogram(pen, scene)
  paintUnusual(pen, scene)
  paintStrip(pen, scene)
}

function paintShades(pen: Pen, scene: DetailScene, top: number, bottom: number): void {
  if (scene.axis !== 'time' || bottom <= top) return
  const { view, width, palette } = scene
  for (const shade of shadesFor(view, scene.zone)) {
    const x = pen.crisp(xOf(shade.from, view, width))
    const w = pen.crisp(xOf(shade.to, view, width)) - x
    pen.rect(x, top, w, bottom - top, palette.text, shade.kind === 'night' ? 0.045 : 0.035)
  }
}

function paintAxis(pen: Pen, scene: DetailScene): void {
  const { view, width, bands, palette, zone, locale } = scene
  const y = bands.axisTop + (bands.height - bands.axisTop) / 2 + 1
  pen.rect(0, pen.crisp(bands.axisTop), width, pen.hair, palette.line)
  const tick = (ms: number, major: boolean, label: string) => {
    const x = pen.crisp(xOf(ms, view, width))
    pen.rect(x, 0, pen.hair, bands.axisTop + 4, palette.line, major ? 1 : 0.55)
    if (x + 5 + pen.measure(label) <= width) pen.text(x + 5, y, label, major ? palette.text : palette.quiet)
  }
  if (scene.axis === 'since') {
    for (const t of sinceTicks(view, width)) tick(t.ms, t.ms === 0, scene.sinceLabel(t.count, t.unit))
    const x = pen.crisp(xOf(0, view, width))
    pen.rect(x - pen.hair, 0, 2 * pen.hair, bands.axisTop, palette.accent)
    return
  }
  const { ticks, unit } = ticksFor(view, width, zone)
  for (const t of ticks) tick(t.ms, t.major, tickLabel(t, unit, zone, locale))
}

function paintHistogram(pen: Pen, scene: DetailScene): void {
  const { bands, palette, width, view, hist } = scene
  const base = pen.crisp(bands.histTop + bands.histHeight - 1)
  const room = bands.histHeight - 8
  const finest = hist.at(-1)
  if (finest) {
    const tallest = tallestRate(scene)
    hist.forEach((layer, i) => {
      // Where a finer layer has data, the coarser one is not drawn.
      for (const part of outside(view, hist.slice(i + 1))) {
        const [first, last] = binsIn(layer, layer.series[0].length, part)
        const faint = layer !== finest ? 0.5 : 1
        for (let bin = first; bin < last; bin++) {
          const x0 = pen.crisp(xOf(Math.max(part.from, layer.from + bin * layer.binMs), view, width))
          const x1 = pen.crisp(xOf(Math.min(part.to, layer.from + (bin + 1) * layer.binMs), view, width))
          const gap = x1 - x0 > 3 ? 1 : 0
          let below = 0
          for (let s = 0; s < SERIES.length; s++) {
            const n = layer.series[s][bin]
            if (n === 0 || !scene.shown[s]) continue
            // A lone event among thousands still gets a device pixel: rare is what one looks for.
            const h = Math.max(pen.hair, (n / layer.binMs / tallest) * room)
            pen.rect(
              x0,
              base - below - h,
              Math.max(pen.hair, x1 - x0 - gap),
              h,
              palette.series[SERIES[s]],
              faint,
            )
            below += h
          }
        }
      }
    })
  }
  pen.rect(0, base, width, pen.hair, palette.line)
}

/**
 * The tallest stack, events per ms; layers of different bin widths share one scale. Of all that is loaded finely, so
 * that bars keep their height while one pans.
 */
export function tallestRate(scene: Pick<DetailScene, 'hist' | 'shown' | 'view'>): number {
  const { hist, view, shown } = scene
  const finest = hist.at(-1)
  if (!finest) return 1
  const span = layerSpan(finest, finest.series[0].length)
  const fine = hist.length > 1 && span.from < view.to && span.to > view.from
  const layer = fine ? finest : hist[0]
  const bins = layer.series[0].length
  const [first, last] = fine ? [0, bins] : binsIn(layer, bins, view)
  let most = 0
  for (let bin = first; bin < last; bin++) most = Math.max(most, stack(layer, bin, shown))
  return most / layer.binMs || 1
}

export function stack(layer: HistLayer, bin: number, shown: readonly boolean[]): number {
  let n = 0
  for (let s = 0; s < SERIES.length; s++) if (shown[s]) n += layer.series[s][bin]
  return n
}

/** The parts of a view that finer layers leave open. */
export function outside(
  view: Span,
  finer: readonly { from: number; binMs: number; series?: Uint32Array[]; counts?: Uint32Array }[],
): Span[] {
  let open = [view]
  for (const layer of finer) {
    const covered = layerSpan(layer, (layer.counts ?? layer.series![0]).length)
    open = open.flatMap((part) =>
      covered.to <= part.from || covered.from >= part.to
        ? [part]
        : [
            { from: part.from, to: covered.from },
            { from: covered.to, to: part.to },
          ].filter((rest) => rest.to > rest.from),
    )
  }
  return open
}

const LEVELS = 8
/** Bins this wide or wider are bars of their own; narrower ones of the same level run into one. */
const BAR_PX = 5

function paintLane(pen: Pen, scene: DetailScene, lane: DrawnLane, k: number, top: number): void {
  const { bands, palette, width, view } = scene
  if (lane.highlighted) pen.rect(0, top, width, bands.laneHeight, palette.accent, 0.12)
  pen.rect(0, pen.crisp(top + bands.laneHeight), width, pen.hair, palette.line, 0.7)
  // Marks take the place of bins as far as they reach.
  const marked = scene.marks !== null && lanesOfMarks(scene).has(k)
  const covered = marked ? [spanLayer(scene.marks!.events.span)] : []
  const tallest = tallestOf(scene)
  lane.layers.forEach((layer, i) => {
    for (const part of outside(view, [...lane.layers.slice(i + 1), ...covered]))
      paintBins(pen, scene, lane, layer, part, tallest, top)
  })
}

const spanLayer = (span: Span) => ({
  from: span.from,
  binMs: span.to - span.from,
  counts: new Uint32Array(1),
})

function paintBins(
  pen: Pen,
  scene: DetailScene,
  lane: DrawnLane,
  layer: BinLayer,
  part: Span,
  tallest: number,
  top: number,
): void {
  const { bands, palette, width, view } = scene
  const { counts, from, binMs } = layer
  const [first, last] = binsIn(layer, counts.length, part)
  const scale = width / (view.to - view.from)
  const bars = binMs * scale >= BAR_PX
  const room = bands.laneHeight - 6
  const logMost = Math.log1p(tallest)
  let x0 = 0
  let x1 = 0
  let level = 0
  let hot = false
  const flush = () => {
    if (level === 0) return
    const share = level / LEVELS
    const h = bars ? Math.max(4, room * (0.4 + 0.6 * share)) : room
    const y = pen.crisp(top + (bands.laneHeight - h) / 2)
    pen.rect(x0, y, x1 - x0 - (bars ? 1 : 0), h, hot ? palette.unusual : palette.lane, 0.5 + 0.5 * share)
  }
  for (let bin = first; bin < last; bin++) {
    const n = counts[bin]
    if (n === 0) continue
    const start = Math.max(part.from, from + bin * binMs)
    const a = pen.crisp((start - view.from) * scale)
    const b = Math.max(a + 1, pen.crisp((Math.min(part.to, from + (bin + 1) * binMs) - view.from) * scale))
    // Lanes differ by orders of magnitude: a log scale keeps a family's three logins visible beside a campus.
    const now = Math.min(LEVELS, Math.max(1, Math.ceil((Math.log1p(n) / logMost) * LEVELS)))
    const unusual = lane.unusual.some((u) => u.from < start + binMs && u.to > start)
    if (!bars && level > 0 && a <= x1 && unusual === hot && (now === level || a <= x0)) {
      x1 = Math.max(x1, b)
      level = Math.max(level, now)
      continue
    }
    flush()
    x0 = level > 0 && a < x1 && !bars ? x1 : a
    x1 = Math.max(x0 + pen.hair, b)
    level = now
    hot = unusual
  }
  flush()
}

const tallestKept = new WeakMap<readonly DrawnLane[], number>()
function tallestOf(scene: DetailScene): number {
  let most = tallestKept.get(scene.lanes)
  if (most === undefined) {
    most = 1
    // What is left over would make all others faint.
    for (const lane of scene.lanes)
      if (lane.id !== 'others' || scene.lanes.length === 1)
        for (const n of lane.layers.at(-1)?.counts ?? []) if (n > most) most = n
    tallestKept.set(scene.lanes, most)
  }
  return most
}

const markedKept = new WeakMap<Int16Array, Set<number>>()
function lanesOfMarks(scene: DetailScene): Set<number> {
  const lane = scene.marks!.lane
  let found = markedKept.get(lane)
  if (!found) markedKept.set(lane, (found = new Set(lane)))
  return found
}

const SHAPES: readonly MarkShape[] = ['dot', 'dot', 'cross', 'square']
/** The shape of an event's mark: by what kind it was. */
export const shapeOf = (series: number): MarkShape => SHAPES[series] ?? 'square'

function paintMarks(pen: Pen, scene: DetailScene): void {
  const { marks, bands, palette } = scene
  if (!marks) return
  const r = bands.laneHeight < 18 ? 3.2 : 4
  const dim = scene.followed === null ? 1 : 0.3
  for (const c of marks.clusters) {
    const y = laneMiddle(c.lane, bands, scene.scroll)
    if (y < bands.laneTop - r || y > bands.axisTop + r) continue
    const colour = marks.colours[c.code] ?? palette.none
    if (c.n === 1) {
      pen.mark(shapeOf(marks.events.series[c.first]), c.x0, y, r, colour, dim)
      continue
    }
    const h = Math.min(bands.laneHeight - 4, 2 * r + 1.6 * Math.log2(c.n))
    const x = c.x0 - r
    const w = c.x1 - c.x0 + 2 * r
    pen.rect(x, y - h / 2, w, h, colour, dim * (c.mixed ? 0.7 : 0.9))
    const label = `${c.n}`
    if (w > pen.measure(label) + 6) pen.text(x + 3, y + 0.5, label, palette.panel)
  }
  paintFollowed(pen, scene, r)
}

/** The followed account's marks, joined in the order of time, over all others. */
function paintFollowed(pen: Pen, scene: DetailScene, r: number): void {
  const { marks, followed, view, width, bands, palette } = scene
  if (!marks || followed === null) return
  const { events, lane } = marks
  const end = lowerBound(events.ts, view.to)
  let last: [number, number] | null = null
  const points: [number, number, number][] = []
  for (let i = lowerBound(events.ts, view.from); i < end; i++) {
    if (events.account[i] !== followed || lane[i] < 0) continue
    const x = xOf(events.ts[i], view, width)
    const y = laneMiddle(lane[i], bands, scene.scroll)
    if (last) pen.line(last[0], last[1], x, y, palette.accent, 0.9)
    last = [x, y]
    points.push([x, y, i])
  }
  for (const [x, y, i] of points) {
    pen.mark(shapeOf(events.series[i]), x, y, r + 2, palette.accent)
    pen.mark(shapeOf(events.series[i]), x, y, r, palette.series[SERIES[events.series[i]]])
  }
}

function paintUnusual(pen: Pen, scene: DetailScene): void {
  const { view, width, bands, palette } = scene
  if (bands.stripHeight === 0) return
  const y = bands.unusualTop
  for (const mark of scene.anomalies) {
    for (const a of mark.anomalies) {
      const x0 = Math.max(0, xOf(a.from, view, width))
      const x1 = Math.min(width, xOf(a.to, view, width))
      if (x1 > x0) pen.rect(x0, y + 1, Math.max(1, x1 - x0), 2, palette.mark, 0.55)
    }
    const x = xOf(mark.ms, view, width)
    if (x >= -6 && x <= width + 6) pen.mark('triangle', x, y + 8, 4.2, palette.mark)
  }
}

/** Marks closer than this would be a fence: they become ticks. */
const FENCE_PX = 10

/** Registrations along the strip's foot, reports above them; single ones as marks, many as ticks. */
function paintStrip(pen: Pen, scene: DetailScene): void {
  const { view, width, bands, palette, reports } = scene
  if (bands.stripHeight === 0) return
  const top = bands.stripTop
  const bottom = top + bands.stripHeight
  const layer = scene.hist.at(-1)
  const registrations = SERIES.indexOf('registrations')
  if (layer && scene.shown[registrations]) {
    const counts = layer.series[registrations]
    const [first, last] = binsIn(layer, counts.length, view)
    let used = 0
    for (let bin = first; bin < last; bin++) if (counts[bin] > 0) used++
    const few = used * FENCE_PX < width
    for (let bin = first; bin < last; bin++) {
      if (counts[bin] === 0) continue
      const x0 = pen.crisp(xOf(layer.from + bin * layer.binMs, view, width))
      const x1 = pen.crisp(xOf(layer.from + (bin + 1) * layer.binMs, view, width))
      const colour = palette.series.registrations
      if (few) pen.mark('cross', (x0 + x1) / 2, bottom - 5, 3.6, colour)
      else {
        const opacity = Math.min(1, 0.45 + 0.1 * Math.log2(counts[bin]))
        pen.rect(x0, bottom - 4, Math.max(1, x1 - x0 - 1), 3, colour, opacity)
      }
    }
  }
  if (!reports) return
  const first = lowerBound(reports.ts, view.from)
  const end = lowerBound(reports.ts, view.to)
  const few = (end - first) * FENCE_PX < width
  let last = -Infinity
  for (let i = first; i < end; i++) {
    const x = xOf(reports.ts[i], view, width)
    if (few) pen.mark('flag', x, top + bands.stripHeight / 2 - 1, 4.5, palette.report)
    else if (x - last >= 2) pen.rect(pen.crisp(x), top + 1, 1, 6, palette.report, 0.85)
    else continue
    last = x
  }
}
