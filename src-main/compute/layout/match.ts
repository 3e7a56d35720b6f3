import { PairTable } from '../graph/pair-table.ts'
import type { Belt } from './belt.ts'
import type { Members } from './community-graph.ts'
import type { Points } from './points.ts'

/** An earlier drawing, as seen from today's nodes. */
export interface PreviousDrawing {
  readonly scale: number
  readonly belt: Belt
  readonly groups: readonly { id: number; x: number; y: number; radius: number }[]
  /** Earlier communities' discs. */
  readonly centre: Points
  readonly radius: Float64Array
  /** Members that they had. */
  readonly size: Uint32Array
  /** Today's nodes: the community each was in, -1 for none, -2 where it was not there yet. */
  readonly community: Int32Array
  /** Today's nodes: where each was; NaN where it was not there yet. */
  readonly place: Points
}

export interface Match {
  /** For each community of today the earlier one that it goes on from, or -1. No earlier one is given twice. */
  readonly earlier: Int32Array
  readonly communities: number
  /** Members that stayed in a community that goes on. */
  readonly accounts: number
}

/** A community goes on from an earlier one only if they share this much of the larger of the two. */
const LEAST_SHARED = 0.3

/**
 * Which community goes on from which: pairs by falling number of shared members, each community once, if they share
 * at least 30% of the larger one. What is split goes on in its largest part. O(nodes + pairs log pairs).
 */
export function matchCommunities(previous: PreviousDrawing, { start, node }: Members): Match {
  const count = start.length - 1
  const then = previous.size.length
  const earlier = new Int32Array(count).fill(-1)
  if (count === 0 || then === 0) return { earlier, communities: 0, accounts: 0 }
  const table = new PairTable(count, then, 'sum')
  for (let c = 0; c < count; c++) {
    for (let i = start[c]; i < start[c + 1]; i++) {
      const was = previous.community[node[i]]
      if (was >= 0) table.push(c, was, 1)
    }
  }
  const shared = table.distinct()
  const order: number[] = []
  for (let k = 0; k < shared.length; k++) {
    const size = start[shared.a[k] + 1] - start[shared.a[k]]
    if (shared.value[k] >= LEAST_SHARED * Math.max(size, previous.size[shared.b[k]])) order.push(k)
  }
  order.sort((k, l) => shared.value[l] - shared.value[k] || k - l)
  const given = new Uint8Array(then)
  let communities = 0
  let accounts = 0
  for (const k of order) {
    if (earlier[shared.a[k]] >= 0 || given[shared.b[k]] === 1) continue
    earlier[shared.a[k]] = shared.b[k]
    given[shared.b[k]] = 1
    communities++
    accounts += shared.value[k]
  }
  return { earlier, communities, accounts }
}
