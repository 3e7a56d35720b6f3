/**
 * The opset of the default domain that an ONNX file states, or null where none is found: field 8 (opset_import) of
 * ModelProto, in it field 1 (domain) and field 2 (version). Only the outermost fields are walked over.
 */
export function readOpset(bytes: Uint8Array): number | null {
  let found: number | null = null
  walk(bytes, 0, bytes.length, (field, from, to) => {
    if (field !== 8) return
    let domain = ''
    let version = 0
    walk(bytes, from, to, (inner, at, end, value) => {
      if (inner === 1) domain = Buffer.from(bytes.subarray(at, end)).toString('utf8')
      if (inner === 2) version = value
    })
    if (domain === '' || domain === 'ai.onnx') found = version
  })
  return found
}

/** Calls `visit` for every field of a message; stops where the bytes make no sense. */
function walk(
  bytes: Uint8Array,
  start: number,
  stop: number,
  visit: (field: number, from: number, to: number, value: number) => void,
): void {
  let at = start
  const varint = (): number => {
    let value = 0
    for (let scale = 1; at < stop; scale *= 128) {
      const byte = bytes[at++]
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
    return NaN
  }
  while (at < stop) {
    const tag = varint()
    const field = Math.floor(tag / 8)
    const wire = tag % 8
    if (wire === 0) visit(field, at, at, varint())
    else {
      const length = wire === 2 ? varint() : wire === 1 ? 8 : wire === 5 ? 4 : NaN
      if (!(length >= 0 && at + length <= stop)) return
      visit(field, at, at + length, 0)
      at += length
    }
  }
}
