import { CHANNELS, COLUMN_COUNT } from './channels.ts'
import { FEATURES, GAPS } from './feature-list.ts'
import type { RawFeatures } from './features.ts'

/** Medians are taken over at most this many accounts, evenly spaced by id. */
const SAMPLE = 5000

/** What is typical in this population: what explanations compare with. */
export interface Typical {
  /** Median of every column (COLUMN_COUNT), scaled as the channels are, before the model's normalisation. */
  readonly columns: number[]
  /** Median of every feature in its own unit, over accounts where it is known; null where it never is. */
  readonly values: (number | null)[]
  /** Median of the mean over direct neighbours (P_all x) of every feature, scaled, over accounts with neighbours. */
  readonly near: number[]
}

/** The lower median; NaN for no values. Sorts in place. */
export function median(values: Float64Array): number {
  return values.length === 0 ? NaN : values.sort()[(values.length - 1) >> 1]
}

/** `hasEdges(u)`: whether node u has neighbours in the combined graph. */
export function typicalOf(
  raw: RawFeatures,
  channels: readonly Float32Array[],
  gaps: Uint8Array,
  hasEdges: (u: number) => boolean,
): Typical {
  const width = FEATURES.length
  const stride = Math.max(1, Math.ceil(raw.n / SAMPLE))
  const nodes: number[] = []
  for (let u = 0; u < raw.n; u += stride) nodes.push(u)
  const joined = nodes.filter(hasEdges)
  const over = (list: readonly number[], value: (u: number) => number) =>
    median(Float64Array.from(list, value))
  const columns: number[] = []
  for (const channel of channels)
    for (let k = 0; k < width; k++) columns.push(over(nodes, (u) => channel[u * width + k]) || 0)
  for (let g = 0; g < GAPS.length; g++) columns.push(over(nodes, (u) => gaps[u * GAPS.length + g]) || 0)
  if (columns.length !== COLUMN_COUNT) throw new Error('typicalOf: columns do not add up')
  const self = channels[CHANNELS.findIndex((c) => c.id === 'self')]
  const rest = channels[CHANNELS.findIndex((c) => c.id === 'residual')]
  return {
    columns,
    values: FEATURES.map((_, k) => {
      const known = nodes.map((u) => raw.values[u * width + k]).filter((v) => !Number.isNaN(v))
      return known.length > 0 ? median(Float64Array.from(known)) : null
    }),
    near: FEATURES.map((_, k) => over(joined, (u) => self[u * width + k] - rest[u * width + k]) || 0),
  }
}
