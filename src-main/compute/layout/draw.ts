import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { FORCE_COMMUNITIES, placeCommunities } from './place-communities.ts'
import { FORCE_MEMBERS, induce, placeMembers } from './place-members.ts'
import { GOLDEN_ANGLE, pointsOf, type Points } from './points.ts'

/** The drawing reaches from -EXTENT to EXTENT. */
const EXTENT = 1000
/** Iterations of all members together, so that time grows with the accounts and not faster (~2 µs each). */
const MEMBER_ITERATIONS = 4_000_000
const FEWEST_ITERATIONS = 20
const MOST_ITERATIONS = 120
/** Distance between accounts without edges, in units of a disc's √size. */
const BELT_SPACING = 1.6

export const LAYOUT_PARAMS = {
  extent: EXTENT,
  forceCommunities: FORCE_COMMUNITIES,
  forceMembers: FORCE_MEMBERS,
  memberIterations: MEMBER_ITERATIONS,
  beltSpacing: BELT_SPACING,
}

export interface Drawing {
  /** Communities' discs. */
  readonly centre: Points
  readonly radius: Float64Array
  /** Nodes. */
  readonly place: Points
  readonly isolated: number
  /** Drawing units per √member: a community of s members has radius scale × √s. */
  readonly scale: number
}

/**
 * Places every node of a graph: communities 0..count-1 (by falling size, as `membership` says) as discs that don't
 * overlap, members inside their disc, and nodes of no community in a belt around everything. Coordinates lie in
 * [-1000, 1000], y up. Deterministic.
 */
export async function drawGraph(
  csr: Csr,
  membership: Uint32Array,
  count: number,
  pace: Pace,
  tell: (share: number) => void = () => {},
): Promise<Drawing> {
  const size = new Uint32Array(count)
  let forced = 0
  for (let u = 0; u < csr.n; u++) if (membership[u] < count) size[membership[u]]++
  for (let c = 0; c < count; c++) if (size[c] <= FORCE_MEMBERS) forced += size[c]
  const { centre, radius, extent } = await placeCommunities(csr, membership, size, pace, (share) =>
    tell(0.4 * share),
  )

  const start = new Uint32Array(count + 1)
  for (let c = 0; c < count; c++) start[c + 1] = start[c] + size[c]
  const cursor = start.slice(0, count)
  const members = new Uint32Array(start[count])
  const alone: number[] = []
  for (let u = 0; u < csr.n; u++) {
    if (membership[u] < count) members[cursor[membership[u]]++] = u
    else alone.push(u)
  }
  const place = pointsOf(csr.n)
  const iterations = Math.round(
    Math.max(FEWEST_ITERATIONS, Math.min(MOST_ITERATIONS, MEMBER_ITERATIONS / Math.max(1, forced))),
  )
  const local = new Int32Array(csr.n).fill(-1)
  for (let c = 0; c < count; c++) {
    const own = members.subarray(start[c], start[c + 1])
    const inside = await placeMembers(induce(csr, own, local), iterations, pace)
    for (let i = 0; i < own.length; i++) {
      place.x[own[i]] = centre.x[c] + radius[c] * inside.x[i]
      place.y[own[i]] = centre.y[c] + radius[c] * inside.y[i]
    }
    if (c % 64 === 0) tell(0.4 + (0.55 * start[c + 1]) / Math.max(1, members.length))
    await pace.checkpoint()
  }
  const reach = placeBelt(place, alone, extent)
  const scale = reach > 0 ? EXTENT / reach : 1
  for (const { x, y } of [centre, place]) {
    for (let i = 0; i < x.length; i++) {
      x[i] *= scale
      y[i] *= scale
    }
  }
  tell(1)
  return { centre, radius: radius.map((r) => r * scale), place, isolated: alone.length, scale }
}

/**
 * Accounts without edges: a sunflower that begins outside the discs. Its area is at most 60% of theirs, so that
 * many lone accounts don't shrink what there is to see. Returns how far it reaches.
 */
function placeBelt(place: Points, alone: readonly number[], extent: number): number {
  if (alone.length === 0) return extent
  const inner = extent * 1.04
  const fit = inner > 0 ? Math.sqrt((0.6 * Math.PI * inner * inner) / alone.length) : BELT_SPACING
  const each = Math.min(BELT_SPACING, fit) ** 2 / Math.PI
  let reach = extent
  for (const [k, u] of alone.entries()) {
    const distance = Math.sqrt(inner * inner + (extent > 0 ? k + 0.5 : k) * each)
    place.x[u] = distance * Math.cos(k * GOLDEN_ANGLE)
    place.y[u] = distance * Math.sin(k * GOLDEN_ANGLE)
    reach = distance
  }
  return reach
}
