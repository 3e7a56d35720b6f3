import type Sigma from 'sigma'
import type { Place } from './layout.ts'

/** The canvas's units that fill the stage at the first zoom; never changed, so that nothing ever jumps. */
export const SPAN = 1000
const MOVE_MS = 220
/** A camera that is nearer than this to where it was is there. */
const STILL = 1e-6

interface Move {
  x?: number
  y?: number
  ratio?: number
}

/** A rectangle in the canvas's units; y grows upwards. */
export interface Box {
  x0: number
  x1: number
  y0: number
  y1: number
}

/** Where the canvas looks: moves sigma's camera so that things can be seen beside the legend. */
export class AroundCamera {
  private readonly sigma: Sigma
  /** CSS pixels on the left that the legend covers. */
  inset = 0
  /** Where the last fit of everything has brought the camera; 'later': there was no stage to fit it into. */
  private fitted: Required<Move> | 'later' | null = null

  constructor(sigma: Sigma) {
    this.sigma = sigma
    sigma.setCustomBBox({ x: [-SPAN / 2, SPAN / 2], y: [-SPAN / 2, SPAN / 2] })
  }

  /** Brings a box into view; only zooms out, never in, where `keep` says so. */
  fit(box: Box, animate: boolean, keep = false): void {
    const { width, height } = this.sigma.getDimensions()
    if (width <= 1) {
      this.fitted = 'later'
      return
    }
    if (keep && this.inView(box)) return
    const all = keep ? union(box, this.viewBox()) : box
    const unit = this.scale() * this.sigma.getCamera().ratio
    const ratio = Math.max(
      ((all.x1 - all.x0 + 60) * unit) / Math.max(1, width - this.inset - 60),
      ((all.y1 - all.y0 + 60) * unit) / Math.max(1, height - 60),
      0.3,
    )
    // What covers the stage on the left pushes the middle to the right.
    const aside = (this.inset / 2) * (ratio / unit)
    const at = this.framed({ x: (all.x0 + all.x1) / 2 - aside, y: (all.y0 + all.y1) / 2 })
    const to = { ...at, ratio: this.sigma.getCamera().getBoundedRatio(ratio) }
    this.fitted = keep ? null : to
    this.move(to, animate)
  }

  /** Whether it shows what it was fitted to: nobody has moved it since. Another size of the stage wants another fit then. */
  get isFitted(): boolean {
    const { fitted } = this
    if (fitted === null || fitted === 'later') return fitted === 'later'
    const camera = this.sigma.getCamera()
    if (camera.isAnimated()) return true
    const { x, y, ratio } = camera.getState()
    return (
      Math.abs(x - fitted.x) < STILL &&
      Math.abs(y - fitted.y) < STILL &&
      Math.abs(ratio / fitted.ratio - 1) < STILL
    )
  }

  zoom(factor: number, animate: boolean): void {
    const camera = this.sigma.getCamera()
    this.fitted = null
    this.move({ ratio: camera.getBoundedRatio(camera.ratio / factor) }, animate)
  }

  /** Brings a place into view without changing the zoom, when it is outside. */
  reveal(at: Place, animate: boolean): void {
    if (this.inView({ x0: at.x, x1: at.x, y0: at.y, y1: at.y })) return
    this.fitted = null
    this.move(this.framed(at), animate)
  }

  /** CSS pixels of one unit of the canvas. */
  scale(): number {
    const a = this.sigma.graphToViewport({ x: 0, y: 0 })
    const b = this.sigma.graphToViewport({ x: SPAN, y: 0 })
    return Math.hypot(b.x - a.x, b.y - a.y) / SPAN
  }

  private move(state: Move, animate: boolean): void {
    const camera = this.sigma.getCamera()
    if (animate) void camera.animate(state, { duration: MOVE_MS, easing: 'quadraticInOut' })
    else camera.setState(state)
  }

  private framed(at: Place): Place {
    return this.sigma.viewportToFramedGraph(this.sigma.graphToViewport(at))
  }

  private viewBox(): Box {
    const { width, height } = this.sigma.getDimensions()
    const a = this.sigma.viewportToGraph({ x: this.inset + 30, y: height - 50 })
    const b = this.sigma.viewportToGraph({ x: width - 40, y: 60 })
    return { x0: a.x, y0: a.y, x1: b.x, y1: b.y }
  }

  private inView(box: Box): boolean {
    const view = this.viewBox()
    return box.x0 >= view.x0 && box.x1 <= view.x1 && box.y0 >= view.y0 && box.y1 <= view.y1
  }
}

const union = (p: Box, q: Box): Box => ({
  x0: Math.min(p.x0, q.x0),
  x1: Math.max(p.x1, q.x1),
  y0: Math.min(p.y0, q.y0),
  y1: Math.max(p.y1, q.y1),
})
