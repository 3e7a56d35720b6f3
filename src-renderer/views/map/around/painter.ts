import { labelBudget } from '../../../graph/budget.ts'
import { placeLabels, type Covered, type LabelWish, type PlacedLabel } from '../../../graph/labels.ts'
import { MAP_PALETTES } from '../../../graph/palette.ts'
import { TextWidths } from '../../../ui/text-widths.ts'
import { iconPicture } from './icons.ts'
import type { Guide } from './layout.ts'
import { sizeOf, type AroundLook } from './look.ts'
import type { AroundModel } from './model.ts'
import type { AroundState } from './state.ts'

export interface PaintSource {
  model: AroundModel
  state: AroundState
  look: AroundLook
  guides: Guide[]
  /** x, y of each node in the canvas's units. */
  xy: Float64Array
  toPixel(x: number, y: number): { x: number; y: number }
  /** CSS pixels of one unit, and of a node's size. */
  scale: number
  sizeScale: number
  nameOf(place: number): string
  guideText(guide: Guide): string
  /** What the legend covers, pixels; null: nothing. */
  covered: Covered | null
  /** False while the camera moves: names keep their places beside their nodes, nothing is looked for anew. */
  still: boolean
}

const FONT = `12px 'Inter Variable', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif`
const SMALL = `11px 'Inter Variable', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif`
const MAX_WISHES = 500
const MAX_OBSTACLES = 3000
const MAX_ICONS = 600
const LONGEST = 28

interface Kept {
  place: number
  label: PlacedLabel
  dx: number
  dy: number
}

/** Draws what is no point or line: names, icons of things, marks, rings, columns and dates. */
export class AroundPainter {
  private kept: Kept[] = []
  private readonly context: CanvasRenderingContext2D
  private readonly widths: TextWidths
  /** What `visible` answers; it is filled in each frame. */
  private places = new Float32Array()

  constructor(canvas: HTMLCanvasElement) {
    this.context = canvas.getContext('2d')!
    this.widths = new TextWidths((text, font) => {
      this.context.font = font
      return this.context.measureText(text).width
    })
  }

  /** Names that stand, for tests. */
  get labels(): readonly PlacedLabel[] {
    return this.kept.map(({ label }) => label)
  }

  paint(source: PaintSource, width: number, height: number, pixelRatio: number): void {
    const { context } = this
    const { canvas } = context
    if (canvas.width !== Math.round(width * pixelRatio)) canvas.width = Math.round(width * pixelRatio)
    if (canvas.height !== Math.round(height * pixelRatio)) canvas.height = Math.round(height * pixelRatio)
    context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
    context.clearRect(0, 0, width, height)
    this.paintGuides(source, height)
    const inside = this.visible(source, width, height)
    this.paintIcons(source, inside, pixelRatio)
    if (source.still) this.choose(source, inside, width, height)
    this.paintNames(source, inside)
  }

  /** Pixel places of the nodes on the stage: x, y, radius by node; radius 0 where it is outside. */
  private visible(source: PaintSource, width: number, height: number): Float32Array {
    const { model, state, xy } = source
    if (this.places.length < model.nodes.length * 3) this.places = new Float32Array(model.nodes.length * 3)
    const out = this.places
    const o = source.toPixel(0, 0)
    const right = source.toPixel(1, 0)
    const up = source.toPixel(0, 1)
    const [ax, ay, bx, by] = [right.x - o.x, right.y - o.y, up.x - o.x, up.y - o.y]
    for (let i = 0; i < model.nodes.length; i++) {
      const x = o.x + xy[2 * i]! * ax + xy[2 * i + 1]! * bx
      const y = o.y + xy[2 * i]! * ay + xy[2 * i + 1]! * by
      out[3 * i] = x
      out[3 * i + 1] = y
      out[3 * i + 2] = 0
      if (x < -20 || y < -20 || x > width + 20 || y > height + 20) continue
      out[3 * i + 2] = Math.max(1.5, sizeOf(model.nodes[i]!, state) * source.sizeScale)
    }
    return out
  }

  private paintIcons({ model, look }: PaintSource, at: Float32Array, pixelRatio: number): void {
    const { context } = this
    const palette = MAP_PALETTES[look.theme]
    let drawn = 0
    model.nodes.forEach((node, i) => {
      const r = at[3 * i + 2]!
      const x = at[3 * i]!
      const y = at[3 * i + 1]!
      if (r === 0 || drawn > MAX_ICONS) return
      const faint = look.bright !== null && !look.bright.nodes.has(node.key)
      if (node.kind === 'thing' && r >= 4.5) {
        const type = model.scene.types[model.scene.things.type[node.index]!]!
        const side = r * 1.15
        context.globalAlpha = faint ? 0.2 : 1
        context.drawImage(
          iconPicture(type, palette.text, Math.max(8, Math.round(side * pixelRatio))),
          x - side / 2,
          y - side / 2,
          side,
          side,
        )
        drawn++
      } else if (node.kind === 'account') {
        // A dot says that a person pinned it; a small cross bar says that the data label it.
        const flags = model.scene.accounts.flags[node.index]!
        if ((flags & 12) !== 0 && r >= 3) {
          context.globalAlpha = faint ? 0.2 : 1
          context.strokeStyle = palette.text
          context.lineWidth = 1.4
          context.beginPath()
          const side = r + 2.5
          const high = (flags & 4) !== 0 ? -side : side
          context.moveTo(x - r * 0.7, y + high)
          context.lineTo(x + r * 0.7, y + high)
          context.stroke()
          drawn++
        }
      }
      if (node.key in look.pinned && r >= 3) {
        context.globalAlpha = faint ? 0.2 : 1
        context.fillStyle = palette.text
        context.beginPath()
        context.arc(x + r * 0.75, y - r * 0.75, 2.2, 0, 2 * Math.PI)
        context.fill()
      }
    })
    context.globalAlpha = 1
  }

  /** Which names stand where. */
  private choose(source: PaintSource, at: Float32Array, width: number, height: number): void {
    const { model, look } = source
    const asked = look.hover ?? look.focus
    const near = new Set<number>()
    const askedPlace = asked === null ? undefined : model.placeOf.get(asked)
    if (askedPlace !== undefined && look.hover !== null)
      for (const e of model.edgesOf[askedPlace]!) {
        near.add(model.edges[e]!.a)
        near.add(model.edges[e]!.b)
      }
    const wishes: LabelWish[] = []
    const obstacles: { key: string; x: number; y: number; r: number }[] = []
    model.nodes.forEach((node, i) => {
      const r = at[3 * i + 2]!
      if (r === 0 || node.kind === 'more') return
      const x = at[3 * i]!
      const y = at[3 * i + 1]!
      if (r >= 3 && obstacles.length < MAX_OBSTACLES) obstacles.push({ key: node.key, x, y, r })
      if (x < 0 || y < 0 || x > width || y > height) return
      const must =
        node.key === look.hover ||
        node.key === look.focus ||
        (look.picked.size < 40 && look.picked.has(node.key))
      const bright = look.bright?.nodes.has(node.key) ?? false
      if (look.bright !== null && !bright && !must) return
      if (r < 3 && !must && !bright && !node.seed) return
      const score = node.kind === 'account' ? model.scene.accounts.score[node.index]! : 0
      const worth = node.kind === 'group' ? 5 : node.kind === 'thing' ? 1 : Number.isNaN(score) ? 0 : score
      wishes.push({
        key: String(i),
        text: '',
        x,
        y,
        r,
        priority:
          (must ? 1e6 : 0) +
          (node.seed ? 1e4 : 0) +
          (near.has(i) || bright ? 1e3 : 0) +
          worth +
          node.ties * 0.05,
        must: must || node.seed,
      })
    })
    wishes.sort((p, q) => q.priority - p.priority)
    const best = wishes.slice(0, MAX_WISHES)
    for (const wish of best) wish.text = shorten(source.nameOf(Number(wish.key)))
    for (const obstacle of obstacles) obstacle.key = String(model.placeOf.get(obstacle.key))
    this.context.font = FONT
    const placed = placeLabels(
      best,
      obstacles,
      { width, height, limit: Math.round(labelBudget(width, height) * 1.2), covered: source.covered },
      (text) => this.widths.of(text, FONT),
    )
    this.kept = placed.map((label) => {
      const place = Number(label.key)
      return { place, label, dx: label.x - at[3 * place]!, dy: label.y - at[3 * place + 1]! }
    })
  }

  private paintNames({ model, look, state }: PaintSource, at: Float32Array): void {
    const { context } = this
    const palette = MAP_PALETTES[look.theme]
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.lineJoin = 'round'
    context.font = FONT
    context.lineWidth = 3
    context.strokeStyle = palette.halo
    for (const { place, label, dx, dy } of this.kept) {
      const node = model.nodes[place]
      if (!node || at[3 * place + 2] === 0) continue
      const x = at[3 * place]! + dx
      const y = at[3 * place + 1]! + dy
      context.strokeText(label.text, x, y)
      const strong =
        node.seed || look.focus === node.key || look.hover === node.key || look.picked.has(node.key)
      context.fillStyle = strong ? palette.text : palette.quiet
      context.fillText(label.text, x, y)
    }
    // Counts inside nodes that stand for several.
    context.font = SMALL
    model.nodes.forEach((node, i) => {
      const r = at[3 * i + 2]!
      if (r < 6 || (node.kind !== 'group' && node.kind !== 'more')) return
      const text =
        node.kind === 'group'
          ? String(state.groups[node.index]?.members.length ?? '')
          : compact(state.expansions[node.index]?.left ?? 0)
      context.fillStyle = palette.text
      context.fillText(text, at[3 * i]!, at[3 * i + 1]! + 0.5)
    })
  }

  private paintGuides({ guides, look, toPixel, scale, guideText }: PaintSource, height: number): void {
    if (guides.length === 0) return
    const { context } = this
    const palette = MAP_PALETTES[look.theme]
    context.strokeStyle = palette.edge
    context.fillStyle = palette.quiet
    context.lineWidth = 1
    context.font = SMALL
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    const middle = toPixel(0, 0)
    let taken = -Infinity
    for (const guide of guides) {
      context.globalAlpha = 0.3
      const text = guideText(guide)
      if (guide.kind === 'ring') {
        context.beginPath()
        context.arc(middle.x, middle.y, guide.r * scale, 0, 2 * Math.PI)
        context.stroke()
        context.globalAlpha = 1
        context.fillText(text, middle.x, middle.y - guide.r * scale - 9)
      } else if (guide.kind === 'column') {
        // Columns go from left to right: a name that would touch the one before it is left out.
        const at = toPixel(guide.x + guide.width / 2, guide.top)
        const half = this.widths.of(text, SMALL) / 2
        context.globalAlpha = 1
        if (at.x - half > taken + 8) {
          context.fillText(text, at.x, at.y - 26)
          taken = at.x + half
        }
      } else {
        const at = toPixel(guide.x, 0)
        context.beginPath()
        context.moveTo(at.x, 0)
        context.lineTo(at.x, height)
        context.stroke()
        context.globalAlpha = 1
        context.fillText(text, at.x, height - 12)
      }
    }
    context.globalAlpha = 1
  }
}

const shorten = (text: string): string => {
  const letters = [...text]
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : text
}
const compact = (n: number): string => (n < 1000 ? `+${n}` : `+${Math.round(n / 1000)}k`)
