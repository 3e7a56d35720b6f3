import type { Pace } from '../../common/pace.ts'
import { ShoalError } from '../../common/errors.ts'
import { powersInWasm } from '../kernels/multiply.ts'
import { checkDense, multiply, worthWasm } from './multiply.ts'
import type { Operator } from './operator.ts'

/**
 * [x, Ax, A²x, …, A^hops x], each row-major n × width (SIGN, Frasca et al. 2020). The first is `x` itself.
 */
export async function powers(
  a: Operator,
  x: Float32Array,
  width: number,
  hops: number,
  pace: Pace,
): Promise<Float32Array[]> {
  checkDense(a.n, x, width)
  if (hops > 1 && worthWasm(a, width)) {
    const products = await powersInWasm(a, x, width, hops, pace)
    if (products !== null) return [x, ...products]
  }
  const out = [x]
  for (let k = 0; k < hops; k++) out.push(await multiply(a, out[k], width, pace))
  return out
}

/**
 * One lazy step: (1 − stay) · Ax + stay · x. Nodes without edges keep x whole.
 * @param stay share that stays, 0..1
 */
export async function lazyStep(
  a: Operator,
  x: Float32Array,
  width: number,
  stay: number,
  pace: Pace,
): Promise<Float32Array> {
  if (!(stay >= 0 && stay <= 1)) throw new ShoalError('internal', `stay must be in 0..1, not ${stay}.`)
  const out = await multiply(a, x, width, pace)
  for (let u = 0; u < a.n; u++) {
    const alone = a.offsets[u] === a.offsets[u + 1]
    for (let i = u * width; i < (u + 1) * width; i++)
      out[i] = alone ? x[i] : (1 - stay) * out[i] + stay * x[i]
  }
  return out
}

/**
 * x − Ax: how an account differs from its neighbourhood. 0 for nodes without edges, which have nothing to
 * differ from. `ax` may be handed in where it is known already.
 */
export async function residual(
  a: Operator,
  x: Float32Array,
  width: number,
  pace: Pace,
  ax?: Float32Array,
): Promise<Float32Array> {
  const product = ax ?? (await multiply(a, x, width, pace))
  const out = new Float32Array(x.length)
  for (let u = 0; u < a.n; u++) {
    if (a.offsets[u] === a.offsets[u + 1]) continue
    for (let i = u * width; i < (u + 1) * width; i++) out[i] = x[i] - product[i]
  }
  return out
}

const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1))

/**
 * The Beta wavelet of Tang et al. 2022 ("Rethinking Graph Neural Networks for Anomaly Detection", BWGNN):
 * (L/2)^p (I − L/2)^q x / (2 B(p+1, q+1)), with L = I − S the normalised Laplacian (L is 0 on nodes without
 * edges) and S from `symmetric`. p = 0 is low-pass, q = 0 high-pass, both > 0 band-pass. Over p + q = C the
 * wavelets of a connected node add up to (C + 1)/2 · x.
 */
export async function betaWavelet(
  s: Operator,
  x: Float32Array,
  width: number,
  p: number,
  q: number,
  pace: Pace,
): Promise<Float32Array> {
  // 1 / (2 B(p+1, q+1)) = (p+q+1)! / (2 p! q!)
  const scale = factorial(p + q + 1) / (2 * factorial(p) * factorial(q))
  let current: Float32Array = x.map((v) => v * scale)
  let spare: Float32Array = new Float32Array(x.length)
  for (let k = 0; k < p + q; k++) {
    await multiply(s, current, width, pace, spare)
    // (L/2)x = (x − Sx)/2 for the first p factors, (I − L/2)x = (x + Sx)/2 for the others.
    const sign = k < p ? -1 : 1
    for (let u = 0; u < s.n; u++) {
      const alone = s.offsets[u] === s.offsets[u + 1]
      for (let i = u * width; i < (u + 1) * width; i++)
        spare[i] = alone ? (sign < 0 ? 0 : current[i]) : (current[i] + sign * spare[i]) / 2
    }
    ;[current, spare] = [spare, current]
  }
  return current
}
