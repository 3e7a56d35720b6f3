import { betaWavelet, residual } from '../../diffusion/filters.ts'
import { multiply } from '../../diffusion/multiply.ts'
import { rowNormalised, symmetric } from '../../diffusion/operator.ts'
import type { Operator } from '../../diffusion/operator.ts'
import type { Pace } from '../../../common/pace.ts'
import { FEATURES, GAPS, toModelSpace } from './feature-list.ts'
import type { RawFeatures } from './features.ts'
import { tellScores } from '../facts/progress.ts'
import { csrOrEmpty } from '../facts/structure.ts'
import type { GraphFamilies } from '../facts/structure.ts'

/**
 * The diffusion channels, in the order of the model's columns: each holds every feature once.
 * P is row-normalised, S symmetric; 'all' is the combined graph.
 */
export const CHANNELS = [
  { id: 'self', relation: 'none', hop: 0 }, // x
  { id: 'relations', relation: 'relations', hop: 1 }, // P_relations x
  { id: 'entities', relation: 'entities', hop: 1 }, // P_entities x
  { id: 'residual', relation: 'all', hop: 1 }, // x − P_all x
  { id: 'far', relation: 'all', hop: 2 }, // P_all² x
  { id: 'band', relation: 'all', hop: 2 }, // Beta wavelet p = q = 1 of S_all
] as const
export type ChannelId = (typeof CHANNELS)[number]['id']

/** Columns of the model: CHANNELS × FEATURES, then one per gap. */
export const COLUMN_COUNT = CHANNELS.length * FEATURES.length + GAPS.length

export interface ColumnInfo {
  name: string
  family: string
  relation: string
  hop: number
}

/** What each column is, in order: `<channel>.<feature>`, then `missing.<gap>`. */
export function columnInfo(): ColumnInfo[] {
  const columns: ColumnInfo[] = CHANNELS.flatMap(({ id, relation, hop }) =>
    FEATURES.map((x) => ({ name: `${id}.${x.name}`, family: x.family, relation, hop })),
  )
  for (const gap of GAPS)
    columns.push({ name: `missing.${gap}`, family: 'missing', relation: 'none', hop: 0 })
  return columns
}

/** Mean and spread of the features in model space over the training worlds, and where scaled values are cut. */
export interface FeatureScale {
  readonly mean: readonly number[]
  readonly std: readonly number[]
  readonly clip: number
}

/** Scaled features, row-major n × FEATURES.length: 0 is the training mean, which missing values become. */
export function scaleFeatures(raw: RawFeatures, scale: FeatureScale): Float32Array {
  const width = FEATURES.length
  const out = new Float32Array(raw.values.length)
  for (let i = 0, k = 0; i < out.length; i++, k = k + 1 === width ? 0 : k + 1) {
    const value = raw.values[i]
    if (Number.isNaN(value)) continue
    const scaled = (toModelSpace(FEATURES[k], value) - scale.mean[k]) / scale.std[k]
    out[i] = Math.max(-scale.clip, Math.min(scale.clip, scaled))
  }
  return out
}

/** Row-major n × GAPS.length: 1 where a value with that gap is missing. */
export function gapColumns(raw: RawFeatures): Uint8Array {
  const width = FEATURES.length
  const out = new Uint8Array(raw.n * GAPS.length)
  const gapOf = FEATURES.map((x) => GAPS.indexOf(x.gap))
  for (let u = 0; u < raw.n; u++)
    for (let k = 0; k < width; k++)
      if (Number.isNaN(raw.values[u * width + k])) out[u * GAPS.length + gapOf[k]] = 1
  return out
}

export interface Operators {
  readonly relations: Operator
  readonly entities: Operator
  readonly all: Operator
  readonly symmetric: Operator
}

export function operatorsOf(families: GraphFamilies): Operators {
  return {
    relations: rowNormalised(csrOrEmpty(families.relations, families.n)),
    entities: rowNormalised(csrOrEmpty(families.entities, families.n)),
    all: rowNormalised(families.all),
    symmetric: symmetric(families.all),
  }
}

/** The channels of scaled features x, each row-major n × FEATURES.length, in the order of CHANNELS. */
export async function diffuse(operators: Operators, x: Float32Array, pace: Pace): Promise<Float32Array[]> {
  const width = FEATURES.length
  const steps = CHANNELS.length
  let done = 0
  const step = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work
    tellScores(pace, 'diffuse', ++done / steps)
    return result
  }
  const near = await step(multiply(operators.all, x, width, pace))
  return [
    x,
    await step(multiply(operators.relations, x, width, pace)),
    await step(multiply(operators.entities, x, width, pace)),
    await step(residual(operators.all, x, width, pace, near)),
    await step(multiply(operators.all, near, width, pace)),
    await step(betaWavelet(operators.symmetric, x, width, 1, 1, pace)),
  ]
}

/** Copies the columns of accounts [from, to) to `out`, row-major (to − from) × COLUMN_COUNT, not yet normalised. */
export function fillColumns(
  channels: readonly Float32Array[],
  gaps: Uint8Array,
  from: number,
  to: number,
  out: Float32Array,
): void {
  const width = FEATURES.length
  for (let u = from; u < to; u++) {
    let at = (u - from) * COLUMN_COUNT
    for (const channel of channels) {
      out.set(channel.subarray(u * width, (u + 1) * width), at)
      at += width
    }
    for (let g = 0; g < GAPS.length; g++) out[at++] = gaps[u * GAPS.length + g]
  }
}
