@inline
function wide(p: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(p))
}

/** f64, 16 columns at a time. */
export function rows64(offsets: usize, targets: usize, values: usize, x: usize, out: usize, stride: u32, from: u32, to: u32): void {
  const rowBytes = stride << 2
  for (let u = from; u < to; u++) {
    const begin = load<u32>(offsets + (<usize>u << 2))
    const end = load<u32>(offsets + (<usize>u << 2), 4)
    for (let c: usize = 0; c < <usize>rowBytes; c += 64) {
      let a0 = f64x2.splat(0), a1 = f64x2.splat(0), a2 = f64x2.splat(0), a3 = f64x2.splat(0)
      let a4 = f64x2.splat(0), a5 = f64x2.splat(0), a6 = f64x2.splat(0), a7 = f64x2.splat(0)
      let t = targets + (<usize>begin << 2)
      let w = values + (<usize>begin << 2)
      const stop = targets + (<usize>end << 2)
      for (; t < stop; t += 4, w += 4) {
        const p = x + <usize>load<u32>(t) * rowBytes + c
        const v = f64x2.splat(<f64>load<f32>(w))
        a0 = f64x2.add(a0, f64x2.mul(v, wide(p)))
        a1 = f64x2.add(a1, f64x2.mul(v, wide(p + 8)))
        a2 = f64x2.add(a2, f64x2.mul(v, wide(p + 16)))
        a3 = f64x2.add(a3, f64x2.mul(v, wide(p + 24)))
        a4 = f64x2.add(a4, f64x2.mul(v, wide(p + 32)))
        a5 = f64x2.add(a5, f64x2.mul(v, wide(p + 40)))
        a6 = f64x2.add(a6, f64x2.mul(v, wide(p + 48)))
        a7 = f64x2.add(a7, f64x2.mul(v, wide(p + 56)))
      }
      const q = out + <usize>u * rowBytes + c
      v128.store64_lane(q, f32x4.demote_f64x2_zero(a0), 0)
      v128.store64_lane(q + 8, f32x4.demote_f64x2_zero(a1), 0)
      v128.store64_lane(q + 16, f32x4.demote_f64x2_zero(a2), 0)
      v128.store64_lane(q + 24, f32x4.demote_f64x2_zero(a3), 0)
      v128.store64_lane(q + 32, f32x4.demote_f64x2_zero(a4), 0)
      v128.store64_lane(q + 40, f32x4.demote_f64x2_zero(a5), 0)
      v128.store64_lane(q + 48, f32x4.demote_f64x2_zero(a6), 0)
      v128.store64_lane(q + 56, f32x4.demote_f64x2_zero(a7), 0)
    }
  }
}

/** f32, 32 columns at a time. */
export function rows32(offsets: usize, targets: usize, values: usize, x: usize, out: usize, stride: u32, from: u32, to: u32): void {
  const rowBytes = stride << 2
  for (let u = from; u < to; u++) {
    const begin = load<u32>(offsets + (<usize>u << 2))
    const end = load<u32>(offsets + (<usize>u << 2), 4)
    for (let c: usize = 0; c < <usize>rowBytes; c += 128) {
      let a0 = f32x4.splat(0), a1 = f32x4.splat(0), a2 = f32x4.splat(0), a3 = f32x4.splat(0)
      let a4 = f32x4.splat(0), a5 = f32x4.splat(0), a6 = f32x4.splat(0), a7 = f32x4.splat(0)
      let t = targets + (<usize>begin << 2)
      let w = values + (<usize>begin << 2)
      const stop = targets + (<usize>end << 2)
      for (; t < stop; t += 4, w += 4) {
        const p = x + <usize>load<u32>(t) * rowBytes + c
        const v = v128.load32_splat(w)
        a0 = f32x4.add(a0, f32x4.mul(v, v128.load(p)))
        a1 = f32x4.add(a1, f32x4.mul(v, v128.load(p + 16)))
        a2 = f32x4.add(a2, f32x4.mul(v, v128.load(p + 32)))
        a3 = f32x4.add(a3, f32x4.mul(v, v128.load(p + 48)))
        a4 = f32x4.add(a4, f32x4.mul(v, v128.load(p + 64)))
        a5 = f32x4.add(a5, f32x4.mul(v, v128.load(p + 80)))
        a6 = f32x4.add(a6, f32x4.mul(v, v128.load(p + 96)))
        a7 = f32x4.add(a7, f32x4.mul(v, v128.load(p + 112)))
      }
      const q = out + <usize>u * rowBytes + c
      v128.store(q, a0)
      v128.store(q + 16, a1)
      v128.store(q + 32, a2)
      v128.store(q + 48, a3)
      v128.store(q + 64, a4)
      v128.store(q + 80, a5)
      v128.store(q + 96, a6)
      v128.store(q + 112, a7)
    }
  }
}
