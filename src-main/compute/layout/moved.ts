import type { Drawing } from './draw.ts'
import { WIDE } from './frame.ts'
import { matchCommunities, type PreviousDrawing } from './match.ts'
import type { Members } from './community-graph.ts'

/** How far things moved from an earlier drawing to a later one. */
export interface Moved {
  /** Communities that go on, and members that stayed in them. */
  readonly communities: number
  readonly accounts: number
  /** Medians, as a share of the fresh map's width. */
  readonly communityMedian: number
  readonly accountMedian: number
  /** The largest movement of a community, as a share of the width. */
  readonly communityMost: number
  /** Median of a community's movement divided by its own radius. */
  readonly communityMedianInRadii: number
  /** Of the 20 largest earlier communities (fewer, if there were fewer): how many go on within their own radius. */
  readonly largestHeld: number
  readonly largest: number
  /** All accounts that were there, also those whose community did not go on: median and 90th percentile. */
  readonly everybodyMedian: number
  readonly everybodyMost90: number
}

/** Compares a drawing with an earlier one of other data. O(nodes log nodes). */
export function movedSince(previous: PreviousDrawing, members: Members, later: Drawing): Moved {
  const { earlier, communities, accounts } = matchCommunities(previous, members)
  const moves: number[] = []
  const inRadii: number[] = []
  const ofMembers: number[] = []
  const held = new Uint8Array(previous.size.length)
  for (let c = 0; c < earlier.length; c++) {
    const p = earlier[c]
    if (p < 0) continue
    const moved = Math.hypot(
      later.centre.x[c] - previous.centre.x[p],
      later.centre.y[c] - previous.centre.y[p],
    )
    moves.push(moved)
    inRadii.push(moved / previous.radius[p])
    if (moved < previous.radius[p]) held[p] = 1
    for (let i = members.start[c]; i < members.start[c + 1]; i++) {
      const u = members.node[i]
      if (previous.community[u] === p)
        ofMembers.push(
          Math.hypot(later.place.x[u] - previous.place.x[u], later.place.y[u] - previous.place.y[u]),
        )
    }
  }
  const largest = Array.from(held.keys())
    .sort((p, q) => previous.size[q] - previous.size[p] || p - q)
    .slice(0, 20)
  const everybody: number[] = []
  for (let u = 0; u < previous.community.length; u++) {
    if (previous.community[u] === -2) continue
    everybody.push(Math.hypot(later.place.x[u] - previous.place.x[u], later.place.y[u] - previous.place.y[u]))
  }
  return {
    communities,
    accounts,
    communityMedian: quantile(moves, 0.5) / (2 * WIDE),
    accountMedian: quantile(ofMembers, 0.5) / (2 * WIDE),
    communityMost: moves.reduce((most, move) => Math.max(most, move), 0) / (2 * WIDE),
    communityMedianInRadii: quantile(inRadii, 0.5),
    largestHeld: largest.filter((p) => held[p] === 1).length,
    largest: largest.length,
    everybodyMedian: quantile(everybody, 0.5) / (2 * WIDE),
    everybodyMost90: quantile(everybody, 0.9) / (2 * WIDE),
  }
}

function quantile(values: number[], share: number): number {
  return values.length === 0 ? 0 : Float64Array.from(values).sort()[Math.floor(share * (values.length - 1))]
}
