import { UndirectedGraph } from 'graphology'
import type { Csr } from '../../../src-main/compute/graph/types.ts'

/**
 * The same algorithms written plainly on a graphology Graph, as a JavaScript programmer would (graphology-metrics is
 * not installed): neighbours through its iterators, results in maps by node.
 */
export function graphologyPeer(csr: Csr): Record<string, () => void> {
  const graph = new UndirectedGraph()
  for (let u = 0; u < csr.n; u++) graph.addNode(u)
  for (let u = 0; u < csr.n; u++)
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++)
      if (csr.targets[e] > u) graph.addUndirectedEdge(u, csr.targets[e], { weight: csr.weights[e] })
  return {
    pagerank: () => pagerank(graph, 0.85, 1e-10),
    components: () => components(graph),
    cores: () => cores(graph),
    triangles: () => clustering(graph),
    hops: () => hops(graph, '0'),
  }
}

function pagerank(graph: UndirectedGraph, damping: number, tolerance: number): Map<string, number> {
  let rank = new Map(graph.mapNodes((node) => [node, 1 / graph.order]))
  const strength = new Map(
    graph.mapNodes((node) => [
      node,
      graph.reduceEdges(node, (sum, _, attributes) => sum + (attributes.weight as number), 0),
    ]),
  )
  for (let k = 0; k < 1000; k++) {
    const next = new Map<string, number>()
    let stuck = 0
    for (const [node, value] of rank) if (graph.degree(node) === 0) stuck += value
    graph.forEachNode((node) => {
      let come = 0
      graph.forEachEdge(node, (_, attributes, source, target) => {
        const other = source === node ? target : source
        come += (rank.get(other)! * (attributes.weight as number)) / strength.get(other)!
      })
      next.set(node, damping * (come + stuck / graph.order) + (1 - damping) / graph.order)
    })
    let change = 0
    for (const [node, value] of next) change += Math.abs(value - rank.get(node)!)
    rank = next
    if (change <= tolerance) break
  }
  return rank
}

function components(graph: UndirectedGraph): Map<string, number> {
  const found = new Map<string, number>()
  let count = 0
  graph.forEachNode((start) => {
    if (found.has(start)) return
    const stack = [start]
    found.set(start, count)
    while (stack.length > 0)
      graph.forEachNeighbor(stack.pop()!, (other) => {
        if (found.has(other)) return
        found.set(other, count)
        stack.push(other)
      })
    count++
  })
  return found
}

/** Batagelj and Zaveršnik's order by buckets of nodes. */
function cores(graph: UndirectedGraph): Map<string, number> {
  const degree = new Map(graph.mapNodes((node) => [node, graph.degree(node)]))
  const buckets: string[][] = []
  for (const [node, d] of degree) (buckets[d] ??= []).push(node)
  const core = new Map<string, number>()
  let level = 0
  for (let d = 0; d < buckets.length; d++) {
    const bucket = buckets[d]
    if (bucket === undefined) continue
    while (bucket.length > 0) {
      const node = bucket.pop()!
      if (core.has(node) || degree.get(node)! > d) continue
      level = Math.max(level, degree.get(node)!)
      core.set(node, level)
      graph.forEachNeighbor(node, (other) => {
        const left = degree.get(other)!
        if (core.has(other) || left <= level) return
        degree.set(other, left - 1)
        ;(buckets[left - 1] ??= []).push(other)
      })
    }
  }
  return core
}

function clustering(graph: UndirectedGraph): Map<string, number> {
  return new Map(
    graph.mapNodes((node) => {
      const around = graph.neighbors(node)
      let links = 0
      for (let i = 0; i < around.length; i++)
        for (let j = i + 1; j < around.length; j++) if (graph.hasEdge(around[i], around[j])) links++
      return [node, around.length > 1 ? (2 * links) / (around.length * (around.length - 1)) : 0]
    }),
  )
}

function hops(graph: UndirectedGraph, source: string): Map<string, number> {
  const found = new Map([[source, 0]])
  const queue = [source]
  for (let head = 0; head < queue.length; head++)
    graph.forEachNeighbor(queue[head], (other) => {
      if (found.has(other)) return
      found.set(other, found.get(queue[head])! + 1)
      queue.push(other)
    })
  return found
}
