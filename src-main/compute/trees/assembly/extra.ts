import { below, u32random } from '../../communities/assembly/random'

// Extremely randomised trees (Geurts et al. 2006) on binned columns: of each column tried, one random threshold between
// the least and the greatest value of the node; the best of them by Gini impurity. A row's pair is (w·y, w).

const MISSING: u32 = 255

// Drawing happens here, since a node draws for few of its columns.

/**
 * A bin from `least` up to below `most`, drawn uniformly over the values between the middles of both, as over values that
 * are not binned: the first bin whose upper end is not below the number drawn. Ends and middles are f32, 256 a column.
 */
// @ts-ignore: decorator
@inline
function threshold(ends: usize, middles: usize, least: u32, most: u32): u32 {
  const from = <f64>load<f32>(middles + (<usize>least << 2))
  const to = <f64>load<f32>(middles + (<usize>most << 2))
  const value = from + (<f64>u32random() * (to - from)) / 4294967296.0
  let low = least
  let high = most - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (<f64>load<f32>(ends + (<usize>middle << 2)) >= value) high = middle
    else low = middle + 1
  }
  return low
}

/** (Σ w·y, Σ w) of index[from..to), to `out`. */
export function nodeTotals(index: usize, from: u32, to: u32, pairs: usize, out: usize): void {
  let sum = f64x2.splat(0)
  for (let i = <usize>from; i < <usize>to; i++) {
    sum = f64x2.add(sum, v128.load(pairs + (<usize>load<u32>(index + (i << 2)) << 4)))
  }
  v128.store(out, sum)
}

/**
 * Tries columns in random order until `wanted` that are not constant in the node were tried, each with one random
 * threshold; `columns` holds all of them and is shuffled as far as needed. `gathered` is room for the node's pairs. Writes
 * to `out` (f64): score (0: no split), column, bin, 1 if missing goes left, and Σ w·y, Σ w, rows of the left side. The score is Σ over sides of (P² + N²)/W, which grows as impurity falls.
 */
export function randomSplit(
  bins: usize,
  rows: u32,
  columns: usize,
  count: u32,
  wanted: u32,
  index: usize,
  from: u32,
  to: u32,
  pairs: usize,
  gathered: usize,
  room: usize,
  cuts: usize,
  centres: usize,
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
  for (let i: usize = 0; i < n; i++) {
    v128.store(gathered + (i << 4), v128.load(pairs + (<usize>load<u32>(first + (i << 2)) << 4)))
  }
  for (let k: u32 = 0; k < count && tried < wanted; k++) {
    const drawn = columns + (<usize>(k + below(count - k)) << 2)
    const column = load<u32>(drawn)
    store<u32>(drawn, load<u32>(columns + (<usize>k << 2)))
    store<u32>(columns + (<usize>k << 2), column)
    const base = bins + <usize>column * <usize>rows
    let least: u32 = MISSING
    let most: u32 = 0
    let missing: u32 = 0
    // Without branches: what comes next can't be guessed.
    for (let i: usize = 0; i < n; i++) {
      const b = <u32>load<u8>(base + <usize>load<u32>(first + (i << 2)))
      store<u8>(room + i, <u8>b)
      const lost = <u32>(b == MISSING)
      missing += lost
      least = min<u32>(least, b)
      most = max<u32>(most, lost ? 0 : b)
    }
    if (missing == <u32>n) continue
    if (least >= most) {
      // One value: only "missing or not" can divide, which a threshold above all values does.
      if (missing == 0) continue
      most = least + 1
    }
    tried++
    const bin = threshold(cuts + (<usize>column << 10), centres + (<usize>column << 10), least, most)
    let left = f64x2.splat(0)
    let lost = f64x2.splat(0)
    let leftRows: u32 = 0
    for (let i: usize = 0; i < n; i++) {
      const goes = <u32>(<u32>load<u8>(room + i) <= bin)
      leftRows += goes
      left = f64x2.add(left, v128.and(v128.load(gathered + (i << 4)), i64x2.splat(-(<i64>goes))))
    }
    if (missing > 0) {
      for (let i: usize = 0; i < n; i++) {
        const is = <u32>(<u32>load<u8>(room + i) == MISSING)
        lost = f64x2.add(lost, v128.and(v128.load(gathered + (i << 4)), i64x2.splat(-(<i64>is))))
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
