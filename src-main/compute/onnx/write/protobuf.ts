/**
 * Writes protocol buffers: the four things that ONNX needs of the wire format (varints, fixed 32-bit floats in packed
 * arrays, length-delimited bytes, nested messages). Source: protobuf.dev/programming-guides/encoding.
 */
export class Message {
  #parts: Uint8Array[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  #push(bytes: Uint8Array): void {
    this.#parts.push(bytes)
    this.#length += bytes.length
  }

  /** An integer field; negative numbers take ten bytes, as int64 does. */
  int(field: number, value: number | bigint): this {
    this.#push(varint(BigInt(field) << 3n))
    this.#push(varint(BigInt.asUintN(64, BigInt(value))))
    return this
  }

  float(field: number, value: number): this {
    this.#push(varint((BigInt(field) << 3n) | 5n))
    this.#push(littleEndian(Float32Array.of(value)))
    return this
  }

  bytes(field: number, value: Uint8Array): this {
    this.#push(varint((BigInt(field) << 3n) | 2n))
    this.#push(varint(BigInt(value.length)))
    this.#push(value)
    return this
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value))
  }

  floats(field: number, values: Float32Array): this {
    return this.bytes(field, littleEndian(values))
  }

  ints(field: number, values: Iterable<number | bigint>): this {
    const packed = new Message()
    for (const value of values) packed.#push(varint(BigInt.asUintN(64, BigInt(value))))
    return this.message(field, packed)
  }

  message(field: number, value: Message): this {
    this.#push(varint((BigInt(field) << 3n) | 2n))
    this.#push(varint(BigInt(value.#length)))
    for (const part of value.#parts) this.#push(part)
    return this
  }

  toBytes(): Uint8Array {
    const out = new Uint8Array(this.#length)
    let at = 0
    for (const part of this.#parts) {
      out.set(part, at)
      at += part.length
    }
    return out
  }
}

const SMALL = Array.from({ length: 128 }, (_, value) => Uint8Array.of(value))

function varint(value: bigint): Uint8Array {
  if (value < 128n) return SMALL[Number(value)]
  const bytes: number[] = []
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 128n) {
      bytes.push(Number(rest))
      return Uint8Array.from(bytes)
    }
    bytes.push(Number(rest & 127n) | 128)
  }
}

/** The bytes of an array as ONNX wants them; every machine that Electron runs on is little-endian. */
export const littleEndian = (values: Float32Array | BigInt64Array): Uint8Array =>
  new Uint8Array(values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength))
