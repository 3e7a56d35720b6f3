// Histogram boosting (Ke et al. 2017, LightGBM): gradients, histograms of 256 bins, the best split of a node, and its rows
// moved apart. Bins are one byte, column by column; bin 255 is "missing". A gradient pair is two doubles (gradient, hessian).

/** Slots of a histogram: one pair of doubles each. */
const BINS: usize = 256
const MISSING: usize = 255

/** Logistic loss: pair[i] = (w·(σ(margin) − y), w·σ(1 − σ)). y is a byte, weights and margins are f64. */
export function boostGradients(rows: u32, margins: usize, y: usize, weights: usize, pairs: usize): void {
  for (let i: usize = 0; i < <usize>rows; i++) {
    const p = 1.0 / (1.0 + NativeMath.exp(-load<f64>(margins + (i << 3))))
    const w = load<f64>(weights + (i << 3))
    store<f64>(pairs + (i << 4), w * (p - <f64>load<u8>(y + i)))
    store<f64>(pairs + (i << 4) + 8, w * p * (1.0 - p))
  }
}

/**
 * Sums of pairs by bin, for `count` columns and the rows index[from..to). `gathered` is room for the node's pairs in
 * order, so that they are fetched once and not once a column.
 */
export function histogram(
  bins: usize,
  rows: u32,
  columns: usize,
  count: u32,
  index: usize,
  from: u32,
  to: u32,
  pairs: usize,
  gathered: usize,
  out: usize,
): void {
  memory.fill(out, 0, (<usize>count * BINS) << 4)
  const n = to - from
  const first = index + (<usize>from << 2)
  for (let i: usize = 0; i < <usize>n; i++) {
    v128.store(gathered + (i << 4), v128.load(pairs + (<usize>load<u32>(first + (i << 2)) << 4)))
  }
  for (let k: u32 = 0; k < count; k++) {
    const column = bins + <usize>load<u32>(columns + (<usize>k << 2)) * <usize>rows
    const slots = out + ((<usize>k * BINS) << 4)
    let at = first
    let pair = gathered
    // Four rows at a time: their bins are looked up before any sum is stored.
    for (const four = first + (<usize>(n & ~3) << 2); at < four; at += 16, pair += 64) {
      const a = slots + (<usize>load<u8>(column + <usize>load<u32>(at)) << 4)
      const b = slots + (<usize>load<u8>(column + <usize>load<u32>(at, 4)) << 4)
      const c = slots + (<usize>load<u8>(column + <usize>load<u32>(at, 8)) << 4)
      const d = slots + (<usize>load<u8>(column + <usize>load<u32>(at, 12)) << 4)
      v128.store(a, f64x2.add(v128.load(a), v128.load(pair)))
      v128.store(b, f64x2.add(v128.load(b), v128.load(pair, 16)))
      v128.store(c, f64x2.add(v128.load(c), v128.load(pair, 32)))
      v128.store(d, f64x2.add(v128.load(d), v128.load(pair, 48)))
    }
    for (const end = first + (<usize>n << 2); at < end; at += 4, pair += 16) {
      const slot = slots + (<usize>load<u8>(column + <usize>load<u32>(at)) << 4)
      v128.store(slot, f64x2.add(v128.load(slot), v128.load(pair)))
    }
  }
}

/**
 * The split of a node with the greatest gain GL²/(HL+λ) + GR²/(HR+λ) − G²/(H+λ) over the `tried` columns (places in the
 * histogram). Rows are estimated from hessians, as LightGBM does. Writes to `out` (f64): gain (0 where there is none),
 * place, bin (left: up to it), 1 if missing goes left, GL, HL.
 */
export function bestSplit(
  hist: usize,
  tried: usize,
  triedCount: u32,
  ends: usize,
  g: f64,
  h: f64,
  rows: f64,
  lambda: f64,
  minRows: f64,
  minHessian: f64,
  out: usize,
): void {
  const parent = (g * g) / (h + lambda)
  // What a side's hessian has to be, by both rules.
  const least = Math.max(minHessian, (minRows * h) / rows)
  // The best so far as a fraction, so that a bin costs multiplications and no division.
  let bestTop = parent + 1e-12
  let bestBottom: f64 = 1
  store<f64>(out, 0)
  for (let t: u32 = 0; t < triedCount; t++) {
    const place = <usize>load<u32>(tried + (<usize>t << 2))
    const slots = hist + ((place * BINS) << 4)
    const end = <usize>load<u32>(ends + (place << 2))
    const gMissing = load<f64>(slots + (MISSING << 4))
    const hMissing = load<f64>(slots + (MISSING << 4) + 8)
    const ways = hMissing > 0 ? 2 : 1
    for (let way = 0; way < ways; way++) {
      let gl = way == 1 ? gMissing : 0.0
      let hl = way == 1 ? hMissing : 0.0
      for (let b: usize = 0; b < end; b++) {
        const hb = load<f64>(slots + (b << 4) + 8)
        gl += load<f64>(slots + (b << 4))
        hl += hb
        if (hb == 0 && b > 0) continue
        const hr = h - hl
        if (hl < least) continue
        if (hr < least) break
        const gr = g - gl
        const bl = hl + lambda
        const br = hr + lambda
        const top = gl * gl * br + gr * gr * bl
        const bottom = bl * br
        if (top * bestBottom > bestTop * bottom) {
          bestTop = top
          bestBottom = bottom
          store<f64>(out, top / bottom - parent)
          store<f64>(out + 8, <f64>place)
          store<f64>(out + 16, <f64>b)
          // Nothing was missing here: what is missing later goes with the larger side.
          store<f64>(out + 24, ways == 2 ? <f64>way : hl >= hr ? 1.0 : 0.0)
          store<f64>(out + 32, gl)
          store<f64>(out + 40, hl)
        }
      }
    }
  }
}

/** a −= b, both histograms of `count` columns. */
export function subtract(a: usize, b: usize, count: u32): void {
  const end = a + ((<usize>count * BINS) << 4)
  const shift = b - a
  for (let p = a; p < end; p += 32) {
    v128.store(p, f64x2.sub(v128.load(p), v128.load(p + shift)))
    v128.store(p, f64x2.sub(v128.load(p, 16), v128.load(p + shift, 16)), 16)
  }
}

/** Moves the rows of index[from..to) that go left to the front, keeping their order; returns where the right begins. */
export function partition(
  column: usize,
  index: usize,
  from: u32,
  to: u32,
  bin: u32,
  missingLeft: u32,
  room: usize,
): u32 {
  let left = index + (<usize>from << 2)
  const end = index + (<usize>to << 2)
  let right: usize = 0
  for (let at = left; at < end; at += 4) {
    const row = load<u32>(at)
    const b = <u32>load<u8>(column + <usize>row)
    if (b == <u32>MISSING ? missingLeft != 0 : b <= bin) {
      store<u32>(left, row)
      left += 4
    } else {
      store<u32>(room + right, row)
      right += 4
    }
  }
  memory.copy(left, room, right)
  return <u32>((left - index) >> 2)
}

/** margins[row] += value for the rows of index[from..to). */
export function addToRows(index: usize, from: u32, to: u32, value: f64, margins: usize): void {
  for (let i = <usize>from; i < <usize>to; i++) {
    const at = margins + (<usize>load<u32>(index + (i << 2)) << 3)
    store<f64>(at, load<f64>(at) + value)
  }
}
