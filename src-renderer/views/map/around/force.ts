import iterate from 'graphology-layout-forceatlas2/iterate.js'

/** Numbers per node and per edge in ForceAtlas2's matrices (graphology-layout-forceatlas2/iterate.js). */
export const PER_NODE = 10
export const PER_EDGE = 3
const X = 0
const Y = 1
const MASS = 6
const CONVERGENCE = 7
const SIZE = 8
const FIXED = 9

export interface ForceInput {
  /** x, y of each node, in the canvas's units. */
  xy: Float32Array
  /** 1: it stays where it is. */
  fixed: Uint8Array
  /** Ends of edges, places in xy / 2. */
  ends: Uint32Array
  weight: Float32Array
}

/** So that two joined nodes of a few ties each stand about three rooms apart. */
const SETTINGS = {
  linLogMode: false,
  outboundAttractionDistribution: false,
  adjustSizes: false,
  edgeWeightInfluence: 0.35,
  scalingRatio: 28,
  strongGravityMode: false,
  gravity: 1.2,
  slowDown: 3,
  barnesHutTheta: 0.7,
}
/** Two nodes are not nearer than this where there is room to part them. */
const APART = 30

/** How often it is repeated: enough to be still for a few, bounded in time for many. */
export function iterationsFor(nodes: number): number {
  return nodes < 200 ? 500 : nodes < 1000 ? 300 : nodes < 3000 ? 160 : 90
}

/**
 * ForceAtlas2 (Jacomy et al. 2014) with some nodes held, in steps: `step` runs so many iterations, `finish` parts what
 * stands too near and answers all places. Deterministic.
 */
export function createForce({ xy, fixed, ends, weight }: ForceInput) {
  const n = xy.length / 2
  const nodes = new Float32Array(n * PER_NODE)
  const edges = new Float32Array(weight.length * PER_EDGE)
  for (let i = 0; i < n; i++) {
    const at = i * PER_NODE
    nodes[at + X] = xy[2 * i]!
    nodes[at + Y] = xy[2 * i + 1]!
    nodes[at + MASS] = 1
    nodes[at + CONVERGENCE] = 1
    nodes[at + SIZE] = APART / 2
    nodes[at + FIXED] = fixed[i]!
  }
  for (let e = 0; e < weight.length; e++) {
    const a = ends[2 * e]! * PER_NODE
    const b = ends[2 * e + 1]! * PER_NODE
    edges[e * PER_EDGE] = a
    edges[e * PER_EDGE + 1] = b
    edges[e * PER_EDGE + 2] = weight[e]!
    nodes[a + MASS] = nodes[a + MASS]! + 1
    nodes[b + MASS] = nodes[b + MASS]! + 1
  }
  const settings = { ...SETTINGS, barnesHutOptimize: n > 400 }
  const read = (): Float32Array => {
    const out = new Float32Array(2 * n)
    for (let i = 0; i < n; i++) {
      out[2 * i] = nodes[i * PER_NODE + X]!
      out[2 * i + 1] = nodes[i * PER_NODE + Y]!
    }
    return out
  }
  return {
    step(iterations: number): void {
      for (let k = 0; k < iterations; k++) iterate(settings, nodes, edges)
    },
    read,
    finish(): Float32Array {
      const out = read()
      part(out, fixed)
      return out
    },
  }
}

/** Pushes nodes apart that are nearer than APART; held ones stay. Some rounds over a grid. */
export function part(xy: Float32Array, fixed: Uint8Array, rounds = 24): void {
  const n = xy.length / 2
  for (let round = 0; round < rounds; round++) {
    const grid = new Map<number, number[]>()
    const cell = (v: number) => Math.floor(v / APART)
    for (let i = 0; i < n; i++) {
      const key = (cell(xy[2 * i]!) + 0x8000) * 0x10000 + cell(xy[2 * i + 1]!) + 0x8000
      const list = grid.get(key)
      if (list) list.push(i)
      else grid.set(key, [i])
    }
    let moved = false
    for (let i = 0; i < n; i++) {
      const cx = cell(xy[2 * i]!) + 0x8000
      const cy = cell(xy[2 * i + 1]!) + 0x8000
      for (let gx = cx - 1; gx <= cx + 1; gx++)
        for (let gy = cy - 1; gy <= cy + 1; gy++)
          for (const j of grid.get(gx * 0x10000 + gy) ?? []) {
            if (j <= i || (fixed[i] === 1 && fixed[j] === 1)) continue
            let dx = xy[2 * j]! - xy[2 * i]!
            let dy = xy[2 * j + 1]! - xy[2 * i + 1]!
            let d = Math.hypot(dx, dy)
            if (d >= APART) continue
            if (d < 1e-3) {
              // On the same spot: part them at an angle of their own.
              dx = Math.cos(i + 2.4 * j)
              dy = Math.sin(i + 2.4 * j)
              d = 1
            }
            const share = fixed[i] === 1 || fixed[j] === 1 ? 1 : 0.5
            const push = ((APART - Math.min(d, APART)) / d) * share
            if (fixed[i] !== 1) {
              xy[2 * i] = xy[2 * i]! - dx * push
              xy[2 * i + 1] = xy[2 * i + 1]! - dy * push
            }
            if (fixed[j] !== 1) {
              xy[2 * j] = xy[2 * j]! + dx * push
              xy[2 * j + 1] = xy[2 * j + 1]! + dy * push
            }
            moved = true
          }
    }
    if (!moved) return
  }
}
