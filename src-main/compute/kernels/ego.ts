import type { Pace } from '../../common/pace.ts'
import { ShoalError } from '../../common/errors.ts'
import type { Csr } from '../graph/types.ts'
import { WORK_PER_TURN } from './turns.ts'

export interface EgoOptions {
  /** How far out, 1..255. */
  hops: number
  /** Nodes at most, the middle included. */
  maxNodes: number
  maxEdges: number
}

export interface EgoNet {
  /** The middle first, then by hop, and within a hop the most strongly tied first. */
  nodes: Uint32Array
  /** Parallel to nodes: hops from the middle, within the net. */
  hop: Uint8Array
  /** Parallel to nodes: summed weight of its ties to nodes one hop nearer; 0 for the middle. */
  strength: Float64Array
  /** Edges among the nodes as indices into nodes, a < b, strongest first. */
  a: Uint32Array
  b: Uint32Array
  weight: Float32Array
  /** Neighbours of the nodes taken (short of the last hop) that found no place. */
  omittedNodes: number
  /** Edges among the nodes that found no place. */
  omittedEdges: number
}

/**
 * What is around a node, within a budget: hop by hop, of each hop the nodes that are tied most strongly to the hop
 * before it, then the strongest edges among all that were taken. A hop that is cut short is the last one. Ties go to
 * the lower node, so the same graph gives the same net. Time and memory follow the surroundings that are looked at (and n
 * bytes of zeroed pages).
 */
export async function egoNet(
  csr: Csr,
  node: number,
  { hops, maxNodes, maxEdges }: EgoOptions,
  pace: Pace,
): Promise<EgoNet> {
  if (!(Number.isInteger(node) && node >= 0 && node < csr.n))
    throw new ShoalError('invalid_input', `The graph has no node ${node}.`)
  if (!(Number.isInteger(hops) && hops >= 1 && hops <= 255))
    throw new ShoalError('invalid_input', `hops must be a whole number in 1..255, not ${hops}.`)
  if (!(maxNodes >= 1 && maxEdges >= 0))
    throw new ShoalError('invalid_input', 'A neighbourhood needs room for at least one account.')
  /** Place in the net plus one. */
  const place = new Uint32Array(csr.n)
  const tie = new Float64Array(csr.n)
  const nodes = [node]
  const hop = [0]
  const strength = [0]
  place[node] = 1
  let omittedNodes = 0
  let inner = 0
  for (let h = 1; h <= hops && omittedNodes === 0; h++) {
    const outer = nodes.length
    const met: number[] = []
    let work = 0
    for (let i = inner; i < outer; i++) {
      const u = nodes[i]
      for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
        const v = csr.targets[e]
        if (place[v] > 0) continue
        if (tie[v] === 0) met.push(v)
        tie[v] += csr.weights[e]
      }
      work += csr.offsets[u + 1] - csr.offsets[u]
      if (work > WORK_PER_TURN) {
        work = 0
        await pace.checkpoint()
      }
    }
    if (met.length === 0) break
    const room = Math.max(0, Math.floor(maxNodes) - nodes.length)
    omittedNodes = Math.max(0, met.length - room)
    for (const v of strongest(met, tie, room)) {
      place[v] = nodes.length + 1
      nodes.push(v)
      hop.push(h)
      strength.push(tie[v])
    }
    inner = outer
    pace.progress({ phase: 'kernels.neighbourhood', done: h, total: hops, unit: 'steps' })
    await pace.checkpoint()
  }
  const edges = await edgesAmong(csr, nodes, place, maxEdges, pace)
  return {
    nodes: Uint32Array.from(nodes),
    hop: Uint8Array.from(hop),
    strength: Float64Array.from(strength),
    ...edges,
    omittedNodes,
  }
}

/** The `room` most strongly tied, strongest first, ties by number. A hub's neighbours are not all sorted for it. */
function strongest(met: readonly number[], tie: Float64Array, room: number): number[] {
  if (room === 0) return []
  const byTie = (x: number, y: number): number => tie[y] - tie[x] || x - y
  if (met.length <= 2 * room) return [...met].sort(byTie).slice(0, room)
  const ties = Float64Array.from(met, (v) => tie[v]).sort()
  const least = ties[ties.length - room]
  const above = met.filter((v) => tie[v] > least).sort(byTie)
  const equal = Uint32Array.from(met.filter((v) => tie[v] === least)).sort()
  return [...above, ...equal.subarray(0, room - above.length)]
}

async function edgesAmong(
  csr: Csr,
  nodes: readonly number[],
  place: Uint32Array,
  maxEdges: number,
  pace: Pace,
): Promise<Pick<EgoNet, 'a' | 'b' | 'weight' | 'omittedEdges'>> {
  const from: number[] = []
  const entry: number[] = []
  let work = 0
  for (let i = 0; i < nodes.length; i++) {
    const u = nodes[i]
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
      if (place[csr.targets[e]] <= i + 1) continue
      from.push(i)
      entry.push(e)
    }
    work += csr.offsets[u + 1] - csr.offsets[u]
    if (work > WORK_PER_TURN) {
      work = 0
      await pace.checkpoint()
    }
  }
  const order = Uint32Array.from(from, (_, k) => k).sort(
    (x, y) => csr.weights[entry[y]] - csr.weights[entry[x]] || x - y,
  )
  const kept = order.subarray(0, Math.floor(maxEdges))
  return {
    a: Uint32Array.from(kept, (k) => from[k]),
    b: Uint32Array.from(kept, (k) => place[csr.targets[entry[k]]] - 1),
    weight: Float32Array.from(kept, (k) => csr.weights[entry[k]]),
    omittedEdges: order.length - kept.length,
  }
}
