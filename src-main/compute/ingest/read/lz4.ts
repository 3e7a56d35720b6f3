/**
 * LZ4 as Arrow's files use it, from its specification (lz4_Block_format.md, lz4_Frame_format.md). Checksums are not
 * verified: Arrow's writers leave them out.
 */

/** Unpacks a block to the end of `input`. Throws Error where it does not hold together or fill `output` from `at`. */
export function lz4Block(input: Uint8Array, output: Uint8Array, at = 0): number {
  const end = input.length
  let i = 0
  let o = at
  while (i < end) {
    const token = input[i++]
    let literals = token >> 4
    if (literals === 15) {
      let byte = 255
      while (byte === 255) {
        if (i >= end) throw new Error('LZ4: a length is cut off')
        literals += byte = input[i++]
      }
    }
    if (i + literals > end || o + literals > output.length) throw new Error('LZ4: a block is damaged')
    if (literals > 32) output.set(input.subarray(i, i + literals), o)
    else for (let k = 0; k < literals; k++) output[o + k] = input[i + k]
    i += literals
    o += literals
    // The last sequence ends behind its literals.
    if (i >= end) break
    const offset = input[i] | (input[i + 1] << 8)
    i += 2
    if (i > end || offset === 0 || offset > o) throw new Error('LZ4: a block is damaged')
    let length = token & 15
    if (length === 15) {
      let byte = 255
      while (byte === 255) {
        if (i >= end) throw new Error('LZ4: a length is cut off')
        length += byte = input[i++]
      }
    }
    length += 4
    if (o + length > output.length) throw new Error('LZ4: a block is longer than said')
    if (offset >= length) {
      output.copyWithin(o, o - offset, o - offset + length)
      o += length
    } else for (const stop = o + length; o < stop; o++) output[o] = output[o - offset]
  }
  return o
}

const MAGIC = 0x184d2204
const BLOCK_BYTES = [0, 0, 0, 0, 64 * 1024, 256 * 1024, 1024 * 1024, 4 * 1024 * 1024]

/** Unpacks a frame. `limit`: most bytes it may become. Throws Error where it is damaged or larger. */
export function lz4Frame(input: Uint8Array, limit: number): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  if (input.length < 7 || view.getUint32(0, true) !== MAGIC) throw new Error('LZ4: no frame')
  const flags = input[4]
  if (flags >> 6 !== 1) throw new Error('LZ4: a version that is not known')
  const largest = BLOCK_BYTES[(input[5] >> 4) & 7]
  if (largest === 0) throw new Error('LZ4: a wrong block size')
  let at = 6
  let size = -1
  if (flags & 8) {
    size = Number(view.getBigUint64(at, true))
    at += 8
  }
  if (flags & 1) throw new Error('LZ4: dictionaries are not known')
  at++
  if (size > limit) throw new Error('LZ4: larger than allowed')
  let output = new Uint8Array(size >= 0 ? size : Math.min(limit, largest))
  let length = 0
  for (;;) {
    const word = view.getUint32(at, true)
    at += 4
    if (word === 0) break
    const packed = word & 0x7fffffff
    if (at + packed > input.length || packed > largest + 64) throw new Error('LZ4: a block is cut off')
    const block = input.subarray(at, at + packed)
    at += packed
    if (flags & 16) at += 4
    const most = Math.min(limit, length + largest)
    if (size < 0 && output.length < most) {
      const grown = new Uint8Array(Math.min(limit, Math.max(most, output.length * 2)))
      grown.set(output.subarray(0, length))
      output = grown
    }
    if (word & 0x80000000) {
      if (length + packed > output.length) throw new Error('LZ4: larger than allowed')
      output.set(block, length)
      length += packed
    } else length = lz4Block(block, output, length)
  }
  if (size >= 0 && length !== size) throw new Error('LZ4: a frame has another size than it says')
  return output.subarray(0, length)
}
