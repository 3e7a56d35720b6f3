/**
 * Looks over the FlatBuffers of an Arrow file before the library does, which believes every count in them: a byte turned
 * over in one makes it fill memory. Tables and their fields are those of Arrow's Message.fbs, Schema.fbs and File.fbs.
 */
import type { ByteSource } from './reader.ts'

const MAX_HEADER_BYTES = 64 * 1024 * 1024
const MAX_FIELDS_IN_ALL = 100_000
const MAX_DEPTH = 64
/** Larger bodies would be held as a whole. */
export const MAX_BODY_BYTES = 1024 ** 3

/** Checks all headers of a file or stream. Throws Error where one does not hold together or the file ends too soon. */
export async function guardArrow(source: ByteSource, size: number, isFile: boolean): Promise<void> {
  if (!isFile) return guardStream(source, size)
  const end = await source.readAt(Math.max(0, size - 10), 10)
  if (size < 20 || end.toString('latin1', 4) !== 'ARROW1')
    throw new Error('it does not end as Arrow files do')
  const length = end.readInt32LE(0)
  if (!(length > 0 && length <= MAX_HEADER_BYTES && length <= size - 18))
    throw new Error('its footer has a wrong size')
  const footer = new Flat(await readWhole(source, size - 10 - length, length))
  const root = footer.root()
  checkSchema(footer, footer.table(root, 1))
  for (const field of [2, 3]) {
    const { at, count } = footer.vector(root, field, 24)
    for (let i = 0; i < count; i++) {
      const block = at + i * 24
      const offset = Number(footer.view.getBigInt64(block, true))
      const header = footer.view.getInt32(block + 8, true)
      const body = Number(footer.view.getBigInt64(block + 16, true))
      if (!(
        offset >= 8 &&
        header > 8 &&
        header <= MAX_HEADER_BYTES &&
        body >= 0 &&
        offset + header + body <= size
      )) {
        throw new Error('one of its batches lies outside the file')
      }
      const bytes = await readWhole(source, offset, header)
      const start = bytes.readUInt32LE(0) === 0xffffffff ? 8 : 4
      // The library goes by this one, and back and forth for ever where it is negative.
      const told = bytes.readInt32LE(start - 4)
      if (!(told > 0 && start + told <= header)) throw new Error('a message has a wrong size')
      if (checkMessage(new Flat(bytes.subarray(start))) !== body) throw new Error('a batch has two sizes')
      if (body > MAX_BODY_BYTES) throw new Error(TOO_LARGE)
    }
  }
}

const TOO_LARGE = 'one of its batches is larger than 1 GiB; export it as Parquet'

async function guardStream(source: ByteSource, size: number): Promise<void> {
  for (let at = 0; at < size;) {
    const start = await source.readAt(at, Math.min(8, size - at))
    if (start.length < 4) throw new Error('it ends in the middle of a message')
    const marked = start.readUInt32LE(0) === 0xffffffff
    if (marked && start.length < 8) throw new Error('it ends in the middle of a message')
    const length = start.readInt32LE(marked ? 4 : 0)
    at += marked ? 8 : 4
    if (length === 0) return
    if (!(length > 0 && length <= MAX_HEADER_BYTES)) throw new Error('a message has a wrong size')
    const body = checkMessage(new Flat(await readWhole(source, at, length)))
    if (body > MAX_BODY_BYTES) throw new Error(TOO_LARGE)
    at += length + body
    if (at > size) throw new Error('it ends in the middle of a batch')
  }
}

async function readWhole(source: ByteSource, at: number, length: number): Promise<Buffer> {
  const bytes = await source.readAt(at, length)
  if (bytes.length < length) throw new Error('it ends in the middle')
  return bytes
}

/** Returns the length of the body that follows. */
function checkMessage(flat: Flat): number {
  const root = flat.root()
  const kind = flat.byte(root, 1)
  const header = flat.table(root, 2)
  if (kind === 1) checkSchema(flat, header)
  else if (kind === 2) checkBatch(flat, flat.table(header, 1))
  else if (kind === 3) checkBatch(flat, header)
  else throw new Error('a message of a kind that is not read')
  flat.vector(root, 4, 4)
  const body = flat.long(root, 3)
  if (!(body >= 0)) throw new Error('a message has a wrong size')
  return body
}

function checkBatch(flat: Flat, batch: number): void {
  if (!(flat.long(batch, 0) >= 0)) throw new Error('a batch has a negative number of rows')
  flat.vector(batch, 1, 16)
  const buffers = flat.vector(batch, 2, 16).count
  const views = flat.vector(batch, 4, 8)
  let claimed = 0
  for (let i = 0; i < views.count; i++) {
    const count = Number(flat.view.getBigInt64(views.at + i * 8, true))
    if (!(count >= 0)) throw new Error('a batch claims a negative number of buffers')
    claimed += count
  }
  if (claimed > buffers) throw new Error('a batch claims more buffers than it has')
}

function checkSchema(flat: Flat, schema: number): void {
  let seen = 0
  const checkFields = (parent: number, slot: number, depth: number): void => {
    const { at, count } = flat.vector(parent, slot, 4)
    seen += count
    if (seen > MAX_FIELDS_IN_ALL || depth > MAX_DEPTH) throw new Error('its schema has too many columns')
    for (let i = 0; i < count; i++) {
      const field = flat.indirect(at + i * 4)
      flat.vector(field, 0, 1)
      flat.vector(field, 6, 4)
      checkFields(field, 5, depth + 1)
    }
  }
  checkFields(schema, 1, 0)
  flat.vector(schema, 2, 4)
  flat.vector(schema, 3, 8)
}

/** A FlatBuffer; every place is checked to lie inside it (DataView throws RangeError). */
class Flat {
  readonly view: DataView

  constructor(bytes: Buffer) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  root(): number {
    return this.indirect(0)
  }

  indirect(at: number): number {
    const to = at + this.view.getUint32(at, true)
    if (to + 4 > this.view.byteLength) throw new Error('a header points outside itself')
    return to
  }

  /** Where a table's field is; 0 where it is absent. */
  private field(table: number, slot: number): number {
    const vtable = table - this.view.getInt32(table, true)
    if (vtable < 0 || vtable + 4 > this.view.byteLength) throw new Error('a header points outside itself')
    if (4 + slot * 2 + 2 > this.view.getUint16(vtable, true)) return 0
    const offset = this.view.getUint16(vtable + 4 + slot * 2, true)
    return offset === 0 ? 0 : table + offset
  }

  byte(table: number, slot: number): number {
    const at = this.field(table, slot)
    return at === 0 ? 0 : this.view.getUint8(at)
  }

  long(table: number, slot: number): number {
    const at = this.field(table, slot)
    return at === 0 ? 0 : Number(this.view.getBigInt64(at, true))
  }

  table(table: number, slot: number): number {
    const at = this.field(table, slot)
    if (at === 0) throw new Error('a header lacks a part')
    return this.indirect(at)
  }

  /** A vector's first element and how many there are; all of them lie inside. */
  vector(table: number, slot: number, size: number): { at: number; count: number } {
    const field = this.field(table, slot)
    if (field === 0) return { at: 0, count: 0 }
    const start = this.indirect(field)
    const count = this.view.getUint32(start, true)
    if (start + 4 + count * size > this.view.byteLength) throw new Error('a header counts more than it holds')
    return { at: start + 4, count }
  }
}
