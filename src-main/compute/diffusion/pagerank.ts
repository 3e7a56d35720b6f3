import type { Pace } from '../../common/pace.ts'
import { ShoalError } from '../../common/errors.ts'
import type { Csr } from '../graph/types.ts'
import { checkDense, multiply } from './multiply.ts'
import { columnNormalised } from './operator.ts'
import type { Operator } from './operator.ts'

export interface PageRankOptions {
  /** Chance to go back to the start at each step, (0, 1]. */
  restart: number
  /** Stop when the L1 change of a step is at most this. */
  tolerance: number
  maxSteps: number
}

const DEFAULTS: PageRankOptions = { restart: 0.15, tolerance: 1e-7, maxSteps: 200 }

/**
 * Personalised PageRank (Page et al. 1998; Haveliwala 2002) by power iteration: where a walk is found that goes
 * back to `start` with chance `restart` at each step. `start` has n values ≥ 0 with a positive sum and is scaled
 * to 1; a walk at a node without edges goes back to the start. The result sums to 1. The error that is left is
 * at most tolerance × (1 − restart)/restart in L1.
 */
export async function personalisedPageRank(
  csr: Csr,
  start: Float32Array,
  pace: Pace,
  options: Partial<PageRankOptions> = {},
): Promise<{ rank: Float32Array; steps: number; change: number }> {
  const { restart, tolerance, maxSteps } = { ...DEFAULTS, ...options }
  if (!(restart > 0 && restart <= 1))
    throw new ShoalError('invalid_input', `restart must be in (0, 1], not ${restart}.`)
  checkDense(csr.n, start, 1)
  let total = 0
  for (const v of start) total += v >= 0 ? v : NaN
  if (!(total > 0))
    throw new ShoalError('invalid_input', 'Personalised PageRank needs at least one start account.')
  const home = start.map((v) => v / total)
  const walk = columnNormalised(csr)
  let rank: Float32Array = home.slice()
  let next: Float32Array = new Float32Array(csr.n)
  for (let steps = 1; ; steps++) {
    await multiply(walk, rank, 1, pace, next)
    let moved = 0
    for (const v of next) moved += v
    // What restarts, what sits on nodes without edges and what rounding lost all goes home.
    const back = 1 - (1 - restart) * moved
    let change = 0
    for (let u = 0; u < csr.n; u++) {
      next[u] = (1 - restart) * next[u] + back * home[u]
      change += Math.abs(next[u] - rank[u])
    }
    ;[rank, next] = [next, rank]
    if (change <= tolerance || steps >= maxSteps) return { rank, steps, change }
  }
}

/**
 * Label-free propagation of dense signals (APPNP, Gasteiger et al. 2019): z ← (1 − restart) · Az + restart · x,
 * `steps` times from z = x. Row-major n × width.
 */
export async function propagate(
  a: Operator,
  x: Float32Array,
  width: number,
  options: { restart: number; steps: number },
  pace: Pace,
): Promise<Float32Array> {
  const { restart, steps } = options
  let current: Float32Array = x.slice()
  let spare: Float32Array = new Float32Array(x.length)
  for (let k = 0; k < steps; k++) {
    await multiply(a, current, width, pace, spare)
    for (let i = 0; i < spare.length; i++) spare[i] = (1 - restart) * spare[i] + restart * x[i]
    ;[current, spare] = [spare, current]
  }
  return current
}
