import { ShoalError } from '../../common/errors.ts'
import type { Pace } from '../../common/pace.ts'
import type { FeatureColumn, TrainingData } from '../learning/types.ts'
import { normalQuantile } from './normal.ts'

/** What one column of a table becomes. Every part is centred on the training rows: its mean there is 0. */
export type ColumnCode =
  | {
      readonly kind: 'number'
      readonly column: number
      /** Where it bends, ascending; at least two. */
      readonly knots: readonly number[]
      /** Its values there; straight in between, level outside. */
      readonly levels: readonly number[]
    }
  /** (1 where the value is missing, else 0; less its mean) × scale. */
  | { readonly kind: 'missing'; readonly column: number; readonly mean: number; readonly scale: number }
  /** One column for each of these categories: (1 where it is this one, else 0; less its mean) × scale. */
  | {
      readonly kind: 'category'
      readonly column: number
      readonly values: readonly number[]
      readonly means: readonly number[]
      readonly scales: readonly number[]
    }

/** How a row of a feature table becomes the network's input: codes in order, those of a channel side by side. */
export interface Encoding {
  /** Columns of the table. */
  readonly width: number
  /** Columns of the input. */
  readonly inputs: number
  readonly codes: readonly ColumnCode[]
  /** Channels (`operator relation hop`, the account's own by family too) and where each ends among the inputs. */
  readonly channels: readonly { readonly name: string; readonly end: number }[]
}

/** Shares of the training rows below each knot: finer in the tails, where the unusual accounts are. */
const SHARES = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995, 1]
/** Segments between knots, at most. */
export const SEGMENTS = SHARES.length - 1
/** Ranks are held this far from 0 and 1: ±2.58 deviations. */
const TAIL = 0.005
/** Rare values are not scaled to a deviation of 1, which would make them loud: deviations count as at least this. */
const LEAST_DEVIATION = 0.25
/** The largest float32; infinite values count as it. */
const MOST = 3.4028234663852886e38
/** Knots any closer have no slope in float32. */
const LEAST_GAP = 1e-30
const MOST_CATEGORIES = 32
/** Categories seen less often teach nothing. */
const LEAST_SEEN = 5

/** Columns with one gate and one linear map. */
export function channelOf(column: FeatureColumn): string {
  const about = `${column.operator} ${column.relation ?? 'self'} ${column.hop}`
  return column.operator === 'own' ? `${about} ${column.family}` : about
}

const deviation = (mean: number): number => 1 / Math.max(Math.sqrt(mean * (1 - mean)), LEAST_DEVIATION)

/**
 * Learns the encoding of a table from training rows: numbers by their rank among these rows, as normal deviates (a
 * piecewise linear map of at most 17 knots; heavy tails and units do not matter then); NaN as the mean, with a column
 * that says so where both occur; categories one-hot, the 32 most frequent. Columns that are alike everywhere are left
 * out. Throws invalid_input where nothing is left.
 */
export async function fitEncoding(data: TrainingData, pace: Pace): Promise<Encoding> {
  const { rows, columns } = data
  const width = columns.length
  const groups = new Map<string, ColumnCode[]>()
  const values = new Float32Array(rows)
  for (let k = 0; k < width; k++) {
    let count = 0
    for (let i = 0, p = k; i < rows; i++, p += width) {
      const v = data.x[p]
      if (v === v) values[count++] = Math.min(MOST, Math.max(-MOST, v))
    }
    const seen = values.subarray(0, count)
    const codes: ColumnCode[] = []
    if (columns[k].kind === 'category') pushDefined(codes, categoryCode(k, seen, rows))
    else {
      pushDefined(codes, numberCode(k, seen, rows))
      if (count > 0 && count < rows) {
        const mean = 1 - count / rows
        codes.push({ kind: 'missing', column: k, mean, scale: deviation(mean) })
      }
    }
    if (codes.length > 0) {
      const name = channelOf(columns[k])
      const group = groups.get(name)
      if (group) group.push(...codes)
      else groups.set(name, codes)
    }
    await pace.checkpoint()
  }
  if (groups.size === 0)
    throw new ShoalError(
      'invalid_input',
      'Every feature has the same value for all labelled accounts: there is nothing that a network could learn from. Label more accounts, or import more facts about them.',
    )
  let inputs = 0
  const channels: { name: string; end: number }[] = []
  for (const [name, codes] of groups) {
    for (const code of codes) inputs += code.kind === 'category' ? code.values.length : 1
    channels.push({ name, end: inputs })
  }
  return { width, inputs, codes: [...groups.values()].flat(), channels }
}

function pushDefined<T>(list: T[], value: T | null): void {
  if (value !== null) list.push(value)
}

/** `seen` is sorted in place. */
function numberCode(column: number, seen: Float32Array, rows: number): ColumnCode | null {
  const count = seen.length
  if (count === 0) return null
  seen.sort()
  const knots: number[] = []
  for (const share of SHARES) {
    const v = seen[Math.round(share * (count - 1))]
    if (knots.length === 0 || v - knots[knots.length - 1] > LEAST_GAP) knots.push(v)
  }
  if (knots.length < 2) return null
  const raw = knots.map((v) => {
    // The middle of the ranks of all rows with this value.
    const rank = (firstAbove(seen, v, false) + firstAbove(seen, v, true)) / 2 / count
    return normalQuantile(Math.min(Math.max(rank, TAIL), 1 - TAIL))
  })
  let sum = 0
  let squares = 0
  for (const v of seen) {
    const z = bend(knots, raw, v)
    sum += z
    squares += z * z
  }
  const mean = sum / count
  // Missing values stand at the mean and lessen the deviation.
  const spread = Math.sqrt(Math.max(0, squares / count - mean * mean) * (count / rows))
  const scale = 1 / Math.max(spread, LEAST_DEVIATION)
  return { kind: 'number', column, knots, levels: raw.map((z) => Math.fround((z - mean) * scale)) }
}

/** The first index whose value is ≥ v (> v if `after`). */
function firstAbove(sorted: Float32Array, v: number, after: boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle] < v || (after && sorted[middle] === v)) low = middle + 1
    else high = middle
  }
  return low
}

function categoryCode(column: number, seen: Float32Array, rows: number): ColumnCode | null {
  const counts = new Map<number, number>()
  for (const v of seen) counts.set(v, (counts.get(v) ?? 0) + 1)
  const kept = [...counts]
    .filter(([, count]) => count >= Math.min(LEAST_SEEN, rows / 4) && count < rows)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, MOST_CATEGORIES)
  if (kept.length === 0) return null
  const means = kept.map(([, count]) => count / rows)
  return { kind: 'category', column, values: kept.map(([v]) => v), means, scales: means.map(deviation) }
}

/** The piecewise linear map at v. */
function bend(knots: readonly number[], levels: readonly number[], v: number): number {
  const last = knots.length - 1
  if (v <= knots[0]) return levels[0]
  if (v >= knots[last]) return levels[last]
  let low = 0
  let high = last
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (knots[middle] <= v) low = middle
    else high = middle
  }
  return levels[low] + ((v - knots[low]) / (knots[high] - knots[low])) * (levels[high] - levels[low])
}

/**
 * Encodes rows from..to of row-major `x` (rows × width) into `out`, rows of `stride` ≥ inputs values, from its row 0.
 * What a row has beyond its inputs is set to 0.
 */
export function encodeRows(
  encoding: Encoding,
  x: Float32Array,
  from: number,
  to: number,
  out: Float32Array,
  stride: number,
): void {
  const { width, inputs, codes } = encoding
  let j = 0
  for (const code of codes) {
    let p = from * width + code.column
    if (code.kind === 'number') {
      const { knots, levels } = code
      for (let i = from, q = j; i < to; i++, p += width, q += stride) {
        const v = x[p]
        out[q] = v === v ? bend(knots, levels, v) : 0
      }
      j++
    } else if (code.kind === 'missing') {
      const { mean, scale } = code
      for (let i = from, q = j; i < to; i++, p += width, q += stride)
        out[q] = ((x[p] === x[p] ? 0 : 1) - mean) * scale
      j++
    } else {
      for (let i = from, q = j; i < to; i++, p += width, q += stride)
        for (let c = 0; c < code.values.length; c++)
          out[q + c] = ((x[p] === code.values[c] ? 1 : 0) - code.means[c]) * code.scales[c]
      j += code.values.length
    }
  }
  for (let i = from, q = 0; i < to; i++, q += stride) out.fill(0, q + inputs, q + stride)
}

/** For each input, the column of the table that it was made from. */
export function inputColumns(encoding: Encoding): Uint32Array {
  const out = new Uint32Array(encoding.inputs)
  let j = 0
  for (const code of encoding.codes) {
    const count = code.kind === 'category' ? code.values.length : 1
    out.fill(code.column, j, j + count)
    j += count
  }
  return out
}
