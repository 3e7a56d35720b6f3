import type { SceneItem } from '../../ui/picture/scene.ts'
import { TextWidths } from '../../ui/text-widths.ts'

export type MarkShape = 'dot' | 'cross' | 'square' | 'flag' | 'triangle'

/**
 * What the timeline is drawn with. The same strokes go to the canvas on the screen and into a scene for export, so
 * that a picture shows what the screen showed. Lengths are CSS pixels, origin top left.
 */
export interface Pen {
  rect(x: number, y: number, w: number, h: number, fill: string, opacity?: number): void
  line(x1: number, y1: number, x2: number, y2: number, stroke: string, opacity?: number): void
  mark(shape: MarkShape, x: number, y: number, r: number, fill: string, opacity?: number): void
  text(x: number, y: number, text: string, fill: string, align?: 'start' | 'end'): void
  /** Width of a text in pixels. */
  measure(text: string): number
  /** Rounds to the device's pixels, so that edges are sharp and neighbours neither overlap nor leave gaps. */
  crisp(v: number): number
  /** The width of a hairline. */
  readonly hair: number
}

export const FONT_SIZE = 11

/** Draws on a canvas. State of the context is only set where it changes: it costs more than the drawing. */
export function canvasPen(ctx: CanvasRenderingContext2D, ratio: number, fontFamily: string): Pen {
  let fill = ''
  let alpha = 1
  const use = (color: string, opacity: number) => {
    if (opacity !== alpha) ctx.globalAlpha = alpha = opacity
    if (color !== fill) ctx.fillStyle = fill = color
  }
  const widths = new TextWidths((text) => ctx.measureText(text).width)
  ctx.globalAlpha = 1
  ctx.font = `${FONT_SIZE}px ${fontFamily}`
  ctx.textBaseline = 'middle'
  return {
    hair: 1 / ratio,
    crisp: (v) => Math.round(v * ratio) / ratio,
    rect(x, y, w, h, color, opacity = 1) {
      use(color, opacity)
      ctx.fillRect(x, y, w, h)
    },
    line(x1, y1, x2, y2, color, opacity = 1) {
      use(color, opacity)
      ctx.strokeStyle = color
      ctx.lineWidth = 1
      ctx.beginPath()
      ctx.moveTo(x1, y1)
      ctx.lineTo(x2, y2)
      ctx.stroke()
    },
    mark(shape, x, y, r, color, opacity = 1) {
      use(color, opacity)
      ctx.beginPath()
      if (shape === 'dot') ctx.arc(x, y, r, 0, 2 * Math.PI)
      else {
        const points = outlineOf(shape, x, y, r)
        ctx.moveTo(points[0]!, points[1]!)
        for (let i = 2; i < points.length; i += 2) ctx.lineTo(points[i]!, points[i + 1]!)
        ctx.closePath()
      }
      ctx.fill()
    },
    text(x, y, text, color, align = 'start') {
      use(color, 1)
      ctx.textAlign = align
      ctx.fillText(text, x, y)
    },
    measure: (text) => widths.of(text),
  }
}

/** Writes what is drawn into a list of a scene's items. */
export function scenePen(items: SceneItem[]): Pen {
  return {
    hair: 1,
    crisp: (v) => Math.round(v * 2) / 2,
    rect: (x, y, w, h, fill, opacity) => void items.push({ kind: 'rect', x, y, w, h, fill, opacity }),
    line: (x1, y1, x2, y2, stroke, opacity) =>
      void items.push({ kind: 'line', x1, y1, x2, y2, stroke, opacity }),
    mark(shape, x, y, r, fill, opacity) {
      if (shape === 'dot') return void items.push({ kind: 'circle', x, y, r, fill, opacity })
      const points = outlineOf(shape, x, y, r).map((v) => Math.round(v * 100) / 100)
      let d = ''
      for (let i = 0; i < points.length; i += 2) d += `${i === 0 ? 'M' : 'L'}${points[i]} ${points[i + 1]}`
      items.push({ kind: 'path', d: `${d}Z`, fill, opacity })
    },
    text: (x, y, text, fill, align) =>
      void items.push({ kind: 'text', x, y, text, size: FONT_SIZE, fill, align, baseline: 'middle' }),
    // Without a canvas: Latin letters are about half as wide as they are high, Chinese ones as wide.
    measure: (text) => [...text].reduce((w, c) => w + (c > '⺀' ? FONT_SIZE : FONT_SIZE * 0.56), 0),
  }
}

/** The corners of a shape as x, y, x, y. */
export function outlineOf(shape: Exclude<MarkShape, 'dot'>, x: number, y: number, r: number): number[] {
  switch (shape) {
    case 'square':
      return [x - r, y - r, x + r, y - r, x + r, y + r, x - r, y + r].map((v, i) =>
        // A square of the same radius looks larger than a dot.
        i % 2 === 0 ? x + (v - x) * 0.86 : y + (v - y) * 0.86,
      )
    case 'triangle':
      return [x, y - r, x + r * 1.1, y + r * 0.9, x - r * 1.1, y + r * 0.9]
    case 'flag':
      return [
        x - r * 0.6,
        y - r,
        x + r,
        y - r * 0.4,
        x - r * 0.2,
        y + r * 0.2,
        x - r * 0.2,
        y + r,
        x - r * 0.6,
        y + r,
      ]
    case 'cross': {
      const a = r * 1.1
      const b = r * 0.4
      return [
        x - b,
        y - a,
        x + b,
        y - a,
        x + b,
        y - b,
        x + a,
        y - b,
        x + a,
        y + b,
        x + b,
        y + b,
        x + b,
        y + a,
        x - b,
        y + a,
        x - b,
        y + b,
        x - a,
        y + b,
        x - a,
        y - b,
        x - b,
        y - b,
      ]
    }
  }
}
