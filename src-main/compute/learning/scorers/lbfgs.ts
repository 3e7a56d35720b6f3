import type { Pace } from '../../../common/pace.ts'

/** Value at w; writes the gradient. */
export type Objective = (w: Float64Array, gradient: Float64Array) => number

const MEMORY = 8

/**
 * Minimiser of a smooth convex function: L-BFGS with 8 corrections and Armijo backtracking (Nocedal and Wright 2006,
 * Algorithm 7.5). Stops at a gradient of 1e-5 per variable, or when a step gains less than 1e-9 of the value.
 */
export async function minimise(
  objective: Objective,
  start: Float64Array,
  iterations: number,
  pace: Pace,
): Promise<Float64Array> {
  const size = start.length
  let w = start.slice()
  let gradient = new Float64Array(size)
  let value = objective(w, gradient)
  const steps: { s: Float64Array; y: Float64Array; rho: number }[] = []
  const dot = (a: Float64Array, b: Float64Array) => {
    let sum = 0
    for (let i = 0; i < size; i++) sum += a[i] * b[i]
    return sum
  }
  for (let iteration = 0; iteration < iterations; iteration++) {
    await pace.checkpoint()
    if (Math.sqrt(dot(gradient, gradient) / size) < 1e-5) break
    const direction = gradient.map((g) => -g)
    const alphas: number[] = []
    for (let k = steps.length - 1; k >= 0; k--) {
      const { s, y, rho } = steps[k]
      const alpha = rho * dot(s, direction)
      alphas[k] = alpha
      for (let i = 0; i < size; i++) direction[i] -= alpha * y[i]
    }
    const newest = steps[steps.length - 1]
    const gamma = newest
      ? 1 / (newest.rho * dot(newest.y, newest.y))
      : 1 / Math.max(1, Math.sqrt(dot(gradient, gradient)))
    for (let i = 0; i < size; i++) direction[i] *= gamma
    for (let k = 0; k < steps.length; k++) {
      const { s, y, rho } = steps[k]
      const beta = rho * dot(y, direction)
      for (let i = 0; i < size; i++) direction[i] += (alphas[k] - beta) * s[i]
    }
    const descent = dot(gradient, direction)
    const next = new Float64Array(size)
    const nextGradient = new Float64Array(size)
    let length = 1
    let nextValue = Infinity
    for (let attempt = 0; attempt < 30; attempt++, length /= 2) {
      for (let i = 0; i < size; i++) next[i] = w[i] + length * direction[i]
      nextValue = objective(next, nextGradient)
      if (nextValue <= value + 1e-4 * length * descent) break
    }
    if (!(nextValue < value)) break
    const s = next.map((v, i) => v - w[i])
    const y = nextGradient.map((g, i) => g - gradient[i])
    const sy = dot(s, y)
    if (sy > 1e-12) {
      steps.push({ s, y, rho: 1 / sy })
      if (steps.length > MEMORY) steps.shift()
    }
    const gain = value - nextValue
    w = next
    gradient = nextGradient
    value = nextValue
    if (gain < 1e-9 * Math.abs(value)) break
  }
  return w
}
