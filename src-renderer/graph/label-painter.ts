import { communityName } from '../ui/format.ts'
import { labelBudget } from './budget.ts'
import { placeLabels, type LabelWish, type PlacedLabel } from './labels.ts'
import { memberShare, type MapModel } from './model.ts'
import { MAP_PALETTES } from './palette.ts'
import type { MapLook } from './style.ts'

export interface LabelSource {
  model: MapModel
  look: MapLook
  near: ReadonlySet<string> | null
  openLabel: string
  nameOf(id: number, key: string): string
  toPixel(x: number, y: number): { x: number; y: number }
  /** CSS pixels for one unit of the graph. */
  scale: number
}
interface Obstacle {
  key: string
  x: number
  y: number
  r: number
}

const FONT = `12px 'Inter Variable', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif`
/** Smaller discs are not named until they are asked. */
const MIN_RADIUS = 2.5
/** So many of the first level's names stand even where they cover other discs. */
const ALWAYS = 12
const MAX_WISHES = 400

/** Writes the names on the map: communities, and at the second level the accounts that matter most. */
export class LabelPainter {
  placed: PlacedLabel[] = []
  private readonly context: CanvasRenderingContext2D
  private readonly widths = new Map<string, number>()

  constructor(canvas: HTMLCanvasElement) {
    this.context = canvas.getContext('2d')!
    // Widths measured before the fonts are there are wrong.
    void document.fonts?.ready.then(() => this.widths.clear())
  }

  paint(source: LabelSource, width: number, height: number, pixelRatio: number): void {
    const { context } = this
    const { canvas } = context
    if (canvas.width !== Math.round(width * pixelRatio)) canvas.width = Math.round(width * pixelRatio)
    if (canvas.height !== Math.round(height * pixelRatio)) canvas.height = Math.round(height * pixelRatio)
    context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
    context.clearRect(0, 0, width, height)
    context.font = FONT
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.lineJoin = 'round'
    const { wishes, obstacles } = collect(source, width, height)
    this.placed = placeLabels(
      wishes,
      obstacles,
      { width, height, limit: Math.round(labelBudget(width, height) / (source.model.open === null ? 1 : 3)) },
      (text) => this.measure(text),
    )
    const palette = MAP_PALETTES[source.look.theme]
    const strong = new Set(wishes.filter((wish) => wish.must).map((wish) => wish.key))
    for (const label of this.placed) {
      context.lineWidth = 3
      context.strokeStyle = palette.halo
      context.strokeText(label.text, label.x, label.y)
      context.fillStyle = strong.has(label.key) ? palette.text : palette.quiet
      context.fillText(label.text, label.x, label.y)
    }
  }

  private measure(text: string): number {
    let width = this.widths.get(text)
    if (width === undefined) {
      width = this.context.measureText(text).width
      if (this.widths.size > 20_000) this.widths.clear()
      this.widths.set(text, width)
    }
    return width
  }
}

function collect(
  source: LabelSource,
  width: number,
  height: number,
): { wishes: LabelWish[]; obstacles: Obstacle[] } {
  const { model, look, scale } = source
  const map = model.communities
  const wishes: LabelWish[] = []
  const obstacles: Obstacle[] = []
  if (!map) return { wishes, obstacles }
  for (let i = 0; i < map.id.length; i++) {
    const r = map.radius[i]! * scale
    const { x, y } = source.toPixel(map.x[i]!, map.y[i]!)
    if (x + r < 0 || y + r < 0 || x - r > width || y - r > height) continue
    const id = map.id[i]!
    const key = `c${id}`
    const open = model.open === id
    if (!open && r >= 4) obstacles.push({ key, x, y, r })
    const asked = look.hover === key || look.focus === key
    if (open)
      wishes.push({ key, text: source.openLabel, x, y, r, priority: Infinity, must: true, above: true })
    else if (asked) wishes.push({ key, text: communityName(id), x, y, r, priority: 1e9, must: true })
    else if (model.open === null && r >= MIN_RADIUS) {
      const risk = Number.isNaN(map.meanScore[i]!) ? 0 : map.meanScore[i]!
      const dimmed = look.hasSelection && map.selected[i] === 0
      if (!dimmed) wishes.push({ key, text: communityName(id), x, y, r, priority: r * (0.1 + 2 * risk) })
    }
  }
  if (model.open === null) {
    wishes.sort((a, b) => b.priority - a.priority)
    for (const wish of wishes.slice(0, ALWAYS)) wish.must = true
  }
  collectMembers(source, width, height, wishes)
  wishes.sort((a, b) => b.priority - a.priority)
  return { wishes: wishes.slice(0, MAX_WISHES), obstacles }
}

function collectMembers(source: LabelSource, width: number, height: number, wishes: LabelWish[]): void {
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
