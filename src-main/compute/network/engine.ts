import { instantiate, layout, type WasmInstance } from '../kernels/wasm.ts'
import { wasm } from './network.wasm.ts'
import type { Kernels } from './kernels.ts'
import { headParts, type HeadParts, type HeadShape } from './shape.ts'

const BETA1 = Math.fround(0.9)
const BETA2 = Math.fround(0.999)

/**
 * One head in WebAssembly memory with the rows that it works on: forward, backward and AdamW. Nothing here waits or
 * draws by itself; trainer.ts decides what is done when.
 */
export class HeadEngine {
  readonly shape: HeadShape
  readonly parts: HeadParts
  /** Most rows of one pass. */
  readonly batch: number
  /** Encoded rows, `columns` values each: the caller fills them. */
  readonly x: Float32Array
  /** Targets 0..1 and weights of these rows. */
  readonly targets: Float32Array
  readonly weights: Float32Array
  /** The head's parameters, in place. */
  readonly parameters: Float32Array
  /** Their gradients after `backward`. */
  readonly gradients: Float32Array
  /** Of the last pass, one a row: margins, and after `backward` the loss by them. */
  readonly margins: Float32Array
  /** Loss (or, if asked for, margin) by each input of the last pass, `columns` values a row. */
  readonly inputGradients: Float32Array
  private readonly wasm: WasmInstance<Kernels>
  private readonly index: Uint32Array
  private readonly batchTargets: Float32Array
  private readonly batchWeights: Float32Array
  private readonly moments: Float32Array
  private readonly at: Record<
    | 'x'
    | 'ends'
    | 'index'
    | 'rows'
    | 'gated'
    | 'gates'
    | 'hidden'
    | 'inverse'
    | 'active'
    | 'dense'
    | 'margins'
    | 'targets'
    | 'weights'
    | 'dActive'
    | 'dDense'
    | 'transposed'
    | 'parameters'
    | 'gradients'
    | 'first'
    | 'second',
    number
  >
  private steps = 0
  private drop = 0

  /** @param ends where each channel ends among the inputs @param rows rows that `x` holds @param batch most rows of one pass */
  constructor(shape: HeadShape, ends: ArrayLike<number>, rows: number, batch: number) {
    this.shape = shape
    this.parts = headParts(shape)
    this.batch = batch
    const { columns, channels, hidden, dense } = shape
    const { length } = this.parts
    const plan = layout()
    const floats = (count: number): number => plan.place(count * 4)
    const at = {
      x: floats(rows * columns),
      ends: floats(channels),
      index: floats(batch),
      rows: floats(batch * columns),
      gated: floats(batch * columns),
      gates: floats(batch * channels),
      hidden: floats(batch * hidden),
      inverse: floats(batch),
      active: floats(batch * hidden),
      dense: floats(batch * dense),
      margins: floats(batch),
      targets: floats(batch),
      weights: floats(batch),
      dActive: floats(batch * hidden),
      dDense: floats(batch * dense),
      transposed: floats(Math.max(columns, dense) * hidden),
      parameters: floats(length),
      gradients: floats(length),
      first: floats(length),
      second: floats(length),
    }
    this.at = at
    this.wasm = instantiate<Kernels>(wasm, plan.end)
    const { buffer } = this.wasm.memory
    new Uint32Array(buffer, at.ends, channels).set(ends)
    this.x = new Float32Array(buffer, at.x, rows * columns)
    this.index = new Uint32Array(buffer, at.index, batch)
    this.batchTargets = new Float32Array(buffer, at.targets, batch)
    this.batchWeights = new Float32Array(buffer, at.weights, batch)
    this.margins = new Float32Array(buffer, at.margins, batch)
    this.inputGradients = new Float32Array(buffer, at.gated, batch * columns)
    this.parameters = new Float32Array(buffer, at.parameters, length)
    this.gradients = new Float32Array(buffer, at.gradients, length)
    this.moments = new Float32Array(buffer, at.first, (at.second - at.first) / 4 + length)
    this.targets = new Float32Array(rows)
    this.weights = new Float32Array(rows).fill(1)
  }

  /** Forgets what the optimiser knows and starts dropout at `seeds` (four numbers other than 0). */
  restart(parameters: Float32Array, seeds: readonly [number, number, number, number]): void {
    this.parameters.set(parameters)
    this.moments.fill(0)
    this.steps = 0
    this.wasm.exports.seedDropout(...seeds)
  }

  /** Margins of rows from..to of x, at most `batch`, into `margins`; nothing is dropped. */
  forward(from: number, to: number): void {
    this.drop = 0
    this.pass(this.at.x + from * this.shape.columns * 4, to - from)
  }

  /** Margins of these rows of x (at most `batch`), in their order. */
  forwardRows(rows: Uint32Array): void {
    this.drop = 0
    this.index.set(rows)
    this.wasm.exports.gatherRows(this.at.x, this.shape.columns * 4, this.at.index, rows.length, this.at.rows)
    this.pass(this.at.rows, rows.length)
  }

  /** One training step on these rows of x (at most `batch`); returns their mean loss. Rates are shares, 0..1. */
  step(rows: Uint32Array, rate: number, decay: number, dropout: number, inputDropout: number): number {
    const loss = this.lossAndGradients(rows, dropout, inputDropout)
    const { exports } = this.wasm
    this.steps++
    const first = 1 / (1 - BETA1 ** this.steps)
    const second = 1 / (1 - BETA2 ** this.steps)
    for (const part of Object.values(this.parts)) {
      if (typeof part === 'number') continue
      const { at, length, decays } = part
      exports.adamw(
        length,
        this.at.parameters + at * 4,
        this.at.gradients + at * 4,
        this.at.first + at * 4,
        this.at.second + at * 4,
        rate,
        decays ? decay : 0,
        first,
        second,
      )
    }
    return loss
  }

  /** Weighted mean loss of these rows of x and, in `gradients`, its gradient; with `inputs` also by each input. */
  lossAndGradients(rows: Uint32Array, dropout = 0, inputDropout = 0, inputs = false): number {
    const { exports } = this.wasm
    const { columns } = this.shape
    const count = rows.length
    this.index.set(rows)
    let total = 0
    for (let i = 0; i < count; i++) total += this.weights[rows[i]]
    for (let i = 0; i < count; i++) {
      this.batchTargets[i] = this.targets[rows[i]]
      this.batchWeights[i] = this.weights[rows[i]] / total
    }
    exports.gatherRows(this.at.x, columns * 4, this.at.index, count, this.at.rows)
    if (inputDropout > 0)
      exports.dropValues(count * columns, this.at.rows, share31(inputDropout), 1 / (1 - inputDropout))
    this.drop = dropout
    this.pass(this.at.rows, count)
    const loss = exports.lossBackward(count, this.at.margins, this.at.targets, this.at.weights)
    this.backward(this.at.rows, count, inputs)
    return loss
  }

  /** Margins of rows from..to of x as `forward`, and the margin by each input in `inputGradients`. */
  marginGradients(from: number, to: number): void {
    this.forward(from, to)
    const margins = this.margins.slice(0, to - from)
    this.margins.fill(1, 0, to - from)
    this.backward(this.at.x + from * this.shape.columns * 4, to - from, true)
    this.margins.set(margins)
  }

  private parameter(part: keyof Omit<HeadParts, 'length'>): number {
    return this.at.parameters + this.parts[part].at * 4
  }

  private gradient(part: keyof Omit<HeadParts, 'length'>): number {
    return this.at.gradients + this.parts[part].at * 4
  }

  private pass(x: number, count: number): void {
    const { exports } = this.wasm
    const { at } = this
    const { columns, channels, hidden, dense } = this.shape
    const drop = share31(this.drop)
    const scale = 1 / (1 - this.drop)
    const of = (part: keyof Omit<HeadParts, 'length'>): number => this.parameter(part)
    exports.gateForward(count, columns, channels, at.ends, x, of('gate'), of('gateBias'), at.gates, at.gated)
    exports.product(
      count,
      hidden,
      columns,
      at.gated,
      columns * 4,
      4,
      of('map'),
      hidden * 4,
      at.hidden,
      hidden * 4,
      0,
    )
    exports.normForward(
      count,
      hidden,
      at.hidden,
      of('bias'),
      of('gamma'),
      of('beta'),
      at.inverse,
      at.active,
      drop,
      scale,
    )
    exports.product(
      count,
      dense,
      hidden,
      at.active,
      hidden * 4,
      4,
      of('dense'),
      dense * 4,
      at.dense,
      dense * 4,
      0,
    )
    exports.reluForward(count, dense, at.dense, of('denseBias'), drop, scale)
    exports.marginForward(count, dense, at.dense, of('margin'), of('marginBias'), at.margins)
  }

  /** From the loss by the margins (in their place) to all gradients. */
  private backward(x: number, count: number, inputs: boolean): void {
    const { exports } = this.wasm
    const { at } = this
    const { columns, channels, hidden, dense } = this.shape
    const scale = 1 / (1 - this.drop)
    const of = (part: keyof Omit<HeadParts, 'length'>): number => this.parameter(part)
    const by = (part: keyof Omit<HeadParts, 'length'>): number => this.gradient(part)
    exports.marginBackward(
      count,
      dense,
      at.dense,
      of('margin'),
      at.margins,
      by('margin'),
      by('marginBias'),
      at.dDense,
      scale,
    )
    exports.product(
      hidden,
      dense,
      count,
      at.active,
      4,
      hidden * 4,
      at.dDense,
      dense * 4,
      by('dense'),
      dense * 4,
      0,
    )
    exports.sumRows(count, dense, at.dDense, by('denseBias'))
    exports.transpose(hidden, dense, of('dense'), at.transposed)
    exports.product(
      count,
      hidden,
      dense,
      at.dDense,
      dense * 4,
      4,
      at.transposed,
      hidden * 4,
      at.dActive,
      hidden * 4,
      0,
    )
    exports.normBackward(
      count,
      hidden,
      at.hidden,
      of('gamma'),
      at.inverse,
      at.active,
      at.dActive,
      by('gamma'),
      by('beta'),
      scale,
    )
    exports.product(
      columns,
      hidden,
      count,
      at.gated,
      4,
      columns * 4,
      at.dActive,
      hidden * 4,
      by('map'),
      hidden * 4,
      0,
    )
    exports.sumRows(count, hidden, at.dActive, by('bias'))
    exports.transpose(columns, hidden, of('map'), at.transposed)
    exports.product(
      count,
      columns,
      hidden,
      at.dActive,
      hidden * 4,
      4,
      at.transposed,
      columns * 4,
      at.gated,
      columns * 4,
      0,
    )
    exports.gateBackward(
      count,
      columns,
      channels,
      at.ends,
      x,
      of('gate'),
      at.gates,
      at.gated,
      by('gate'),
      by('gateBias'),
      inputs ? at.gated : 0,
    )
  }
}

/** A share as what the kernels compare 31 random bits with. */
const share31 = (share: number): number => Math.round(share * 2 ** 31)
