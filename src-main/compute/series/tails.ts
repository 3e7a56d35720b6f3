/** Upper tails of count distributions, as natural logarithms so that a huge burst does not underflow to 0. */

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/** ln Γ(x) for x > 0 (Lanczos, g = 7, nine terms; about 15 digits). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const shifted = x - 1
  let sum = LANCZOS[0]
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i] / (shifted + i)
  const t = shifted + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum)
}

const TINY = 1e-300
const ENOUGH = 1e-13
const STEPS = 10_000

/** ln P(Y >= y) for Y ~ Poisson(mean): the regularised lower incomplete gamma function P(y, mean). */
export function logPoissonTail(y: number, mean: number): number {
  if (y <= 0) return 0
  if (mean <= 0) return -Infinity
  const front = y * Math.log(mean) - mean
  if (mean < y + 1) {
    let term = 1
    let sum = 1
    for (let n = 1; n < STEPS && term > sum * ENOUGH; n++) {
      term *= mean / (y + n)
      sum += term
    }
    return Math.min(0, front - logGamma(y + 1) + Math.log(sum))
  }
  // The complement by Lentz's continued fraction (Numerical Recipes 6.2); here the tail is not small.
  let b = mean + 1 - y
  let c = 1 / TINY
  let d = 1 / b
  let h = d
  for (let i = 1; i < STEPS; i++) {
    const an = -i * (i - y)
    b += 2
    d = an * d + b
    if (Math.abs(d) < TINY) d = TINY
    c = b + an / c
    if (Math.abs(c) < TINY) c = TINY
    d = 1 / d
    const delta = d * c
    h *= delta
    if (Math.abs(delta - 1) < ENOUGH) break
  }
  return Math.log1p(-Math.min(1, Math.exp(front - logGamma(y)) * h))
}

/** Spacing and reach of the sum over the mixing normal, in its standard deviations. */
const GRID_STEP = 0.2
const GRID_REACH = 7

/**
 * ln P(Y >= y) for a count of the given mean and variance: Poisson where the variance is no larger than the mean,
 * else Poisson whose rate is log-normal (Aitchison & Ho, Biometrika 1989): rates of activity vary by factors, and
 * the negative binomial's lighter tail calls ordinary busy hours anomalies. By a sum over the log-rate.
 */
export function logCountTail(y: number, mean: number, variance: number): number {
  if (y <= 0) return 0
  if (mean <= 0) return -Infinity
  const spread = Math.sqrt(Math.log1p(Math.max(0, variance - mean) / (mean * mean)))
  if (spread < 1e-4) return logPoissonTail(y, mean)
  // Up to beyond where the rate would explain the count by itself, or is less likely than the count at the usual rate.
  const enough = Math.min(Math.log(y / mean) / spread, Math.sqrt(-2 * logPoissonTail(y, mean)))
  const last = Math.max(0, enough) + GRID_REACH
  let most = -Infinity
  let sum = 0
  for (let u = -GRID_REACH; u <= last; u += GRID_STEP) {
    const part = logPoissonTail(y, mean * Math.exp(spread * u - (spread * spread) / 2)) - (u * u) / 2
    // log-sum-exp as it goes: parts differ by hundreds.
    if (part > most) {
      sum = sum * Math.exp(most - part) + 1
      most = part
    } else sum += Math.exp(part - most)
  }
  return Math.min(0, most + Math.log((sum * GRID_STEP) / Math.sqrt(2 * Math.PI)))
}
