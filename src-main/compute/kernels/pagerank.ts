import type { Pace } from '../../common/pace.ts'
import { ShoalError } from '../../common/errors.ts'
import type { Csr } from '../graph/types.ts'
import { components } from './components.ts'
import { endOfTurn } from './turns.ts'

export interface PageRankOptions {
  /** Chance to follow an edge rather than to restart, [0, 1). */
  damping?: number
  /** The L1 distance to the exact PageRank that is allowed, >= 1e-13. */
  tolerance?: number
  /** Steps after which it gives up; damping .85 takes 10 to 40. */
  maxSteps?: number
  /** Where walks restart: n values >= 0 with a positive sum, scaled to 1. Everywhere alike if not given. */
  start?: ArrayLike<number>
}

/**
 * PageRank over the weighted graph, global or (with `start`) personalised; sums to 1. A walk at a node without
 * edges restarts.
 *
 * On an undirected graph x = (1 − d) v + d Pᵀx becomes, with x = Sy and S the strengths, the symmetric positive
 * definite system (S − dW) y = (1 − d) v, which conjugate gradients solve in far fewer passes over the graph than
 * power iteration: Σ residuals fall by (√κ − 1)/(√κ + 1) a step where power iteration has d. Preconditioned by
 * symmetric Gauss–Seidel in Eisenstat's form (1981), a step costs one pass, as rows are sorted and so split at the
 * diagonal. Two things make the start good: each component's share of the mass is known, and in it x is near to
 * proportional to strength. What restarts from isolated nodes only rescales x and is left out until the end.
 *
 * The residual's L1 norm divided by 1 − d bounds the distance to the solution; that is held against `tolerance`.
 * Double precision (a hub of 10⁵ neighbours adds about 1e-12 of rounding); at most 60 bytes per node. Throws `invalid_input` for impossible options, and `internal` where
 * `maxSteps` did not suffice.
 */
export async function pageRank(csr: Csr, options: PageRankOptions, pace: Pace): Promise<Float64Array> {
  const { damping = 0.85, tolerance = 1e-9, maxSteps = 500, start } = options
  const { n, offsets } = csr
  if (!(damping >= 0 && damping < 1))
    throw new ShoalError('invalid_input', `damping must be in [0, 1), not ${damping}.`)
  if (!(tolerance >= 1e-13))
    throw new ShoalError('invalid_input', `tolerance must be at least 1e-13, not ${tolerance}.`)
  if (n === 0) return new Float64Array(0)
  const turns = [0]
  while (turns[turns.length - 1] < n) turns.push(endOfTurn(offsets, n, turns[turns.length - 1]))
  const last = turns.length - 1
  const up = async (pass: (from: number, to: number) => void): Promise<void> => {
    for (let t = 0; t < last; t++) {
      pass(turns[t], turns[t + 1])
      await pace.checkpoint()
    }
  }
  const down = async (pass: (from: number, to: number) => void): Promise<void> => {
    for (let t = last; t > 0; t--) {
      pass(turns[t - 1], turns[t])
      await pace.checkpoint()
    }
  }

  const restarts = restartShares(n, start)
  const inverse = new Float64Array(n)
  await up((from, to) => inverseStrengths(csr, inverse, from, to))
  const { component, count } = await components(csr, pace)
  const { perStrength, total } = masses(restarts, inverse, component, count, damping)
  // With y0 constant in each component, the residual needs no pass over the graph.
  const s: Solver = {
    csr,
    damping,
    inverse,
    residual: new Float64Array(n),
    direction: new Float64Array(n),
    inner: new Float64Array(n),
    product: new Float64Array(n),
    solution: new Float64Array(n),
  }
  for (let u = 0; u < n; u++)
    if (inverse[u] > 0) s.product[u] = (1 - damping) * (restarts[u] - perStrength[component[u]] / inverse[u])
  await up((from, to) => precondition(s, from, to))
  s.direction.set(s.residual)
  let squares = squaredNorm(s)
  for (let step = 0; ; step++) {
    // The true residual is (S − dL) S⁻¹ times this one, whose columns sum to at most 1 + d.
    if (((1 + damping) * l1(s.residual)) / (1 - damping) <= tolerance * total) break
    if (step >= maxSteps)
      throw new ShoalError('internal', `PageRank did not settle within ${maxSteps} steps.`, { step })
    await down((from, to) => backward(s, s.direction, from, to))
    await up((from, to) => forward(s, from, to))
    const before = squares
    squares = advance(s, before / curvature(s))
    const beta = squares / before
    for (let u = 0; u < n; u++) s.direction[u] = s.residual[u] + beta * s.direction[u]
    pace.progress({ phase: 'kernels.pagerank', done: step + 1, total: null, unit: 'steps' })
    await pace.checkpoint()
  }
  await down((from, to) => backward(s, s.solution, from, to))
  const rank = s.product
  for (let u = 0; u < n; u++) {
    const x =
      inverse[u] > 0 ? (perStrength[component[u]] + s.inner[u]) / inverse[u] : (1 - damping) * restarts[u]
    // Rounding may leave a node that nothing reaches a hair below zero.
    rank[u] = x > 0 ? x / total : 0
  }
  return rank
}

/** Arrays of n; all but `inverse` are scaled by the root of strength, so inner products divide by strength. */
interface Solver {
  csr: Csr
  damping: number
  /** 1 / strength; 0 for isolated nodes. */
  inverse: Float64Array
  residual: Float64Array
  direction: Float64Array
  /** What the triangular solves have found so far. */
  inner: Float64Array
  product: Float64Array
  solution: Float64Array
}

function restartShares(n: number, start: ArrayLike<number> | undefined): Float64Array {
  const shares = new Float64Array(n).fill(1 / n)
  if (start === undefined) return shares
  if (start.length !== n)
    throw new ShoalError('internal', `A start of ${start.length} values is not one for ${n} nodes.`)
  let total = 0
  for (let u = 0; u < n; u++) total += start[u] >= 0 ? start[u] : NaN
  if (!(total > 0 && total < Infinity))
    throw new ShoalError('invalid_input', 'Personalised PageRank needs at least one start account.')
  for (let u = 0; u < n; u++) shares[u] = start[u] / total
  return shares
}

function inverseStrengths({ offsets, weights }: Csr, inverse: Float64Array, from: number, to: number): void {
  for (let u = from; u < to; u++) {
    let sum = 0
    for (let e = offsets[u], end = offsets[u + 1]; e < end; e++) sum += weights[e]
    inverse[u] = sum > 0 ? 1 / sum : 0
  }
}

/** Mass per strength of every component, and the sum of the unscaled solution. */
function masses(
  restarts: Float64Array,
  inverse: Float64Array,
  component: Uint32Array,
  count: number,
  damping: number,
): { perStrength: Float64Array; total: number } {
  const perStrength = new Float64Array(count)
  const volume = new Float64Array(count)
  let total = 0
  for (let u = 0; u < restarts.length; u++) {
    if (inverse[u] > 0) {
      perStrength[component[u]] += restarts[u]
      volume[component[u]] += 1 / inverse[u]
      total += restarts[u]
    } else total += (1 - damping) * restarts[u]
  }
  for (let c = 0; c < count; c++) if (volume[c] > 0) perStrength[c] /= volume[c]
  return { perStrength, total }
}

/** residual = S (S + L)⁻¹ product, where L = −dW below the diagonal; `inner` is the solve itself. */
function precondition(s: Solver, from: number, to: number): void {
  const { damping, inverse, inner, product, residual } = s
  const { offsets, targets, weights } = s.csr
  for (let u = from; u < to; u++) {
    let sum = 0
    for (let e = offsets[u], end = offsets[u + 1]; e < end; e++) {
      const v = targets[e]
      if (v > u) break
      sum += weights[e] * inner[v]
    }
    const r = product[u] + damping * sum
    residual[u] = r
    inner[u] = r * inverse[u]
  }
}

/** inner = (S + U)⁻¹ x, and product = the part of it that came from neighbours. Rows from the last to the first. */
function backward(s: Solver, x: Float64Array, from: number, to: number): void {
  const { damping, inverse, inner, product } = s
  const { offsets, targets, weights } = s.csr
  for (let u = to - 1; u >= from; u--) {
    let sum = 0
    for (let e = offsets[u + 1] - 1, begin = offsets[u]; e >= begin; e--) {
      const v = targets[e]
      if (v < u) break
      sum += weights[e] * inner[v]
    }
    sum *= damping
    product[u] = sum
    inner[u] = (x[u] + sum) * inverse[u]
  }
}

/** product = the preconditioned matrix times direction, after `backward`. */
function forward(s: Solver, from: number, to: number): void {
  const { damping, inverse, inner, product, direction } = s
  const { offsets, targets, weights } = s.csr
  for (let u = from; u < to; u++) {
    let sum = 0
    for (let e = offsets[u], end = offsets[u + 1]; e < end; e++) {
      const v = targets[e]
      if (v > u) break
      sum += weights[e] * inner[v]
    }
    sum *= damping
    inner[u] = (sum - product[u]) * inverse[u]
    product[u] = direction[u] + sum
  }
}

function curvature({ direction, product, inverse }: Solver): number {
  let sum = 0
  for (let u = 0; u < direction.length; u++) sum += direction[u] * product[u] * inverse[u]
  return sum
}

function advance({ direction, product, inverse, residual, solution }: Solver, alpha: number): number {
  let sum = 0
  for (let u = 0; u < direction.length; u++) {
    solution[u] += alpha * direction[u]
    const r = residual[u] - alpha * product[u]
    residual[u] = r
    sum += r * r * inverse[u]
  }
  return sum
}

function squaredNorm({ residual, inverse }: Solver): number {
  let sum = 0
  for (let u = 0; u < residual.length; u++) sum += residual[u] * residual[u] * inverse[u]
  return sum
}

function l1(x: Float64Array): number {
  let sum = 0
  for (let u = 0; u < x.length; u++) sum += Math.abs(x[u])
  return sum
}
