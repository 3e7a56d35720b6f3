/**
 * Just enough of the protocol buffers wire format to write ONNX files
 * (https://protobuf.dev/programming-guides/encoding): varints, fixed 32-bit floats, length-delimited fields.
 * A message is a list of pieces, put together once at the end, so that large tensors are copied only once.
 */
const VARINT = 0
const LENGTH = 2
const FIXED32 = 5
const LONGEST_VARINT = 10
const text = new TextEncoder()

/** Bytes of an unsigned (or two's complement 64-bit) varint. */
function varint(value: number | bigint): Uint8Array {
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new RangeError(`${value} is not a whole number`)
  const bytes: number[] = []
  if (typeof value === 'number' && value >= 0) {
    let rest = value
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
    bytes.push(rest)
  } else {
    let rest = BigInt.asUintN(64, BigInt(value))
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
    bytes.push(Number(rest))
  }
  return Uint8Array.from(bytes)
}

/** A message being written. Fields appear in the order of the calls; numbers are those of the .proto file. */
export class Message {
  readonly #pieces: Uint8Array[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  #add(piece: Uint8Array): void {
    this.#pieces.push(piece)
    this.#length += piece.length
  }

  #tag(field: number, wire: number): void {
    this.#add(varint(field * 8 + wire))
  }

  int(field: number, value: number | bigint): this {
    this.#tag(field, VARINT)
    this.#add(varint(value))
    return this
  }

  float(field: number, value: number): this {
    this.#tag(field, FIXED32)
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setFloat32(0, value, true)
    this.#add(bytes)
    return this
  }

  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, LENGTH)
    this.#add(varint(value.length))
    this.#add(value)
    return this
  }

  string(field: number, value: string): this {
    return this.bytes(field, text.encode(value))
  }

  message(field: number, value: Message): this {
    this.#tag(field, LENGTH)
    this.#add(varint(value.length))
    for (const piece of value.#pieces) this.#add(piece)
    return this
  }

  /** Repeated whole numbers in packed form. */
  ints(field: number, values: Iterable<number | bigint>): this {
    let packed = new Uint8Array(1024)
    let at = 0
    for (const value of values) {
      if (at + LONGEST_VARINT > packed.length) {
        const longer = new Uint8Array(packed.length * 2)
        longer.set(packed)
        packed = longer
      }
      // Node numbers of a forest are millions of such values.
      if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 0x80000000) {
        let rest = value
        for (; rest > 127; rest >>>= 7) packed[at++] = (rest & 127) | 128
        packed[at++] = rest
      } else for (const byte of varint(value)) packed[at++] = byte
    }
    return this.bytes(field, packed.subarray(0, at))
  }

  /** A repeated string, of which a few occur again and again. */
  strings(field: number, values: readonly string[]): this {
    const written = new Map<string, Uint8Array>()
    let length = 0
    for (const value of values) {
      let bytes = written.get(value)
      if (bytes === undefined) {
        bytes = new Message().string(field, value).toBytes()
        written.set(value, bytes)
      }
      length += bytes.length
    }
    const all = new Uint8Array(length)
    let at = 0
    for (const value of values) {
      const bytes = written.get(value)!
      all.set(bytes, at)
      at += bytes.length
    }
    this.#add(all)
    return this
  }

  /** Repeated floats in packed form. */
  floats(field: number, values: Float32Array): this {
    return this.bytes(field, littleEndian(values))
  }

  toBytes(): Uint8Array {
    const out = new Uint8Array(this.#length)
    let at = 0
    for (const piece of this.#pieces) {
      out.set(piece, at)
      at += piece.length
    }
    return out
  }
}

/** A copy of an array's values as little-endian bytes, whatever this machine's own order is. */
export function littleEndian(
  values: Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice()
  const width = values.BYTES_PER_ELEMENT
  if (width > 1 && new Uint8Array(Uint16Array.of(1).buffer)[0] === 0)
    for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse()
  return bytes
}
