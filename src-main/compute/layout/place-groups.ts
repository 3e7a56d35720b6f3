import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import type { CoarseLevel } from './coarsen.ts'
import { forceGraphAmong } from './community-graph.ts'
import { compactDiscs, type Wall } from './compact.ts'
import { encloseDiscs } from './enclose.ts'
import { runForce, type Anchors } from './force.ts'
import { AXIS_X } from './frame.ts'
import { GOLDEN_ANGLE, pointsOf, type Points } from './points.ts'
import { separateDiscs } from './separate.ts'
import { spreadEvenly } from './spread-evenly.ts'
import { swapPlaces } from './swap.ts'

/** What has jammed is drawn this much apart again: room for communities to grow without moving others. */
const SLACK = 1.04
/** All iterations of one level together, so that time grows with the nodes and not faster. */
const LEVEL_ITERATIONS = 300_000
/** Air between groups as a share of a group's radius, so that regions show. */
const GROUP_GAP = 0.12

export interface PlacedGroups {
  /** Where each node of the first level is. */
  readonly centre: Points
  /** The groups' discs: they don't overlap, and each holds its nodes' discs. */
  readonly group: Points & { readonly radius: Float64Array }
}

/**
 * Multilevel layout of a hierarchy of at least two levels (Walshaw 2003; Hu 2005): the groups by ForceAtlas2, then
 * the nodes of each group level by level, children starting around their parent and drawn towards the groups that
 * they are tied to. Discs of `radius` around the nodes of the first level are at least `gap` apart.
 */
export async function placeGroups(
  levels: readonly CoarseLevel[],
  radius: Float64Array,
  gap: number,
  pace: Pace,
  tell: (share: number) => void,
): Promise<PlacedGroups> {
  const top = levels[levels.length - 1]
  const direction = await placeTop(top, pace)
  const inside = childrenByGroup(levels)
  const centre = pointsOf(levels[0].graph.n)
  const groupRadius = new Float64Array(top.graph.n)
  const scratch = levels.map((level) => new Int32Array(level.graph.n).fill(-1))
  for (let g = 0; g < top.graph.n; g++) {
    const nodes = inside[0].of(g)
    const local = await placeInside(levels, inside, g, direction, scratch, pace)
    const own = Float64Array.from(nodes, (c) => radius[c])
    await arrange(local, own, gap, 'circle', pace)
    const circle = encloseDiscs(local, own)
    groupRadius[g] = circle.radius + gap / 2
    for (let i = 0; i < nodes.length; i++) {
      centre.x[nodes[i]] = local.x[i] - circle.x
      centre.y[nodes[i]] = local.y[i] - circle.y
    }
    tell((0.9 * (g + 1)) / top.graph.n)
  }
  const typical = groupRadius.slice().sort()[groupRadius.length >> 1]
  await arrange(direction, groupRadius, GROUP_GAP * typical, 'box', pace)
  for (let g = 0; g < top.graph.n; g++) {
    for (const c of inside[0].of(g)) {
      centre.x[c] += direction.x[g]
      centre.y[c] += direction.y[g]
    }
  }
  tell(1)
  return { centre, group: { ...direction, radius: groupRadius } }
}

/** Lays out a graph of few nodes without a hierarchy, wider than high. */
export async function placeFlat(graph: Csr, radius: Float64Array, gap: number, pace: Pace): Promise<Points> {
  const points = await placeTop({ graph, area: radius.map((r) => r * r), parent: new Uint32Array(0) }, pace)
  await arrange(points, radius, gap, 'box', pace)
  return points
}

/** Presses discs that are where forces want them into a wall, with room to grow, and parts what still overlaps. */
async function arrange(
  points: Points,
  radius: Float64Array,
  gap: number,
  wall: Wall,
  pace: Pace,
): Promise<void> {
  const wide = radius.map((r) => r + gap / 2)
  spreadEvenly(points, wide, wall)
  await compactDiscs(points, wide, wall, pace)
  for (const column of [points.x, points.y]) for (let i = 0; i < column.length; i++) column[i] *= SLACK
  await separateDiscs(points, radius, gap, pace)
}

/** The few nodes of the coarsest level by ForceAtlas2 from a sunflower, the largest in the middle, wider than high. */
async function placeTop(top: CoarseLevel, pace: Pace): Promise<Points> {
  const { n } = top.graph
  const everybody = Uint32Array.from({ length: n }, (_, i) => i)
  const graph = forceGraphAmong(top.graph, everybody, new Int32Array(n).fill(-1))
  const points = sunflower(everybody.slice().sort((i, j) => top.area[j] - top.area[i] || i - j))
  await runForce(graph, points, settingsFor(n, 600, AXIS_X ** 2), pace, massOf(top.area))
  // Groups need about the same room, so they can change places.
  spreadEvenly(points, top.area.map(Math.sqrt), 'box')
  swapPlaces(top.graph, top.area, points)
  return points
}

const settingsFor = (n: number, most: number, flatten = 1) => ({
  iterations: Math.max(30, Math.min(most, Math.round(LEVEL_ITERATIONS / Math.max(1, n)))),
  gravity: 0.05,
  scalingRatio: 10,
  slowDown: 1 + Math.log(n + 1),
  linLog: false,
  flatten,
})

function massOf(area: ArrayLike<number>): Float64Array {
  const radius = Float64Array.from(area, Math.sqrt)
  const mean = radius.reduce((sum, r) => sum + r, 0) / Math.max(1, radius.length)
  return radius.map((r) => 1 + r / mean)
}

/** Places `order.length` points in a sunflower, order[0] in the middle. */
function sunflower(order: Uint32Array): Points {
  const points = pointsOf(order.length)
  for (let k = 0; k < order.length; k++) {
    const reach = 10 * Math.sqrt(k + 0.5)
    points.x[order[k]] = reach * Math.cos(k * GOLDEN_ANGLE)
    points.y[order[k]] = reach * Math.sin(k * GOLDEN_ANGLE)
  }
  return points
}

interface ByGroup {
  readonly group: Uint32Array
  of(g: number): Uint32Array
}

/** For every level but the last: each node's group, and each group's nodes. */
function childrenByGroup(levels: readonly CoarseLevel[]): ByGroup[] {
  const count = levels[levels.length - 1].graph.n
  const all: ByGroup[] = []
  let group = Uint32Array.from({ length: count }, (_, g) => g)
  for (let l = levels.length - 2; l >= 0; l--) {
    const above = group
    group = levels[l].parent.map((p) => above[p])
    const start = new Uint32Array(count + 1)
    for (const g of group) start[g + 1]++
    for (let g = 0; g < count; g++) start[g + 1] += start[g]
    const cursor = start.slice(0, count)
    const nodes = new Uint32Array(group.length)
    for (let u = 0; u < group.length; u++) nodes[cursor[group[u]]++] = u
    all.unshift({ group, of: (g) => nodes.subarray(start[g], start[g + 1]) })
  }
  return all
}

/** Where the communities of group g want to be around the group's middle; discs may still overlap. */
async function placeInside(
  levels: readonly CoarseLevel[],
  inside: readonly ByGroup[],
  g: number,
  direction: Points,
  scratch: readonly Int32Array[],
  pace: Pace,
): Promise<Points> {
  let above: { nodes: Uint32Array; points: Points } | null = null
  for (let l = levels.length - 2; l >= 0; l--) {
    const level = levels[l]
    const nodes = inside[l].of(g)
    const points: Points =
      above === null
        ? sunflower(bySize(nodes, level.area))
        : aroundParents(level, nodes, above, scratch[l + 1])
    const graph = forceGraphAmong(level.graph, nodes, scratch[l])
    const anchors = towardsGroups(level.graph, nodes, inside[l].group, g, direction, graph.weight.length)
    const area = Float64Array.from(nodes, (u) => level.area[u])
    await runForce(
      graph,
      points,
      settingsFor(nodes.length, above === null ? 200 : 60),
      pace,
      massOf(area),
      anchors,
    )
    above = { nodes, points }
  }
  return above!.points
}

/** Positions in `nodes` by falling area. */
function bySize(nodes: Uint32Array, area: Float64Array): Uint32Array {
  return Uint32Array.from(nodes, (_, i) => i).sort((i, j) => area[nodes[j]] - area[nodes[i]] || i - j)
}

/** Children in small sunflowers around where their parents are, everything wider so that they have room. */
function aroundParents(
  level: CoarseLevel,
  nodes: Uint32Array,
  above: { nodes: Uint32Array; points: Points },
  local: Int32Array,
): Points {
  for (let i = 0; i < above.nodes.length; i++) local[above.nodes[i]] = i
  const points = pointsOf(nodes.length)
  const used = new Uint32Array(above.nodes.length)
  const wider = Math.sqrt(nodes.length / above.nodes.length)
  for (let i = 0; i < nodes.length; i++) {
    const p = local[level.parent[nodes[i]]]
    const k = used[p]++
    const reach = 4 * Math.sqrt(k)
    points.x[i] = above.points.x[p] * wider + reach * Math.cos(k * GOLDEN_ANGLE)
    points.y[i] = above.points.y[p] * wider + reach * Math.sin(k * GOLDEN_ANGLE)
  }
  for (const u of above.nodes) local[u] = -1
  return points
}

/** Ties that leave the group draw a node to that side of it, half as strongly as the same tie inside would. */
function towardsGroups(
  graph: Csr,
  nodes: Uint32Array,
  group: Uint32Array,
  g: number,
  direction: Points,
  edges: number,
): Anchors {
  const n = nodes.length
  const anchors = { x: new Float64Array(n), y: new Float64Array(n), weight: new Float64Array(n) }
  let inner = 0
  for (let i = 0; i < n; i++) {
    let [sumX, sumY, sum] = [0, 0, 0]
    for (let e = graph.offsets[nodes[i]]; e < graph.offsets[nodes[i] + 1]; e++) {
      const h = group[graph.targets[e]]
      const w = graph.weights[e]
      if (h === g) {
        inner += w / 2
        continue
      }
      const dx = direction.x[h] - direction.x[g]
      const dy = direction.y[h] - direction.y[g]
      const distance = Math.sqrt(dx * dx + dy * dy) || 1
      sumX += (w * dx) / distance
      sumY += (w * dy) / distance
      sum += w
    }
    anchors.x[i] = sum > 0 ? sumX / sum : 0
    anchors.y[i] = sum > 0 ? sumY / sum : 0
    anchors.weight[i] = sum
  }
  // On the scale of the inner edges, whose mean is 1; the rim lies about 10 √n from the middle.
  const mean = edges > 0 ? inner / edges : 1
  const rim = 10 * Math.sqrt(n)
  for (let i = 0; i < n; i++) {
    anchors.x[i] *= rim
    anchors.y[i] *= rim
    anchors.weight[i] = Math.min(10, (0.5 * anchors.weight[i]) / mean)
  }
  return anchors
}
