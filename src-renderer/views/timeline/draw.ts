import type { Span } from '../../../src-main/common/contract/selection.ts'
import type { Timeline } from '../../../src-main/common/contract/timeline.ts'
import { anomaliesOfLane, anomalousBins, SERIES, stackAt, tallestLaneBin, tallestStack } from './bins.ts'
import type { AnomalyMark, Series } from './bins.ts'
import { tickLabel, ticksFor, xOf } from './scale.ts'

/** Colours as the theme has them now; canvas cannot read CSS variables itself. */
export interface Palette {
  line: string
  quiet: string
  panel: string
  series: Record<Series, string>
  lane: string
  unusual: string
  mark: string
}

/** Where things are, CSS pixels from the top of the plot. */
export interface Bands {
  overviewTop: number
  overviewHeight: number
  laneTop: number
  laneHeight: number
  axisTop: number
  height: number
}

export const AXIS_HEIGHT = 22
const MARK_ROOM = 12
const LANE_HEIGHT = 22

/** Splits a height between the overview, the lanes and the axis; the overview gets what lanes leave, at least 64 px. */
export function bandsFor(height: number, lanes: number): Bands {
  const room = Math.max(80, height - AXIS_HEIGHT)
  const least = Math.min(120, Math.max(64, room * 0.36))
  const laneHeight = lanes === 0 ? 0 : Math.min(LANE_HEIGHT + 6, Math.max(18, (room - least) / lanes))
  const overviewHeight = Math.max(least, room - laneHeight * lanes)
  const laneTop = overviewHeight
  const axisTop = laneTop + laneHeight * lanes
  return { overviewTop: 0, overviewHeight, laneTop, laneHeight, axisTop, height: axisTop + AXIS_HEIGHT }
}

export interface Scene {
  timeline: Timeline
  marks: readonly AnomalyMark[]
  view: Span
  tzOffset: number
  locale: string
  width: number
  bands: Bands
  palette: Palette
  font: string
}

/** Draws everything but brush and pointer, which are elements above the canvas and move without a redraw. */
export function drawTimeline(ctx: CanvasRenderingContext2D, scene: Scene, ratio: number): void {
  const { width, bands } = scene
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
  ctx.clearRect(0, 0, width, bands.height)
  drawGrid(ctx, scene, ratio)
  drawOverview(ctx, scene, ratio)
  drawLanes(ctx, scene, ratio)
  drawMarks(ctx, scene)
}

function drawGrid(ctx: CanvasRenderingContext2D, scene: Scene, ratio: number): void {
  const { view, width, bands, palette, tzOffset, locale } = scene
  const { ticks, unit } = ticksFor(view, width, tzOffset)
  ctx.font = scene.font
  ctx.textBaseline = 'middle'
  ctx.textAlign = 'left'
  ctx.fillStyle = palette.line
  const hair = 1 / ratio
  for (let i = 0; i <= laneCount(scene); i++)
    ctx.fillRect(0, crisp(bands.laneTop + i * bands.laneHeight, ratio), width, hair)
  for (const tick of ticks) {
    const x = crisp(xOf(tick.ms, view, width), ratio)
    ctx.globalAlpha = tick.major ? 1 : 0.55
    ctx.fillStyle = palette.line
    ctx.fillRect(x, 0, hair, bands.axisTop + 4)
    ctx.globalAlpha = 1
    const label = tickLabel(tick, unit, tzOffset, locale)
    ctx.fillStyle = palette.quiet
    if (x + 5 + ctx.measureText(label).width <= width)
      ctx.fillText(label, x + 5, bands.axisTop + AXIS_HEIGHT / 2 + 1)
  }
}

/** Bars of a bin as [x, width], snapped to device pixels so that neighbours neither overlap nor blur. */
function binBox(timeline: Timeline, bin: number, scene: Scene, ratio: number): [number, number] {
  const start = timeline.from + bin * timeline.binMs
  const x0 = crisp(xOf(start, scene.view, scene.width), ratio)
  const x1 = crisp(xOf(start + timeline.binMs, scene.view, scene.width), ratio)
  const gap = x1 - x0 > 3 ? 1 : 0
  return [x0, Math.max(1 / ratio, x1 - x0 - gap)]
}

function visibleBins({ timeline, view }: Scene): [number, number] {
  const first = Math.max(0, Math.floor((view.from - timeline.from) / timeline.binMs))
  const last = Math.min(timeline.logins.length, Math.ceil((view.to - timeline.from) / timeline.binMs))
  return [first, last]
}

function drawOverview(ctx: CanvasRenderingContext2D, scene: Scene, ratio: number): void {
  const { timeline, bands, palette } = scene
  const base = crisp(bands.overviewTop + bands.overviewHeight - MARK_ROOM, ratio)
  const room = bands.overviewHeight - MARK_ROOM - 6
  const tallest = tallestStack(timeline)
  const [first, last] = visibleBins(scene)
  for (let i = first; i < last; i++) {
    if (stackAt(timeline, i) === 0) continue
    const [x, w] = binBox(timeline, i, scene, ratio)
    let below = 0
    for (const series of SERIES) {
      const count = timeline[series][i]
      if (count === 0) continue
      // A lone event among thousands still gets one device pixel: rare is what one looks for.
      const h = Math.max(1 / ratio, (count / tallest) * room)
      ctx.fillStyle = palette.series[series]
      ctx.fillRect(x, base - below - h, w, h)
      below += h
    }
  }
  ctx.fillStyle = palette.line
  ctx.fillRect(0, base, scene.width, 1 / ratio)
}

function laneCount(scene: Scene): number {
  return scene.timeline.lanes.length
}

function drawLanes(ctx: CanvasRenderingContext2D, scene: Scene, ratio: number): void {
  const { timeline, bands, palette } = scene
  const tallest = tallestLaneBin(timeline.lanes)
  const [first, last] = visibleBins(scene)
  timeline.lanes.forEach((lane, k) => {
    const unusual = anomalousBins(timeline, anomaliesOfLane(lane, timeline.anomalies))
    const middle = bands.laneTop + (k + 0.5) * bands.laneHeight
    const room = bands.laneHeight - 8
    for (let i = first; i < last; i++) {
      const count = lane.counts[i]
      if (count === 0) continue
      const [x, w] = binBox(timeline, i, scene, ratio)
      // Lanes differ by orders of magnitude: a log scale keeps a family's three logins visible beside a campus.
      const share = Math.log1p(count) / Math.log1p(tallest)
      const h = Math.max(4, room * (0.35 + 0.65 * share))
      ctx.globalAlpha = 0.45 + 0.55 * share
      ctx.fillStyle = unusual[i] === 1 ? palette.unusual : palette.lane
      ctx.fillRect(x, crisp(middle - h / 2, ratio), w, h)
    }
    ctx.globalAlpha = 1
  })
}

function drawMarks(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { view, width, bands, palette, marks } = scene
  const y = bands.overviewTop + bands.overviewHeight - MARK_ROOM + 3
  for (const mark of marks) {
    const x = xOf(mark.ms, view, width)
    if (x < -6 || x > width + 6) continue
    ctx.fillStyle = palette.mark
    ctx.beginPath()
    ctx.moveTo(x, y)
    ctx.lineTo(x - 4.5, y + 7)
    ctx.lineTo(x + 4.5, y + 7)
    ctx.closePath()
    ctx.fill()
  }
}

function crisp(v: number, ratio: number): number {
  return Math.round(v * ratio) / ratio
}
