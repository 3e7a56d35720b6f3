import { littleEndian, Message } from './protobuf.ts'

/** The file format of ONNX 1.14 and later; onnxruntime 1.30 reads up to 10. */
const IR_VERSION = 9
/** Operators are those of these versions. */
export const OPSET = 18
export const ML_OPSET = 3

/** Numbers of TensorProto.DataType. */
const DATA_TYPES = { float32: 1, int64: 7 } as const
/** Numbers of AttributeProto.AttributeType. */
const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, floats: 6, ints: 7, strings: 8 } as const
/** Attributes that are floats also where their value is whole. */
const FLOAT_ATTRIBUTES = new Set(['alpha', 'beta', 'epsilon', 'momentum', 'ratio'])

export type AttributeValue =
  number | bigint | string | Float32Array | readonly number[] | readonly bigint[] | readonly string[]
type Dims = readonly (number | string)[]

/**
 * A network being written as an ONNX file: initializers, nodes, inputs and outputs are added in order, and `toBytes`
 * gives model.onnx. Nothing is checked here; onnxruntime does that when the file is opened, and the golden vectors of the
 * model folder say whether it computes what was trained. Field numbers are those of onnx.proto3.
 */
export class OnnxGraph {
  readonly #name: string
  readonly #nodes: Message[] = []
  readonly #initializers: Message[] = []
  readonly #inputs: Message[] = []
  readonly #outputs: Message[] = []
  #names = 0
  #usesMl = false

  constructor(name: string) {
    this.#name = name
  }

  #fresh(prefix: string): string {
    return `${prefix}_${this.#names++}`
  }

  /** Declares an input; a dimension is a size or the name of a free one. */
  input(name: string, dtype: keyof typeof DATA_TYPES, dims: Dims): string {
    this.#inputs.push(valueInfo(name, dtype, dims))
    return name
  }

  /** Declares that the tensor of this name is an output. */
  output(name: string, dtype: keyof typeof DATA_TYPES, dims: Dims): void {
    this.#outputs.push(valueInfo(name, dtype, dims))
  }

  /** A constant float32 tensor, row-major; [] are the dims of a scalar. Returns its name. */
  float(name: string | null, dims: readonly number[], data: Float32Array): string {
    return this.#tensor(name ?? this.#fresh('c'), DATA_TYPES.float32, dims, littleEndian(data))
  }

  /** A constant int64 tensor. */
  int64(name: string | null, dims: readonly number[], data: BigInt64Array | readonly number[]): string {
    const words = data instanceof BigInt64Array ? data : BigInt64Array.from(data, (v) => BigInt(v))
    return this.#tensor(name ?? this.#fresh('c'), DATA_TYPES.int64, dims, littleEndian(words))
  }

  #tensor(name: string, type: number, dims: readonly number[], raw: Uint8Array): string {
    const tensor = new Message()
    if (dims.length > 0) tensor.ints(1, dims)
    this.#initializers.push(tensor.int(2, type).text(8, name).bytes(9, raw))
    return name
  }

  /**
   * Adds an operator and returns the names of its outputs (as many as asked for, or as named). Whole numbers are
   * integer attributes unless the operator's attribute of that name is a float.
   */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    options: { outputs?: number | readonly string[]; domain?: 'ai.onnx.ml' } = {},
  ): string[] {
    const { outputs = 1, domain } = options
    const names =
      typeof outputs === 'number'
        ? Array.from({ length: outputs }, () => this.#fresh(op.toLowerCase()))
        : [...outputs]
    const node = new Message()
    for (const name of inputs) node.text(1, name)
    for (const name of names) node.text(2, name)
    node.text(3, this.#fresh('n')).text(4, op)
    for (const [name, value] of Object.entries(attributes)) node.message(5, attribute(name, value))
    if (domain !== undefined) {
      node.text(7, domain)
      this.#usesMl = true
    }
    this.#nodes.push(node)
    return names
  }

  toBytes(): Uint8Array {
    const graph = new Message()
    for (const node of this.#nodes) graph.message(1, node)
    graph.text(2, this.#name)
    for (const tensor of this.#initializers) graph.message(5, tensor)
    for (const value of this.#inputs) graph.message(11, value)
    for (const value of this.#outputs) graph.message(12, value)
    const model = new Message().int(1, IR_VERSION).text(2, 'shoal').message(7, graph)
    model.message(8, new Message().text(1, '').int(2, OPSET))
    if (this.#usesMl) model.message(8, new Message().text(1, 'ai.onnx.ml').int(2, ML_OPSET))
    return model.toBytes()
  }
}

function valueInfo(name: string, dtype: keyof typeof DATA_TYPES, dims: Dims): Message {
  const shape = new Message()
  for (const dim of dims)
    shape.message(1, typeof dim === 'number' ? new Message().int(1, dim) : new Message().text(2, dim))
  const tensor = new Message().int(1, DATA_TYPES[dtype]).message(2, shape)
  return new Message().text(1, name).message(2, new Message().message(1, tensor))
}

function attribute(name: string, value: AttributeValue): Message {
  const made = new Message().text(1, name)
  const typed = (type: keyof typeof ATTRIBUTE_TYPES) => made.int(20, ATTRIBUTE_TYPES[type])
  if (typeof value === 'string') return typed('string').text(4, value)
  if (typeof value === 'bigint') return typed('int').int(3, value)
  if (typeof value === 'number')
    return Number.isInteger(value) && !FLOAT_ATTRIBUTES.has(name)
      ? typed('int').int(3, value)
      : typed('float').float(2, value)
  if (value instanceof Float32Array) return typed('floats').floats(7, value)
  if (typeof value[0] === 'string') {
    typed('strings')
    for (const text of value as readonly string[]) made.text(9, text)
    return made
  }
  return typed('ints').ints(8, value as readonly (number | bigint)[])
}
