import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { coarsen } from './coarsen.ts'
import { communityGraph, type Members } from './community-graph.ts'
import { Frontier, packAround } from './pack.ts'
import { placeFlat, placeGroups } from './place-groups.ts'
import { pointsOf, type Points } from './points.ts'

/** Most groups of communities: what a person can tell apart as regions of a map. */
export const MOST_GROUPS = 200
/** Fewer linked communities than this are drawn without groups. */
export const GROUPS_FROM = 40
/** Distance between linked communities as a share of the median radius: room for edges. */
export const LINKED_GAP = 0.4
/** The same for communities without edges to others, which only need to be told apart. */
const UNLINKED_GAP = 0.3

export interface PlacedCommunities {
  readonly centre: Points
  /** √size of each. */
  readonly radius: Float64Array
  /** Discs of the groups; each holds its communities' discs, and no two overlap. */
  readonly group: Points & { readonly radius: Float64Array }
}

/**
 * Places communities anew as discs with radius √size that don't overlap, in a shape of about 16:10:
 * 1. those with edges to others are coarsened to at most 200 (and about √communities) groups of related ones;
 * 2. groups by ForceAtlas2, the communities of each group inside its disc, level by level;
 * 3. communities without an edge to others are packed around that, largest first.
 */
export async function placeCommunities(
  csr: Csr,
  membership: Uint32Array,
  members: Members,
  pace: Pace,
  tell: (share: number) => void,
): Promise<PlacedCommunities> {
  const count = members.start.length - 1
  const radius = new Float64Array(count)
  for (let c = 0; c < count; c++) radius[c] = Math.sqrt(members.start[c + 1] - members.start[c])
  const centre = pointsOf(count)
  let group: PlacedCommunities['group'] = { ...pointsOf(0), radius: new Float64Array(0) }
  if (count === 0) return { centre, radius, group }
  const between = await communityGraph(csr, membership, members, pace)
  tell(0.2)
  const linked: number[] = []
  const unlinked: number[] = []
  for (let c = 0; c < count; c++) (between.offsets[c + 1] > between.offsets[c] ? linked : unlinked).push(c)
  const typical = medianRadius(radius)
  const gap = LINKED_GAP * typical
  if (linked.length > 0) {
    const own = Float64Array.from(linked, (c) => radius[c])
    const graph = among(between, linked)
    let core: Points
    if (linked.length < GROUPS_FROM) core = await placeFlat(graph, own, gap, pace)
    else {
      const levels = await coarsen(
        graph,
        own.map((r) => (r + gap / 2) ** 2),
        Math.min(MOST_GROUPS, Math.round(Math.sqrt(linked.length))),
        pace,
      )
      const placed = await placeGroups(levels, own, gap, pace, (share) => tell(0.2 + 0.6 * share))
      core = placed.centre
      group = placed.group
    }
    for (let i = 0; i < linked.length; i++) {
      centre.x[linked[i]] = core.x[i]
      centre.y[linked[i]] = core.y[i]
    }
  }
  tell(0.8)
  const frontier = new Frontier()
  if (group.radius.length === 0)
    for (const c of linked) frontier.add(centre.x[c], centre.y[c], radius[c] + gap / 2)
  for (let g = 0; g < group.radius.length; g++)
    frontier.add(group.x[g], group.y[g], group.radius[g] + gap / 2)
  const packed = packAround(
    frontier,
    Float64Array.from(unlinked, (c) => radius[c] + (UNLINKED_GAP / 2) * typical),
  )
  for (let i = 0; i < unlinked.length; i++) {
    centre.x[unlinked[i]] = packed.x[i]
    centre.y[unlinked[i]] = packed.y[i]
  }
  await pace.checkpoint()
  tell(1)
  return { centre, radius, group }
}

export function medianRadius(radius: Float64Array): number {
  return radius.slice().sort()[radius.length >> 1] ?? 0
}

/** The graph among the listed nodes (ascending, without losing an edge), the i-th as node i. */
function among(graph: Csr, nodes: readonly number[]): Csr {
  if (nodes.length === graph.n) return graph
  const index = new Uint32Array(graph.n)
  for (let i = 0; i < nodes.length; i++) index[nodes[i]] = i
  const offsets = new Uint32Array(nodes.length + 1)
  // Nodes that are left out have no edges, so rows stay as they are and lie one after another.
  for (let i = 0; i < nodes.length; i++) offsets[i + 1] = graph.offsets[nodes[i] + 1]
  return { n: nodes.length, offsets, targets: graph.targets.map((u) => index[u]), weights: graph.weights }
}
