import { combineCsr } from '../../graph/csr.ts'
import type { Csr } from '../../graph/types.ts'
import type { Pace } from '../../../common/pace.ts'
import { strengths } from '../../diffusion/operator.ts'
import { pushPageRank, PushScratch } from '../../kernels/push.ts'
import { heatCoefficients } from './heat-kernel.ts'

export interface SparsifyOptions {
  readonly kernel: 'pagerank' | 'heat'
  /** Chance to restart of the PageRank kernel, (0, 1]. */
  readonly restart: number
  /** Mean number of ties walked of the heat kernel. */
  readonly time: number
  /** Strongest accounts kept for each. */
  readonly neighbours: number
  /** Entries of the graph that may be visited in all; more is more exact. */
  readonly visits?: number
}

/** A few seconds of pushing. */
const VISITS = 400_000_000
/** Ties kept in all: 12 bytes each, twice while they are merged. */
const MOST_TIES = 24_000_000
/** Every account's walks get at least this many, whatever the size of the graph. */
const LEAST_VISITS = 400

/** One diffusion from a node: nodes that it reaches and how much of it. */
type Reach = (from: number) => Promise<{ nodes: ArrayLike<number>; values: ArrayLike<number> }>

/**
 * Graph diffusion convolution (Klicpera et al. 2019): a new graph that joins every account to the `neighbours` others
 * that diffusion from it reaches most, with what reaches them as weight, W' = (T + Tᵀ) / 2. Accounts many ties apart
 * may be joined, and accidental ties are gone. Diffusions are pushed: each stops spreading where a node would pass on
 * less than a bound that keeps all of them within `visits` (at least 400 each). Where accounts are very many, fewer
 * neighbours are kept (24M ties in all).
 */
export async function sparsify(graph: Csr, options: SparsifyOptions, pace: Pace): Promise<Csr> {
  const { n } = graph
  const keep = Math.max(4, Math.min(options.neighbours, Math.floor(MOST_TIES / Math.max(1, n))))
  const strength = strengths(graph)
  let total = 0
  for (const value of strength) total += value
  const tie = graph.targets.length === 0 ? 1 : total / graph.targets.length
  const visits = Math.max(LEAST_VISITS, (options.visits ?? VISITS) / Math.max(1, n))
  const reach =
    options.kernel === 'pagerank'
      ? pageRankReach(graph, options.restart, 1 / (options.restart * visits * tie), pace)
      : heatReach(graph, strength, options.time, visits * tie)
  const offsets = new Uint32Array(n + 1)
  let targets = new Uint32Array(Math.max(16, n * Math.min(keep, 16)))
  let weights = new Float32Array(targets.length)
  let at = 0
  for (let s = 0; s < n; s++) {
    if (graph.offsets[s] < graph.offsets[s + 1]) {
      const { nodes, values } = await reach(s)
      const best = strongest(nodes, values, s, keep)
      if (at + best.length > targets.length) {
        const length = Math.min(n * keep, Math.max(2 * targets.length, at + best.length))
        targets = grown(targets, new Uint32Array(length))
        weights = grown(weights, new Float32Array(length))
      }
      for (const i of best) {
        targets[at] = nodes[i]
        weights[at++] = values[i] / 2
      }
    }
    offsets[s + 1] = at
    if (s % 64 === 0) {
      pace.progress({ phase: 'bench.sparsify', done: s, total: n, unit: 'accounts' })
      await pace.checkpoint()
    }
  }
  const half: Csr = { n, offsets, targets: targets.subarray(0, at), weights: weights.subarray(0, at) }
  await pace.checkpoint()
  return combineCsr(n, [half, transposed(half)]).csr
}

function grown<T extends Uint32Array | Float32Array>(from: T, into: T): T {
  into.set(from)
  return into
}

/** Positions of the `keep` largest values beside the node itself, by ascending node. Equal ones: the lower node. */
function strongest(
  nodes: ArrayLike<number>,
  values: ArrayLike<number>,
  self: number,
  keep: number,
): number[] {
  const at: number[] = []
  // Float32 weights must stay above 0.
  for (let i = 0; i < nodes.length; i++) if (nodes[i] !== self && values[i] > 1e-30) at.push(i)
  if (at.length > keep) {
    at.sort((a, b) => values[b] - values[a] || nodes[a] - nodes[b])
    at.length = keep
  }
  return at.sort((a, b) => nodes[a] - nodes[b])
}

function pageRankReach(graph: Csr, alpha: number, epsilon: number, pace: Pace): Reach {
  const scratch = new PushScratch(graph.n)
  // The loop over accounts tells how far it is.
  const quiet: Pace = { signal: pace.signal, progress: () => {}, checkpoint: () => pace.checkpoint() }
  return (from) => pushPageRank(graph, [{ node: from, weight: 1 }], { alpha, epsilon }, quiet, scratch)
}

/** The series of the heat kernel, from which what is too little to matter is dropped at every step. */
function heatReach(graph: Csr, strength: Float64Array, time: number, visits: number): Reach {
  const coefficients = heatCoefficients(time, 1e-3)
  const epsilon = coefficients.length / visits
  const sum = new Float64Array(graph.n)
  let mass = new Float64Array(graph.n)
  let next = new Float64Array(graph.n)
  return async (from) => {
    const reached = new Set<number>([from])
    let front = [from]
    mass[from] = 1
    sum[from] = coefficients[0]
    for (let k = 1; k < coefficients.length; k++) {
      const arrived: number[] = []
      for (const u of front) {
        const passed = mass[u] / strength[u]
        mass[u] = 0
        if (passed < epsilon) continue
        for (let e = graph.offsets[u]; e < graph.offsets[u + 1]; e++) {
          const v = graph.targets[e]
          if (next[v] === 0) arrived.push(v)
          next[v] += passed * graph.weights[e]
        }
      }
      for (const v of arrived) {
        sum[v] += coefficients[k] * next[v]
        reached.add(v)
      }
      ;[mass, next] = [next, mass]
      front = arrived
    }
    for (const u of front) mass[u] = 0
    const nodes = Uint32Array.from(reached).sort()
    const values = Float64Array.from(nodes, (u) => sum[u])
    for (const u of nodes) sum[u] = 0
    return { nodes, values }
  }
}

function transposed({ n, offsets, targets, weights }: Csr): Csr {
  const starts = new Uint32Array(n + 1)
  for (const v of targets) starts[v + 1]++
  for (let u = 0; u < n; u++) starts[u + 1] += starts[u]
  const cursor = starts.slice(0, n)
  const sources = new Uint32Array(targets.length)
  const values = new Float32Array(targets.length)
  for (let u = 0; u < n; u++)
    for (let e = offsets[u]; e < offsets[u + 1]; e++) {
      const at = cursor[targets[e]]++
      sources[at] = u
      values[at] = weights[e]
    }
  return { n, offsets: starts, targets: sources, weights: values }
}
