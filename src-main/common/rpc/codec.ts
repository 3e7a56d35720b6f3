import { ShoalError } from '../errors.ts'
import type { Frame } from './frames.ts'

/**
 * Frames as bytes, for transports that carry no structured clone (WebSocket):
 *
 *   u32 LE length of the JSON | JSON (UTF-8) | zero padding to 8 | columns, each padded to 8
 *
 * A typed array in the frame becomes {"$col": [kind, byteOffset, length]} in the JSON, byteOffset counted from
 * the start of the columns. An ordinary object that has a "$col" or "$obj" key is wrapped as {"$obj": …}.
 */
const KINDS = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const
type Kind = keyof typeof KINDS
type Column = InstanceType<(typeof KINDS)[Kind]>

const pad8 = (n: number) => (n + 7) & ~7

function kindOf(value: object): Kind | null {
  for (const kind of Object.keys(KINDS) as Kind[]) if (value instanceof KINDS[kind]) return kind
  return null
}

export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  const columns: Column[] = []
  let columnBytes = 0
  const strip = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (ArrayBuffer.isView(value)) {
      const kind = kindOf(value)
      if (!kind) throw new ShoalError('internal', 'This column type cannot be sent.')
      const column = value as Column
      const at = columnBytes
      columns.push(column)
      columnBytes = pad8(columnBytes + column.byteLength)
      return { $col: [kind, at, column.length] }
    }
    if (Array.isArray(value)) return value.map(strip)
    const out: Record<string, unknown> = {}
    for (const [key, inner] of Object.entries(value)) out[key] = strip(inner)
    return '$col' in out || '$obj' in out ? { $obj: out } : out
  }
  const json = new TextEncoder().encode(JSON.stringify(strip(frame)))
  const start = pad8(4 + json.length)
  const bytes = new Uint8Array(start + columnBytes)
  new DataView(bytes.buffer).setUint32(0, json.length, true)
  bytes.set(json, 4)
  let at = start
  for (const column of columns) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at)
    at = pad8(at + column.byteLength)
  }
  return bytes
}

/** The inverse; columns are copied out, so the input may be reused. Throws invalid_input on damaged bytes. */
export function decodeFrame(bytes: Uint8Array): Frame {
  const bad = () => new ShoalError('invalid_input', 'A damaged message arrived.')
  if (bytes.length < 4) throw bad()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = view.getUint32(0, true)
  if (4 + length > bytes.length) throw bad()
  const start = pad8(4 + length)
  const restore = (value: unknown, literal = false): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map((v) => restore(v))
    const object = value as Record<string, unknown>
    if (!literal && '$obj' in object) return restore(object['$obj'], true)
    if (!literal && '$col' in object) {
      const [kind, offset, count] = object['$col'] as [Kind, number, number]
      const Type = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined
      if (!Type || !Number.isInteger(offset) || !Number.isInteger(count) || offset < 0 || count < 0)
        throw bad()
      const from = start + offset
      const to = from + count * Type.BYTES_PER_ELEMENT
      if (to > bytes.length) throw bad()
      const copy = new Uint8Array(to - from) // a Buffer's own slice would share its pool's memory
      copy.set(bytes.subarray(from, to))
      return new Type(copy.buffer)
    }
    const out: Record<string, unknown> = {}
    for (const [key, inner] of Object.entries(object)) {
      if (key !== '__proto__') out[key] = restore(inner) // never a prototype from outside
    }
    return out
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)))
  } catch {
    throw bad()
  }
  const frame = restore(parsed) as Frame
  if (typeof frame !== 'object' || frame === null || typeof frame.t !== 'string') throw bad()
  return frame
}
