import type { Points } from './points.ts'

/** Cells deeper than this hold several bodies: they are as good as in one place. */
const DEEPEST = 24

/**
 * A quadtree for Barnes–Hut (1986) in typed arrays that are reused from one iteration to the next. Cell 0 is the
 * root; the four children of a cell are numbered one after another.
 */
export class Quadtree {
  /** Number of the first child, 0 for a leaf. */
  child: Int32Array
  /** Body of a leaf, -1 for none, -2 for several in one place. */
  body: Int32Array
  mass: Float64Array
  x: Float64Array
  y: Float64Array
  /** Side of the root's square. */
  side = 0
  private cells = 0

  constructor(bodies: number) {
    const room = 4 * bodies + 64
    this.child = new Int32Array(room)
    this.body = new Int32Array(room)
    this.mass = new Float64Array(room)
    this.x = new Float64Array(room)
    this.y = new Float64Array(room)
  }

  /** Builds the tree of all points; afterwards `x`, `y` are the cells' centres of mass. */
  build(points: Points, bodyMass: Float64Array): void {
    const n = points.x.length
    let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity]
    for (let i = 0; i < n; i++) {
      const px = points.x[i]
      const py = points.y[i]
      if (px < left) left = px
      if (px > right) right = px
      if (py < low) low = py
      if (py > high) high = py
    }
    this.side = Math.max(right - left, high - low, 1e-9) * (1 + 1e-9)
    this.cells = 0
    this.open(1)
    for (let i = 0; i < n; i++) this.insert(i, points, bodyMass, left, low)
    for (let c = 0; c < this.cells; c++) {
      if (this.mass[c] === 0) continue
      this.x[c] /= this.mass[c]
      this.y[c] /= this.mass[c]
    }
  }

  private open(count: number): number {
    const first = this.cells
    this.cells += count
    if (this.cells > this.child.length) this.grow()
    for (let c = first; c < this.cells; c++) {
      this.child[c] = 0
      this.body[c] = -1
      this.mass[c] = 0
      this.x[c] = 0
      this.y[c] = 0
    }
    return first
  }

  private grow(): void {
    const wider = <T extends Int32Array | Float64Array>(old: T, fresh: T): T => {
      fresh.set(old)
      return fresh
    }
    const room = 2 * this.child.length
    this.child = wider(this.child, new Int32Array(room))
    this.body = wider(this.body, new Int32Array(room))
    this.mass = wider(this.mass, new Float64Array(room))
    this.x = wider(this.x, new Float64Array(room))
    this.y = wider(this.y, new Float64Array(room))
  }

  private insert(i: number, points: Points, bodyMass: Float64Array, left: number, low: number): void {
    const px = points.x[i]
    const py = points.y[i]
    const m = bodyMass[i]
    let half = this.side / 2
    let middleX = left + half
    let middleY = low + half
    let c = 0
    for (let depth = 0; ; depth++) {
      this.mass[c] += m
      this.x[c] += m * px
      this.y[c] += m * py
      if (this.child[c] === 0) {
        const there = this.body[c]
        if (there === -1) {
          this.body[c] = i
          return
        }
        if (there === -2 || depth >= DEEPEST) {
          this.body[c] = -2
          return
        }
        // A second body: the first one moves down, the loop goes on with this one.
        const first = this.open(4)
        this.child[c] = first
        this.body[c] = -1
        const tx = points.x[there]
        const ty = points.y[there]
        const down = first + (tx >= middleX ? 1 : 0) + (ty >= middleY ? 2 : 0)
        this.body[down] = there
        this.mass[down] = bodyMass[there]
        this.x[down] = bodyMass[there] * tx
        this.y[down] = bodyMass[there] * ty
      }
      half /= 2
      const right = px >= middleX
      const above = py >= middleY
      c = this.child[c] + (right ? 1 : 0) + (above ? 2 : 0)
      middleX += right ? half : -half
      middleY += above ? half : -half
    }
  }
}
