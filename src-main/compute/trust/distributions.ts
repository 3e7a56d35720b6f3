import { benjaminiHochberg } from '../series/scan.ts'
import { logGamma } from '../series/tails.ts'

/** No p-value is stored below this: beyond it, the model is wrong before chance is. */
export const LEAST_P = 1e-300

export const clampP = (p: number): number => Math.min(1, Math.max(LEAST_P, p))

/** ln 0!, ln 1!, .. ln n!. */
export function logFactorials(n: number): Float64Array {
  const table = new Float64Array(n + 1)
  for (let i = 2; i <= n; i++) table[i] = table[i - 1] + Math.log(i)
  return table
}

const TINY = 1e-300
const ENOUGH = 1e-14

/** Regularised incomplete beta function I_x(a, b), a, b > 0 (Lentz's continued fraction, Numerical Recipes 6.4). */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 - ((a + b) * x) / (a + 1)
  d = 1 / (Math.abs(d) < TINY ? TINY : d)
  let h = d
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 + even * d
    c = 1 + even / c
    d = 1 / (Math.abs(d) < TINY ? TINY : d)
    if (Math.abs(c) < TINY) c = TINY
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 + odd * d
    c = 1 + odd / c
    d = 1 / (Math.abs(d) < TINY ? TINY : d)
    if (Math.abs(c) < TINY) c = TINY
    const step = d * c
    h *= step
    if (Math.abs(step - 1) < ENOUGH) break
  }
  return h
}

/** P(X >= k) for X ~ Binomial(n, share). */
export function binomialTail(k: number, n: number, share: number): number {
  return k <= 0 ? 1 : k > n ? 0 : incompleteBeta(share, k, n - k + 1)
}

/** One stratum of a draw without replacement. */
export interface Stratum {
  /** Accounts in it. */
  population: number
  /** Those of them that are marked. */
  marked: number
  /** How many are drawn. */
  drawn: number
}

/** Expected number of marked accounts among those drawn. */
export function expectedMarked(strata: readonly Stratum[]): number {
  let sum = 0
  for (const { population, marked, drawn } of strata) {
    if (population > 0) sum += (drawn * marked) / population
  }
  return sum
}

function logChoose(logFactorial: Float64Array, n: number, r: number): number {
  return logFactorial[n] - logFactorial[r] - logFactorial[n - r]
}

/**
 * P(X >= k), X = marked accounts among those drawn, each stratum without replacement: the exact distribution, by
 * convolution of the strata's hypergeometric ones. One stratum is Fisher's one-sided test.
 */
export function stratifiedTail(strata: readonly Stratum[], k: number, logFactorial: Float64Array): number {
  if (k <= 0) return 1
  let distribution = Float64Array.of(1)
  for (const { population, marked, drawn } of strata) {
    if (drawn === 0 || marked === 0) continue
    const most = Math.min(drawn, marked)
    const least = Math.max(0, drawn + marked - population)
    const next = new Float64Array(distribution.length + most)
    const add = (x: number, p: number) => {
      for (let y = 0; y < distribution.length; y++) next[x + y] += p * distribution[y]
    }
    // From the mode outwards: the far ends of a large draw are 0 in double precision, and nothing follows from 0.
    const mode = Math.floor(((drawn + 1) * (marked + 1)) / (population + 2))
    const rest = population - marked - drawn
    const top = Math.exp(
      logChoose(logFactorial, marked, mode) +
        logChoose(logFactorial, population - marked, drawn - mode) -
        logChoose(logFactorial, population, drawn),
    )
    add(mode, top)
    for (let x = mode, p = top; x < most && p > 0; x++) {
      p *= ((marked - x) * (drawn - x)) / ((x + 1) * (rest + x + 1))
      add(x + 1, p)
    }
    for (let x = mode, p = top; x > least && p > 0; x--) {
      p *= (x * (rest + x)) / ((marked - x + 1) * (drawn - x + 1))
      add(x - 1, p)
    }
    distribution = next
  }
  let tail = 0
  for (let x = distribution.length - 1; x >= k; x--) tail += distribution[x]
  return Math.min(1, tail)
}

const A = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
]
const B = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1,
]
const C = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
]
const D = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416]

/**
 * The z that a normal variable exceeds with probability p: one scale for every statistic. Positive where p < ½.
 * Acklam's rational approximation, relative error below 1.2e-9.
 */
export function zOf(p: number): number {
  if (p > 0.5) return p >= 1 ? -zOf(LEAST_P) : -zOf(1 - p)
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(Math.max(p, LEAST_P)))
    const top = ((((C[0] * q + C[1]) * q + C[2]) * q + C[3]) * q + C[4]) * q + C[5]
    return -top / ((((D[0] * q + D[1]) * q + D[2]) * q + D[3]) * q + 1)
  }
  const q = 0.5 - p
  const r = q * q
  const top = (((((A[0] * r + A[1]) * r + A[2]) * r + A[3]) * r + A[4]) * r + A[5]) * q
  return top / (((((B[0] * r + B[1]) * r + B[2]) * r + B[3]) * r + B[4]) * r + 1)
}

/**
 * Benjamini–Hochberg q-values of the smallest p-values of a family of `tests` (the others are taken to be larger than
 * all that are given).
 */
export function qValues(ps: Float64Array, tests = ps.length): Float64Array {
  return benjaminiHochberg(ps.map(Math.log), tests)
}
