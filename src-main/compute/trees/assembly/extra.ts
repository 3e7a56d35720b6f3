// Extremely randomised trees (Geurts et al. 2006) on binned columns: of each column tried, one random bin between the
// least and the greatest of the node; the best of them by Gini impurity. A row's pair is (w·y, w).

const MISSING: u32 = 255

/** (Σ w·y, Σ w) of index[from..to), to `out`. */
export function nodeTotals(index: usize, from: u32, to: u32, pairs: usize, out: usize): void {
  let sum = f64x2.splat(0)
  for (let i = <usize>from; i < <usize>to; i++) {
    sum = f64x2.add(sum, v128.load(pairs + (<usize>load<u32>(index + (i << 2)) << 4)))
  }
  v128.store(out, sum)
}

/**
 * Tries columns in the order of `columns` until `wanted` that are not constant in the node were tried; random[k] in
 * [0, 1) places the threshold of the k-th column. Writes to `out` (f64): score (0: no split), column, bin, 1 if missing goes
 * left, and Σ w·y, Σ w, rows of the left side. The score is Σ over sides of (P² + N²)/W, which grows as impurity falls.
 */
export function randomSplit(
  bins: usize,
  rows: u32,
  columns: usize,
  count: u32,
  wanted: u32,
  random: usize,
  index: usize,
  from: u32,
  to: u32,
  pairs: usize,
  room: usize,
  minRows: u32,
  positive: f64,
  weight: f64,
  out: usize,
): void {
  const n = <usize>(to - from)
  const first = index + (<usize>from << 2)
  let best = 0.0
  let tried: u32 = 0
  store<f64>(out, 0)
  for (let k: u32 = 0; k < count && tried < wanted; k++) {
    const column = load<u32>(columns + (<usize>k << 2))
    const base = bins + <usize>column * <usize>rows
    let least: u32 = MISSING
    let most: u32 = 0
    let missing: u32 = 0
    for (let i: usize = 0; i < n; i++) {
      const b = load<u8>(base + <usize>load<u32>(first + (i << 2)))
      store<u8>(room + i, b)
      if (<u32>b == MISSING) {
        missing++
        continue
      }
      if (<u32>b < least) least = b
      if (<u32>b > most) most = b
    }
    if (least >= most) {
      // One value, or none: only "missing or not" can divide, which a threshold above all values does.
      if (missing == 0 || missing == <u32>n) continue
      most = least + 1
    }
    tried++
    const bin = least + <u32>(load<f64>(random + (<usize>k << 3)) * <f64>(most - least))
    let left = f64x2.splat(0)
    let lost = f64x2.splat(0)
    let leftRows: u32 = 0
    for (let i: usize = 0; i < n; i++) {
      const b = <u32>load<u8>(room + i)
      if (b <= bin) {
        left = f64x2.add(left, v128.load(pairs + (<usize>load<u32>(first + (i << 2)) << 4)))
        leftRows++
      } else if (b == MISSING) {
        lost = f64x2.add(lost, v128.load(pairs + (<usize>load<u32>(first + (i << 2)) << 4)))
      }
    }
    const ways = missing > 0 ? 2 : 1
    for (let way = 0; way < ways; way++) {
      if (way == 1) {
        left = f64x2.add(left, lost)
        leftRows += missing
      }
      const rightRows = <u32>n - leftRows
      if (leftRows < minRows || rightRows < minRows) continue
      const pl = f64x2.extract_lane(left, 0)
      const wl = f64x2.extract_lane(left, 1)
      const pr = positive - pl
      const wr = weight - wl
      if (wl <= 0 || wr <= 0) continue
      const nl = wl - pl
      const nr = wr - pr
      const score = (pl * pl + nl * nl) / wl + (pr * pr + nr * nr) / wr
      if (score > best) {
        best = score
        store<f64>(out, score)
        store<f64>(out + 8, <f64>column)
        store<f64>(out + 16, <f64>bin)
        store<f64>(out + 24, ways == 2 ? <f64>way : leftRows >= rightRows ? 1.0 : 0.0)
        store<f64>(out + 32, pl)
        store<f64>(out + 40, wl)
        store<f64>(out + 48, <f64>leftRows)
      }
    }
  }
}
