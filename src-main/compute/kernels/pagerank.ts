import type { Pace } from '../../common/pace.ts'
import { ShoalError } from '../../common/errors.ts'
import type { Csr } from '../graph/types.ts'
import { components } from './components.ts'
import { endOfTurn } from './turns.ts'

export interface PageRankOptions {
  /** Chance to follow an edge rather than to restart, [0, 1). */
  damping?: number
  /** The L1 distance to the exact PageRank that is allowed; the result is at most this far away. */
  tolerance?: number
  /** Sweeps over the graph after which it gives up. */
  maxSweeps?: number
  /** Where walks restart: n values >= 0 with a positive sum, scaled to 1. Everywhere alike if not given. */
  start?: ArrayLike<number>
}

/**
 * PageRank over the weighted graph, global or (with `start`) personalised; sums to 1. A walk at a node without
 * edges restarts.
 *
 * Solves x = (1 − d) v + d Pᵀx by Gauss–Seidel (as PRPACK does; Gleich, Gray, Greif, Lau 2010). Two things are known
 * beforehand and make the start good: every component's share of the mass, and that within it the walk without
 * restarts ends in proportion to strength. What restarts from isolated nodes only rescales x, so it is left out
 * until the end. Sweeps alternate in direction. After a sweep the residual is at most d × Σ|change|, and the
 * distance to the solution at most 1/(1 − d) times that: this is what `tolerance` is held against.
 *
 * Double precision; 28 bytes per node. Throws `invalid_input` for impossible options, and `internal` where
 * `maxSweeps` did not suffice.
 */
export async function pageRank(csr: Csr, options: PageRankOptions, pace: Pace): Promise<Float64Array> {
  const { damping = 0.85, tolerance = 1e-9, maxSweeps = 1000, start } = options
  const { n, offsets } = csr
  if (!(damping >= 0 && damping < 1))
    throw new ShoalError('invalid_input', `damping must be in [0, 1), not ${damping}.`)
  if (!(tolerance > 0)) throw new ShoalError('invalid_input', `tolerance must be above 0, not ${tolerance}.`)
  if (n === 0) return new Float64Array(0)
  const base = restartMass(n, start)

  const turns = [0]
  while (turns[turns.length - 1] < n) turns.push(endOfTurn(offsets, n, turns[turns.length - 1]))
  const strength = new Float64Array(n)
  for (let t = 0; t + 1 < turns.length; t++) {
    strengthsOf(csr, strength, turns[t], turns[t + 1])
    await pace.checkpoint()
  }
  let sum = 0
  for (let u = 0; u < n; u++) sum += strength[u] > 0 ? base[u] : (1 - damping) * base[u]
  const { component, count } = await components(csr, pace)
  // y = x / strength is what rows add up: one scattered read per entry instead of two.
  const y = firstGuess(base, strength, component, count)
  for (let sweep = 1; ; sweep++) {
    let change = 0
    for (let t = 0; t + 1 < turns.length; t++) {
      change +=
        sweep % 2 === 1
          ? sweepUp(csr, y, strength, base, damping, turns[t], turns[t + 1])
          : sweepDown(csr, y, strength, base, damping, turns.at(-2 - t)!, turns.at(-1 - t)!)
      await pace.checkpoint()
    }
    pace.progress({ phase: 'kernels.pagerank', done: sweep, total: null, unit: 'steps' })
    if ((change * damping) / (1 - damping) <= tolerance * sum) break
    if (sweep >= maxSweeps)
      throw new ShoalError('internal', `PageRank did not settle within ${maxSweeps} sweeps.`, { change })
  }
  for (let u = 0; u < n; u++) y[u] = (strength[u] > 0 ? y[u] * strength[u] : (1 - damping) * base[u]) / sum
  return y
}

/** Where walks restart, summing to 1. */
function restartMass(n: number, start: ArrayLike<number> | undefined): Float64Array {
  const base = new Float64Array(n).fill(1 / n)
  if (start === undefined) return base
  if (start.length !== n)
    throw new ShoalError('internal', `A start of ${start.length} values is not one for ${n} nodes.`)
  let total = 0
  for (let u = 0; u < n; u++) total += start[u] >= 0 ? start[u] : NaN
  if (!(total > 0 && total < Infinity))
    throw new ShoalError('invalid_input', 'Personalised PageRank needs at least one start account.')
  for (let u = 0; u < n; u++) base[u] = start[u] / total
  return base
}

function strengthsOf({ offsets, weights }: Csr, strength: Float64Array, from: number, to: number): void {
  for (let u = from; u < to; u++) {
    let sum = 0
    for (let e = offsets[u], end = offsets[u + 1]; e < end; e++) sum += weights[e]
    strength[u] = sum
  }
}

/** Each component's mass of restarts, spread in proportion to strength; divided by strength. */
function firstGuess(
  base: Float64Array,
  strength: Float64Array,
  component: Uint32Array,
  count: number,
): Float64Array {
  const ratio = new Float64Array(count)
  const volume = new Float64Array(count)
  for (let u = 0; u < base.length; u++) {
    ratio[component[u]] += base[u]
    volume[component[u]] += strength[u]
  }
  for (let c = 0; c < count; c++) ratio[c] = volume[c] > 0 ? ratio[c] / volume[c] : 0
  return Float64Array.from(component, (c) => ratio[c])
}

function sweepUp(
  { offsets, targets, weights }: Csr,
  y: Float64Array,
  strength: Float64Array,
  base: Float64Array,
  damping: number,
  from: number,
  to: number,
): number {
  let change = 0
  let e = offsets[from]
  for (let u = from; u < to; u++) {
    const end = offsets[u + 1]
    if (e === end) continue
    let come = 0
    for (; e < end; e++) come += weights[e] * y[targets[e]]
    const x = (1 - damping) * base[u] + damping * come
    const s = strength[u]
    change += Math.abs(x - y[u] * s)
    y[u] = x / s
  }
  return change
}

function sweepDown(
  { offsets, targets, weights }: Csr,
  y: Float64Array,
  strength: Float64Array,
  base: Float64Array,
  damping: number,
  from: number,
  to: number,
): number {
  let change = 0
  for (let u = to - 1; u >= from; u--) {
    const begin = offsets[u]
    const end = offsets[u + 1]
    if (begin === end) continue
    let come = 0
    for (let e = begin; e < end; e++) come += weights[e] * y[targets[e]]
    const x = (1 - damping) * base[u] + damping * come
    const s = strength[u]
    change += Math.abs(x - y[u] * s)
    y[u] = x / s
  }
  return change
}
