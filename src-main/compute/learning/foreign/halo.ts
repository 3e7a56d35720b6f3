import type { Operator } from '../../diffusion/operator.ts'

/**
 * A piece of a graph that gives exact results for its core: the core, and everything within `hops` of it.
 * Local node k is node nodes[k] of the graph; the core comes first, then by distance.
 */
export interface Part {
  readonly nodes: Uint32Array
  /** The first `core` of nodes get their score from this part. */
  readonly core: number
  /** Sources and targets of edges, local, by target; a message goes from source to target. */
  readonly sources: Uint32Array
  readonly targets: Uint32Array
  /** Parallel to sources. */
  readonly weights: Float32Array
}

/**
 * Nodes in the order of a breadth-first search, started at the smallest node not yet seen: neighbours come close
 * together, so that parts share little. O(n + entries).
 */
export function searchOrder(graph: Pick<Operator, 'n' | 'offsets' | 'targets'>): Uint32Array {
  const { n, offsets, targets } = graph
  const order = new Uint32Array(n)
  const seen = new Uint8Array(n)
  let end = 0
  for (let root = 0, at = 0; root < n; root++) {
    if (seen[root]) continue
    seen[root] = 1
    order[end++] = root
    for (; at < end; at++) {
      const u = order[at]
      for (let e = offsets[u]; e < offsets[u + 1]; e++) {
        const v = targets[e]
        if (seen[v]) continue
        seen[v] = 1
        order[end++] = v
      }
    }
  }
  return order
}

/**
 * Cuts a graph into parts for a message-passing network of `hops` layers. A node's result depends on the nodes within
 * `hops` and on the messages into nodes within hops − 1, so a part holds exactly these: results are those of the whole
 * graph, as long as the network takes degrees from edge weights given to it and not from counting edges out of a node.
 * (Cluster-GCN, Chiang et al. 2019, cuts the halo off and is only near; GraphSAGE's inference samples it.)
 *
 * @param budget edges a part should hold; parts of a single core node may exceed it
 */
export function* partsOf(graph: Operator, hops: number, budget: number): Generator<Part> {
  const { n, offsets } = graph
  const order = searchOrder(graph)
  const finder = new HaloFinder(graph, hops)
  let take = Math.max(1, Math.floor((budget * n) / Math.max(1, offsets[n])))
  for (let from = 0; from < n;) {
    let to = Math.min(n, from + take)
    let found = finder.find(order.subarray(from, to), to - from > 1 ? budget : Infinity)
    while (found === null) {
      take = Math.max(1, (to - from) >>> 1)
      to = from + take
      found = finder.find(order.subarray(from, to), take > 1 ? budget : Infinity)
    }
    yield found
    // The neighbourhoods differ along the order: try more again where there was room.
    if (found.sources.length < budget / 2) take = Math.min(n, take * 2)
    from = to
  }
}

class HaloFinder {
  readonly #graph: Operator
  readonly #hops: number
  /** Local number + 1 of a node in the part being made; 0 elsewhere. */
  readonly #local: Uint32Array
  readonly #nodes: Uint32Array

  constructor(graph: Operator, hops: number) {
    this.#graph = graph
    this.#hops = hops
    this.#local = new Uint32Array(graph.n)
    this.#nodes = new Uint32Array(graph.n)
  }

  /** The part of a core; null when it would hold more than `budget` edges. */
  find(core: Uint32Array, budget: number): Part | null {
    const { offsets, targets, values } = this.#graph
    const local = this.#local
    const nodes = this.#nodes
    let end = 0
    for (const u of core) {
      nodes[end++] = u
      local[u] = end
    }
    let edges = 0
    let inner = 0
    // `inner`: nodes within hops − 1, whose incoming messages are all needed.
    for (let hop = 0, at = 0; hop < this.#hops && edges <= budget; hop++) {
      for (const last = end; at < last && edges <= budget; at++) {
        const u = nodes[at]
        edges += offsets[u + 1] - offsets[u]
        for (let e = offsets[u]; e < offsets[u + 1]; e++) {
          const v = targets[e]
          if (local[v] !== 0) continue
          nodes[end++] = v
          local[v] = end
        }
      }
      inner = at
    }
    let part: Part | null = null
    if (edges <= budget) {
      const sources = new Uint32Array(edges)
      const into = new Uint32Array(edges)
      const weights = new Float32Array(edges)
      let at = 0
      for (let k = 0; k < inner; k++) {
        const u = nodes[k]
        for (let e = offsets[u]; e < offsets[u + 1]; e++) {
          sources[at] = local[targets[e]] - 1
          into[at] = k
          weights[at++] = values[e]
        }
      }
      part = { nodes: nodes.slice(0, end), core: core.length, sources, targets: into, weights }
    }
    for (let k = 0; k < end; k++) local[nodes[k]] = 0
    return part
  }
}
