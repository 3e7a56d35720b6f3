import type { Pace } from '../../common/pace.ts'
import { ShoalError } from '../../common/errors.ts'
import { multiplyInWasm } from '../kernels/multiply.ts'
import type { Operator } from './operator.ts'

/** Multiply–adds between two checkpoints: a few milliseconds of work. */
const WORK_PER_CHECKPOINT = 1 << 21
/** Below this many multiply–adds, or channels, copying to the SIMD kernel costs more than it saves. */
const WASM_FROM_WORK = 1 << 18
const WASM_FROM_WIDTH = 4

/** Whether a product is large enough for the SIMD kernel. */
export const worthWasm = (a: Operator, width: number): boolean =>
  width >= WASM_FROM_WIDTH && a.targets.length * width >= WASM_FROM_WORK

/** Throws `internal` unless `x` is a row-major n × width matrix. */
export function checkDense(n: number, x: Float32Array, width: number): void {
  if (!Number.isInteger(width) || width < 1 || x.length !== n * width)
    throw new ShoalError('internal', `A dense matrix of ${x.length} values is not ${n} × ${width}.`)
}

/**
 * out = A · x, where x and out are row-major n × width (out may be handed in to reuse memory, never x itself).
 * Products and sums are doubles in the order of a row's entries, and only the result is rounded: it does not depend
 * on what else is in the matrix, and a hub's sum loses nothing. Larger products are done by a WebAssembly SIMD kernel
 * to the very same bits. O(entries × width).
 */
export async function multiply(
  a: Operator,
  x: Float32Array,
  width: number,
  pace: Pace,
  out: Float32Array = new Float32Array(x.length),
): Promise<Float32Array> {
  checkDense(a.n, x, width)
  checkDense(a.n, out, width)
  if (out === x) throw new ShoalError('internal', 'A product cannot overwrite its own input.')
  if (worthWasm(a, width) && (await multiplyInWasm(a, x, width, out, pace))) return out
  let from = 0
  while (from < a.n) {
    // At least one row per turn; a hub's row is not split.
    let to = from + 1
    while (to < a.n && (a.offsets[to + 1] - a.offsets[from]) * width < WORK_PER_CHECKPOINT) to++
    multiplyRows(a, x, width, out, from, to)
    from = to
    await pace.checkpoint()
  }
  return out
}

/** Eight channels at a time through local sums, which stay in registers. */
function multiplyRows(
  a: Operator,
  x: Float32Array,
  width: number,
  out: Float32Array,
  from: number,
  to: number,
): void {
  const { offsets, targets, values } = a
  let column = 0
  for (; column + 8 <= width; column += 8) {
    for (let u = from; u < to; u++) {
      let s0 = 0
      let s1 = 0
      let s2 = 0
      let s3 = 0
      let s4 = 0
      let s5 = 0
      let s6 = 0
      let s7 = 0
      const end = offsets[u + 1]
      for (let e = offsets[u]; e < end; e++) {
        const v = values[e]
        const p = targets[e] * width + column
        s0 += v * x[p]
        s1 += v * x[p + 1]
        s2 += v * x[p + 2]
        s3 += v * x[p + 3]
        s4 += v * x[p + 4]
        s5 += v * x[p + 5]
        s6 += v * x[p + 6]
        s7 += v * x[p + 7]
      }
      const q = u * width + column
      out[q] = s0
      out[q + 1] = s1
      out[q + 2] = s2
      out[q + 3] = s3
      out[q + 4] = s4
      out[q + 5] = s5
      out[q + 6] = s6
      out[q + 7] = s7
    }
  }
  for (; column < width; column++) {
    for (let u = from; u < to; u++) {
      let sum = 0
      for (let e = offsets[u]; e < offsets[u + 1]; e++) sum += values[e] * x[targets[e] * width + column]
      out[u * width + column] = sum
    }
  }
}

/** Row u of A · x, added to `out` (length width) times `factor`. For one account at a time. */
export function addRow(
  a: Operator,
  x: Float32Array,
  width: number,
  u: number,
  out: Float64Array,
  factor = 1,
): void {
  for (let e = a.offsets[u]; e < a.offsets[u + 1]; e++) {
    const v = a.values[e] * factor
    const p = a.targets[e] * width
    for (let c = 0; c < width; c++) out[c] += v * x[p + c]
  }
}

/** out[u] = max over u's neighbours, channel by channel; NaN where a node has none. Row-major n × width. */
export async function neighbourMax(
  a: Pick<Operator, 'n' | 'offsets' | 'targets'>,
  x: Float32Array,
  width: number,
  pace: Pace,
): Promise<Float32Array> {
  checkDense(a.n, x, width)
  const out = new Float32Array(x.length).fill(NaN)
  let work = 0
  for (let u = 0; u < a.n; u++) {
    for (let e = a.offsets[u]; e < a.offsets[u + 1]; e++) {
      const p = a.targets[e] * width
      const q = u * width
      for (let c = 0; c < width; c++) {
        // Written so that the first neighbour replaces NaN.
        if (!(out[q + c] >= x[p + c])) out[q + c] = x[p + c]
      }
    }
    work += (a.offsets[u + 1] - a.offsets[u]) * width
    if (work > WORK_PER_CHECKPOINT) {
      work = 0
      await pace.checkpoint()
    }
  }
  return out
}
