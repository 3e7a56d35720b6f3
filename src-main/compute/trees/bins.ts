import type { Pace } from '../../common/pace.ts'
import type { TrainingData } from '../learning/types.ts'

/** Bins of known values; the byte 255 stands for a missing one. */
export const MOST_BINS = 255
export const MISSING_BIN = 255

/** How the values of each column fall into bins: value v is in bin Σ [v > thresholds[k]], at most thresholds.length. */
export interface Binning {
  /** Ascending, one array a column; at most MOST_BINS − 1 of them. */
  readonly thresholds: readonly Float32Array[]
}

/**
 * Thresholds between the values that training rows have: between all neighbouring values where there are few, else at
 * quantiles, so that bins hold about as many rows each. Every threshold is a float32 t with a ≤ t < b between values a and b,
 * so "v ≤ t" says the same in float32 everywhere. Missing values have no part in it.
 */
export async function fitBins(data: TrainingData, pace: Pace, most = MOST_BINS): Promise<Binning> {
  const { rows, x } = data
  const width = data.columns.length
  const thresholds: Float32Array[] = []
  const values = new Float32Array(rows)
  for (let k = 0; k < width; k++) {
    let known = 0
    for (let i = 0, at = k; i < rows; i++, at += width) {
      const value = x[at]
      // −0 and 0 are one value; sort puts them apart.
      if (!Number.isNaN(value)) values[known++] = value === 0 ? 0 : value
    }
    thresholds.push(cuts(values.subarray(0, known).sort(), most))
    await pace.checkpoint()
  }
  return { thresholds }
}

function cuts(sorted: Float32Array, most: number): Float32Array {
  const distinct: number[] = []
  for (let i = 0; i < sorted.length && distinct.length <= most; i++)
    if (i === 0 || sorted[i] !== sorted[i - 1]) distinct.push(sorted[i])
  const out: number[] = []
  if (distinct.length <= most) {
    for (let i = 1; i < distinct.length; i++) out.push(between(distinct[i - 1], distinct[i]))
  } else {
    for (let b = 1; b < most; b++) {
      const at = Math.floor((b * sorted.length) / most)
      const next = sorted[at]
      // The value below: a run of equal values is never divided.
      let below = at - 1
      while (below >= 0 && sorted[below] === next) below--
      if (below < 0) continue
      const t = between(sorted[below], next)
      if (out.length === 0 || t > out[out.length - 1]) out.push(t)
    }
  }
  return Float32Array.from(out)
}

/** A float32 t with a ≤ t < b, in the middle where there is one. */
function between(a: number, b: number): number {
  const middle = Math.fround(a / 2 + b / 2)
  return middle >= a && middle < b ? middle : a
}

/** The bins of all rows, column by column (column k at k × rows), written into `out`. */
export async function binRows(
  data: TrainingData,
  binning: Binning,
  out: Uint8Array,
  pace: Pace,
): Promise<void> {
  const { rows, x } = data
  const width = data.columns.length
  for (let k = 0; k < width; k++) {
    const cut = binning.thresholds[k]
    const column = out.subarray(k * rows, (k + 1) * rows)
    for (let i = 0, at = k; i < rows; i++, at += width) column[i] = binOf(cut, x[at])
    await pace.checkpoint()
  }
}

export function binOf(thresholds: Float32Array, value: number): number {
  if (Number.isNaN(value)) return MISSING_BIN
  let low = 0
  let high = thresholds.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (value <= thresholds[middle]) high = middle
    else low = middle + 1
  }
  return low
}
