import type { Pace } from '../../common/pace.ts'
import { aggregate, baseLevel, type Level } from '../communities/level.ts'
import type { Csr } from '../graph/types.ts'
import { runForce, type ForceGraph } from './force.ts'
import { Frontier, packAround } from './pack.ts'
import { GOLDEN_ANGLE, pointsOf, type Points } from './points.ts'
import { separateDiscs } from './separate.ts'
import { spreadEvenly } from './spread-evenly.ts'

/** Communities that ForceAtlas2 lays out; smaller ones start beside their neighbours. */
export const FORCE_COMMUNITIES = 3000
/** More linked communities than this are spread evenly first; fewer part by pushing alone. */
const CROWD = 200
/** Heaviest neighbours of a community that pull it. */
const PULLING_NEIGHBOURS = 12

export interface PlacedCommunities {
  readonly centre: Points
  readonly radius: Float64Array
  /** Radius around the origin that holds all discs. */
  readonly extent: number
}

/**
 * Places communities 0..count-1 (by falling size) as discs with radius √size:
 * 1. the 3,000 largest that have edges to others by ForceAtlas2 on their graph, weights relative to the volumes;
 * 2. the smaller ones with edges at the weighted middle of their placed neighbours;
 * 3. overlaps are removed while everything is drawn together;
 * 4. communities without an edge outside are packed around that, largest first, nearest free place.
 */
export async function placeCommunities(
  csr: Csr,
  membership: Uint32Array,
  size: Uint32Array,
  pace: Pace,
  tell: (share: number) => void,
): Promise<PlacedCommunities> {
  const count = size.length
  const radius = Float64Array.from(size, (s) => Math.sqrt(s))
  const centre = pointsOf(count)
  if (count === 0) return { centre, radius, extent: 0 }
  let labels = count
  for (let u = 0; u < membership.length; u++) labels = Math.max(labels, membership[u] + 1)
  const between = await aggregate(baseLevel(csr), membership, labels, pace)

  const linked: number[] = []
  const unlinked: number[] = []
  for (let c = 0; c < count; c++) (between.offsets[c + 1] > between.offsets[c] ? linked : unlinked).push(c)
  const typical = median(radius)
  // Room for edges between the linked ones; the others only need to be told apart.
  const gap = 0.8 * typical
  if (linked.length > 0) {
    await placeLinked(between, linked, radius, centre, pace, (share) => tell(0.6 * share))
    const core = { x: gather(centre.x, linked), y: gather(centre.y, linked) }
    const coreRadius = gather(radius, linked)
    if (linked.length > CROWD)
      spreadEvenly(
        core,
        coreRadius.map((r) => r + gap / 2),
      )
    await separateDiscs(core, coreRadius, gap, pace)
    for (const [i, c] of linked.entries()) {
      centre.x[c] = core.x[i]
      centre.y[c] = core.y[i]
    }
  }
  tell(0.9)
  const frontier = new Frontier()
  for (const c of linked) frontier.add(centre.x[c], centre.y[c], radius[c] + gap / 2)
  const packed = packAround(
    frontier,
    Float64Array.from(unlinked, (c) => radius[c] + 0.15 * typical),
  )
  for (const [i, c] of unlinked.entries()) {
    centre.x[c] = packed.x[i]
    centre.y[c] = packed.y[i]
  }
  await pace.checkpoint()
  tell(1)
  let extent = 0
  for (let c = 0; c < count; c++) extent = Math.max(extent, Math.hypot(centre.x[c], centre.y[c]) + radius[c])
  return { centre, radius, extent }
}

const gather = (column: Float64Array, rows: readonly number[]): Float64Array =>
  Float64Array.from(rows, (row) => column[row])

function median(values: Float64Array): number {
  return values.slice().sort()[values.length >> 1]
}

/** Steps 1 and 2: where the communities with edges want to be; discs may still overlap. */
async function placeLinked(
  between: Level,
  linked: readonly number[],
  radius: Float64Array,
  centre: Points,
  pace: Pace,
  tell: (share: number) => void,
): Promise<void> {
  const forced = linked.slice(0, FORCE_COMMUNITIES)
  const n = forced.length
  const graph = pullingEdges(between, forced)
  const points = pointsOf(n)
  let area = 0
  for (let i = 0; i < n; i++) {
    // A sunflower of growing area: the largest communities start in the middle.
    area += radius[forced[i]] ** 2
    points.x[i] = Math.sqrt(area) * Math.cos(i * GOLDEN_ANGLE)
    points.y[i] = Math.sqrt(area) * Math.sin(i * GOLDEN_ANGLE)
  }
  const mean = forced.reduce((sum, c) => sum + radius[c], 0) / n
  const mass = Float64Array.from(forced, (c) => 1 + radius[c] / mean)
  const iterations = Math.max(100, Math.min(400, Math.round(600_000 / n)))
  const slices = 10
  const settings = { gravity: 0.05, scalingRatio: 10, slowDown: 1 + Math.log(n), linLog: false }
  for (let s = 0; s < slices; s++) {
    await runForce(graph, points, { ...settings, iterations: Math.ceil(iterations / slices) }, pace, mass)
    tell((s + 1) / slices)
  }
  fitArea(points, forced, radius)
  for (const [i, c] of forced.entries()) {
    centre.x[c] = points.x[i]
    centre.y[c] = points.y[i]
  }
  placeBesideNeighbours(between, linked, n, radius, centre)
}

/** Every community's heaviest edges, relative to the two volumes, on a scale with mean 1. */
function pullingEdges(between: Level, forced: readonly number[]): ForceGraph {
  const index = new Int32Array(between.n).fill(-1)
  for (const [i, c] of forced.entries()) index[c] = i
  const pairs = new Map<number, number>()
  const n = forced.length
  for (const [i, c] of forced.entries()) {
    const row: { j: number; w: number }[] = []
    for (let e = between.offsets[c]; e < between.offsets[c + 1]; e++) {
      const d = between.targets[e]
      if (index[d] < 0) continue
      row.push({ j: index[d], w: between.weights[e] / Math.sqrt(between.strength[c] * between.strength[d]) })
    }
    row.sort((p, q) => q.w - p.w || p.j - q.j)
    for (const { j, w } of row.slice(0, PULLING_NEIGHBOURS)) pairs.set(Math.min(i, j) * n + Math.max(i, j), w)
  }
  const weight = Float64Array.from(pairs.values())
  const mean = weight.reduce((sum, w) => sum + w, 0) / Math.max(1, weight.length)
  return {
    n,
    source: Uint32Array.from(pairs.keys(), (key) => Math.floor(key / n)),
    target: Uint32Array.from(pairs.keys(), (key) => key % n),
    weight: weight.map((w) => Math.min(10, Math.max(0.05, w / mean))),
  }
}

/** Centres the points and scales them so that their discs would fill about half of the circle they spread over. */
function fitArea(points: Points, communities: readonly number[], radius: Float64Array): void {
  const { x, y } = points
  const n = x.length
  let area = 0
  let meanX = 0
  let meanY = 0
  for (let i = 0; i < n; i++) {
    const r2 = radius[communities[i]] ** 2
    area += r2
    meanX += x[i] * r2
    meanY += y[i] * r2
  }
  meanX /= area
  meanY /= area
  let spread = 0
  for (let i = 0; i < n; i++) {
    x[i] -= meanX
    y[i] -= meanY
    spread += x[i] ** 2 + y[i] ** 2
  }
  // A uniform disc of radius R has a mean squared distance of R²/2.
  const factor = spread > 0 ? Math.sqrt(area / (spread / n)) : 1
  for (let i = 0; i < n; i++) {
    x[i] *= factor
    y[i] *= factor
  }
}

/** Communities after the first `placed` of `linked`, in order: the weighted middle of placed neighbours. */
function placeBesideNeighbours(
  between: Level,
  linked: readonly number[],
  placed: number,
  radius: Float64Array,
  centre: Points,
): void {
  const has = new Uint8Array(between.n)
  for (const c of linked.slice(0, placed)) has[c] = 1
  let far = 0
  for (const c of linked) far = Math.max(far, Math.hypot(centre.x[c], centre.y[c]))
  for (let i = placed; i < linked.length; i++) {
    const c = linked[i]
    let x = 0
    let y = 0
    let sum = 0
    for (let e = between.offsets[c]; e < between.offsets[c + 1]; e++) {
      const d = between.targets[e]
      if (has[d] === 0) continue
      sum += between.weights[e]
      x += between.weights[e] * centre.x[d]
      y += between.weights[e] * centre.y[d]
    }
    // Linked only to others that come later: at the rim. Small steps around keep equal starts apart.
    const reach = sum > 0 ? 2 * radius[c] : far
    centre.x[c] = (sum > 0 ? x / sum : 0) + reach * Math.cos(i * GOLDEN_ANGLE)
    centre.y[c] = (sum > 0 ? y / sum : 0) + reach * Math.sin(i * GOLDEN_ANGLE)
    has[c] = 1
  }
}
