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
  /** Of the 20 largest earlier communities that go on: how many moved less than their own radius. */
  readonly largestHeld: number
  readonly largest: number
}

/** Compares a drawing with an earlier one of other data. O(nodes log nodes). */
export function movedSince(previous: PreviousDrawing, members: Members, later: Drawing): Moved {
  const { earlier, communities, accounts } = matchCommunities(previous, members)
  const moves: number[] = []
  const inRadii: number[] = []
  const ofMembers: number[] = []
  const large: { size: number; held: boolean }[] = []
  for (let c = 0; c < earlier.length; c++) {
    const p = earlier[c]
    if (p < 0) continue
    const moved = Math.hypot(
      later.centre.x[c] - previous.centre.x[p],
      later.centre.y[c] - previous.centre.y[p],
    )
    moves.push(moved)
    inRadii.push(moved / previous.radius[p])
    large.push({ size: previous.size[p], held: moved < previous.radius[p] })
    for (let i = members.start[c]; i < members.start[c + 1]; i++) {
      const u = members.node[i]
      if (previous.community[u] === p)
        ofMembers.push(
          Math.hypot(later.place.x[u] - previous.place.x[u], later.place.y[u] - previous.place.y[u]),
        )
    }
  }
  const largest = large.sort((a, b) => b.size - a.size).slice(0, 20)
  return {
    communities,
    accounts,
    communityMedian: median(moves) / (2 * WIDE),
    accountMedian: median(ofMembers) / (2 * WIDE),
    communityMost: moves.reduce((most, move) => Math.max(most, move), 0) / (2 * WIDE),
    communityMedianInRadii: median(inRadii),
    largestHeld: largest.filter((l) => l.held).length,
    largest: largest.length,
  }
}

function median(values: number[]): number {
  return values.length === 0 ? 0 : Float64Array.from(values).sort()[values.length >> 1]
}
