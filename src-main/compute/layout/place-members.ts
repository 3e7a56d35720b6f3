import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { runForce } from './force.ts'
import { GOLDEN_ANGLE, pointsOf, type Points } from './points.ts'

/** Communities of more members than this get a sunflower in breadth-first order instead of ForceAtlas2. */
export const FORCE_MEMBERS = 2000
/** Share of the disc's radius that members may use: none touches the rim. */
export const INNER = 0.92

/** Iterations of all members together, so that time grows with the accounts and not faster (~0.6 µs each). */
export const MEMBER_ITERATIONS = 10_000_000
const FEWEST_ITERATIONS = 20
const MOST_ITERATIONS = 120

/** Iterations of ForceAtlas2 for each community that is laid out by forces. */
export function memberIterations(size: Uint32Array): number {
  let forced = 0
  for (const s of size) if (s <= FORCE_MEMBERS) forced += s
  return Math.round(
    Math.max(FEWEST_ITERATIONS, Math.min(MOST_ITERATIONS, MEMBER_ITERATIONS / Math.max(1, forced))),
  )
}

/** A community's graph: members 0..n-1 and the edges among them. */
export interface Induced {
  readonly n: number
  readonly offsets: Uint32Array
  readonly targets: Uint32Array
  readonly weights: Float32Array
}

/** The graph among `members`; `local` is scratch of the graph's size that must be all -1 and is left so. */
export function induce(csr: Csr, members: Uint32Array, local: Int32Array): Induced {
  for (let i = 0; i < members.length; i++) local[members[i]] = i
  const offsets = new Uint32Array(members.length + 1)
  let entries = 0
  for (const u of members)
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) if (local[csr.targets[e]] >= 0) entries++
  const targets = new Uint32Array(entries)
  const weights = new Float32Array(entries)
  let at = 0
  for (let i = 0; i < members.length; i++) {
    const u = members[i]
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
      const j = local[csr.targets[e]]
      if (j < 0) continue
      targets[at] = j
      weights[at++] = csr.weights[e]
    }
    offsets[i + 1] = at
  }
  for (const u of members) local[u] = -1
  return { n: members.length, offsets, targets, weights }
}

/**
 * Places a community's members in the unit disc, the most connected in the middle. Up to 2,000 members: ForceAtlas2
 * on the graph among them, from a sunflower start, then half evened out towards equal density. More: the
 * sunflower alone. Deterministic.
 */
export async function placeMembers(graph: Induced, iterations: number, pace: Pace): Promise<Points> {
  const start = sunflowerByTree(graph)
  if (graph.n <= 3 || graph.n > FORCE_MEMBERS || iterations === 0) return start
  const spread = 3 * Math.sqrt(graph.n)
  for (let i = 0; i < graph.n; i++) {
    start.x[i] *= spread
    start.y[i] *= spread
  }
  const edges = graph.targets.length / 2
  const source = new Uint32Array(edges)
  const target = new Uint32Array(edges)
  const weight = new Float64Array(edges)
  let sum = 0
  for (let e = 0; e < graph.weights.length; e++) sum += graph.weights[e]
  const mean = sum / Math.max(1, graph.weights.length)
  let at = 0
  for (let i = 0; i < graph.n; i++) {
    for (let e = graph.offsets[i]; e < graph.offsets[i + 1]; e++) {
      if (graph.targets[e] < i) continue
      source[at] = i
      target[at] = graph.targets[e]
      weight[at++] = Math.min(5, Math.max(0.1, graph.weights[e] / mean))
    }
  }
  const settings = { iterations, gravity: 0.05, scalingRatio: 5, slowDown: 1, linLog: true }
  await runForce({ n: graph.n, source, target, weight }, start, settings, pace)
  return intoDisc(start)
}

/** Moves points into the unit disc: directions stay, distances are halfway between true and evened out. */
function intoDisc({ x, y }: Points): Points {
  const n = x.length
  let meanX = 0
  let meanY = 0
  for (let i = 0; i < n; i++) {
    meanX += x[i] / n
    meanY += y[i] / n
  }
  const distance = Float64Array.from(x, (_, i) => Math.hypot(x[i] - meanX, y[i] - meanY))
  const order = Uint32Array.from(x, (_, i) => i).sort((i, j) => distance[i] - distance[j] || i - j)
  const most = distance[order[n - 1]]
  const placed = pointsOf(n)
  for (let rank = 0; rank < n; rank++) {
    const i = order[rank]
    const even = Math.sqrt((rank + 0.5) / n)
    const reach = INNER * (most > 0 ? (0.5 * distance[i]) / most + 0.5 * even : even)
    const scale = distance[i] > 0 ? reach / distance[i] : 0
    // A point exactly in the middle has no direction; the golden angle keeps several of them apart.
    placed.x[i] = scale > 0 ? (x[i] - meanX) * scale : reach * Math.cos(i * GOLDEN_ANGLE)
    placed.y[i] = scale > 0 ? (y[i] - meanY) * scale : reach * Math.sin(i * GOLDEN_ANGLE)
  }
  return placed
}

/**
 * A sunflower (Vogel 1979) in the unit disc: evenly spaced places, filled from the middle in breadth-first order
 * from the strongest member. Within a band of equal distance, places are given out by the direction a member has
 * in the tree, so that branches stay together.
 */
export function sunflowerByTree(graph: Induced): Points {
  const { n } = graph
  const { order, angle } = breadthFirst(graph)
  const points = pointsOf(n)
  if (n === 1) return points
  // Bands like the rings of a hexagonal packing: 1, 6, 12, 18 ... places, each about one place deep.
  for (let from = 0, ring = 0; from < n; ring++) {
    const to = Math.min(n, from + Math.max(1, 6 * ring))
    const slots = Array.from({ length: to - from }, (_, k) => from + k)
    const turn = (k: number) => (k * GOLDEN_ANGLE) % (2 * Math.PI)
    slots.sort((k, l) => turn(k) - turn(l))
    const nodes = [...order.subarray(from, to)].sort((i, j) => angle[i] - angle[j] || i - j)
    for (const [k, slot] of slots.entries()) {
      const reach = INNER * Math.sqrt((slot + 0.5) / n)
      points.x[nodes[k]] = reach * Math.cos(turn(slot))
      points.y[nodes[k]] = reach * Math.sin(turn(slot))
    }
    from = to
  }
  return points
}

/** Members level by level from the strongest, stronger ones first, and each one's direction in the tree, 0..2π. */
function breadthFirst(graph: Induced): { order: Uint32Array; angle: Float64Array } {
  const { n, offsets, targets, weights } = graph
  const strength = new Float64Array(n)
  for (let i = 0; i < n; i++) for (let e = offsets[i]; e < offsets[i + 1]; e++) strength[i] += weights[e]
  const byStrength = Uint32Array.from(strength, (_, i) => i).sort(
    (i, j) => strength[j] - strength[i] || i - j,
  )
  const parent = new Int32Array(n).fill(-1)
  const level = new Int32Array(n).fill(-1)
  const order = new Uint32Array(n)
  let found = 0
  // More than one start only where the graph is not connected.
  for (const root of byStrength) {
    if (level[root] >= 0) continue
    level[root] = 0
    order[found++] = root
    for (let head = found - 1; head < found; head++) {
      const i = order[head]
      const first = found
      for (let e = offsets[i]; e < offsets[i + 1]; e++) {
        const j = targets[e]
        if (level[j] >= 0) continue
        level[j] = level[i] + 1
        parent[j] = i
        order[found++] = j
      }
      order.subarray(first, found).sort((j, k) => strength[k] - strength[j] || j - k)
    }
  }
  const below = new Float64Array(n).fill(1)
  for (let k = n - 1; k >= 0; k--) if (parent[order[k]] >= 0) below[parent[order[k]]] += below[order[k]]
  // Each member owns a sector as wide as its subtree is large; children share it in order.
  const start = new Float64Array(n)
  const used = new Float64Array(n)
  const angle = new Float64Array(n)
  let roots = 0
  for (const i of order) {
    const p = parent[i]
    if (p < 0) {
      start[i] = roots
      roots += below[i]
    } else {
      start[i] = start[p] + used[p]
      used[p] += below[i]
    }
    angle[i] = (2 * Math.PI * (start[i] + below[i] / 2)) / n
  }
  return { order, angle }
}
