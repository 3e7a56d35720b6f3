import type { SceneItem, Scene } from '../../ui/picture/scene.ts'
import { translate } from '../../ui/i18n/index.ts'
import { laneMiddle } from './bands.ts'
import { SERIES } from './bins.ts'
import { paintOverview, type OverviewScene } from './overview.tsx'
import { paintDetail, shapeOf } from './paint.ts'
import { scenePen } from './pen.ts'
import { xOf } from './scale.ts'
import type { DetailScene } from './scene.ts'
import type { LegendEntry } from './plot-model.ts'
import { viewLabel } from './ticks.ts'
import { zoneName } from './zone.ts'
import type { Span } from '../../../src-main/common/contract/selection.ts'

export interface TimelinePictureInput {
  overview: OverviewScene | null
  detail: DetailScene
  brush: Span | null
  laneNames: readonly string[]
  /** Colours of outcomes or contexts; empty while marks have the colours of their series. */
  legend: readonly LegendEntry[]
}

const GUTTER = 150
const LEGEND = 22
const HEAD = 20
const GAP = 6

/** The timeline as it stands, as a scene: head with zone and days, overview, detail with lane names, legend. */
export function timelinePicture(input: TimelinePictureInput): Scene {
  const { overview, detail, brush, laneNames } = input
  const { palette, bands, zone, view } = detail
  const items: SceneItem[] = []
  const width = GUTTER + detail.width
  let top = HEAD
  const text = (x: number, y: number, words: string, fill = palette.quiet, weight?: 600) =>
    items.push({ kind: 'text', x, y, text: words, size: 11, fill, baseline: 'middle', weight })
  const axis =
    detail.axis === 'since'
      ? translate('timeline.sinceAxis')
      : `${viewLabel(view, zone, detail.locale)} · ${zoneName(zone, view.from, view.to)}`
  text(8, HEAD / 2, axis, palette.text, 600)
  if (overview) {
    const inner: SceneItem[] = []
    paintOverview(scenePen(inner), overview)
    const x = xOf(view.from, overview.bounds, overview.width)
    const w = Math.max(2, xOf(view.to, overview.bounds, overview.width) - x)
    inner.push({ kind: 'rect', x, y: 0, w, h: overview.height, stroke: palette.text, line: 1 })
    items.push(clipped(inner, GUTTER, top, overview.width, overview.height))
    top += overview.height + GAP
  }
  const inner: SceneItem[] = []
  paintDetail(scenePen(inner), detail)
  if (brush && detail.axis === 'time') {
    const x = xOf(brush.from, view, detail.width)
    const w = Math.max(1, xOf(brush.to, view, detail.width) - x)
    inner.push({ kind: 'rect', x, y: 0, w, h: bands.axisTop, fill: palette.accent, opacity: 0.14 })
  }
  items.push(clipped(inner, GUTTER, top, detail.width, bands.height))
  detail.lanes.forEach((_, k) => {
    const y = laneMiddle(k, bands, detail.scroll)
    if (y > bands.laneTop && y < bands.axisTop) text(8, top + y, short(laneNames[k] ?? ''), palette.text)
  })
  if (bands.stripHeight > 0) {
    text(8, top + bands.unusualTop + bands.stripHeight / 2, translate('timeline.legendUnusual'))
    text(8, top + bands.stripTop + bands.stripHeight / 2, translate('timeline.legendReported'))
  }
  top += bands.height + GAP
  let x = 8
  const entry = (draw: (x: number, y: number) => SceneItem[], words: string) => {
    items.push(...draw(x + 5, top + LEGEND / 2))
    text(x + 14, top + LEGEND / 2, words)
    x += 14 + scenePen([]).measure(words) + 18
  }
  SERIES.forEach((series, s) => {
    if (!detail.shown[s]) return
    entry(
      (cx, cy) => {
        const glyph: SceneItem[] = []
        scenePen(glyph).mark(shapeOf(s), cx, cy, 4, palette.series[series])
        return glyph
      },
      translate(`timeline.series.${series}`),
    )
  })
  for (const { word, colour } of input.legend)
    entry(
      (cx, cy) => [{ kind: 'rect', x: cx - 4, y: cy - 4, w: 8, h: 8, fill: colour }],
      word ?? translate('timeline.lane.notStated'),
    )
  return { width, height: top + LEGEND, background: palette.panel, items }
}

function clipped(items: SceneItem[], x: number, y: number, w: number, h: number): SceneItem {
  return { kind: 'group', x, y, clip: { x: 0, y: 0, w, h }, items }
}

const short = (name: string) => (name.length > 22 ? `${name.slice(0, 21)}…` : name)
