import type { Calibration } from './types.ts'

/** From this many accounts of each class on, the curve may bend; below, two numbers are all that they can bear. */
export const ISOTONIC_LABELS = 150
const MOST_KNOTS = 16
/** The curve rises everywhere at least this share of Platt's slope, so that no two scores become equal. */
const LEAST_SLOPE = 0.1
const ITERATIONS = 100

export const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z))
export const logit = (p: number): number => Math.log(p / (1 - p))

/**
 * Slope and intercept of sigmoid(slope·z + intercept) by maximum likelihood with Platt's smoothed targets (Platt 1999;
 * Newton's method with line search as in Lin, Lin and Weng 2007). The slope is never negative: a member that ranks the
 * wrong way round gets 0 and so the base rate.
 */
export function fitPlatt(z: Float64Array, y: Uint8Array): { slope: number; intercept: number } {
  let positives = 0
  for (const label of y) positives += label
  const negatives = y.length - positives
  const high = (positives + 1) / (positives + 2)
  const low = 1 / (negatives + 2)
  const base = { slope: 0, intercept: Math.log((positives + 1) / (negatives + 1)) }
  const loss = (a: number, b: number): number => {
    let sum = 0
    for (let i = 0; i < z.length; i++) {
      const t = y[i] === 1 ? high : low
      const f = a * z[i] + b
      // log(1 + e^f) − t·f without overflow.
      sum += Math.max(f, 0) + Math.log1p(Math.exp(-Math.abs(f))) - t * f
    }
    return sum
  }
  let a = 0
  let b = base.intercept
  let current = loss(a, b)
  for (let step = 0; step < ITERATIONS; step++) {
    let haa = 1e-12
    let hbb = 1e-12
    let hab = 0
    let ga = 0
    let gb = 0
    for (let i = 0; i < z.length; i++) {
      const p = sigmoid(a * z[i] + b)
      const d = p - (y[i] === 1 ? high : low)
      const w = p * (1 - p)
      haa += z[i] * z[i] * w
      hab += z[i] * w
      hbb += w
      ga += z[i] * d
      gb += d
    }
    if (Math.abs(ga) < 1e-7 && Math.abs(gb) < 1e-7) break
    const det = haa * hbb - hab * hab
    if (!(Math.abs(det) > 1e-20)) break
    const da = -(hbb * ga - hab * gb) / det
    const db = -(haa * gb - hab * ga) / det
    let size = 1
    for (; size > 1e-10; size /= 2) {
      const next = loss(a + size * da, b + size * db)
      if (next < current + 1e-4 * size * (ga * da + gb * db)) {
        a += size * da
        b += size * db
        current = next
        break
      }
    }
    if (size <= 1e-10) break
  }
  return a > 0 && Number.isFinite(a) && Number.isFinite(b) ? { slope: a, intercept: b } : base
}

/** Probability of joint log-odds z. */
export function calibrated(calibration: Calibration, z: number): number {
  let sum = calibration.base + calibration.slope * z
  for (let k = 0; k < calibration.knots.length; k++)
    sum += calibration.bends[k] * Math.max(0, z - calibration.knots[k])
  return sigmoid(sum)
}

/** The calibration that leaves log-odds as they are. */
export const UNCALIBRATED: Calibration = { method: 'platt', base: 0, slope: 1, knots: [], bends: [] }

/**
 * Calibration of log-odds that were predicted for accounts not trained on. Few labels: Platt scaling. Enough: isotonic
 * regression (pool adjacent violators; Zadrozny and Elkan 2002) over bins of equal mass, drawn as a rising line through
 * the pools' log-odds, so that it ranks exactly as z does and can be written as Relu hinges.
 */
export function calibrate(z: Float64Array, y: Uint8Array): Calibration {
  const { slope, intercept } = fitPlatt(z, y)
  const platt: Calibration = {
    method: 'platt',
    base: intercept,
    slope: Math.max(slope, 1e-3),
    knots: [],
    bends: [],
  }
  let positives = 0
  for (const label of y) positives += label
  if (Math.min(positives, y.length - positives) < ISOTONIC_LABELS || slope <= 0) return platt

  const pools = isotonicPools(z, y)
  if (pools.length < 2) return platt
  const knots = pools.map((pool) => pool.z)
  // Half an account of each class is added to every pool, shared as the base rate is: no probability is 0 or 1.
  const rate = positives / y.length
  const heights = pools.map((pool) => logit((pool.positives + rate) / (pool.count + 1)))
  const least = LEAST_SLOPE * platt.slope
  const slopes = knots
    .slice(1)
    .map((at, k) => Math.max(least, (heights[k + 1] - heights[k]) / (at - knots[k])))
  // Outside the pools nothing is known but that it goes on rising: at Platt's pace or slower.
  const first = Math.max(least, Math.min(platt.slope, slopes[0]))
  const last = Math.max(least, Math.min(platt.slope, slopes[slopes.length - 1]))
  const pieces = [first, ...slopes, last]
  const bends = knots.map((_, k) => pieces[k + 1] - pieces[k])
  const curve: Calibration = {
    method: 'isotonic',
    base: heights[0] - first * knots[0],
    slope: first,
    knots,
    bends,
  }
  return recentred(curve, z, y)
}

interface Pool {
  z: number
  positives: number
  count: number
}

/** At most MOST_KNOTS pools of rising bad rate and rising mean z. */
function isotonicPools(z: Float64Array, y: Uint8Array): Pool[] {
  const order = Uint32Array.from(z, (_, i) => i).sort((a, b) => z[a] - z[b] || a - b)
  // Bins hold equal numbers of malicious accounts in the upper half and of accounts below: both ends are resolved.
  const bins = Math.min(2 * MOST_KNOTS, Math.floor(z.length / 30))
  const pools: (Pool & { sum: number })[] = []
  for (let b = 0; b < bins; b++) {
    const from = Math.floor((b * z.length) / bins)
    const to = Math.floor(((b + 1) * z.length) / bins)
    let sum = 0
    let positives = 0
    for (let i = from; i < to; i++) {
      sum += z[order[i]]
      positives += y[order[i]]
    }
    pools.push({ z: 0, sum, positives, count: to - from })
    while (pools.length > 1) {
      const upper = pools[pools.length - 1]
      const lower = pools[pools.length - 2]
      if (lower.positives / lower.count < upper.positives / upper.count) break
      lower.sum += upper.sum
      lower.positives += upper.positives
      lower.count += upper.count
      pools.pop()
    }
  }
  while (pools.length > MOST_KNOTS) {
    let least = 1
    const gap = (k: number) =>
      pools[k].positives / pools[k].count - pools[k - 1].positives / pools[k - 1].count
    for (let k = 2; k < pools.length; k++) if (gap(k) < gap(least)) least = k
    const [upper] = pools.splice(least, 1)
    pools[least - 1].sum += upper.sum
    pools[least - 1].positives += upper.positives
    pools[least - 1].count += upper.count
  }
  const made: Pool[] = []
  for (const { sum, positives, count } of pools) {
    const at = sum / count
    // Pools nearer than this could not be told apart in float32.
    if (made.length > 0 && at - made[made.length - 1].z < 1e-3) continue
    made.push({ z: at, positives, count })
  }
  return made
}

/** Shifted so that the mean probability is the base rate, which the floor under slopes may have moved. */
function recentred(curve: Calibration, z: Float64Array, y: Uint8Array): Calibration {
  let positives = 0
  for (const label of y) positives += label
  const wanted = positives / y.length
  let low = -5
  let high = 5
  for (let step = 0; step < 40; step++) {
    const shift = (low + high) / 2
    const moved = { ...curve, base: curve.base + shift }
    let sum = 0
    for (const value of z) sum += calibrated(moved, value)
    if (sum / z.length < wanted) low = shift
    else high = shift
  }
  return { ...curve, base: curve.base + (low + high) / 2 }
}
