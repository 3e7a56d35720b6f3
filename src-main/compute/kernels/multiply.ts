import type { Pace } from '../../common/pace.ts'
import { ShoalError } from '../../common/errors.ts'
import type { Operator } from '../diffusion/operator.ts'
import { wasm } from './kernels.wasm.ts'
import { endOfTurn } from './turns.ts'
import { instantiate, layout, type WasmInstance } from './wasm.ts'

interface Exports {
  multiplyRows(
    offsets: number,
    targets: number,
    values: number,
    x: number,
    out: number,
    stride: number,
    from: number,
    to: number,
  ): void
}

/** Linear memory a product may use, bytes; wider matrices go through it some columns at a time. */
const MOST_BYTES = 1 << 30
/** Columns that the kernel takes in one go: one line of cache. */
const TILE = 16
/** Multiply–adds between two checkpoints, and values copied between two: about 10 ms each. */
const WORK_PER_CHECKPOINT = 1 << 23

/**
 * The last instance, for the next product of the same size: fresh memory costs more than the arithmetic on it (first
 * touch of each page). Held weakly, so that the garbage collector may have it; taken out while in use, so that two
 * products at once never share one.
 */
let spare: WeakRef<WasmInstance<Exports>> | null = null

function borrow(bytes: number): WasmInstance<Exports> {
  const kept = spare?.deref()
  spare = null
  if (kept !== undefined && kept.memory.buffer.byteLength >= bytes) return kept
  return instantiate<Exports>(wasm, bytes)
}

/**
 * out = A · x by the WebAssembly kernel, x and out row-major n × width: the same bits as a plain loop in doubles. Copies
 * the matrix, x and out through linear memory; where that would be more than `mostBytes`, some columns at a time.
 * False where not even 16 columns fit: nothing was written then.
 */
export async function multiplyInWasm(
  a: Operator,
  x: Float32Array,
  width: number,
  out: Float32Array,
  pace: Pace,
  mostBytes = MOST_BYTES,
): Promise<boolean> {
  const { n } = a
  const matrix = a.offsets.byteLength + a.targets.byteLength + a.values.byteLength
  const fits = Math.floor((mostBytes - matrix - 256) / (8 * n))
  const columns = fits >= width ? width : Math.floor(fits / TILE) * TILE
  if (columns < 1) return false
  const plan = layout()
  const offsets = plan.place(a.offsets.byteLength)
  const targets = plan.place(a.targets.byteLength)
  const values = plan.place(a.values.byteLength)
  const input = plan.place(n * columns * 4)
  const output = plan.place(n * columns * 4)
  let instance: WasmInstance<Exports>
  try {
    instance = borrow(plan.end)
  } catch (error) {
    // No such memory to be had here: the caller has another way.
    if (error instanceof ShoalError && error.code === 'unsupported_here') return false
    throw error
  }
  const { buffer } = instance.memory
  await copy(new Uint32Array(buffer, offsets, n + 1), a.offsets, pace)
  await copy(new Uint32Array(buffer, targets, a.targets.length), a.targets, pace)
  await copy(new Float32Array(buffer, values, a.values.length), a.values, pace)
  const left = new Float32Array(buffer, input, n * columns)
  const product = new Float32Array(buffer, output, n * columns)
  for (let column = 0; column < width; column += columns) {
    const taken = Math.min(columns, width - column)
    if (taken === width) await copy(left, x, pace)
    else await copyColumns(x, width, column, left, taken, 0, n, taken, pace)
    for (let from = 0; from < n;) {
      const to = endOfTurn(a.offsets, n, from, Math.ceil(WORK_PER_CHECKPOINT / taken))
      instance.exports.multiplyRows(offsets, targets, values, input, output, taken, from, to)
      from = to
      await pace.checkpoint()
    }
    if (taken === width) await copy(out, product, pace)
    else await copyColumns(product, taken, 0, out, width, column, n, taken, pace)
  }
  spare = new WeakRef(instance)
  return true
}

/**
 * [A·x, A²·x, …, A^hops·x], each row-major n × width, with the bits of as many calls of multiplyInWasm: the matrix goes
 * into linear memory once, and what one hop gives stays there for the next. Null where that would be more than
 * `mostBytes`, or no such memory can be had.
 */
export async function powersInWasm(
  a: Operator,
  x: Float32Array,
  width: number,
  hops: number,
  pace: Pace,
  mostBytes = MOST_BYTES,
): Promise<Float32Array[] | null> {
  const { n } = a
  const plan = layout()
  const offsets = plan.place(a.offsets.byteLength)
  const targets = plan.place(a.targets.byteLength)
  const values = plan.place(a.values.byteLength)
  let input = plan.place(n * width * 4)
  let output = plan.place(n * width * 4)
  if (plan.end > mostBytes) return null
  let instance: WasmInstance<Exports>
  try {
    instance = borrow(plan.end)
  } catch (error) {
    if (error instanceof ShoalError && error.code === 'unsupported_here') return null
    throw error
  }
  const { buffer } = instance.memory
  await copy(new Uint32Array(buffer, offsets, n + 1), a.offsets, pace)
  await copy(new Uint32Array(buffer, targets, a.targets.length), a.targets, pace)
  await copy(new Float32Array(buffer, values, a.values.length), a.values, pace)
  await copy(new Float32Array(buffer, input, n * width), x, pace)
  const powers: Float32Array[] = []
  for (let hop = 0; hop < hops; hop++) {
    for (let from = 0; from < n;) {
      const to = endOfTurn(a.offsets, n, from, Math.ceil(WORK_PER_CHECKPOINT / width))
      instance.exports.multiplyRows(offsets, targets, values, input, output, width, from, to)
      from = to
      await pace.checkpoint()
    }
    const product = new Float32Array(n * width)
    await copy(product, new Float32Array(buffer, output, n * width), pace)
    powers.push(product)
    ;[input, output] = [output, input]
  }
  spare = new WeakRef(instance)
  return powers
}

/** In parts, so that a cancel is heard. */
async function copy(
  to: Float32Array | Uint32Array,
  from: Float32Array | Uint32Array,
  pace: Pace,
): Promise<void> {
  for (let at = 0; at < from.length; at += WORK_PER_CHECKPOINT) {
    to.set(from.subarray(at, at + WORK_PER_CHECKPOINT), at)
    await pace.checkpoint()
  }
}

/** Copies `count` columns of a row-major matrix of n rows into another. */
async function copyColumns(
  from: Float32Array,
  fromWidth: number,
  fromColumn: number,
  to: Float32Array,
  toWidth: number,
  toColumn: number,
  n: number,
  count: number,
  pace: Pace,
): Promise<void> {
  const rows = Math.max(1, Math.floor(WORK_PER_CHECKPOINT / count))
  for (let begin = 0; begin < n; begin += rows) {
    const end = Math.min(n, begin + rows)
    for (let u = begin; u < end; u++) {
      const p = u * fromWidth + fromColumn
      const q = u * toWidth + toColumn
      for (let c = 0; c < count; c++) to[q + c] = from[p + c]
    }
    await pace.checkpoint()
  }
}
