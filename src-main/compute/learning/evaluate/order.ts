import { ShoalError } from '../../../common/errors.ts'

const BITS = 11
const BINS = 1 << BITS
const MASK = BINS - 1

/**
 * Positions of the values from the largest to the smallest, equal ones by position. A radix sort on the bits of the
 * doubles: linear, and its digits that are the same everywhere (the low ones of float32 values) cost nothing.
 * Throws internal where a value is not a number: nobody can rank it.
 */
export function descending(values: Float32Array | Float64Array): Uint32Array {
  const n = values.length
  const doubles = new Float64Array(1)
  const words = new Uint32Array(doubles.buffer)
  let low = new Uint32Array(n)
  let high = new Uint32Array(n)
  let order = new Uint32Array(n)
  for (let i = 0; i < n; i++) {
    const value = values[i]
    if (Number.isNaN(value)) throw new ShoalError('internal', `Score ${i} of ${n} is not a number.`)
    doubles[0] = value === 0 ? 0 : value // -0 and 0 are equal
    // Flipped so that the keys ascend as the values fall.
    const negative = words[1] >>> 31 === 1
    low[i] = negative ? words[0] : ~words[0]
    high[i] = negative ? words[1] : ~words[1] & 0x7fffffff
    order[i] = i
  }
  let nextLow = new Uint32Array(n)
  let nextHigh = new Uint32Array(n)
  let nextOrder = new Uint32Array(n)
  const counts = new Uint32Array(BINS)
  for (let shift = 0; shift < 64; shift += BITS) {
    const digit = (i: number): number =>
      shift >= 32
        ? (high[i] >>> (shift - 32)) & MASK
        : shift + BITS <= 32
          ? (low[i] >>> shift) & MASK
          : ((low[i] >>> shift) | (high[i] << (32 - shift))) & MASK
    counts.fill(0)
    for (let i = 0; i < n; i++) counts[digit(i)]++
    if (n === 0 || counts[digit(0)] === n) continue
    let sum = 0
    for (let b = 0; b < BINS; b++) {
      const count = counts[b]
      counts[b] = sum
      sum += count
    }
    for (let i = 0; i < n; i++) {
      const at = counts[digit(i)]++
      nextLow[at] = low[i]
      nextHigh[at] = high[i]
      nextOrder[at] = order[i]
    }
    ;[low, nextLow] = [nextLow, low]
    ;[high, nextHigh] = [nextHigh, high]
    ;[order, nextOrder] = [nextOrder, order]
  }
  return order
}
