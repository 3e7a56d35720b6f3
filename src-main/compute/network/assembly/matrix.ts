// Dense products in float32, four lanes to a register, every sum in a fixed order: the same bits on every machine (no
// fused multiply–add, no relaxed SIMD). All addresses are bytes.

// @ts-ignore: decorator
@inline
function splat(p: usize): v128 {
  return v128.load32_splat(p)
}

/**
 * C = A · B, or C += A · B where `add` is 1. A is m × k with element (i, l) at a + i·aRow + l·aDepth (so that a transposed
 * matrix costs nothing), B is k × n and C m × n, row-major with rows of bRow and cRow bytes. n must be a multiple of 4.
 */
export function product(
  m: u32,
  n: u32,
  k: u32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  bRow: usize,
  c: usize,
  cRow: usize,
  add: u32,
): void {
  const width = <usize>n << 2
  let j: usize = 0
  // Tiles of 4 × 8: eight sums, two values of B and one of A stay in registers; B's eight columns stay in the cache.
  for (; j + 32 <= width; j += 32) {
    let i: u32 = 0
    for (; i + 4 <= m; i += 4) {
      const r0 = c + <usize>i * cRow + j
      const r1 = r0 + cRow
      const r2 = r1 + cRow
      const r3 = r2 + cRow
      let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00
      if (add) {
        s00 = v128.load(r0)
        s01 = v128.load(r0, 16)
        s10 = v128.load(r1)
        s11 = v128.load(r1, 16)
        s20 = v128.load(r2)
        s21 = v128.load(r2, 16)
        s30 = v128.load(r3)
        s31 = v128.load(r3, 16)
      }
      let p0 = a + <usize>i * aRow
      let p1 = p0 + aRow
      let p2 = p1 + aRow
      let p3 = p2 + aRow
      let q = b + j
      for (let l: u32 = 0; l < k; l++) {
        const b0 = v128.load(q)
        const b1 = v128.load(q, 16)
        let v = splat(p0)
        s00 = f32x4.add(s00, f32x4.mul(v, b0))
        s01 = f32x4.add(s01, f32x4.mul(v, b1))
        v = splat(p1)
        s10 = f32x4.add(s10, f32x4.mul(v, b0))
        s11 = f32x4.add(s11, f32x4.mul(v, b1))
        v = splat(p2)
        s20 = f32x4.add(s20, f32x4.mul(v, b0))
        s21 = f32x4.add(s21, f32x4.mul(v, b1))
        v = splat(p3)
        s30 = f32x4.add(s30, f32x4.mul(v, b0))
        s31 = f32x4.add(s31, f32x4.mul(v, b1))
        p0 += aDepth
        p1 += aDepth
        p2 += aDepth
        p3 += aDepth
        q += bRow
      }
      v128.store(r0, s00)
      v128.store(r0, s01, 16)
      v128.store(r1, s10)
      v128.store(r1, s11, 16)
      v128.store(r2, s20)
      v128.store(r2, s21, 16)
      v128.store(r3, s30)
      v128.store(r3, s31, 16)
    }
    for (; i < m; i++) {
      const r = c + <usize>i * cRow + j
      let s0 = f32x4.splat(0), s1 = s0
      if (add) {
        s0 = v128.load(r)
        s1 = v128.load(r, 16)
      }
      let p = a + <usize>i * aRow
      let q = b + j
      for (let l: u32 = 0; l < k; l++) {
        const v = splat(p)
        s0 = f32x4.add(s0, f32x4.mul(v, v128.load(q)))
        s1 = f32x4.add(s1, f32x4.mul(v, v128.load(q, 16)))
        p += aDepth
        q += bRow
      }
      v128.store(r, s0)
      v128.store(r, s1, 16)
    }
  }
  for (; j < width; j += 16) {
    for (let i: u32 = 0; i < m; i++) {
      const r = c + <usize>i * cRow + j
      let s = add ? v128.load(r) : f32x4.splat(0)
      let p = a + <usize>i * aRow
      let q = b + j
      for (let l: u32 = 0; l < k; l++) {
        s = f32x4.add(s, f32x4.mul(splat(p), v128.load(q)))
        p += aDepth
        q += bRow
      }
      v128.store(r, s)
    }
  }
}

/** out[j][i] = a[i][j]; both packed, a rows × columns. */
export function transpose(rows: u32, columns: u32, a: usize, out: usize): void {
  for (let i: u32 = 0; i < rows; i++) {
    let p = a + ((<usize>i * columns) << 2)
    let q = out + (<usize>i << 2)
    for (let j: u32 = 0; j < columns; j++) {
      store<f32>(q, load<f32>(p))
      p += 4
      q += <usize>rows << 2
    }
  }
}

/** out[j] = sum of column j of a (rows × columns, packed; columns a multiple of 4). */
export function sumRows(rows: u32, columns: u32, a: usize, out: usize): void {
  const width = <usize>columns << 2
  for (let j: usize = 0; j < width; j += 16) {
    let s = f32x4.splat(0)
    let p = a + j
    for (let i: u32 = 0; i < rows; i++) {
      s = f32x4.add(s, v128.load(p))
      p += width
    }
    v128.store(out + j, s)
  }
}

/** Rows index[0..count) (u32) of x (rows of `width` bytes, a multiple of 16) one after the other into out. */
export function gatherRows(x: usize, width: usize, index: usize, count: u32, out: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    memory.copy(out, x + <usize>load<u32>(index + (<usize>i << 2)) * width, width)
    out += width
  }
}
