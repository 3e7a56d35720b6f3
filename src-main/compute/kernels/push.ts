import type { Pace } from '../../common/pace.ts'
import { ShoalError } from '../../common/errors.ts'
import type { Csr } from '../graph/types.ts'
import { WORK_PER_TURN } from './turns.ts'

export interface PushOptions {
  /** Chance to restart at each step, (0, 1]. */
  alpha: number
  /** Largest error of a node, per unit of its strength; > 0. Work is O(1 / (alpha × epsilon)) for unit weights. */
  epsilon: number
}

export interface SparsePageRank {
  /** Nodes with a value above 0, ascending. */
  nodes: Uint32Array
  /** Parallel to nodes. */
  values: Float64Array
  pushes: number
  /** Mass that was not spread any more, 0..1: what the values fall short of 1. */
  residual: number
}

/**
 * Approximate personalised PageRank by pushing (Andersen, Chung, Lang 2006, "Local graph partitioning using PageRank
 * vectors", with walks that are not lazy): looks only at the surroundings of the seeds, however large the graph.
 *
 * For every node u: 0 <= exact(u) − value(u) <= epsilon × strength(u), where exact is the PageRank of walks that
 * restart at the seeds (in proportion to their weights) with chance alpha at each step and at nodes without edges.
 * The values and `residual` add up to 1. Throws `invalid_input` for impossible seeds or options.
 */
export async function pushPageRank(
  csr: Csr,
  seeds: readonly { node: number; weight: number }[],
  { alpha, epsilon }: PushOptions,
  pace: Pace,
  scratch = new PushScratch(csr.n),
): Promise<SparsePageRank> {
  if (!(alpha > 0 && alpha <= 1))
    throw new ShoalError('invalid_input', `alpha must be in (0, 1], not ${alpha}.`)
  if (!(epsilon > 0)) throw new ShoalError('invalid_input', `epsilon must be above 0, not ${epsilon}.`)
  let total = 0
  for (const { node, weight } of seeds) {
    if (!(Number.isInteger(node) && node >= 0 && node < csr.n))
      throw new ShoalError('invalid_input', `The graph has no node ${node}.`)
    total += weight >= 0 ? weight : NaN
  }
  if (!(total > 0 && total < Infinity))
    throw new ShoalError('invalid_input', 'Personalised PageRank needs at least one seed of positive weight.')

  // Zeroed pages of these are only touched around the seeds.
  const { value, residual, strength, queued } = scratch
  const state: State = {
    value,
    residual,
    strength,
    queue: new Uint32Array(1024),
    head: 0,
    length: 0,
    queued,
    pushes: 0,
    touched: [],
    met: [],
  }
  try {
    return await push(csr, seeds, total, state, { alpha, epsilon }, pace)
  } finally {
    for (const { node } of seeds) value[node] = residual[node] = strength[node] = queued[node] = 0
    for (const u of state.met) value[u] = residual[u] = strength[u] = queued[u] = 0
  }
}

/** What pushing needs for each node, all zero between calls: 25 bytes a node, worth keeping for many small calls. */
export class PushScratch {
  readonly value: Float64Array
  readonly residual: Float64Array
  readonly strength: Float64Array
  readonly queued: Uint8Array

  constructor(n: number) {
    this.value = new Float64Array(n)
    this.residual = new Float64Array(n)
    this.strength = new Float64Array(n)
    this.queued = new Uint8Array(n)
  }
}

async function push(
  csr: Csr,
  seeds: readonly { node: number; weight: number }[],
  total: number,
  state: State,
  { alpha, epsilon }: PushOptions,
  pace: Pace,
): Promise<SparsePageRank> {
  // Walks on a seed without edges restart: they only scale everything else, by what does not end there.
  let lost = 0
  for (const { node, weight } of seeds) {
    if (weight === 0) continue
    const mass = weight / total
    if (csr.offsets[node] === csr.offsets[node + 1]) {
      if (state.value[node] === 0) state.touched.push(node)
      state.value[node] += alpha * mass
      lost += (1 - alpha) * mass
    } else {
      state.residual[node] += mass
    }
  }
  const kept = 1 - lost
  for (const { node } of seeds) enqueue(csr, state, node, epsilon * kept)
  while (state.length > 0) {
    pushTurn(csr, state, alpha, epsilon * kept)
    pace.progress({ phase: 'kernels.push', done: state.pushes, total: null, unit: 'steps' })
    await pace.checkpoint()
  }
  const nodes = Uint32Array.from(state.touched).sort()
  const values = Float64Array.from(nodes, (u) => state.value[u] / kept)
  let spread = 0
  for (const value of values) spread += value
  return { nodes, values, pushes: state.pushes, residual: Math.max(0, 1 - spread) }
}

interface State {
  value: Float64Array
  residual: Float64Array
  /** 0 until a node is first met. */
  strength: Float64Array
  /** Ring buffer of nodes whose residual is too large; its length is a power of two. */
  queue: Uint32Array
  head: number
  length: number
  queued: Uint8Array
  pushes: number
  /** Nodes with a value. */
  touched: number[]
  /** Nodes whose strength is known. */
  met: number[]
}

function enqueue(csr: Csr, state: State, u: number, epsilon: number): void {
  if (state.queued[u] === 1 || state.residual[u] === 0) return
  let strength = state.strength[u]
  if (strength === 0) {
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) strength += csr.weights[e]
    state.strength[u] = strength
    state.met.push(u)
  }
  if (state.residual[u] < epsilon * strength) return
  state.queued[u] = 1
  if (state.length === state.queue.length) {
    const larger = new Uint32Array(state.length * 2)
    larger.set(state.queue.subarray(state.head))
    larger.set(state.queue.subarray(0, state.head), state.length - state.head)
    state.queue = larger
    state.head = 0
  }
  state.queue[(state.head + state.length++) & (state.queue.length - 1)] = u
}

function pushTurn(csr: Csr, state: State, alpha: number, epsilon: number): void {
  const { offsets, targets, weights } = csr
  // Every entry may make a node known, whose row is read for its strength.
  for (let work = 0; state.length > 0 && work < WORK_PER_TURN / 4;) {
    const u = state.queue[state.head]
    state.head = (state.head + 1) & (state.queue.length - 1)
    state.length--
    state.queued[u] = 0
    const mass = state.residual[u]
    state.residual[u] = 0
    if (state.value[u] === 0) state.touched.push(u)
    state.value[u] += alpha * mass
    state.pushes++
    const spread = ((1 - alpha) * mass) / state.strength[u]
    const end = offsets[u + 1]
    work += end - offsets[u] + 1
    for (let e = offsets[u]; e < end; e++) {
      const v = targets[e]
      state.residual[v] += spread * weights[e]
      enqueue(csr, state, v, epsilon)
    }
  }
}
