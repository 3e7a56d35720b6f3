import { ShoalError } from '../../common/errors.ts'
import type { OnnxGraph } from '../onnx/write/graph.ts'
import type { TrainedMember } from '../learning/types.ts'
import { encodeRows, inputColumns, type Encoding } from './encode.ts'
import { HeadEngine } from './engine.ts'
import { writeNetwork } from './export.ts'
import { headParts, headShape, type HeadShape } from './shape.ts'

/** Rows encoded and passed at once. */
const CHUNK = 512
/** Points on the way from the mean account to the account at which gradients are taken. */
const PATH = 24

/** A trained network as plain data. */
export interface NetworkData {
  readonly encoding: Encoding
  readonly hidden: number
  readonly dense: number
  /** Parameters of each head, as shape.ts lays them out. */
  readonly heads: readonly Float32Array[]
  readonly about: Record<string, unknown>
}

/** Several heads over one encoding; their margins are averaged. */
export class NetworkMember implements TrainedMember {
  readonly learner = 'network'
  readonly about: Record<string, unknown>
  readonly data: NetworkData
  readonly shape: HeadShape
  private engine: HeadEngine | null = null

  constructor(data: NetworkData) {
    this.data = data
    this.about = data.about
    const { encoding } = data
    this.shape = headShape(encoding.inputs, encoding.channels.length, data.hidden, data.dense)
  }

  predict(x: Float32Array, rows: number): Float32Array {
    this.check(x, rows)
    const { encoding, heads } = this.data
    const engine = this.ready()
    const out = new Float32Array(rows)
    for (let from = 0; from < rows; from += CHUNK) {
      const to = Math.min(rows, from + CHUNK)
      encodeRows(encoding, x, from, to, engine.x, this.shape.columns)
      for (const head of heads) {
        engine.parameters.set(head)
        engine.forward(0, to - from)
        for (let i = from; i < to; i++) out[i] += engine.margins[i - from] / heads.length
      }
    }
    return out
  }

  toOnnx(graph: OnnxGraph, input: string): string {
    return writeNetwork(graph, input, this.data, this.shape)
  }

  /**
   * Integrated gradients (Sundararajan, Taly & Yan 2017) from the mean account, all of whose encoded values are 0, along
   * the straight line to the account, at 24 midpoints; the values that one column was encoded to are added up. The last
   * column is the margin of the mean account. What the midpoints leave open (the sum's difference to the margin, mostly
   * below a hundredth of it) is shared out by size, so that a row sums to its margin.
   */
  contributions(x: Float32Array, rows: number): Float32Array {
    this.check(x, rows)
    const { encoding, heads } = this.data
    const { columns } = this.shape
    const { width, inputs } = encoding
    const owner = inputColumns(encoding)
    const engine = this.ready()
    const margins = this.predict(x, rows)
    const out = new Float32Array(rows * (width + 1))
    const base = this.meanMargin(engine)
    const encoded = new Float32Array(columns)
    const slopes = new Float64Array(inputs)
    const sums = new Float64Array(width)
    for (let row = 0; row < rows; row++) {
      encodeRows(encoding, x, row, row + 1, encoded, columns)
      slopes.fill(0)
      for (let k = 0; k < PATH; k++)
        for (let j = 0; j < columns; j++) engine.x[k * columns + j] = (encoded[j] * (k + 0.5)) / PATH
      for (const head of heads) {
        engine.parameters.set(head)
        engine.marginGradients(0, PATH)
        for (let k = 0; k < PATH; k++)
          for (let j = 0; j < inputs; j++) slopes[j] += engine.inputGradients[k * columns + j]
      }
      sums.fill(0)
      for (let j = 0; j < inputs; j++) sums[owner[j]] += (slopes[j] / (PATH * heads.length)) * encoded[j]
      let total = 0
      let size = 0
      for (const v of sums) {
        total += v
        size += Math.abs(v)
      }
      const open = margins[row] - base - total
      const at = row * (width + 1)
      for (let k = 0; k < width; k++) out[at + k] = size > 0 ? sums[k] + (open * Math.abs(sums[k])) / size : 0
      out[at + width] = size > 0 ? base : margins[row]
    }
    return out
  }

  private meanMargin(engine: HeadEngine): number {
    engine.x.fill(0, 0, this.shape.columns)
    let sum = 0
    for (const head of this.data.heads) {
      engine.parameters.set(head)
      engine.forward(0, 1)
      sum += engine.margins[0]
    }
    return sum / this.data.heads.length
  }

  private ready(): HeadEngine {
    if (this.engine === null) {
      const ends = this.data.encoding.channels.map(({ end }) => end)
      this.engine = new HeadEngine(this.shape, ends, CHUNK, CHUNK)
    }
    return this.engine
  }

  private check(x: Float32Array, rows: number): void {
    const { width } = this.data.encoding
    if (x.length !== rows * width)
      throw new ShoalError('internal', `The network reads ${rows} × ${width} values, not ${x.length}.`)
  }
}

const MAGIC = 'SHOALNW1'

/** A network as one file: 8 bytes of magic, u32 length of a JSON header, the header, then each head's float32 values. */
export function networkToBytes(data: NetworkData): Uint8Array {
  const { encoding, hidden, dense, heads, about } = data
  const header = Buffer.from(JSON.stringify({ encoding, hidden, dense, heads: heads.length, about }))
  const length = heads.reduce((sum, head) => sum + head.byteLength, 0)
  const out = Buffer.alloc(12 + header.length + length)
  out.write(MAGIC, 'latin1')
  out.writeUInt32LE(header.length, 8)
  header.copy(out, 12)
  let at = 12 + header.length
  for (const head of heads)
    for (const v of head) {
      out.writeFloatLE(v, at)
      at += 4
    }
  return out
}

/** What networkToBytes wrote. Throws model_invalid for anything else. */
export function networkFromBytes(bytes: Uint8Array): NetworkMember {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const refuse = (why: string): ShoalError =>
    new ShoalError(
      'model_invalid',
      `This is no network file of this version of Shoal: ${why}. Train the model again.`,
    )
  if (buffer.length < 12 || buffer.toString('latin1', 0, 8) !== MAGIC)
    throw refuse('it begins with other bytes')
  const end = 12 + buffer.readUInt32LE(8)
  if (end > buffer.length) throw refuse('it is cut off')
  let header: Omit<NetworkData, 'heads'> & { heads: number }
  try {
    header = JSON.parse(buffer.toString('utf8', 12, end))
  } catch {
    throw refuse('its header is not JSON')
  }
  const { encoding, hidden, dense, heads: count, about } = header
  const { length } = headParts(headShape(encoding.inputs, encoding.channels.length, hidden, dense))
  if (buffer.length !== end + count * length * 4) throw refuse('it has another length than its header says')
  const heads: Float32Array[] = []
  for (let h = 0; h < count; h++) {
    const head = new Float32Array(length)
    for (let i = 0; i < length; i++) head[i] = buffer.readFloatLE(end + (h * length + i) * 4)
    heads.push(head)
  }
  return new NetworkMember({ encoding, hidden, dense, heads, about })
}
