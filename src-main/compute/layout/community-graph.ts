import type { Pace } from '../../common/pace.ts'
import { csrFromPairs } from '../graph/csr.ts'
import { PairTable } from '../graph/pair-table.ts'
import type { Csr } from '../graph/types.ts'
import type { ForceGraph } from './force.ts'

/** Strongest neighbours of a community that pull it; a community's own list and its neighbours' lists count. */
export const PULLING_NEIGHBOURS = 12

/** Members of communities 0..count-1, one community after another, and nodes of no community; both ascending. */
export interface Members {
  /** Length count + 1. */
  readonly start: Uint32Array
  readonly node: Uint32Array
  readonly alone: Uint32Array
}

/** Files the nodes by community (numbers from `count` on mean none). O(nodes). */
export function membersOf(membership: Uint32Array, count: number): Members {
  const start = new Uint32Array(count + 1)
  for (let u = 0; u < membership.length; u++) if (membership[u] < count) start[membership[u] + 1]++
  for (let c = 0; c < count; c++) start[c + 1] += start[c]
  const cursor = start.slice(0, count)
  const node = new Uint32Array(start[count])
  const alone = new Uint32Array(membership.length - start[count])
  let lone = 0
  for (let u = 0; u < membership.length; u++) {
    if (membership[u] < count) node[cursor[membership[u]]++] = u
    else alone[lone++] = u
  }
  return { start, node, alone }
}

export function sizesOf({ start }: Members): Uint32Array {
  return Uint32Array.from({ length: start.length - 1 }, (_, c) => start[c + 1] - start[c])
}

/**
 * How strongly communities pull each other: for every pair the weight between them relative to the geometric mean of
 * their volumes, of each community only the 12 strongest. Without that, large communities would hold everything.
 * O(edges + pairs log pairs).
 */
export async function communityGraph(
  csr: Csr,
  membership: Uint32Array,
  { start, node }: Members,
  pace: Pace,
): Promise<Csr> {
  const count = start.length - 1
  const volume = new Float64Array(count)
  for (let c = 0; c < count; c++) {
    for (let i = start[c]; i < start[c + 1]; i++) {
      const u = node[i]
      for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) volume[c] += csr.weights[e]
    }
  }
  const between = new Float64Array(count)
  const pairs = new PairTable(count, count, 'max')
  let near = new Uint32Array(64)
  let work = 0
  for (let c = 0; c < count; c++) {
    let found = 0
    for (let i = start[c]; i < start[c + 1]; i++) {
      const u = node[i]
      for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
        const d = membership[csr.targets[e]]
        if (d === c || d >= count) continue
        if (between[d] === 0) {
          if (found === near.length) near = doubled(near)
          near[found++] = d
        }
        between[d] += csr.weights[e]
      }
      work += csr.offsets[u + 1] - csr.offsets[u]
    }
    const row = near.subarray(0, found)
    for (const d of row) between[d] /= Math.sqrt(volume[c] * volume[d])
    if (found > PULLING_NEIGHBOURS) row.sort((p, q) => between[q] - between[p] || p - q)
    for (let k = 0; k < Math.min(found, PULLING_NEIGHBOURS); k++) {
      const d = row[k]
      pairs.push(Math.min(c, d), Math.max(c, d), between[d])
    }
    for (const d of row) between[d] = 0
    work += found
    if (work > 50_000) {
      work = 0
      await pace.checkpoint()
    }
  }
  return csrFromPairs(count, pairs.distinct(), (w) => w)
}

function doubled(old: Uint32Array): Uint32Array<ArrayBuffer> {
  const fresh = new Uint32Array(2 * old.length)
  fresh.set(old)
  return fresh
}

/**
 * The edges among `nodes` (the i-th is node i of the result) for ForceAtlas2: weights on a scale with mean 1, kept
 * within 0.05–10. `local` is scratch of the graph's size that must be all -1 and is left so.
 */
export function forceGraphAmong(graph: Csr, nodes: Uint32Array, local: Int32Array): ForceGraph {
  for (let i = 0; i < nodes.length; i++) local[nodes[i]] = i
  const source: number[] = []
  const target: number[] = []
  const weight: number[] = []
  let sum = 0
  for (let i = 0; i < nodes.length; i++) {
    for (let e = graph.offsets[nodes[i]]; e < graph.offsets[nodes[i] + 1]; e++) {
      const j = local[graph.targets[e]]
      if (j <= i) continue
      source.push(i)
      target.push(j)
      weight.push(graph.weights[e])
      sum += graph.weights[e]
    }
  }
  for (const u of nodes) local[u] = -1
  const mean = sum / Math.max(1, weight.length)
  return {
    n: nodes.length,
    source: Uint32Array.from(source),
    target: Uint32Array.from(target),
    weight: Float64Array.from(weight, (w) => Math.min(10, Math.max(0.05, w / mean))),
  }
}
