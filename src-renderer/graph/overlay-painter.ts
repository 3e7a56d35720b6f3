import type { CommunityMap } from '../../src-main/common/contract/communities.ts'
import { hullOfDiscs, insideHull, shortestJoints, type Point } from './hull.ts'
import type { MapModel } from './model.ts'
import { MAP_PALETTES } from './palette.ts'
import type { MapLook } from './style.ts'

/** Several communities that a person holds together, under a name. */
export interface MapGroup {
  name: string
  communities: readonly number[]
}
/** A way from one account to another, in layout coordinates. */
export interface MapPath {
  points: Point[]
  accountIds: number[]
  /** The strongest is drawn full, the others step back. */
  rank: number
}
/** What lies over the points and under the names. */
export interface Overlay {
  groups: MapGroup[]
  landmarks: ReadonlySet<number>
  paths: MapPath[]
}
export const NO_OVERLAY: Overlay = { groups: [], landmarks: new Set(), paths: [] }

const AIR = 10

const together = new WeakMap<MapGroup, { map: CommunityMap; yes: boolean }>()

/** Whether one hull around a group's communities holds no other's centre: else it would claim what is not of the group. */
function holdsNoOther(group: MapGroup, model: MapModel, map: CommunityMap): boolean {
  const known = together.get(group)
  if (known?.map === map) return known.yes
  const own = new Set(group.communities)
  const rows = group.communities.map((id) => model.rowOf(id)).filter((row) => row >= 0)
  const hull = hullOfDiscs(
    rows.map((row) => ({ x: map.x[row]!, y: map.y[row]!, r: map.radius[row]! })),
    0,
  )
  const yes = map.id.every((id, i) => own.has(id) || !insideHull({ x: map.x[i]!, y: map.y[i]! }, hull))
  together.set(group, { map, yes })
  return yes
}

/**
 * A group's outlines in pixels: one around all its communities where that holds no other, else one around each, joined by
 * lines. Empty when none of them is on the map.
 */
export function outlinesOf(
  group: MapGroup,
  model: MapModel,
  toPixel: (x: number, y: number) => Point,
  scale: number,
): { rings: Point[][]; joints: [Point, Point][] } {
  const map = model.communities
  if (!map) return { rings: [], joints: [] }
  const discs = group.communities.flatMap((id) => {
    const row = model.rowOf(id)
    return row < 0 ? [] : [{ ...toPixel(map.x[row]!, map.y[row]!), r: map.radius[row]! * scale }]
  })
  if (discs.length < 2 || holdsNoOther(group, model, map))
    return { rings: discs.length > 0 ? [hullOfDiscs(discs, AIR)] : [], joints: [] }
  return { rings: discs.map((disc) => hullOfDiscs([disc], AIR / 2)), joints: shortestJoints(discs) }
}

/** Draws groups' outlines, landmarks' pins and paths. */
export class OverlayPainter {
  private readonly context: CanvasRenderingContext2D
  private drawn = false

  constructor(canvas: HTMLCanvasElement) {
    this.context = canvas.getContext('2d')!
  }

  paint(
    source: {
      model: MapModel
      look: MapLook
      overlay: Overlay
      toPixel(x: number, y: number): Point
      scale: number
    },
    width: number,
    height: number,
    pixelRatio: number,
  ): void {
    const { overlay, model, toPixel, scale } = source
    const empty = overlay.groups.length + overlay.landmarks.size + overlay.paths.length === 0
    // Nothing to draw and nothing to wipe: the canvas is left alone.
    if (empty && !this.drawn) return
    this.drawn = !empty
    const { context } = this
    const { canvas } = context
    if (canvas.width !== Math.round(width * pixelRatio)) canvas.width = Math.round(width * pixelRatio)
    if (canvas.height !== Math.round(height * pixelRatio)) canvas.height = Math.round(height * pixelRatio)
    context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
    context.clearRect(0, 0, width, height)
    context.lineJoin = 'round'
    const palette = MAP_PALETTES[source.look.theme]
    for (const group of overlay.groups) {
      const { rings, joints } = outlinesOf(group, model, toPixel, scale)
      context.fillStyle = palette.accent
      context.strokeStyle = palette.accent
      context.lineWidth = 1.4
      context.setLineDash([6, 4])
      for (const ring of rings) {
        trace(context, ring, true)
        context.globalAlpha = 0.06
        context.fill()
        context.globalAlpha = 0.8
        context.stroke()
      }
      context.globalAlpha = 0.5
      for (const joint of joints) {
        trace(context, joint, false)
        context.stroke()
      }
      context.setLineDash([])
    }
    for (const id of overlay.landmarks) {
      const row = model.rowOf(id)
      const map = model.communities
      if (row < 0 || !map) continue
      const at = toPixel(map.x[row]!, map.y[row]!)
      const top = at.y - Math.max(3, map.radius[row]! * scale)
      context.globalAlpha = 1
      context.fillStyle = palette.accent
      context.beginPath()
      context.moveTo(at.x, top - 1)
      context.lineTo(at.x - 5, top - 10)
      context.lineTo(at.x + 5, top - 10)
      context.closePath()
      context.fill()
    }
    for (const path of [...overlay.paths].sort((a, b) => b.rank - a.rank)) {
      const line = path.points.map((p) => toPixel(p.x, p.y))
      trace(context, line, false)
      context.globalAlpha = path.rank === 0 ? 1 : 0.45
      context.lineWidth = path.rank === 0 ? 5 : 3.5
      context.strokeStyle = palette.halo
      context.stroke()
      context.lineWidth = path.rank === 0 ? 2.2 : 1.2
      context.strokeStyle = palette.accent
      context.stroke()
      for (const p of line) {
        context.beginPath()
        context.arc(p.x, p.y, path.rank === 0 ? 4 : 3, 0, 2 * Math.PI)
        context.fillStyle = palette.halo
        context.fill()
        context.stroke()
      }
    }
    context.globalAlpha = 1
  }
}

function trace(context: CanvasRenderingContext2D, points: Point[], closed: boolean): void {
  context.beginPath()
  points.forEach((p, i) => (i === 0 ? context.moveTo(p.x, p.y) : context.lineTo(p.x, p.y)))
  if (closed) context.closePath()
}
