import { instantiate, layout, type WasmInstance } from '../kernels/wasm.ts'
import { wasm } from './trees.wasm.ts'

/** What assembly/ offers; arrays are byte addresses in the instance's memory. */
interface Kernels {
  boostGradients(rows: number, margins: number, y: number, weights: number, pairs: number): void
  histogram(
    bins: number,
    rows: number,
    columns: number,
    count: number,
    index: number,
    from: number,
    to: number,
    pairs: number,
    gathered: number,
    out: number,
  ): void
  bestSplit(
    hist: number,
    tried: number,
    triedCount: number,
    ends: number,
    g: number,
    h: number,
    rows: number,
    lambda: number,
    minRows: number,
    minHessian: number,
    out: number,
  ): void
  partition(
    column: number,
    index: number,
    from: number,
    to: number,
    bin: number,
    missingLeft: number,
    room: number,
  ): number
  addToRows(index: number, from: number, to: number, value: number, margins: number): void
  subtract(a: number, b: number, count: number): void
  seed(low: number, high: number): void
  nodeTotals(index: number, from: number, to: number, pairs: number, out: number): void
  randomSplit(
    bins: number,
    rows: number,
    columns: number,
    count: number,
    wanted: number,
    index: number,
    from: number,
    to: number,
    pairs: number,
    gathered: number,
    room: number,
    cuts: number,
    centres: number,
    minRows: number,
    positive: number,
    weight: number,
    out: number,
  ): void
}

/** Bytes of one column's histogram. */
export const HISTOGRAM_BYTES = 256 * 16

/**
 * Binned rows in WebAssembly memory with what trees need to grow on them. `histograms` histograms of `treeColumns` columns
 * each are kept beside.
 */
export class TreeEngine {
  readonly rows: number
  readonly bins: Uint8Array
  readonly y: Uint8Array
  readonly weights: Float64Array
  readonly margins: Float64Array
  /** Two doubles a row. */
  readonly pairs: Float64Array
  readonly index: Uint32Array
  readonly columns: Uint32Array
  readonly tried: Uint32Array
  readonly ends: Uint32Array
  /** Upper end, and middle, of each bin's values: 256 a column. */
  readonly cuts: Float32Array
  readonly centres: Float32Array
  readonly out: Float64Array
  readonly histograms: readonly Float64Array[]
  readonly call: Kernels
  readonly at: Readonly<
    Record<
      | 'bins'
      | 'y'
      | 'weights'
      | 'margins'
      | 'pairs'
      | 'index'
      | 'room'
      | 'gathered'
      | 'columns'
      | 'tried'
      | 'ends'
      | 'cuts'
      | 'centres'
      | 'out',
      number
    >
  >
  readonly #histogramAt: readonly number[]

  constructor(rows: number, width: number, histograms = 0, treeColumns = width) {
    this.rows = rows
    const place = layout()
    const at = {
      bins: place.place(rows * width),
      y: place.place(rows),
      weights: place.place(rows * 8),
      margins: place.place(rows * 8),
      pairs: place.place(rows * 16),
      index: place.place(rows * 4),
      room: place.place(rows * 4),
      gathered: place.place(rows * 16),
      columns: place.place(width * 4),
      tried: place.place(width * 4),
      ends: place.place(width * 4),
      cuts: place.place(width * 1024),
      centres: place.place(width * 1024),
      out: place.place(128),
    }
    this.at = at
    this.#histogramAt = Array.from({ length: histograms }, () => place.place(treeColumns * HISTOGRAM_BYTES))
    const instance: WasmInstance<Kernels> = instantiate(wasm, place.end)
    const { buffer } = instance.memory
    this.call = instance.exports
    this.bins = new Uint8Array(buffer, at.bins, rows * width)
    this.y = new Uint8Array(buffer, at.y, rows)
    this.weights = new Float64Array(buffer, at.weights, rows)
    this.margins = new Float64Array(buffer, at.margins, rows)
    this.pairs = new Float64Array(buffer, at.pairs, rows * 2)
    this.index = new Uint32Array(buffer, at.index, rows)
    this.columns = new Uint32Array(buffer, at.columns, width)
    this.tried = new Uint32Array(buffer, at.tried, width)
    this.ends = new Uint32Array(buffer, at.ends, width)
    this.cuts = new Float32Array(buffer, at.cuts, width * 256)
    this.centres = new Float32Array(buffer, at.centres, width * 256)
    this.out = new Float64Array(buffer, at.out, 16)
    this.histograms = this.#histogramAt.map((p) => new Float64Array(buffer, p, treeColumns * 512))
  }

  histogramAt(slot: number): number {
    return this.#histogramAt[slot]
  }

  /** Moves the rows of a node apart; returns where those begin that go right. */
  part(column: number, from: number, to: number, bin: number, missingLeft: boolean): number {
    const { at, rows } = this
    return this.call.partition(at.bins + column * rows, at.index, from, to, bin, missingLeft ? 1 : 0, at.room)
  }
}
