import iterate from 'graphology-layout-forceatlas2/iterate.js'
import type { Pace } from '../../common/pace.ts'
import type { Points } from './points.ts'

export interface ForceGraph {
  readonly n: number
  /** Each undirected edge once. */
  readonly source: Uint32Array
  readonly target: Uint32Array
  readonly weight: Float64Array
}

export interface ForceSettings {
  iterations: number
  gravity: number
  scalingRatio: number
  slowDown: number
  linLog: boolean
}

/** Nodes from which on the quadtree is cheaper than all pairs (measured: ~200). */
const BARNES_HUT_FROM = 250
/** Columns of a node row and an edge row in graphology-layout-forceatlas2. */
const PER_NODE = 10
const PER_EDGE = 3

/**
 * Runs ForceAtlas2 (Jacomy et al. 2014) from the given positions and moves them in place. It is
 * graphology-layout-forceatlas2's own iteration, called directly so that work can pause between iterations
 * without losing its speeds. `mass` is the repelling mass, by default 1 + weighted degree. Where two points
 * coincide nothing would ever part them, so starts should differ.
 */
export async function runForce(
  graph: ForceGraph,
  points: Points,
  settings: ForceSettings,
  pace: Pace,
  mass?: Float64Array,
): Promise<void> {
  const nodes = new Float32Array(graph.n * PER_NODE)
  const edges = new Float32Array(graph.source.length * PER_EDGE)
  for (let u = 0; u < graph.n; u++) {
    nodes[u * PER_NODE] = points.x[u]
    nodes[u * PER_NODE + 1] = points.y[u]
    nodes[u * PER_NODE + 6] = mass === undefined ? 1 : mass[u]
    nodes[u * PER_NODE + 7] = 1
    nodes[u * PER_NODE + 8] = 1
  }
  for (let e = 0; e < graph.source.length; e++) {
    edges[e * PER_EDGE] = graph.source[e] * PER_NODE
    edges[e * PER_EDGE + 1] = graph.target[e] * PER_NODE
    edges[e * PER_EDGE + 2] = graph.weight[e]
    if (mass === undefined) {
      nodes[graph.source[e] * PER_NODE + 6] += graph.weight[e]
      nodes[graph.target[e] * PER_NODE + 6] += graph.weight[e]
    }
  }
  const options = {
    linLogMode: settings.linLog,
    outboundAttractionDistribution: false,
    adjustSizes: false,
    edgeWeightInfluence: 1,
    scalingRatio: settings.scalingRatio,
    strongGravityMode: true,
    gravity: settings.gravity,
    slowDown: settings.slowDown,
    barnesHutOptimize: graph.n >= BARNES_HUT_FROM,
    barnesHutTheta: 1,
  }
  for (let i = 0; i < settings.iterations; i++) {
    iterate(options, nodes, edges)
    await pace.checkpoint()
  }
  for (let u = 0; u < graph.n; u++) {
    points.x[u] = nodes[u * PER_NODE]
    points.y[u] = nodes[u * PER_NODE + 1]
  }
}
