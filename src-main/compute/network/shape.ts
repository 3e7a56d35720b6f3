import { Random } from '../communities/random.ts'

/** Sizes of one head. Widths are multiples of 4. */
export interface HeadShape {
  /** Inputs, and the same padded to whole registers. */
  readonly inputs: number
  readonly columns: number
  readonly channels: number
  readonly hidden: number
  readonly dense: number
}

/** Rounded up to a multiple of 4. */
export const fourfold = (count: number): number => Math.ceil(count / 4) * 4

export function headShape(inputs: number, channels: number, hidden: number, dense: number): HeadShape {
  return { inputs, columns: fourfold(inputs), channels, hidden: fourfold(hidden), dense: fourfold(dense) }
}

/** One array of a head among its parameters. */
export interface Part {
  /** Index of its first value. */
  readonly at: number
  readonly length: number
  /** Weight decay applies. */
  readonly decays: boolean
}

/** Where each array lies in the one array of all parameters of a head. Lengths are multiples of 4. */
export interface HeadParts {
  /** columns × hidden: the channels' linear maps one below the other. */
  readonly map: Part
  /** columns: each channel's gate, by its own inputs. */
  readonly gate: Part
  /** channels (padded): what a gate is without them. */
  readonly gateBias: Part
  readonly bias: Part
  readonly gamma: Part
  readonly beta: Part
  /** hidden × dense. */
  readonly dense: Part
  readonly denseBias: Part
  readonly margin: Part
  /** One value (padded). */
  readonly marginBias: Part
  /** Values in all. */
  readonly length: number
}

export function headParts(shape: HeadShape): HeadParts {
  const { columns, hidden, dense } = shape
  let at = 0
  const part = (length: number, decays: boolean): Part => {
    const made = { at, length: fourfold(length), decays }
    at += made.length
    return made
  }
  return {
    map: part(columns * hidden, true),
    gate: part(columns, true),
    gateBias: part(shape.channels, false),
    bias: part(hidden, false),
    gamma: part(hidden, false),
    beta: part(hidden, false),
    dense: part(hidden * dense, true),
    denseBias: part(dense, false),
    margin: part(dense, true),
    marginBias: part(1, false),
    length: at,
  }
}

/**
 * Where training starts: gates open (1 each), maps and the dense layer normal with variance 2 / inputs (He et al. 2015),
 * the margin's weights with 1 / inputs, its bias the log-odds `prior`.
 */
export function initialParameters(shape: HeadShape, prior: number, random: Random): Float32Array {
  const parts = headParts(shape)
  const out = new Float32Array(parts.length)
  const fill = (part: Part, count: number, deviation: number): void => {
    for (let i = 0; i < count; i++) out[part.at + i] = normal(random) * deviation
  }
  fill(parts.map, shape.inputs * shape.hidden, Math.sqrt(2 / shape.inputs))
  fill(parts.dense, parts.dense.length, Math.sqrt(2 / shape.hidden))
  fill(parts.margin, shape.dense, Math.sqrt(1 / shape.dense))
  out.fill(1, parts.gamma.at, parts.gamma.at + shape.hidden)
  out[parts.marginBias.at] = prior
  return out
}

/** Box–Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
}
