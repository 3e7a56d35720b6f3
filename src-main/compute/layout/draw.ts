import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { BELT_SPACING, beltAround, beltPlace, type Belt } from './belt.ts'
import { membersOf, PULLING_NEIGHBOURS, sizesOf, type Members } from './community-graph.ts'
import { extentOf, HIGH, MOST_GROWTH, boxReach, WIDE } from './frame.ts'
import { countGroups, type CommunityGroup } from './groups.ts'
import { drawHeld } from './hold.ts'
import { matchCommunities, type PreviousDrawing } from './match.ts'
import { GROUPS_FROM, MOST_GROUPS, placeCommunities } from './place-communities.ts'
import { FORCE_MEMBERS, induce, MEMBER_ITERATIONS, memberIterations, placeMembers } from './place-members.ts'
import { pointsOf, type Points } from './points.ts'

/** Below this share of members that stayed in a community which goes on, the map is drawn anew. */
const LEAST_HELD = 0.3

export const LAYOUT_PARAMS = {
  width: 2 * WIDE,
  height: 2 * HIGH,
  mostGrowth: MOST_GROWTH,
  mostGroups: MOST_GROUPS,
  groupsFrom: GROUPS_FROM,
  pullingNeighbours: PULLING_NEIGHBOURS,
  forceMembers: FORCE_MEMBERS,
  memberIterations: MEMBER_ITERATIONS,
  beltSpacing: BELT_SPACING,
  leastHeld: LEAST_HELD,
}

export interface Drawing {
  /** Communities' discs. */
  readonly centre: Points
  readonly radius: Float64Array
  /** Nodes. */
  readonly place: Points
  readonly groups: readonly CommunityGroup[]
  /** Nodes of no community. */
  readonly isolated: number
  /** Drawing units per √member: a community of s members has radius scale × √s. */
  readonly scale: number
  readonly belt: Belt
  /** What was held of an earlier drawing; null where everything was drawn anew. */
  readonly held: Held | null
}

export interface Held {
  /** Communities that go on from an earlier one. */
  readonly communities: number
  /** Accounts that stayed in them. */
  readonly accounts: number
  /** Factor by which everything was scaled back because it had outgrown the box; 1: nothing was. */
  readonly rescaled: number
}

/**
 * Places every node of a graph: communities 0..count-1 (by falling size, as `membership` says) as discs that don't
 * overlap, members inside their disc, and nodes of no community in a belt around everything. y is up.
 *
 * Without `previous` the drawing fills the box [-1000, 1000] × [-625, 625]. With it, communities that go on from an
 * earlier one stay where they were, members that stayed keep their place, and what is new finds free room near what
 * it is tied to; the drawing then reaches at most 1.4 times as far (all of it is scaled back into the box when it
 * would reach farther). If less than 30% of the members stayed in a community that goes on, it is drawn anew. Deterministic: the same input
 * gives the same bytes, and unchanged data exactly the earlier places.
 */
export async function drawGraph(
  csr: Csr,
  membership: Uint32Array,
  count: number,
  pace: Pace,
  tell: (share: number) => void = () => {},
  previous: PreviousDrawing | null = null,
): Promise<Drawing> {
  const members = membersOf(membership, count)
  if (previous !== null) {
    const match = matchCommunities(previous, members)
    if (match.accounts > 0 && match.accounts >= LEAST_HELD * members.node.length)
      return drawHeld(csr, membership, members, previous, match, pace, tell)
  }
  return drawAnew(csr, membership, members, pace, tell)
}

async function drawAnew(
  csr: Csr,
  membership: Uint32Array,
  members: Members,
  pace: Pace,
  tell: (share: number) => void,
): Promise<Drawing> {
  const { start, node, alone } = members
  const count = start.length - 1
  const { centre, radius, group } = await placeCommunities(csr, membership, members, pace, (share) =>
    tell(0.4 * share),
  )
  const place = pointsOf(csr.n)
  const iterations = memberIterations(sizesOf(members))
  const local = new Int32Array(csr.n).fill(-1)
  for (let c = 0; c < count; c++) {
    const own = node.subarray(start[c], start[c + 1])
    const inside = await placeMembers(induce(csr, own, local), iterations, pace)
    for (let i = 0; i < own.length; i++) {
      place.x[own[i]] = centre.x[c] + radius[c] * inside.x[i]
      place.y[own[i]] = centre.y[c] + radius[c] * inside.y[i]
    }
    if (c % 64 === 0) tell(0.4 + (0.55 * start[c + 1]) / Math.max(1, node.length))
    await pace.checkpoint()
  }
  let reach = 0
  for (let c = 0; c < count; c++) reach = Math.max(reach, boxReach(centre.x[c], centre.y[c], radius[c]))
  let belt = beltAround(reach, alone.length)
  placeBelt(belt, alone, place)
  const extent = extentOf(centre, radius, place)
  const scale = extent.x > 0 ? Math.min(WIDE / extent.x, HIGH / extent.y) : 1
  for (const column of [centre.x, centre.y, place.x, place.y, group.x, group.y, group.radius])
    for (let i = 0; i < column.length; i++) column[i] *= scale
  belt = { inner: belt.inner * scale, each: belt.each * scale * scale }
  // Once more, so that the places are the belt's own to the last bit.
  placeBelt(belt, alone, place)
  const size = sizesOf(members)
  const discs = Array.from(group.radius, (r, g) => ({ id: g, x: group.x[g], y: group.y[g], radius: r }))
  tell(1)
  return {
    centre,
    radius: Float64Array.from(size, (s) => scale * Math.sqrt(s)),
    place,
    groups: countGroups(discs, centre, size)
      .sort((a, b) => b.accounts - a.accounts || a.id - b.id)
      .map((g, id) => ({ ...g, id })),
    isolated: alone.length,
    scale,
    belt,
    held: null,
  }
}

function placeBelt(belt: Belt, alone: Uint32Array, place: Points): void {
  for (let k = 0; k < alone.length; k++) {
    const { x, y } = beltPlace(belt, k)
    place.x[alone[k]] = x
    place.y[alone[k]] = y
  }
}
