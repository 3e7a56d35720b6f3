/**
 * A picture as data: what a view hands in to be exported. Lengths are CSS pixels, colours anything CSS reads, the origin
 * is top left. The same scene becomes an SVG (svg.ts) and a bitmap (paint.ts), so that both show the same.
 */
export interface Scene {
  width: number
  height: number
  /** null: transparent. */
  background: string | null
  items: SceneItem[]
}

interface Painted {
  fill?: string | undefined
  stroke?: string | undefined
  /** Width of the stroke; 1 unless told. */
  line?: number | undefined
  dash?: number[] | undefined
  /** 0..1. */
  opacity?: number | undefined
}
export interface SceneRect extends Painted {
  kind: 'rect'
  x: number
  y: number
  w: number
  h: number
  /** Radius of the corners. */
  r?: number | undefined
}
export interface SceneLine extends Painted {
  kind: 'line'
  x1: number
  y1: number
  x2: number
  y2: number
}
export interface SceneCircle extends Painted {
  kind: 'circle'
  x: number
  y: number
  r: number
}
export interface ScenePath extends Painted {
  kind: 'path'
  /** As in SVG. */
  d: string
  /** a b c d e f, as in SVG and canvas. */
  matrix?: [number, number, number, number, number, number] | undefined
}
export interface SceneText {
  kind: 'text'
  x: number
  /** Of the baseline, or of the middle of the line with `middle`. */
  y: number
  text: string
  size: number
  fill: string
  weight?: 400 | 600 | undefined
  align?: 'start' | 'middle' | 'end' | undefined
  baseline?: 'alphabetic' | 'middle' | undefined
  mono?: boolean | undefined
  italic?: boolean | undefined
  /** Colour drawn around the letters so that they stand out from what is below. */
  halo?: string | undefined
  opacity?: number | undefined
}
export interface SceneImage {
  kind: 'image'
  x: number
  y: number
  w: number
  h: number
  /** A data: URL; nothing is fetched from elsewhere. */
  href: string
  opacity?: number | undefined
}
export interface SceneGroup {
  kind: 'group'
  items: SceneItem[]
  x?: number | undefined
  y?: number | undefined
  scale?: number | undefined
  /** Nothing outside is shown; in the group's own coordinates. */
  clip?: { x: number; y: number; w: number; h: number } | undefined
  opacity?: number | undefined
}
export type SceneItem = SceneRect | SceneLine | SceneCircle | ScenePath | SceneText | SceneImage | SceneGroup

/** Every text of a scene, in drawing order: for fonts, and for tests of what a picture says. */
export function textsOf(items: readonly SceneItem[]): SceneText[] {
  return items.flatMap((item) =>
    item.kind === 'text' ? [item] : item.kind === 'group' ? textsOf(item.items) : [],
  )
}
