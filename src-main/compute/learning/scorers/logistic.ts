import { z } from 'zod'
import { ShoalError } from '../../../common/errors.ts'
import type { OnnxGraph } from '../../onnx/write/graph.ts'
import type { Pace } from '../../../common/pace.ts'
import type { Learner, TrainedMember, TrainingData } from '../types.ts'
import { sigmoid } from './calibration.ts'
import { minimise } from './lbfgs.ts'

/** Transformed values are cut here: one odd value must not decide a score. */
const CLIP = 4
/** Categories beyond this many are the reference level. */
const MOST_CATEGORIES = 32

export const logisticParams = z.strictObject({
  l2: z
    .number()
    .min(0)
    .default(1)
    .describe('Strength of the pull of every weight towards 0, per label of the smaller class.'),
  iterations: z.number().int().min(1).max(1000).default(100).describe('Most steps of the optimiser.'),
})
export type LogisticParams = z.output<typeof logisticParams>

/** Linear near 0, a logarithm in the tails; cheap in ONNX, where asinh is not. */
const bend = (u: number): number => Math.sign(u) * Math.log(1 + Math.abs(u))

/** How an input column becomes terms: bend((x − centre)/scale) standardised and cut; missing: its own weight. */
const termSchema = z.object({
  column: z.number().int(),
  centre: z.number(),
  scale: z.number(),
  mean: z.number(),
  sd: z.number(),
  /** Categories: one term per value; null: a number. */
  categories: z.number().int().nullable(),
  /** A weight of its own where the value is missing. */
  missing: z.boolean(),
})
type Term = z.output<typeof termSchema>

/** A logistic regression as JSON: what a model folder keeps for contributions. */
const stateSchema = z.object({
  width: z.number().int(),
  terms: z.array(termSchema),
  weights: z.array(z.number()),
  intercept: z.number(),
  l2: z.number(),
})
export type LogisticState = z.output<typeof stateSchema>

/** Weights that a term takes: its value or one per category, and one for missing. */
const sizeOf = (term: Term): number => (term.categories ?? 1) + (term.missing ? 1 : 0)

/**
 * L2-penalised logistic regression for few labels: every number is bent (linear near its median, a logarithm in
 * its tails), missing values and categories get weights of their own. Fitted by L-BFGS; deterministic,
 * the seed is not used.
 */
export const logistic: Learner<LogisticParams> = {
  id: 'logistic',
  async train(data, params, _seed, pace) {
    return new LogisticMember(await fit(data, params, pace))
  },
}

async function fit(data: TrainingData, params: LogisticParams, pace: Pace): Promise<LogisticState> {
  const { columns, rows, x, y, weights } = data
  const width = columns.length
  const terms: Term[] = []
  for (let c = 0; c < width; c++) {
    const term = columns[c].kind === 'category' ? categoryTerm(data, c) : numberTerm(data, c)
    if (term !== null) terms.push(term)
    await pace.checkpoint()
  }
  const total = terms.reduce((sum, term) => sum + sizeOf(term), 0)
  const design = new Float32Array(rows * total)
  for (let i = 0; i < rows; i++) {
    expand(terms, x, i * width, design, i * total)
    if ((i & 4095) === 0) await pace.checkpoint()
  }
  let smaller = 0
  for (const label of y) smaller += label
  smaller = Math.max(1, Math.min(smaller, rows - smaller))
  // The penalty is per label, so that the same l2 fits few labels and many.
  const penalty = params.l2 * Math.max(1, Math.sqrt(smaller))
  const objective = (w: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0)
    let loss = 0
    for (let i = 0; i < rows; i++) {
      let f = w[total]
      const row = i * total
      for (let k = 0; k < total; k++) f += w[k] * design[row + k]
      const weight = weights ? weights[i] : 1
      loss += weight * (Math.max(f, 0) + Math.log1p(Math.exp(-Math.abs(f))) - y[i] * f)
      const d = weight * (sigmoid(f) - y[i])
      for (let k = 0; k < total; k++) gradient[k] += d * design[row + k]
      gradient[total] += d
    }
    for (let k = 0; k < total; k++) {
      loss += (penalty / 2) * w[k] * w[k]
      gradient[k] += penalty * w[k]
    }
    return loss
  }
  const start = new Float64Array(total + 1)
  const w = await minimise(objective, start, params.iterations, pace)
  return {
    width,
    terms,
    weights: Array.from(w.subarray(0, total), Math.fround),
    intercept: Math.fround(w[total]),
    l2: params.l2,
  }
}

function numberTerm({ columns, rows, x }: TrainingData, c: number): Term | null {
  const width = columns.length
  const present: number[] = []
  for (let i = 0; i < rows; i++) {
    const value = x[i * width + c]
    if (Number.isFinite(value)) present.push(value)
  }
  if (present.length === 0) return null
  const missing = present.length < rows
  present.sort((a, b) => a - b)
  const at = (q: number) => present[Math.min(present.length - 1, Math.floor(q * present.length))]
  const centre = Math.fround(at(0.5))
  const spread = at(0.75) - at(0.25) || (present[present.length - 1] - present[0]) / 4
  if (!(spread > 0) && !missing) return null
  const scale = spread > 0 ? Math.fround(spread) : 1
  let sum = 0
  let squares = 0
  for (const value of present) {
    const t = bend((value - centre) / scale)
    sum += t
    squares += t * t
  }
  const mean = sum / present.length
  const sd = Math.sqrt(Math.max(0, squares / present.length - mean * mean))
  return {
    column: c,
    centre,
    scale,
    mean: Math.fround(mean),
    sd: Math.fround(sd > 1e-6 ? sd : 1),
    categories: null,
    missing,
  }
}

function categoryTerm({ columns, rows, x }: TrainingData, c: number): Term | null {
  let missing = false
  let most = -1
  for (let i = 0; i < rows; i++) {
    const value = x[i * columns.length + c]
    if (Number.isFinite(value)) most = Math.max(most, value)
    else missing = true
  }
  if (most < 0) return null
  const categories = Math.min(MOST_CATEGORIES, most + 1)
  return { column: c, centre: 0, scale: 1, mean: 0, sd: 1, categories, missing }
}

/** A row's term values into `out`. */
function expand(terms: readonly Term[], x: Float32Array, from: number, out: Float32Array, to: number): void {
  for (const term of terms) {
    const value = x[from + term.column]
    const known = Number.isFinite(value)
    if (term.categories !== null) {
      for (let k = 0; k < term.categories; k++) out[to++] = known && value === k ? 1 : 0
    } else {
      const t = known ? (bend((value - term.centre) / term.scale) - term.mean) / term.sd : 0
      out[to++] = Math.max(-CLIP, Math.min(CLIP, t))
    }
    if (term.missing) out[to++] = known ? 0 : 1
  }
}

/** A fitted logistic regression. */
export class LogisticMember implements TrainedMember {
  readonly learner = 'logistic'
  readonly about: Record<string, unknown>
  readonly state: LogisticState

  constructor(state: LogisticState) {
    this.state = state
    this.about = { l2: state.l2, terms: state.weights.length }
  }

  /** Throws model_invalid where the bytes are not what `toBytes` writes. */
  static fromBytes(bytes: Uint8Array): LogisticMember {
    try {
      return new LogisticMember(stateSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))))
    } catch {
      throw new ShoalError(
        'model_invalid',
        'A file of a logistic regression is damaged. Train the model again.',
      )
    }
  }

  toBytes(): Uint8Array {
    return Buffer.from(JSON.stringify(this.state))
  }

  predict(x: Float32Array, rows: number): Float32Array {
    const { terms, weights, intercept, width } = this.state
    const values = new Float32Array(weights.length)
    const out = new Float32Array(rows)
    for (let i = 0; i < rows; i++) {
      expand(terms, x, i * width, values, 0)
      let f = intercept
      for (let k = 0; k < weights.length; k++) f += weights[k] * values[k]
      out[i] = f
    }
    return out
  }

  /** Exact: the margin is a sum over columns. The baseline is the intercept, the score of a typical account. */
  contributions(x: Float32Array, rows: number): Float32Array {
    const { terms, weights, intercept, width } = this.state
    const values = new Float32Array(weights.length)
    const out = new Float32Array(rows * (width + 1))
    for (let i = 0; i < rows; i++) {
      expand(terms, x, i * width, values, 0)
      const row = i * (width + 1)
      let k = 0
      for (const term of terms)
        for (const end = k + sizeOf(term); k < end; k++) out[row + term.column] += weights[k] * values[k]
      out[row + width] = intercept
    }
    return out
  }

  toOnnx(graph: OnnxGraph, input: string): string {
    return write(graph, input, this.state)
  }
}

/**
 * Whole-width operations: to gather the columns that matter would cost more than to give the others no weight. A missing
 * value is filled with its centre; what the sum then counts for it is taken off by the weight of its gap.
 */
function write(graph: OnnxGraph, input: string, { terms, weights, intercept, width }: LogisticState): string {
  const scalar = (value: number) => graph.float(null, [1], Float32Array.of(value))
  const parts: string[] = []
  const centre = new Float32Array(width)
  const scale = new Float32Array(width).fill(1)
  const mean = new Float32Array(width)
  const sd = new Float32Array(width).fill(1)
  const numbers = new Float32Array(width)
  const gaps = new Float32Array(width)
  let k = 0
  for (const term of terms) {
    const c = term.column
    if (term.categories === null) {
      centre[c] = term.centre
      scale[c] = term.scale
      mean[c] = term.mean
      sd[c] = term.sd
      numbers[c] = weights[k++]
      gaps[c] = -numbers[c] * Math.max(-CLIP, Math.min(CLIP, -term.mean / term.sd))
    } else {
      const [column] = graph.node('Gather', [input, graph.int64(null, [1], [c])], { axis: 1 })
      const codes = Float32Array.from({ length: term.categories }, (_, v) => v)
      const [same] = graph.node('Equal', [column, graph.float(null, [1, term.categories], codes)])
      const [hot] = graph.node('Cast', [same], { to: 1 })
      const w = Float32Array.from(weights.slice(k, k + term.categories))
      parts.push(graph.node('MatMul', [hot, graph.float(null, [term.categories, 1], w)])[0])
      k += term.categories
    }
    if (term.missing) gaps[c] += weights[k++]
  }
  const row = (values: Float32Array) => graph.float(null, [1, width], values)
  const limit = (value: number) => graph.float(null, [], Float32Array.of(value))
  const [gap] = graph.node('IsNaN', [input])
  const [filled] = graph.node('Where', [gap, row(centre), input])
  const [centred] = graph.node('Sub', [filled, row(centre)])
  const [divided] = graph.node('Div', [centred, row(scale)])
  const [size] = graph.node('Abs', [divided])
  const [more] = graph.node('Add', [size, scalar(1)])
  const [log] = graph.node('Log', [more])
  const [sign] = graph.node('Sign', [divided])
  const [bent] = graph.node('Mul', [log, sign])
  const [moved] = graph.node('Sub', [bent, row(mean)])
  const [unit] = graph.node('Div', [moved, row(sd)])
  const [cut] = graph.node('Clip', [unit, limit(-CLIP), limit(CLIP)])
  parts.push(graph.node('MatMul', [cut, graph.float(null, [width, 1], numbers)])[0])
  const [flag] = graph.node('Cast', [gap], { to: 1 })
  parts.push(graph.node('MatMul', [flag, graph.float(null, [width, 1], gaps)])[0])
  let sum = parts[0]
  for (const part of parts.slice(1)) [sum] = graph.node('Add', [sum, part])
  return graph.node('Add', [sum, scalar(intercept)])[0]
}
