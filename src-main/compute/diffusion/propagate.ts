import type { Pace } from '../../common/pace.ts'
import { multiply } from './multiply.ts'
import type { Operator } from './operator.ts'

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
