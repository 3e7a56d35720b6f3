// What lies between the products: normalisation, ReLU, dropout, the margin and its loss; forward and backward.
// Matrices are packed, row-major, their columns a multiple of 4.

/** Four xorshift32 streams; dropout draws from them. */
let state = i32x4.splat(1)

/** Starts the streams of dropout; four numbers other than 0. */
export function seedDropout(a: u32, b: u32, c: u32, d: u32): void {
  state = i32x4.replace_lane(i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(a), 1, b), 2, c), 3, d)
}

/** All ones in lanes that stay, which is so with probability least/2³¹ of being dropped. */
// @ts-ignore: decorator
@inline
function keepMask(least: v128): v128 {
  let s = state
  s = v128.xor(s, i32x4.shl(s, 13))
  s = v128.xor(s, i32x4.shr_u(s, 17))
  s = v128.xor(s, i32x4.shl(s, 5))
  state = s
  return i32x4.ge_s(i32x4.shr_u(s, 1), least)
}

// @ts-ignore: decorator
@inline
function sum4(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  )
}

/** Added to a row's variance: rows whose hidden units are all alike are not blown up. */
const EPSILON: f32 = 1e-5

/**
 * Layer normalisation (Ba et al. 2016), ReLU and inverted dropout of h + bias. h becomes the normalised values, before
 * scale and shift; `inverse` gets 1/deviation of each row. `drop` is the share dropped × 2³¹, `scale` 1/(1 − share).
 */
export function normForward(
  rows: u32,
  columns: u32,
  h: usize,
  bias: usize,
  gamma: usize,
  beta: usize,
  inverse: usize,
  out: usize,
  drop: i32,
  scale: f32,
): void {
  const width = <usize>columns << 2
  const zero = f32x4.splat(0)
  const least = i32x4.splat(drop)
  const factor = f32x4.splat(scale)
  const share = <f32>1 / <f32>columns
  for (let row: u32 = 0; row < rows; row++) {
    let total = zero
    for (let j: usize = 0; j < width; j += 16) {
      const v = f32x4.add(v128.load(h + j), v128.load(bias + j))
      v128.store(h + j, v)
      total = f32x4.add(total, v)
    }
    const mean = f32x4.splat(sum4(total) * share)
    let squares = zero
    for (let j: usize = 0; j < width; j += 16) {
      const v = f32x4.sub(v128.load(h + j), mean)
      v128.store(h + j, v)
      squares = f32x4.add(squares, f32x4.mul(v, v))
    }
    const by = <f32>1 / sqrt<f32>(sum4(squares) * share + EPSILON)
    store<f32>(inverse + (<usize>row << 2), by)
    const normal = f32x4.splat(by)
    for (let j: usize = 0; j < width; j += 16) {
      const v = f32x4.mul(v128.load(h + j), normal)
      v128.store(h + j, v)
      let y = f32x4.max(f32x4.add(f32x4.mul(v, v128.load(gamma + j)), v128.load(beta + j)), zero)
      if (drop) y = v128.and(f32x4.mul(y, factor), keepMask(least))
      v128.store(out + j, y)
    }
    h += width
    out += width
  }
}

/**
 * Backward of normForward: d, the loss by `out`, becomes the loss by h + bias. Sets the gradients of gamma and beta.
 * A unit that ReLU or dropout cut has out = 0 and passes nothing.
 */
export function normBackward(
  rows: u32,
  columns: u32,
  normal: usize,
  gamma: usize,
  inverse: usize,
  out: usize,
  d: usize,
  dGamma: usize,
  dBeta: usize,
  scale: f32,
): void {
  const width = <usize>columns << 2
  const zero = f32x4.splat(0)
  const factor = f32x4.splat(scale)
  const share = <f32>1 / <f32>columns
  memory.fill(dGamma, 0, width)
  memory.fill(dBeta, 0, width)
  for (let row: u32 = 0; row < rows; row++) {
    let total = zero
    let along = zero
    for (let j: usize = 0; j < width; j += 16) {
      const alive = f32x4.gt(v128.load(out + j), zero)
      const y = v128.and(f32x4.mul(v128.load(d + j), factor), alive)
      const v = v128.load(normal + j)
      v128.store(dBeta + j, f32x4.add(v128.load(dBeta + j), y))
      v128.store(dGamma + j, f32x4.add(v128.load(dGamma + j), f32x4.mul(y, v)))
      const g = f32x4.mul(y, v128.load(gamma + j))
      v128.store(d + j, g)
      total = f32x4.add(total, g)
      along = f32x4.add(along, f32x4.mul(g, v))
    }
    const mean = f32x4.splat(sum4(total) * share)
    const slope = f32x4.splat(sum4(along) * share)
    const by = f32x4.splat(load<f32>(inverse + (<usize>row << 2)))
    for (let j: usize = 0; j < width; j += 16) {
      const g = f32x4.sub(f32x4.sub(v128.load(d + j), mean), f32x4.mul(v128.load(normal + j), slope))
      v128.store(d + j, f32x4.mul(g, by))
    }
    normal += width
    out += width
    d += width
  }
}

/** h = dropout(ReLU(h + bias)). */
export function reluForward(rows: u32, columns: u32, h: usize, bias: usize, drop: i32, scale: f32): void {
  const width = <usize>columns << 2
  const zero = f32x4.splat(0)
  const least = i32x4.splat(drop)
  const factor = f32x4.splat(scale)
  for (let row: u32 = 0; row < rows; row++) {
    for (let j: usize = 0; j < width; j += 16) {
      let y = f32x4.max(f32x4.add(v128.load(h + j), v128.load(bias + j)), zero)
      if (drop) y = v128.and(f32x4.mul(y, factor), keepMask(least))
      v128.store(h + j, y)
    }
    h += width
  }
}

/** Margin of each row: h · w + b (b: address of one value). */
export function marginForward(rows: u32, columns: u32, h: usize, w: usize, b: usize, out: usize): void {
  const width = <usize>columns << 2
  const shift = load<f32>(b)
  for (let row: u32 = 0; row < rows; row++) {
    let s = f32x4.splat(0)
    for (let j: usize = 0; j < width; j += 16) s = f32x4.add(s, f32x4.mul(v128.load(h + j), v128.load(w + j)))
    store<f32>(out + (<usize>row << 2), sum4(s) + shift)
    h += width
  }
}

/**
 * Logistic loss of each row, weighted: replaces margins by the loss by the margin, weight · (σ(margin) − target), and
 * returns Σ weight · loss. Targets are 0..1 (smoothed labels).
 */
export function lossBackward(rows: u32, margin: usize, target: usize, weight: usize): f64 {
  let loss: f64 = 0
  for (let row: u32 = 0; row < rows; row++) {
    const at = <usize>row << 2
    const m = <f64>load<f32>(margin + at)
    const t = <f64>load<f32>(target + at)
    const w = <f64>load<f32>(weight + at)
    const e = NativeMath.exp(-Math.abs(m))
    // log(1 + e^m) − t·m, which neither overflows nor loses small losses
    loss += w * (max<f64>(m, 0) - t * m + NativeMath.log1p(e))
    const p = m >= 0 ? 1.0 / (1.0 + e) : e / (1.0 + e)
    store<f32>(margin + at, <f32>(w * (p - t)))
  }
  return loss
}

/**
 * Backward of the margin and of the reluForward before it: d (per row) becomes dh = loss by that layer's input in
 * `out`; dw and db are set.
 */
export function marginBackward(
  rows: u32,
  columns: u32,
  h: usize,
  w: usize,
  d: usize,
  dw: usize,
  db: usize,
  out: usize,
  scale: f32,
): void {
  const width = <usize>columns << 2
  const zero = f32x4.splat(0)
  memory.fill(dw, 0, width)
  let shift: f32 = 0
  for (let row: u32 = 0; row < rows; row++) {
    const one = load<f32>(d + (<usize>row << 2))
    shift += one
    const by = f32x4.splat(one)
    const scaled = f32x4.splat(one * scale)
    for (let j: usize = 0; j < width; j += 16) {
      const y = v128.load(h + j)
      v128.store(dw + j, f32x4.add(v128.load(dw + j), f32x4.mul(by, y)))
      v128.store(out + j, v128.and(f32x4.mul(scaled, v128.load(w + j)), f32x4.gt(y, zero)))
    }
    h += width
    out += width
  }
  store<f32>(db, shift)
}

/** Inverted dropout of `count` values (a multiple of 4) in place; drop and scale as in normForward. */
export function dropValues(count: u32, x: usize, drop: i32, scale: f32): void {
  const least = i32x4.splat(drop)
  const factor = f32x4.splat(scale)
  const end = x + (<usize>count << 2)
  for (; x < end; x += 16) v128.store(x, v128.and(f32x4.mul(v128.load(x), factor), keepMask(least)))
}
