import { littleEndian, Message } from './protobuf.ts'

/** What the file declares; onnxruntime 1.18 and later read it. */
const IR_VERSION = 9
const OPSET = 18
const ML_OPSET = 3

/** Element types by our names, with the numbers of TensorProto.DataType (for `Cast`'s attribute `to`). */
export const ELEMENT = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
} as const
export type Element = keyof typeof ELEMENT

/**
 * A node's attribute. A plain number is an `int` and has to be whole, since ONNX tells `1` from `1.0`: a float is
 * written `{ float: 1 }`. `number[]` is `ints`, Float32Array `floats`, `string[]` `strings`, `{ tensor }` a tensor
 * (Float32Array or Float64Array or BigInt64Array of one dimension unless `dims` says otherwise).
 */
export type Attribute =
  | number
  | bigint
  | string
  | { float: number }
  | readonly number[]
  | readonly bigint[]
  | BigInt64Array
  | Float32Array
  | readonly string[]
  | { tensor: Float32Array | Float64Array | BigInt64Array; dims?: readonly number[] }

const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7, strings: 8 } as const

/**
 * Writes an ONNX model: opset 18 with ai.onnx.ml 3, IR version 9, weights inside the file. Field numbers are those of
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. Nodes have to be added in the order in which they are
 * computed, as ONNX demands; names are checked as they are used, so that a mistake shows where it is made
 * (a plain Error: it is a mistake in the code, not in anybody's data).
 */
export class OnnxGraph {
  readonly #name: string
  readonly #inputs: Message[] = []
  readonly #outputs: Message[] = []
  readonly #initializers: Message[] = []
  readonly #nodes: Message[] = []
  readonly #known = new Set<string>()
  readonly #outputNames = new Set<string>()
  #next = 0

  constructor(name: string) {
    this.#name = name
  }

  #claim(name: string): string {
    if (name === '') throw new Error('A tensor needs a name.')
    if (this.#known.has(name)) throw new Error(`There is already a tensor ${name} in the graph.`)
    this.#known.add(name)
    return name
  }

  #fresh(stem: string): string {
    let name: string
    do name = `${stem}_${this.#next++}`
    while (this.#known.has(name))
    return this.#claim(name)
  }

  /** Declares an input; a string among `dims` is a size known only at run time, e.g. 'batch'. Returns the name. */
  input(name: string, dtype: Element, dims: readonly (number | string)[]): string {
    this.#claim(name)
    this.#inputs.push(valueInfo(name, dtype, dims))
    return name
  }

  /** Declares an output: the tensor of that name has to exist. */
  output(name: string, dtype: Element, dims: readonly (number | string)[]): void {
    if (!this.#known.has(name)) throw new Error(`The output ${name} isn't computed by any node.`)
    if (this.#outputNames.has(name)) throw new Error(`The output ${name} is already declared.`)
    this.#outputNames.add(name)
    this.#outputs.push(valueInfo(name, dtype, dims))
  }

  /** A float32 constant, row-major; `[]` as dims is a scalar. Returns its name (made up where null). */
  float(name: string | null, dims: readonly number[], data: Float32Array | readonly number[]): string {
    return this.#constant(name, 'float32', dims, Float32Array.from(data))
  }

  /** A float64 constant. */
  double(name: string | null, dims: readonly number[], data: Float64Array | readonly number[]): string {
    return this.#constant(name, 'float64', dims, Float64Array.from(data))
  }

  /** An int64 constant (indices, shapes). */
  int64(name: string | null, dims: readonly number[], data: BigInt64Array | readonly number[]): string {
    const values = data instanceof BigInt64Array ? data : BigInt64Array.from(data, (value) => BigInt(value))
    return this.#constant(name, 'int64', dims, values)
  }

  /** A bool constant, one byte a value. */
  bool(name: string | null, dims: readonly number[], data: readonly boolean[]): string {
    return this.#constant(name, 'bool', dims, Uint8Array.from(data, Number))
  }

  #constant(
    name: string | null,
    dtype: Element,
    dims: readonly number[],
    data: Float32Array | Float64Array | BigInt64Array | Uint8Array,
  ): string {
    const size = dims.reduce((product, dim) => product * dim, 1)
    if (size !== data.length)
      throw new Error(
        `${name ?? 'A constant'} has ${data.length} values, its shape [${dims.join(', ')}] ${size}.`,
      )
    const given = name === null ? this.#fresh('c') : this.#claim(name)
    this.#initializers.push(tensor(given, dtype, dims, data))
    return given
  }

  /**
   * Adds a node and returns the names of its outputs. An optional input that is left out is ''.
   * @param options.outputs how many outputs (default 1), or their names
   */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    options: { outputs?: number | readonly string[]; domain?: 'ai.onnx.ml' } = {},
  ): string[] {
    for (const input of inputs)
      if (input !== '' && !this.#known.has(input))
        throw new Error(`${op} reads ${input}, which no earlier node makes.`)
    const { outputs = 1, domain } = options
    const names =
      typeof outputs === 'number'
        ? Array.from({ length: outputs }, () => this.#fresh(op.toLowerCase()))
        : outputs.map((name) => this.#claim(name))
    const node = new Message()
    for (const input of inputs) node.string(1, input)
    for (const name of names) node.string(2, name)
    node.string(4, op)
    for (const [name, value] of Object.entries(attributes)) node.message(5, attribute(op, name, value))
    if (domain !== undefined) node.string(7, domain)
    this.#nodes.push(node)
    return names
  }

  /** The file. The graph may be added to and written again afterwards. */
  toBytes(): Uint8Array {
    if (this.#outputs.length === 0) throw new Error(`The graph ${this.#name} has no output.`)
    const graph = new Message()
    for (const node of this.#nodes) graph.message(1, node)
    graph.string(2, this.#name)
    for (const constant of this.#initializers) graph.message(5, constant)
    for (const input of this.#inputs) graph.message(11, input)
    for (const output of this.#outputs) graph.message(12, output)
    return new Message()
      .int(1, IR_VERSION)
      .string(2, 'shoal')
      .message(7, graph)
      .message(8, new Message().string(1, '').int(2, OPSET))
      .message(8, new Message().string(1, 'ai.onnx.ml').int(2, ML_OPSET))
      .toBytes()
  }
}

/** ValueInfoProto of a tensor. */
function valueInfo(name: string, dtype: Element, dims: readonly (number | string)[]): Message {
  const shape = new Message()
  for (const dim of dims)
    shape.message(1, typeof dim === 'number' ? new Message().int(1, dim) : new Message().string(2, dim))
  const type = new Message().message(1, new Message().int(1, ELEMENT[dtype]).message(2, shape))
  return new Message().string(1, name).message(2, type)
}

/** TensorProto; the values go into raw_data. */
function tensor(
  name: string,
  dtype: Element,
  dims: readonly number[],
  data: Float32Array | Float64Array | BigInt64Array | Uint8Array,
): Message {
  const message = new Message()
  for (const dim of dims) message.int(1, dim)
  return message.int(2, ELEMENT[dtype]).string(8, name).bytes(9, littleEndian(data))
}

/** AttributeProto. */
function attribute(op: string, name: string, value: Attribute): Message {
  const message = new Message().string(1, name)
  const typed = (type: keyof typeof ATTRIBUTE_TYPE): Message => message.int(20, ATTRIBUTE_TYPE[type])
  const whole = (number: number): void => {
    if (!Number.isSafeInteger(number))
      throw new Error(
        `${op}.${name}: ${number} isn't whole; a float is given as { float: ${number} } or Float32Array.`,
      )
  }
  if (typeof value === 'number') {
    whole(value)
    return typed('int').int(3, value)
  }
  if (typeof value === 'bigint') return typed('int').int(3, value)
  if (typeof value === 'string') return typed('string').string(4, value)
  if (value instanceof Float32Array) return typed('floats').floats(7, value)
  if (value instanceof BigInt64Array) return typed('ints').ints(8, value)
  if (Array.isArray(value)) {
    if (typeof value[0] === 'string') {
      message.strings(9, value as readonly string[])
      return typed('strings')
    }
    for (const one of value as readonly (number | bigint)[]) if (typeof one === 'number') whole(one)
    return typed('ints').ints(8, value as readonly (number | bigint)[])
  }
  if (typeof value === 'object' && 'float' in value) return typed('float').float(2, value.float)
  const { tensor: data, dims } = value as Extract<Attribute, { tensor: unknown }>
  const dtype = data instanceof Float32Array ? 'float32' : data instanceof Float64Array ? 'float64' : 'int64'
  return typed('tensor').message(5, tensor('', dtype, dims ?? [data.length], data))
}
