import { communityName } from '../ui/format.ts'
import { TextWidths } from '../ui/text-widths.ts'
import { labelBudget } from './budget.ts'
import { placeLabels, type LabelWish, type PlacedLabel } from './labels.ts'
import { communityKey, memberShare, type MapModel } from './model.ts'
import { MAP_PALETTES } from './palette.ts'
import { outlinesOf, type Overlay } from './overlay-painter.ts'
import type { MapLook } from './style.ts'

export interface LabelSource {
  model: MapModel
  look: MapLook
  near: ReadonlySet<string> | null
  openLabel: string
  overlay: Overlay
  regions: MapRegion[]
  nameOf(id: number, key: string): string
  toPixel(x: number, y: number): { x: number; y: number }
  /** CSS pixels for one unit of the graph. */
  scale: number
}
/** A coarser group of communities, named while the map is seen from afar. */
export interface MapRegion {
  key: string
  text: string
  /** Layout coordinates, and how far it reaches. */
  x: number
  y: number
  r: number
  accounts: number
}
/** A label with how it is written. */
export interface WrittenLabel extends PlacedLabel {
  kind: 'strong' | 'quiet' | 'region' | 'group'
}
interface Obstacle {
  key: string
  x: number
  y: number
  r: number
}

const LABEL_FAMILY = `'Inter Variable', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif`
const FONT = `12px ${LABEL_FAMILY}`
const REGION_FONT = `600 13px ${LABEL_FAMILY}`
/** Smaller discs are not named until they are asked. */
const MIN_RADIUS = 2.5
/** So many of the first level's names stand even where they cover other discs. */
const ALWAYS = 12
const MAX_WISHES = 400

/** Writes the names on the map: communities, and at the second level the accounts that matter most. */
export class LabelPainter {
  placed: WrittenLabel[] = []
  private readonly context: CanvasRenderingContext2D
  private readonly widths: TextWidths

  constructor(canvas: HTMLCanvasElement) {
    this.context = canvas.getContext('2d')!
    this.widths = new TextWidths((text, font) => {
      this.context.font = font
      return this.context.measureText(text).width
    })
  }

  paint(source: LabelSource, width: number, height: number, pixelRatio: number): void {
    const { context } = this
    const { canvas } = context
    if (canvas.width !== Math.round(width * pixelRatio)) canvas.width = Math.round(width * pixelRatio)
    if (canvas.height !== Math.round(height * pixelRatio)) canvas.height = Math.round(height * pixelRatio)
    context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
    context.clearRect(0, 0, width, height)
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.lineJoin = 'round'
    const { wishes, obstacles } = collect(source, width, height, (text) => this.widths.of(text, REGION_FONT))
    const placed = placeLabels(
      wishes,
      obstacles,
      { width, height, limit: Math.round(labelBudget(width, height) / (source.model.open === null ? 1 : 3)) },
      (text) => this.widths.of(text, FONT),
    )
    const kinds = new Map(wishes.map((wish) => [wish.key, wish.kind ?? (wish.must ? 'strong' : 'quiet')]))
    this.placed = placed.map((label) => ({ ...label, kind: kinds.get(label.key) ?? 'quiet' }))
    const palette = MAP_PALETTES[source.look.theme]
    context.lineWidth = 3
    context.strokeStyle = palette.halo
    let font = ''
    for (const label of this.placed) {
      const wanted = label.kind === 'region' || label.kind === 'group' ? REGION_FONT : FONT
      // To set a font is to have the page styled.
      if (font !== wanted) context.font = font = wanted
      context.strokeText(label.text, label.x, label.y)
      context.fillStyle =
        label.kind === 'group' ? palette.accent : label.kind === 'strong' ? palette.text : palette.quiet
      context.fillText(label.text, label.x, label.y)
    }
  }
}

interface Wish extends LabelWish {
  kind?: WrittenLabel['kind']
}

function collect(
  source: LabelSource,
  width: number,
  height: number,
  wide: (text: string) => number,
): { wishes: Wish[]; obstacles: Obstacle[] } {
  const { model, look, scale } = source
  const map = model.communities
  const wishes: Wish[] = []
  const obstacles: Obstacle[] = []
  if (!map) return { wishes, obstacles }
  const named = new Set<number>()
  const add = (i: number) => {
    const r = map.radius[i]! * scale
    const { x, y } = source.toPixel(map.x[i]!, map.y[i]!)
    if (x + r < 0 || y + r < 0 || x - r > width || y - r > height) return
    if (look.shown && look.shown[i] === 0) return
    const id = map.id[i]!
    const open = model.open === id
    const key = communityKey(id)
    if (!open && r >= 4) obstacles.push({ key, x, y, r })
    const asked = look.hover === key || look.focus === key
    if (open)
      wishes.push({ key, text: source.openLabel, x, y, r, priority: Infinity, must: true, above: true })
    else if (asked) wishes.push({ key, text: communityName(id), x, y, r, priority: 1e9, must: true })
    else if (source.overlay.landmarks.has(id))
      wishes.push({ key, text: communityName(id), x, y: y - 10, r, priority: 1e8, must: true, above: true })
    else if (model.open === null && r >= MIN_RADIUS) {
      const risk = Number.isNaN(map.meanScore[i]!) ? 0 : map.meanScore[i]!
      const dimmed = look.hasSelection && map.selected[i] === 0
      if (!dimmed) wishes.push({ key, text: communityName(id), x, y, r, priority: r * (0.1 + 2 * risk) })
    }
  }
  // What is named however small it is, then all that are large enough: of fifty thousand a few hundred.
  for (const id of [model.open, elementId(look.hover), elementId(look.focus), ...source.overlay.landmarks]) {
    const row = id === null ? -1 : model.rowOf(id)
    if (row < 0 || named.has(row)) continue
    named.add(row)
    add(row)
  }
  for (const row of model.bySize) {
    if (map.radius[row]! * scale < MIN_RADIUS) break
    if (!named.has(row)) add(row)
  }
  if (model.open === null) {
    wishes.sort((a, b) => b.priority - a.priority)
    for (const wish of wishes.slice(0, ALWAYS)) wish.must = true
  }
  collectMembers(source, width, height, wishes)
  collectNamed(source, wishes, wide)
  wishes.sort((a, b) => b.priority - a.priority)
  return { wishes: wishes.slice(0, MAX_WISHES), obstacles }
}

/** The community that a key names; null where it names none. */
const elementId = (key: string | null) => (key?.startsWith('c') ? Number(key.slice(1)) : null)

function collectMembers(source: LabelSource, width: number, height: number, wishes: Wish[]): void {
  const { model, look, near, scale } = source
  const { members, communities: map } = model
  if (!members || model.open === null || members.key.length === 0 || !map) return
  const row = model.rowOf(model.open)
  const r = (row < 0 ? 1 : map.radius[row]!) * memberShare(members.accountId.length) * scale
  for (let i = 0; i < members.accountId.length; i++) {
    const { x, y } = source.toPixel(members.x[i]!, members.y[i]!)
    if (x < 0 || y < 0 || x > width || y > height) continue
    const key = `a${members.accountId[i]!}`
    const asked = look.hover === key || look.focus === key
    const joined = near?.has(key) ?? false
    if (near && !joined) continue
    if (!asked && !joined && r < 3) continue
    const score = Number.isNaN(members.score[i]!) ? 0 : members.score[i]!
    wishes.push({
      key,
      text: source.nameOf(members.accountId[i]!, members.key[i]!),
      x,
      y,
      r,
      priority: asked ? 1e8 : joined ? 1e6 + score : score,
      must: asked,
    })
  }
}

/** Regions from afar, groups with their outline, accounts along a path. */
function collectNamed(source: LabelSource, wishes: Wish[], wide: (text: string) => number): void {
  const { overlay, model, toPixel, scale } = source
  for (const group of overlay.groups) {
    const { rings } = outlinesOf(group, model, toPixel, scale)
    if (rings.length === 0) continue
    const top = rings.flat().reduce((a, b) => (b.y < a.y ? b : a))
    const width = wide(group.name)
    wishes.push({
      key: `g${group.name}`,
      text: group.name,
      x: top.x,
      y: top.y,
      r: 0,
      width,
      priority: 1e9,
      must: true,
      above: true,
      kind: 'group',
    })
  }
  if (model.open === null) {
    for (const region of source.regions) {
      const r = region.r * scale
      // Named while it can be taken in at a glance; nearer, its communities have names of their own.
      if (r < 40 || r > 300) continue
      const { x, y } = toPixel(region.x, region.y)
      const width = wide(region.text)
      wishes.push({
        key: region.key,
        text: region.text,
        x,
        y,
        r,
        width,
        priority: 5e8 + region.accounts,
        above: true,
        kind: 'region',
      })
    }
  }
  for (const path of overlay.paths) {
    path.points.forEach((point, i) => {
      const id = path.accountIds[i]!
      const { x, y } = toPixel(point.x, point.y)
      const key = `a${id}`
      if (wishes.some((wish) => wish.key === key)) return
      wishes.push({
        key,
        text: source.nameOf(id, ''),
        x,
        y,
        r: 5,
        priority: 9e8 - path.rank,
        must: path.rank === 0,
      })
    })
  }
}
