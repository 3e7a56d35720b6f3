import type { Scene, SceneItem, ScenePath } from '../ui/picture/scene.ts'
import { outlinesOf } from './overlay-painter.ts'
import { DASHES, MAP_PALETTES } from './palette.ts'
import { inMask, type PlacesIndex } from './places.ts'
import type { LineData } from './line-program.ts'
import type { ShapeData } from './shape-program.ts'
import type { MapStage } from './stage.ts'
import { MISSING, sizeFactor, type ColorTable } from './channel-colors.ts'

/** More points than this would make an SVG that nobody can open: they go in as one bitmap. */
const VECTOR_POINTS = 20_000
/** That bitmap's pixels for one CSS pixel. */
const BITMAP_SCALE = 2

/** What the points look like, as PointsController uploaded it; bytes may be missing. */
export interface PointLook {
  table: ColorTable | null
  color: Uint8Array | null
  size: Uint8Array | null
  /** Community whose members the stage draws itself. */
  open: number | null
}

/**
 * The stage as it stands, as a picture's items: points (circles, or one bitmap where they are many or a density), edges,
 * discs and members with their shapes, outlines, pins, paths and names. CSS pixels of the stage.
 */
export function sceneOf(stage: MapStage, points: PointLook): Scene {
  const { width, height } = stage.sigma.getDimensions()
  const palette = MAP_PALETTES[stage.look.theme]
  const items: SceneItem[] = [
    ...pointItems(stage, points, width, height),
    ...edgeItems(stage, width, height),
    ...nodeItems(stage, width, height),
    ...overlayItems(stage),
    ...stage.labels.map((label): SceneItem => ({
      kind: 'text',
      x: label.x,
      y: label.y,
      text: label.text,
      size: label.kind === 'region' || label.kind === 'group' ? 13 : 12,
      weight: label.kind === 'region' || label.kind === 'group' ? 600 : 400,
      align: 'middle',
      baseline: 'middle',
      halo: palette.halo,
      fill: label.kind === 'group' ? palette.accent : label.kind === 'strong' ? palette.text : palette.quiet,
    })),
  ]
  const clip = { x: 0, y: 0, w: width, h: height }
  return { width, height, background: palette.background, items: [{ kind: 'group', items, clip }] }
}

/** Rows of the places that are on the stage and drawn, with their pixels. */
export function* rowsInView(
  index: PlacesIndex,
  toPixel: (x: number, y: number) => { x: number; y: number },
  stage: { width: number; height: number },
  drawn: (row: number) => boolean,
): Generator<{ row: number; x: number; y: number }> {
  for (let row = 0; row < index.places.n; row++) {
    const at = index.at(row)
    const { x, y } = toPixel(at.x, at.y)
    if (x >= 0 && y >= 0 && x <= stage.width && y <= stage.height && drawn(row)) yield { row, x, y }
  }
}

function pointItems(stage: MapStage, look: PointLook, width: number, height: number): SceneItem[] {
  const { places: index, masks } = stage
  if (!index) return []
  const { toPixel } = stage.projection()
  const hides = stage.look.others === 'hide'
  const drawn = (row: number) =>
    inMask(masks.shown, row) &&
    (!hides || inMask(masks.selected, row)) &&
    (look.open === null || index.places.community[row] !== look.open)
  let rows: { row: number; x: number; y: number }[] | null = []
  if (stage.heat) rows = null
  else
    for (const one of rowsInView(index, toPixel, { width, height }, drawn)) {
      rows.push(one)
      if (rows.length > VECTOR_POINTS) {
        rows = null
        break
      }
    }
  if (rows === null)
    return [{ kind: 'image', x: 0, y: 0, w: width, h: height, href: stage.pointsImage(BITMAP_SCALE) }]
  const base = stage.pointSize()
  const alpha = look.open === null ? 0.9 : 0.27
  return rows.map(({ row, x, y }): SceneItem => {
    const factor = look.size ? sizeFactor(look.size[row]!) : 1
    return {
      kind: 'circle',
      x: round(x),
      y: round(y),
      r: round(Math.max(1.2, base * factor) / 2),
      fill: look.table?.css(look.color ? look.color[row]! : MISSING) ?? 'gray',
      opacity: inMask(masks.selected, row) ? alpha : alpha * 0.14,
    }
  })
}

function edgeItems(stage: MapStage, width: number, height: number): SceneItem[] {
  const { graph } = stage.model
  const items: SceneItem[] = []
  graph.forEachEdge((edge, data, _source, _target, a, b) => {
    const look: Partial<LineData> = stage.edgeLook(edge, data)
    if (look.hidden) return
    const from = stage.sigma.graphToViewport(a)
    const to = stage.sigma.graphToViewport(b)
    if (outside([from, to], width, height)) return
    const dash = DASHES[look.dash ?? 0]!
    items.push({
      kind: 'line',
      x1: round(from.x),
      y1: round(from.y),
      x2: round(to.x),
      y2: round(to.y),
      stroke: look.color,
      line: look.size,
      opacity: look.alpha,
      dash: dash.period > 0 ? [dash.on, dash.period - dash.on] : undefined,
    })
  })
  return items
}

function nodeItems(stage: MapStage, width: number, height: number): SceneItem[] {
  const items: SceneItem[] = []
  const scale = stage.camera.scale()
  stage.model.graph.forEachNode((node, data) => {
    const look: Partial<ShapeData> = stage.nodeLook(node, data)
    if (look.hidden) return
    const { x, y } = stage.sigma.graphToViewport(data)
    const r = Math.max(1.5, (look.size ?? data.size) * scale)
    if (x + r < 0 || y + r < 0 || x - r > width || y - r > height) return
    items.push(...shapeItems(x, y, r, look))
  })
  return items
}

/** One shape of the stage: its fill, then its border with an opacity of its own. */
export function shapeItems(x: number, y: number, r: number, look: Partial<ShapeData>): SceneItem[] {
  const line = look.borderWidth ?? 1
  const inner = Math.max(0, r - line / 2)
  const items: SceneItem[] = []
  const paint = (more: Omit<ScenePath, 'kind' | 'd'>) => {
    if (!look.shape) return items.push({ kind: 'circle', x: round(x), y: round(y), r: round(inner), ...more })
    items.push({ kind: 'path', d: shapePath(look.shape, x, y, r), ...more })
  }
  if ((look.fill ?? 0) > 0) paint({ fill: look.color, opacity: look.fill })
  if ((look.borderAlpha ?? 0) > 0)
    paint({ fill: 'none', stroke: look.borderColor, line, opacity: look.borderAlpha })
  return items
}

/** Outline of a diamond (1), triangle (2) or square (3) as the shader draws it. */
function shapePath(shape: number, x: number, y: number, r: number): string {
  const corners: [number, number][] =
    shape === 1
      ? [
          [0, -1.25 * r],
          [1.25 * r, 0],
          [0, 1.25 * r],
          [-1.25 * r, 0],
        ]
      : shape === 2
        ? [
            [0, -1.24 * r],
            [1.074 * r, 0.62 * r],
            [-1.074 * r, 0.62 * r],
          ]
        : [
            [-0.86 * r, -0.86 * r],
            [0.86 * r, -0.86 * r],
            [0.86 * r, 0.86 * r],
            [-0.86 * r, 0.86 * r],
          ]
  return polygon(corners.map(([dx, dy]) => ({ x: x + dx, y: y + dy })))
}

function overlayItems(stage: MapStage): SceneItem[] {
  const { overlay, model } = stage
  const { toPixel, scale } = stage.projection()
  const { accent, halo } = MAP_PALETTES[stage.look.theme]
  const items: SceneItem[] = []
  for (const group of overlay.groups) {
    const { rings, joints } = outlinesOf(group, model, toPixel, scale)
    const stroke = { stroke: accent, line: 1.4, dash: [6, 4] }
    for (const ring of rings) {
      const d = polygon(ring)
      items.push({ kind: 'path', d, fill: accent, opacity: 0.06 })
      items.push({ kind: 'path', d, fill: 'none', ...stroke, opacity: 0.8 })
    }
    for (const [from, to] of joints)
      items.push({ kind: 'line', x1: from.x, y1: from.y, x2: to.x, y2: to.y, ...stroke, opacity: 0.5 })
  }
  for (const id of overlay.landmarks) {
    const at = stage.camera.positionOf(id)
    if (!at) continue
    const top = at.y - Math.max(3, at.r)
    const pin = [
      { x: at.x, y: top - 1 },
      { x: at.x - 5, y: top - 10 },
      { x: at.x + 5, y: top - 10 },
    ]
    items.push({ kind: 'path', d: polygon(pin), fill: accent })
  }
  for (const path of [...overlay.paths].sort((a, b) => b.rank - a.rank)) {
    const first = path.rank === 0
    const line = path.points.map((p) => toPixel(p.x, p.y))
    const d = line.map((p, i) => `${i === 0 ? 'M' : 'L'}${round(p.x)} ${round(p.y)}`).join('')
    const opacity = first ? 1 : 0.45
    items.push({ kind: 'path', d, fill: 'none', stroke: accent, line: first ? 2.2 : 1.2, opacity })
    for (const p of line)
      items.push({
        kind: 'circle',
        x: p.x,
        y: p.y,
        r: first ? 4 : 3,
        fill: halo,
        stroke: accent,
        line: 1.5,
        opacity,
      })
  }
  return items
}

const round = (value: number) => Math.round(value * 100) / 100
const polygon = (points: { x: number; y: number }[]) =>
  `M${points.map((p) => `${round(p.x)} ${round(p.y)}`).join('L')}Z`

/** Both ends beyond the same side of the stage. */
function outside(ends: { x: number; y: number }[], width: number, height: number): boolean {
  return (
    ends.every((p) => p.x < 0) ||
    ends.every((p) => p.y < 0) ||
    ends.every((p) => p.x > width) ||
    ends.every((p) => p.y > height)
  )
}
