import { crc32 } from 'node:zlib'

/**
 * Looks over a column chunk's pages before the decoder does. The decoder believes the counts it reads: a byte turned over
 * in one of them makes it fill memory until the process dies. Here every count is held against what the file's directory
 * says, and checksums are verified where pages have them.
 */
export interface ChunkShape {
  /** Values that the directory says it has, nulls included. */
  values: number
  maxDefinition: number
  maxRepetition: number
  boolean: boolean
  decompress(input: Uint8Array, length: number): Uint8Array
}

/** Larger pages than these no writer makes. */
export const MAX_PAGE_BYTES = 512 * 1024 * 1024
const MAX_PAGE_VALUES = 64 * 1024 * 1024

const DATA = 0
const DICTIONARY = 2
const DATA_V2 = 3
const RLE = 3

/** Throws Error where a page does not hold together. */
export function guardChunk(chunk: Uint8Array, shape: ChunkShape): void {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  const reader: Reader = { view, at: 0 }
  let values = 0
  while (values < shape.values) {
    if (reader.at >= view.byteLength) throw new Error('a column has fewer values than the directory says')
    const header = readStruct(reader, 0)
    const type = num(header[1])
    const unpacked = num(header[2])
    const packed = num(header[3])
    if (packed < 0 || reader.at + packed > view.byteLength)
      throw new Error('a page is larger than its column')
    if (unpacked < 0 || unpacked > MAX_PAGE_BYTES) throw new Error('a page is larger than any writer makes')
    const body = chunk.subarray(reader.at, reader.at + packed)
    reader.at += packed
    if (typeof header[4] === 'number' && crc32(body) !== header[4] >>> 0) {
      throw new Error('the checksum of a page does not match')
    }
    if (type === DATA) {
      const page = header[5] as Fields
      const count = counted(page[1], shape.values - values)
      checkV1(shape.decompress(body, unpacked), count, num(page[2]), shape)
      values += count
    } else if (type === DATA_V2) {
      const page = header[8] as Fields
      const count = counted(page[1], shape.values - values)
      const levels = num(page[5]) + num(page[6])
      if (num(page[5]) < 0 || num(page[6]) < 0 || levels > packed)
        throw new Error("a page's levels are cut off")
      checkV2(body, count, page, unpacked, shape)
      values += count
    } else if (type === DICTIONARY) {
      const page = header[7] as Fields
      if (num(page[1]) < 0 || num(page[1]) > MAX_PAGE_VALUES) throw new Error('a dictionary has a wrong size')
    } else if (type !== 1) throw new Error('a page of an unknown kind')
  }
}

function counted(value: Value | undefined, left: number): number {
  const count = num(value)
  if (count < 0 || count > left || count > MAX_PAGE_VALUES)
    throw new Error('a page has more values than its column')
  return count
}

function checkV1(page: Uint8Array, count: number, encoding: number, shape: ChunkShape): void {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength)
  let at = 0
  let nulls = 0
  for (const max of [shape.maxRepetition, shape.maxDefinition]) {
    if (max === 0) continue
    const length = view.getUint32(at, true)
    if (at + 4 + length > view.byteLength) throw new Error("a page's levels are cut off")
    checkRuns({ view, at: at + 4 }, bitWidth(max), count)
    at += 4 + length
    nulls = shape.maxDefinition
  }
  checkValues(view, at, nulls > 0 ? null : count, count, encoding, shape)
}

function checkV2(body: Uint8Array, count: number, page: Fields, unpacked: number, shape: ChunkShape): void {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const definition = num(page[5])
  const repetition = num(page[6])
  const nulls = num(page[2])
  if (nulls < 0 || nulls > count) throw new Error('a page has more nulls than values')
  if (shape.maxRepetition > 0) checkRuns({ view, at: 0 }, bitWidth(shape.maxRepetition), count)
  if (shape.maxDefinition > 0) checkRuns({ view, at: repetition }, bitWidth(shape.maxDefinition), count)
  const rest = body.subarray(definition + repetition)
  const size = unpacked - definition - repetition
  if (size < 0) throw new Error("a page's levels are cut off")
  const values = page[7] === false ? rest : shape.decompress(rest, size)
  checkValues(
    new DataView(values.buffer, values.byteOffset, values.byteLength),
    0,
    count - nulls,
    count,
    num(page[4]),
    shape,
  )
}

/** Of the encodings, only runs say how much they become. `exact`: values there are, null where levels tell. */
function checkValues(
  view: DataView,
  at: number,
  exact: number | null,
  most: number,
  encoding: number,
  shape: ChunkShape,
): void {
  if (encoding === 2 || encoding === 8) {
    if (at >= view.byteLength) return
    checkRuns({ view, at: at + 1 }, view.getUint8(at), exact ?? most, exact === null)
  } else if (encoding === RLE && shape.boolean) {
    if (at + 4 <= view.byteLength) checkRuns({ view, at: at + 4 }, 1, exact ?? most, exact === null)
  }
}

/** Runs of the hybrid of run lengths and packed bits: none may be longer than what is still to come. */
function checkRuns(reader: Reader, width: number, count: number, mayEnd = false): void {
  if (width > 32) throw new Error('a wrong bit width')
  let seen = 0
  while (seen < count) {
    if (reader.at >= reader.view.byteLength) {
      // Packed bits may end early: the rest are zeros. Values behind nulls are fewer than levels.
      if (mayEnd) return
      throw new Error('runs end early')
    }
    const header = varint(reader)
    if (header & 1) {
      const groups = Math.floor(header / 2)
      if (groups * 8 - 7 > count - seen && !(mayEnd && groups * width <= reader.view.byteLength)) {
        throw new Error('a run is longer than its page')
      }
      seen += groups * 8
      reader.at += groups * width
    } else {
      const length = Math.floor(header / 2)
      if (length > count - seen || length === 0) {
        if (length === 0) continue
        throw new Error('a run is longer than its page')
      }
      seen += length
      reader.at += (width + 7) >> 3
    }
  }
}

function bitWidth(max: number): number {
  return 32 - Math.clz32(max)
}

interface Reader {
  view: DataView
  at: number
}
type Value = number | boolean | null | Fields
type Fields = { [id: number]: Value | undefined }

function num(value: Value | undefined): number {
  if (typeof value !== 'number') throw new Error("a page's header is damaged")
  return value
}

/** A struct of Thrift's compact protocol; texts and lists are passed over. */
function readStruct(reader: Reader, depth: number): Fields {
  if (depth > 8) throw new Error("a page's header is damaged")
  const fields: Fields = {}
  let id = 0
  for (;;) {
    const byte = reader.view.getUint8(reader.at++)
    const type = byte & 15
    if (type === 0) return fields
    id = byte >> 4 ? id + (byte >> 4) : zigzag(reader)
    fields[id] = readValue(reader, type, depth)
  }
}

function readValue(reader: Reader, type: number, depth: number): Value {
  switch (type) {
    case 1:
      return true
    case 2:
      return false
    case 3:
      return reader.view.getInt8(reader.at++)
    case 4:
    case 5:
    case 6:
      return zigzag(reader)
    case 7:
      reader.at += 8
      return null
    case 8: {
      const length = varint(reader)
      reader.at += length
      return null
    }
    case 9: {
      const byte = reader.view.getUint8(reader.at++)
      const size = byte >> 4 === 15 ? varint(reader) : byte >> 4
      for (let i = 0; i < size; i++) readValue(reader, (byte & 15) < 3 ? 3 : byte & 15, depth + 1)
      return null
    }
    case 12:
      return readStruct(reader, depth + 1)
    default:
      throw new Error("a page's header is damaged")
  }
}

function varint(reader: Reader): number {
  let value = 0
  for (let factor = 1; factor <= 2 ** 63; factor *= 128) {
    const byte = reader.view.getUint8(reader.at++)
    value += (byte & 127) * factor
    if (byte < 128) return value
  }
  throw new Error("a page's header is damaged")
}

function zigzag(reader: Reader): number {
  const value = varint(reader)
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}
