/**
 * Rows in the order of a column: ascending or descending, unknown (NaN) always last, equal values by row. Radix sort of the
 * numbers' bits in digits of 16: a million take tens of milliseconds where sorting by comparison takes half a second.
 * With `from` (a permutation of the rows) equal values stay as they are there: sort by the last column first, then by the ones
 * before it.
 */
export function orderOf(values: ArrayLike<number>, descending: boolean, from?: Uint32Array): Uint32Array {
  const n = values.length
  const low = new Uint32Array(n)
  const high = new Uint32Array(n)
  const number = new Float64Array(1)
  const words = new Uint32Array(number.buffer)
  for (let i = 0; i < n; i++) {
    const value = values[i]
    number[0] = value === 0 ? 0 : value // −0 is 0
    let lo = words[0]
    let hi = words[1]
    // Bits that ascend as the numbers do; NaN above all.
    if (hi >>> 31 === 1) {
      lo = ~lo >>> 0
      hi = ~hi >>> 0
    } else hi = (hi | 0x80000000) >>> 0
    if (descending) {
      lo = ~lo >>> 0
      hi = ~hi >>> 0
    }
    if (value !== value) lo = hi = 0xffffffff
    low[i] = lo
    high[i] = hi
  }
  let order = new Uint32Array(n)
  let other = new Uint32Array(n)
  if (from) order.set(from)
  else for (let i = 0; i < n; i++) order[i] = i
  const counts = new Uint32Array(65_536)
  for (const [words, shift] of [
    [low, 0],
    [low, 16],
    [high, 0],
    [high, 16],
  ] as const) {
    counts.fill(0)
    for (let i = 0; i < n; i++) counts[(words[i] >>> shift) & 0xffff]++
    if (n === 0 || counts[(words[0] >>> shift) & 0xffff] === n) continue
    let sum = 0
    for (let d = 0; d < 65_536; d++) {
      const here = counts[d]
      counts[d] = sum
      sum += here
    }
    for (let i = 0; i < n; i++) {
      const row = order[i]
      other[counts[(words[row] >>> shift) & 0xffff]++] = row
    }
    ;[order, other] = [other, order]
  }
  return order
}
