import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { beltPlace, type Belt } from './belt.ts'
import { communityGraph, sizesOf, type Members } from './community-graph.ts'
import { forEachMeetingPair } from './disc-pairs.ts'
import type { Drawing } from './draw.ts'
import { extentOf, HIGH, MOST_GROWTH, WIDE } from './frame.ts'
import { countGroups } from './groups.ts'
import { insertMembers } from './insert-members.ts'
import type { Match, PreviousDrawing } from './match.ts'
import { Frontier } from './pack.ts'
import { medianRadius } from './place-communities.ts'
import { induce, memberIterations, placeMembers } from './place-members.ts'
import { PointGrid } from './point-grid.ts'
import { pointsOf, type Points } from './points.ts'
import { PlacedDiscs } from './separate.ts'

/** Distance that what has to move keeps from others, as a share of the earlier median radius. */
const GAP = 0.25
/** Rounds of pushing apart what has grown into each other; after that a disc moves to a free place near by. */
const MOST_ROUNDS = 60
/** A community whose members are fewer than this share the earlier ones is laid out anew inside its disc. */
const LEAST_STAYED = 0.5
/** Discs whose distance is this close to touching count as apart. */
const TOUCH = 1 + 1e-9

/**
 * Draws a graph on top of an earlier drawing: what goes on stays where it was. See `drawGraph`.
 */
export async function drawHeld(
  csr: Csr,
  membership: Uint32Array,
  members: Members,
  previous: PreviousDrawing,
  match: Match,
  pace: Pace,
  tell: (share: number) => void,
): Promise<Drawing> {
  const { scale, belt } = previous
  const size = sizesOf(members)
  const radius = Float64Array.from(size, (s) => scale * Math.sqrt(s))
  const centre = await holdCommunities(csr, membership, members, radius, previous, match, pace)
  tell(0.5)
  const place = pointsOf(csr.n)
  const iterations = memberIterations(size)
  const local = new Int32Array(csr.n).fill(-1)
  for (let c = 0; c < size.length; c++) {
    await holdMembers(
      csr,
      members,
      c,
      { centre, radius },
      previous,
      match.earlier[c],
      place,
      local,
      iterations,
      pace,
    )
    if (c % 64 === 0) tell(0.5 + (0.4 * c) / size.length)
    await pace.checkpoint()
  }
  await holdBelt(members.alone, belt, centre, radius, previous, place, pace)
  const extent = extentOf(centre, radius, place)
  const outgrown = Math.max(extent.x / WIDE, extent.y / HIGH)
  const rescaled = outgrown > MOST_GROWTH ? 1 / outgrown : 1
  let discs = previous.groups.map(({ id, x, y, radius: r }) => ({ id, x, y, radius: r }))
  if (rescaled < 1) {
    for (const column of [centre.x, centre.y, radius, place.x, place.y])
      for (let i = 0; i < column.length; i++) column[i] *= rescaled
    discs = discs.map((g) => ({
      id: g.id,
      x: g.x * rescaled,
      y: g.y * rescaled,
      radius: g.radius * rescaled,
    }))
  }
  tell(1)
  return {
    centre,
    radius,
    place,
    groups: countGroups(discs, centre, size),
    isolated: members.alone.length,
    scale: scale * rescaled,
    belt: { inner: belt.inner * rescaled, each: belt.each * rescaled * rescaled },
    held: { communities: match.communities, accounts: match.accounts, rescaled },
  }
}

/** Centres of today's communities: earlier places first, then those that are new near what they are tied to. */
async function holdCommunities(
  csr: Csr,
  membership: Uint32Array,
  members: Members,
  radius: Float64Array,
  previous: PreviousDrawing,
  { earlier }: Match,
  pace: Pace,
): Promise<Points> {
  const count = radius.length
  const gap = GAP * medianRadius(previous.radius)
  const held: number[] = []
  const fresh: number[] = []
  for (let c = 0; c < count; c++) (earlier[c] >= 0 ? held : fresh).push(c)
  const centre = pointsOf(count)
  const at = pointsOf(held.length)
  for (let i = 0; i < held.length; i++) {
    at.x[i] = previous.centre.x[earlier[held[i]]]
    at.y[i] = previous.centre.y[earlier[held[i]]]
  }
  await partHeld(
    at,
    Float64Array.from(held, (c) => radius[c]),
    gap,
    pace,
  )
  for (let i = 0; i < held.length; i++) {
    centre.x[held[i]] = at.x[i]
    centre.y[held[i]] = at.y[i]
  }
  if (fresh.length === 0) return centre

  const placed = new PlacedDiscs(centre, radius)
  for (const c of held) placed.add(c)
  const has = Uint8Array.from(earlier, (p) => (p >= 0 ? 1 : 0))
  const between = await communityGraph(csr, membership, members, pace)
  const nowhere: number[] = []
  // Communities come by falling size: the large ones, for which room is rare, choose first.
  for (const c of fresh) {
    const wanted = earlierMiddle(members, c, previous) ?? middleOfNeighbours(between, c, centre, has)
    if (wanted === null) {
      nowhere.push(c)
      continue
    }
    centre.x[c] = wanted.x
    centre.y[c] = wanted.y
    placed.settle(c, gap)
    has[c] = 1
    await pace.checkpoint()
  }
  if (nowhere.length > 0) {
    const frontier = new Frontier()
    for (const g of previous.groups) frontier.add(g.x, g.y, g.radius)
    for (let c = 0; c < count; c++) if (has[c] === 1) frontier.add(centre.x[c], centre.y[c], radius[c])
    for (const c of nowhere) {
      const free = frontier.place(radius[c] + gap)
      centre.x[c] = free.x
      centre.y[c] = free.y
      placed.settle(c, gap)
      await pace.checkpoint()
    }
  }
  return centre
}

/** Pushes apart only what really overlaps, the smaller disc yields more; in the end nothing overlaps. */
async function partHeld(points: Points, radius: Float64Array, gap: number, pace: Pace): Promise<void> {
  const { x, y } = points
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let overlapping = 0
    forEachMeetingPair(points, radius, (i, j) => {
      const dx = x[j] - x[i]
      const dy = y[j] - y[i]
      const distance = Math.sqrt(dx * dx + dy * dy)
      const touching = radius[i] + radius[j]
      if (distance >= touching * TOUCH || distance === 0) return
      overlapping++
      const move = (touching + 0.2 * gap - distance) / distance
      const share = radius[i] ** 2 / (radius[i] ** 2 + radius[j] ** 2)
      x[i] -= dx * move * (1 - share)
      y[i] -= dy * move * (1 - share)
      x[j] += dx * move * share
      y[j] += dy * move * share
    })
    await pace.checkpoint()
    if (overlapping === 0) return
  }
  const placed = new PlacedDiscs(points, radius)
  const moving: number[] = []
  for (let i = 0; i < radius.length; i++) {
    if (placed.fits(x[i], y[i], radius[i] * TOUCH)) placed.add(i)
    else moving.push(i)
  }
  for (const i of moving) {
    placed.settle(i, 0.2 * gap)
    await pace.checkpoint()
  }
}

/** Members of one earlier community must be this share of a new one to say where it belongs. */
const LEAST_FROM_ONE = 0.2

/** Where most of a community's members were together: those that came from the same earlier community. */
function earlierMiddle(
  { start, node }: Members,
  c: number,
  previous: PreviousDrawing,
): { x: number; y: number } | null {
  const from = new Map<number, { x: number; y: number; members: number }>()
  for (let i = start[c]; i < start[c + 1]; i++) {
    const u = node[i]
    const was = previous.community[u]
    if (was < 0) continue
    const group = from.get(was) ?? { x: 0, y: 0, members: 0 }
    group.x += previous.place.x[u]
    group.y += previous.place.y[u]
    group.members++
    from.set(was, group)
  }
  let best = { x: 0, y: 0, members: 0 }
  for (const group of from.values()) if (group.members > best.members) best = group
  if (best.members < LEAST_FROM_ONE * (start[c + 1] - start[c]) || best.members === 0) return null
  return { x: best.x / best.members, y: best.y / best.members }
}

function middleOfNeighbours(
  between: Csr,
  c: number,
  centre: Points,
  has: Uint8Array,
): { x: number; y: number } | null {
  let [x, y, sum] = [0, 0, 0]
  for (let e = between.offsets[c]; e < between.offsets[c + 1]; e++) {
    const d = between.targets[e]
    if (has[d] === 0) continue
    x += between.weights[e] * centre.x[d]
    y += between.weights[e] * centre.y[d]
    sum += between.weights[e]
  }
  return sum > 0 ? { x: x / sum, y: y / sum } : null
}

/** Members of community c: those that stayed where they were in the disc, the others beside whom they know. */
async function holdMembers(
  csr: Csr,
  { start, node }: Members,
  c: number,
  { centre, radius }: { centre: Points; radius: Float64Array },
  previous: PreviousDrawing,
  earlier: number,
  place: Points,
  local: Int32Array,
  iterations: number,
  pace: Pace,
): Promise<void> {
  const own = node.subarray(start[c], start[c + 1])
  let stayed = 0
  if (earlier >= 0) for (const u of own) if (previous.community[u] === earlier) stayed++
  if (stayed < LEAST_STAYED * own.length) {
    const inside = await placeMembers(induce(csr, own, local), iterations, pace)
    for (let i = 0; i < own.length; i++) {
      place.x[own[i]] = centre.x[c] + radius[c] * inside.x[i]
      place.y[own[i]] = centre.y[c] + radius[c] * inside.y[i]
    }
    return
  }
  const thenX = previous.centre.x[earlier]
  const thenY = previous.centre.y[earlier]
  const thenRadius = previous.radius[earlier]
  if (stayed === own.length && radius[c] === thenRadius) {
    // Added to zero, a place stays the same to the last bit.
    for (const u of own) {
      place.x[u] = previous.place.x[u] + (centre.x[c] - thenX)
      place.y[u] = previous.place.y[u] + (centre.y[c] - thenY)
    }
    return
  }
  const inside = pointsOf(own.length)
  const known = new Uint8Array(own.length)
  for (let i = 0; i < own.length; i++) {
    if (previous.community[own[i]] !== earlier) continue
    inside.x[i] = (previous.place.x[own[i]] - thenX) / thenRadius
    inside.y[i] = (previous.place.y[own[i]] - thenY) / thenRadius
    known[i] = 1
  }
  if (stayed < own.length) insertMembers(induce(csr, own, local), inside, known)
  for (let i = 0; i < own.length; i++) {
    place.x[own[i]] = centre.x[c] + radius[c] * inside.x[i]
    place.y[own[i]] = centre.y[c] + radius[c] * inside.y[i]
  }
}

/** Accounts of no community stay in the belt where they were; others take its free places from the inside out. */
async function holdBelt(
  alone: Uint32Array,
  belt: Belt,
  centre: Points,
  radius: Float64Array,
  previous: PreviousDrawing,
  place: Points,
  pace: Pace,
): Promise<void> {
  const discs = new PlacedDiscs(centre, radius)
  for (let c = 0; c < radius.length; c++) discs.add(c)
  const hair = 1e-6 * previous.scale
  const near = Math.sqrt(belt.each) / 4
  const taken = new PointGrid(place, near)
  const coming: number[] = []
  for (const u of alone) {
    const [x, y] = [previous.place.x[u], previous.place.y[u]]
    if (previous.community[u] === -1 && discs.fits(x, y, hair)) {
      place.x[u] = x
      place.y[u] = y
      taken.add(u)
    } else coming.push(u)
  }
  let k = 0
  for (const u of coming) {
    for (; ; k++) {
      const { x, y } = beltPlace(belt, k)
      if (!taken.free(x, y, near) || !discs.fits(x, y, hair)) continue
      place.x[u] = x
      place.y[u] = y
      taken.add(u)
      k++
      break
    }
    if (k % 1024 === 0) await pace.checkpoint()
  }
}
