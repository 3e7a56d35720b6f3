import type Sigma from 'sigma'
import type { MapModel } from './model.ts'
import type { Affine } from './points-layer.ts'

const MOVE_MS = 220
/** A framed disc's diameter as a share of the stage's shorter side. */
const FRAMED = 0.8

export interface CameraPlace {
  x: number
  y: number
  ratio: number
}

/** Where the stage looks: moves sigma's camera and converts between the layout and pixels. */
export class StageCamera {
  private readonly sigma: Sigma
  private readonly model: MapModel
  /** When the person last zoomed by hand, ms; what moves by itself opens and closes nothing. */
  zoomedAt = -Infinity

  constructor(sigma: Sigma, model: MapModel) {
    this.sigma = sigma
    this.model = model
  }

  private held = false

  /** The next community that opens or closes does not move the camera. */
  hold(): void {
    this.held = true
  }

  /** Whether the camera was held; it is not any more. */
  release(): boolean {
    const { held } = this
    this.held = false
    return held
  }

  get place(): CameraPlace {
    const { x, y, ratio } = this.sigma.getCamera().getState()
    return { x, y, ratio }
  }

  move(state: Partial<CameraPlace>, animate: boolean): void {
    const camera = this.sigma.getCamera()
    if (animate) void camera.animate(state, { duration: MOVE_MS, easing: 'quadraticInOut' })
    else camera.setState(state)
  }

  /** Moves so that a community fills the stage; null shows all. */
  frame(id: number | null, animate: boolean): void {
    const map = this.model.communities
    const row = id === null ? -1 : this.model.rowOf(id)
    if (!map || row < 0) return this.move({ x: 0.5, y: 0.5, ratio: 1 }, animate)
    const r = map.radius[row]!
    this.frameBox(map.x[row]! - r, map.y[row]! - r, map.x[row]! + r, map.y[row]! + r, animate)
  }

  /** Moves so that a rectangle of the layout fills the stage. */
  frameBox(x0: number, y0: number, x1: number, y1: number, animate: boolean): void {
    const { width, height } = this.sigma.getDimensions()
    const scale = this.scale()
    const share = Math.max(
      ((x1 - x0) * scale) / Math.max(1, width * FRAMED),
      ((y1 - y0) * scale) / Math.max(1, height * FRAMED),
      1e-9,
    )
    const camera = this.sigma.getCamera()
    const center = { x: (x0 + x1) / 2, y: (y0 + y1) / 2 }
    const at = this.sigma.viewportToFramedGraph(this.sigma.graphToViewport(center))
    this.move({ x: at.x, y: at.y, ratio: camera.getBoundedRatio(camera.ratio * share) }, animate)
  }

  /** Brings a community into view without changing the zoom, when it is outside. */
  reveal(id: number, animate: boolean): void {
    const at = this.positionOf(id)
    if (at) this.revealPixel(at, animate)
  }

  revealPixel(at: { x: number; y: number }, animate: boolean): void {
    const { width, height } = this.sigma.getDimensions()
    if (at.x > 20 && at.y > 20 && at.x < width - 20 && at.y < height - 20) return
    const framed = this.sigma.viewportToFramedGraph(at)
    this.move({ x: framed.x, y: framed.y }, animate)
  }

  zoom(factor: number, animate: boolean): void {
    const camera = this.sigma.getCamera()
    this.zoomedAt = performance.now()
    this.move({ ratio: camera.getBoundedRatio(camera.ratio / factor) }, animate)
  }

  /** Pans by a share of the stage's width and height. */
  pan(x: number, y: number): void {
    const { width, height } = this.sigma.getDimensions()
    this.centerOn({ x: width * (0.5 + x), y: height * (0.5 + y) })
  }

  /** Puts what is at a pixel of the stage into its middle. */
  centerOn(pixel: { x: number; y: number }): void {
    const at = this.sigma.viewportToFramedGraph(pixel)
    this.move({ x: at.x, y: at.y }, false)
  }

  /** Centre and radius of a community's disc in CSS pixels of the stage; null when it is not drawn. */
  positionOf(id: number): { x: number; y: number; r: number } | null {
    const map = this.model.communities
    const row = this.model.rowOf(id)
    if (!map || row < 0) return null
    const at = this.sigma.graphToViewport({ x: map.x[row]!, y: map.y[row]! })
    return { ...at, r: map.radius[row]! * this.scale() }
  }

  /** CSS pixels for one unit of the layout. */
  scale(): number {
    const { a, b } = this.affine()
    return Math.hypot(a, b)
  }

  affine(): Affine {
    const map = this.model.communities
    // Differences over the whole extent: over one unit they would drown in rounding at far zooms.
    const span = map && map.id.length > 0 ? Math.max(1, Math.abs(map.x[0]!) + map.radius[0]!) : 1
    const o = this.sigma.graphToViewport({ x: 0, y: 0 })
    const x = this.sigma.graphToViewport({ x: span, y: 0 })
    const y = this.sigma.graphToViewport({ x: 0, y: span })
    return {
      a: (x.x - o.x) / span,
      b: (x.y - o.y) / span,
      c: (y.x - o.x) / span,
      d: (y.y - o.y) / span,
      e: o.x,
      f: o.y,
    }
  }
}
