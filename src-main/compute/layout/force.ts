import type { Pace } from '../../common/pace.ts'
import type { Points } from './points.ts'
import { Quadtree } from './quadtree.ts'

export interface ForceGraph {
  readonly n: number
  /** Each undirected edge once. */
  readonly source: Uint32Array
  readonly target: Uint32Array
  readonly weight: Float64Array
}

export interface ForceSettings {
  iterations: number
  gravity: number
  scalingRatio: number
  slowDown: number
  linLog: boolean
  /** Gravity up and down as a multiple of gravity left and right: above 1 the drawing gets wide. Default 1. */
  flatten?: number
}

/** Fixed places that pull: node i is drawn to (x[i], y[i]) like by an edge of weight[i]. */
export interface Anchors extends Points {
  readonly weight: Float64Array
}

/** Nodes from which on the quadtree is cheaper than all pairs (measured: ~250). */
const BARNES_HUT_FROM = 250
/** A cell is one body where its side is less than this share of its distance. */
const THETA = 1

/**
 * Runs ForceAtlas2 (Jacomy, Venturini, Heymann, Bastian 2014, PLOS ONE 9:e98679) from the given positions and moves
 * them in place: repulsion ∝ mass × mass / distance (Barnes–Hut from 250 nodes), attraction ∝ weight × distance
 * (or log(1 + distance)), strong gravity to the origin, adaptive speed of each node as in
 * graphology-layout-forceatlas2. `mass` is the repelling mass, by default 1 + weighted degree. Where two points
 * coincide nothing would ever part them, so starts should differ. O(n log n + edges) an iteration.
 */
export async function runForce(
  graph: ForceGraph,
  points: Points,
  settings: ForceSettings,
  pace: Pace,
  mass?: Float64Array,
  anchors?: Anchors,
): Promise<void> {
  const { n, source, target, weight } = graph
  const heavy = mass ?? massOf(graph)
  const dx = new Float64Array(n)
  const dy = new Float64Array(n)
  const oldX = new Float64Array(n)
  const oldY = new Float64Array(n)
  const convergence = new Float64Array(n).fill(1)
  const tree = n >= BARNES_HUT_FROM ? new Quadtree(n) : null
  const { x, y } = points
  const flatten = settings.flatten ?? 1
  for (let round = 0; round < settings.iterations; round++) {
    oldX.set(dx)
    oldY.set(dy)
    for (let i = 0; i < n; i++) {
      const g = settings.gravity * heavy[i]
      dx[i] = -x[i] * g
      dy[i] = -y[i] * g * flatten
    }
    if (tree === null) repelPairs(points, heavy, settings.scalingRatio, dx, dy)
    else {
      tree.build(points, heavy)
      repelByTree(tree, points, heavy, settings.scalingRatio, dx, dy)
    }
    for (let e = 0; e < source.length; e++) {
      const i = source[e]
      const j = target[e]
      const ex = x[i] - x[j]
      const ey = y[i] - y[j]
      let factor = weight[e]
      if (settings.linLog) {
        const d = Math.sqrt(ex * ex + ey * ey)
        if (d === 0) continue
        factor *= Math.log(1 + d) / d
      }
      dx[i] -= ex * factor
      dy[i] -= ey * factor
      dx[j] += ex * factor
      dy[j] += ey * factor
    }
    if (anchors !== undefined) {
      for (let i = 0; i < n; i++) {
        dx[i] += (anchors.x[i] - x[i]) * anchors.weight[i]
        dy[i] += (anchors.y[i] - y[i]) * anchors.weight[i]
      }
    }
    for (let i = 0; i < n; i++) {
      const swingX = oldX[i] - dx[i]
      const swingY = oldY[i] - dy[i]
      const goX = oldX[i] + dx[i]
      const goY = oldY[i] + dy[i]
      const swinging = heavy[i] * Math.sqrt(swingX * swingX + swingY * swingY)
      const traction = Math.sqrt(goX * goX + goY * goY) / 2
      const speed = (convergence[i] * Math.log(1 + traction)) / (1 + Math.sqrt(swinging))
      convergence[i] = Math.min(
        1,
        Math.sqrt((speed * (dx[i] * dx[i] + dy[i] * dy[i])) / (1 + Math.sqrt(swinging))),
      )
      x[i] += (dx[i] * speed) / settings.slowDown
      y[i] += (dy[i] * speed) / settings.slowDown
    }
    await pace.checkpoint()
  }
}

function massOf({ n, source, target, weight }: ForceGraph): Float64Array {
  const mass = new Float64Array(n).fill(1)
  for (let e = 0; e < source.length; e++) {
    mass[source[e]] += weight[e]
    mass[target[e]] += weight[e]
  }
  return mass
}

/** Adds the repulsion of all pairs to dx, dy. */
export function repelPairs(
  { x, y }: Points,
  mass: Float64Array,
  strength: number,
  dx: Float64Array,
  dy: Float64Array,
): void {
  for (let i = 1; i < x.length; i++) {
    const px = x[i]
    const py = y[i]
    const own = strength * mass[i]
    let sumX = 0
    let sumY = 0
    for (let j = 0; j < i; j++) {
      const ex = px - x[j]
      const ey = py - y[j]
      const d2 = ex * ex + ey * ey
      if (d2 === 0) continue
      const factor = (own * mass[j]) / d2
      sumX += ex * factor
      sumY += ey * factor
      dx[j] -= ex * factor
      dy[j] -= ey * factor
    }
    dx[i] += sumX
    dy[i] += sumY
  }
}

/** Every level of the tree leaves at most three cells on the stack. */
const STACK = new Int32Array(128)
const SIDE = new Float64Array(128)

/** The same by a tree that was built of these points: cells far away count as one body. */
export function repelByTree(
  tree: Quadtree,
  { x, y }: Points,
  mass: Float64Array,
  strength: number,
  dx: Float64Array,
  dy: Float64Array,
): void {
  const { child, body, mass: cellMass, x: cellX, y: cellY } = tree
  // Several bodies in one place: their middle differs from it by rounding only, and must not repel.
  const here = (1e-12 * tree.side) ** 2
  for (let i = 0; i < x.length; i++) {
    const px = x[i]
    const py = y[i]
    const own = strength * mass[i]
    let sumX = 0
    let sumY = 0
    let top = 0
    STACK[0] = 0
    SIDE[0] = tree.side
    while (top >= 0) {
      const c = STACK[top]
      const side = SIDE[top--]
      const m = cellMass[c]
      if (m === 0 || body[c] === i) continue
      const ex = px - cellX[c]
      const ey = py - cellY[c]
      const d2 = ex * ex + ey * ey
      const first = child[c]
      if (first !== 0 && side * side >= THETA * THETA * d2) {
        for (let k = 0; k < 4; k++) {
          STACK[++top] = first + k
          SIDE[top] = side / 2
        }
        continue
      }
      if (d2 <= here) continue
      const factor = (own * m) / d2
      sumX += ex * factor
      sumY += ey * factor
    }
    dx[i] += sumX
    dy[i] += sumY
  }
}
