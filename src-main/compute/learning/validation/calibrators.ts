import { fitPlatt as plattLine, logit, sigmoid } from '../scorers/calibration.ts'

/** From scores to probabilities, fitted on labels. */
export interface Calibrator {
  readonly method: 'isotonic' | 'platt'
  probability(score: number): number
}

/** Probabilities stay this far from 0 and 1: no number of labels makes anything certain. */
const EDGE = 1e-4
const bounded = (p: number): number => Math.min(1 - EDGE, Math.max(EDGE, p))
/** Of a score that may be 0 or 1. */
const logOdds = (p: number): number => logit(Math.min(1 - 1e-7, Math.max(1e-7, p)))

/** Accounts of neighbouring scores that share one bad rate. */
export interface Pool {
  /** Lowest and highest score in it. */
  from: number
  to: number
  bad: number
  count: number
}

/**
 * The rising step function with the least squared error, by pool adjacent violators (Ayer et al. 1955): pools by
 * ascending score, their bad rates strictly ascending.
 */
export function poolAdjacent(y: Uint8Array, s: ArrayLike<number>): Pool[] {
  const order = Uint32Array.from(y.keys()).sort((a, b) => s[a] - s[b] || a - b)
  const pools: Pool[] = []
  for (let i = 0; i < order.length;) {
    // Accounts of one score are one pool from the start.
    const score = s[order[i]]
    let next: Pool = { from: score, to: score, bad: 0, count: 0 }
    for (; i < order.length && s[order[i]] === score; i++) {
      next.bad += y[order[i]]
      next.count++
    }
    for (let last = pools.at(-1); last !== undefined && last.bad * next.count >= next.bad * last.count;) {
      next = { from: last.from, to: next.to, bad: last.bad + next.bad, count: last.count + next.count }
      pools.pop()
      last = pools.at(-1)
    }
    pools.push(next)
  }
  return pools
}

/**
 * Isotonic regression (for probabilities: Zadrozny & Elkan, KDD 2002). Between the middles of two steps it goes in a
 * straight line. Each step's rate is shrunk by one imagined account at the base rate: few accounts are never certain.
 */
export function fitIsotonic(y: Uint8Array, s: ArrayLike<number>): Calibrator {
  const pools = poolAdjacent(y, s)
  const base = y.reduce((sum, v) => sum + v, 0) / Math.max(1, y.length)
  const middle = pools.map(({ from, to }) => (from + to) / 2)
  const rate = pools.map(({ bad, count }) => bounded((bad + base) / (count + 1)))
  // Shrinking small steps can put one below its neighbour: order is kept.
  for (let k = 1; k < rate.length; k++) rate[k] = Math.max(rate[k], rate[k - 1])
  return {
    method: 'isotonic',
    probability(score) {
      if (rate.length === 0) return NaN
      let low = 0
      let high = middle.length - 1
      if (score <= middle[0]) return rate[0]
      if (score >= middle[high]) return rate[high]
      while (high - low > 1) {
        const m = (low + high) >>> 1
        if (middle[m] <= score) low = m
        else high = m
      }
      const share = (score - middle[low]) / (middle[high] - middle[low])
      return rate[low] + share * (rate[high] - rate[low])
    },
  }
}

/**
 * Platt scaling (1999) on the scores' log-odds; scores outside 0..1 are used as they are. Never falling: where the
 * scores rank the wrong way round everybody gets the base rate.
 */
export function fitPlatt(y: Uint8Array, s: ArrayLike<number>): Calibrator {
  let outside = false
  for (let i = 0; i < y.length; i++) if (s[i] < 0 || s[i] > 1) outside = true
  const input = outside ? (value: number) => value : logOdds
  const { slope, intercept } = plattLine(Float64Array.from(s, input), y)
  return { method: 'platt', probability: (score) => bounded(sigmoid(slope * input(score) + intercept)) }
}

/**
 * What a probability becomes where the bad rate is `to` and not `from`, all else equal (Saerens, Latinne &
 * Decaestecker, Neural Computation 2002, eq. 2.4).
 */
export function shiftPrior(p: number, from: number, to: number): number {
  const bad = (p * to) / from
  const good = ((1 - p) * (1 - to)) / (1 - from)
  return bad / (bad + good)
}

/**
 * The bad rate among accounts whose probabilities (calibrated at rate `from`) are `p`, by expectation maximisation
 * (Saerens et al. 2002). It assumes that malicious accounts look alike in both groups.
 */
export function estimatePrior(p: ArrayLike<number>, from: number): number {
  let prior = from
  for (let round = 0; round < 2000; round++) {
    let sum = 0
    for (let i = 0; i < p.length; i++) sum += shiftPrior(p[i], from, prior)
    const next = Math.min(1 - EDGE, Math.max(EDGE, sum / p.length))
    const moved = Math.abs(next - prior)
    prior = next
    if (moved < 1e-7) break
  }
  return prior
}
