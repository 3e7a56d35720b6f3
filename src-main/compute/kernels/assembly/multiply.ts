// Sparse matrix (CSR) × dense matrix, rows from..to: out = A · x, both row-major with `stride` columns.
// Products and sums are doubles, two columns to a register; only the result is rounded to float32. Each column's sum
// runs over its row's entries in their order, so it has the very bits that a plain loop in JavaScript gives.
// All addresses are bytes; `offsets`, `targets` u32, `values`, `x`, `out` f32.

// @ts-ignore: decorator
@inline
function wide(p: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(p))
}

// @ts-ignore: decorator
@inline
function narrow(q: usize, sum: v128): void {
  v128.store64_lane(q, f32x4.demote_f64x2_zero(sum), 0)
}

export function multiplyRows(
  offsets: usize,
  targets: usize,
  values: usize,
  x: usize,
  out: usize,
  stride: u32,
  from: u32,
  to: u32,
): void {
  const rowBytes = <usize>stride << 2
  for (let u = from; u < to; u++) {
    const first = offsets + (<usize>u << 2)
    const begin = targets + (<usize>load<u32>(first) << 2)
    const end = targets + (<usize>load<u32>(first, 4) << 2)
    const toValue = values - targets
    const row = out + <usize>u * rowBytes
    let c: usize = 0
    // Sixteen columns are one line of cache and eight registers.
    for (; c + 64 <= rowBytes; c += 64) {
      const column = x + c
      let s0 = f64x2.splat(0)
      let s1 = f64x2.splat(0)
      let s2 = f64x2.splat(0)
      let s3 = f64x2.splat(0)
      let s4 = f64x2.splat(0)
      let s5 = f64x2.splat(0)
      let s6 = f64x2.splat(0)
      let s7 = f64x2.splat(0)
      for (let t = begin; t < end; t += 4) {
        const p = column + <usize>load<u32>(t) * rowBytes
        const v = f64x2.splat(<f64>load<f32>(t + toValue))
        s0 = f64x2.add(s0, f64x2.mul(v, wide(p)))
        s1 = f64x2.add(s1, f64x2.mul(v, wide(p + 8)))
        s2 = f64x2.add(s2, f64x2.mul(v, wide(p + 16)))
        s3 = f64x2.add(s3, f64x2.mul(v, wide(p + 24)))
        s4 = f64x2.add(s4, f64x2.mul(v, wide(p + 32)))
        s5 = f64x2.add(s5, f64x2.mul(v, wide(p + 40)))
        s6 = f64x2.add(s6, f64x2.mul(v, wide(p + 48)))
        s7 = f64x2.add(s7, f64x2.mul(v, wide(p + 56)))
      }
      const q = row + c
      narrow(q, s0)
      narrow(q + 8, s1)
      narrow(q + 16, s2)
      narrow(q + 24, s3)
      narrow(q + 32, s4)
      narrow(q + 40, s5)
      narrow(q + 48, s6)
      narrow(q + 56, s7)
    }
    for (; c + 16 <= rowBytes; c += 16) {
      const column = x + c
      let s0 = f64x2.splat(0)
      let s1 = f64x2.splat(0)
      for (let t = begin; t < end; t += 4) {
        const p = column + <usize>load<u32>(t) * rowBytes
        const v = f64x2.splat(<f64>load<f32>(t + toValue))
        s0 = f64x2.add(s0, f64x2.mul(v, wide(p)))
        s1 = f64x2.add(s1, f64x2.mul(v, wide(p + 8)))
      }
      narrow(row + c, s0)
      narrow(row + c + 8, s1)
    }
    for (; c < rowBytes; c += 4) {
      const column = x + c
      let sum: f64 = 0
      for (let t = begin; t < end; t += 4)
        sum += <f64>load<f32>(t + toValue) * <f64>load<f32>(column + <usize>load<u32>(t) * rowBytes)
      store<f32>(row + c, <f32>sum)
    }
  }
}
