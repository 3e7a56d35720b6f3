import { isUtf8 } from 'node:buffer'
import { Type, type Data, type DataType, type Vector } from 'apache-arrow'
import type { CellRow } from './cell-row.ts'
import { decimalText, floatText, isoClock, isoDate, isoTime, type TimeUnit } from './iso-time.ts'
import { bytesText } from './parquet-types.ts'
import { MAX_NESTING, type ColumnInfo } from './reader.ts'

/** A column of a batch's schema: a struct's members are columns of their own. */
export interface ArrowColumn {
  name: string
  declared: ColumnInfo['declared']
  /** Indexes of children from the batch down. */
  path: number[]
}

const UNITS: TimeUnit[] = ['s', 'ms', 'us', 'ns']

/** Where arrow keeps what a type is; its classes are generic beyond use here. */
interface Typed {
  typeId: Type
  unit?: number
  timezone?: string | null
  scale?: number
  bitWidth?: number
  isSigned?: boolean
  precision?: number
  children?: { name: string; type: DataType }[]
  dictionary?: DataType
  listSize?: number
  byteWidth?: number
}

export function columnsOf(fields: readonly { name: string; type: DataType }[]): ArrowColumn[] {
  const columns: ArrowColumn[] = []
  const add = (field: { name: string; type: DataType }, name: string, path: number[]): void => {
    const type = field.type as unknown as Typed
    if (type.typeId === Type.Struct && path.length <= MAX_NESTING && type.children!.length > 0) {
      for (const [i, child] of type.children!.entries()) add(child, `${name}.${child.name}`, [...path, i])
    } else columns.push({ name, declared: declaredOf(type), path })
  }
  for (const [i, field] of fields.entries()) add(field, field.name, [i])
  return columns
}

function declaredOf(type: Typed): ColumnInfo['declared'] {
  switch (type.typeId) {
    case Type.Bool:
      return 'boolean'
    case Type.Int:
    case Type.Float:
    case Type.Decimal:
      return 'number'
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return 'text'
    case Type.Date:
      return type.unit === 0 ? 'date' : 'time'
    case Type.Timestamp:
      return 'time'
    case Type.Dictionary:
      return declaredOf(type.dictionary as unknown as Typed)
    case Type.List:
    case Type.LargeList:
    case Type.FixedSizeList:
    case Type.Struct:
    case Type.Map:
    case Type.Union:
      return 'json'
    default:
      return null
  }
}

/** Throws Error where a column's buffers are shorter than `length` values need. */
export function checkData(data: Data, length: number, depth = 0): void {
  const type = data.type as unknown as Typed
  if (depth > 64 || data.length < length || length < 0) throw new Error('a column is shorter than its batch')
  if (data.nullBitmap && data.nullBitmap.length > 0 && data.nullBitmap.length * 8 < length) {
    throw new Error("a column's nulls are cut off")
  }
  const need = (have: number | undefined, count: number): void => {
    if ((have ?? 0) < count) throw new Error("a column's values are cut off")
  }
  switch (type.typeId) {
    case Type.Null:
      // Nothing says how many there are but the batch itself.
      if (length > 64 * 1024 * 1024) throw new Error('a column of nulls has too many')
      return
    case Type.Bool:
      return need(data.values?.length, Math.ceil(length / 8))
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Binary:
    case Type.LargeBinary:
    case Type.List:
    case Type.LargeList:
    case Type.Map: {
      if (length > 0) need(data.valueOffsets?.length, length + 1)
      let last = 0
      const offsets = length > 0 ? length + 1 : 0
      for (let i = 0; i < offsets; i++) {
        const next = Number(data.valueOffsets[i])
        if (!(next >= last)) throw new Error("a column's offsets go back")
        last = next
      }
      if (data.children.length > 0) checkData(data.children[0], last, depth + 1)
      else need(data.values?.length, last)
      return
    }
    case Type.FixedSizeList:
      return checkData(data.children[0], length * type.listSize!, depth + 1)
    case Type.FixedSizeBinary:
      return need(data.values?.length, length * type.byteWidth!)
    case Type.Utf8View:
    case Type.BinaryView:
      return need(data.values?.length, length * 16)
    case Type.Decimal:
      return need(data.values?.length, length * (type.bitWidth! / 32))
    case Type.Struct:
      for (const child of data.children) checkData(child, length, depth + 1)
      return
    case Type.Int:
    case Type.Float:
    case Type.Date:
    case Type.Time:
    case Type.Timestamp:
    case Type.Duration:
    case Type.Dictionary:
      return need(data.values?.length, length)
    default:
      throw notRead(data.type)
  }
}

export function isValid(data: Data, i: number): boolean {
  if (data.nullCount === 0 || !data.nullBitmap || data.nullBitmap.length === 0) return true
  return (data.nullBitmap[i >> 3] & (1 << (i & 7))) !== 0
}

/** What sets a column's cells from one batch's data. Values are not null. */
export function setterOf(data: Data): (row: CellRow, cell: number, i: number) => void {
  const type = data.type as unknown as Typed
  const { values, valueOffsets } = data
  switch (type.typeId) {
    case Type.Utf8:
    case Type.LargeUtf8: {
      const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength)
      const sound = isUtf8(bytes)
      return (row, cell, i) => {
        const from = Number(valueOffsets[i])
        const to = Number(valueOffsets[i + 1])
        if (sound) row.setBytes(cell, bytes, from, to)
        else row.set(cell, bytes.toString('utf8', from, to))
      }
    }
    case Type.Dictionary: {
      const texts = dictionaryTexts(data.dictionary!)
      return (row, cell, i) => {
        const text = texts[Number(values[i])]
        if (text === undefined) row.fail('bad_record', 'A value is not in the dictionary of its column.')
        else if (text !== null) row.set(cell, text)
      }
    }
    default:
      return (row, cell, i) => {
        const text = textAt(data, i)
        if (text !== null) row.set(cell, text)
      }
  }
}

const dictionaries = new WeakMap<Vector, (string | null)[]>()

function dictionaryTexts(vector: Vector): (string | null)[] {
  let texts = dictionaries.get(vector)
  if (texts === undefined) {
    texts = []
    for (const data of vector.data) {
      checkData(data, data.length)
      for (let i = 0; i < data.length; i++) texts.push(isValid(data, i) ? textAt(data, i) : null)
    }
    dictionaries.set(vector, texts)
  }
  return texts
}

const decoder = new TextDecoder()

/** A value that is not null as a cell's text; null where a dictionary has null for it. */
function textAt(data: Data, i: number): string | null {
  const type = data.type as unknown as Typed
  const { values, valueOffsets } = data
  switch (type.typeId) {
    case Type.Null:
      return null
    case Type.Int:
      return String(values[i])
    case Type.Float:
      if (type.precision === 0) return floatText(half(values[i] as number))
      return type.precision === 1 ? floatText(values[i] as number) : String(values[i])
    case Type.Bool:
      return (values[i >> 3] & (1 << (i & 7))) !== 0 ? 'true' : 'false'
    case Type.Utf8:
    case Type.LargeUtf8:
      return decoder.decode(values.subarray(Number(valueOffsets[i]), Number(valueOffsets[i + 1])))
    case Type.Binary:
    case Type.LargeBinary:
      return bytesText(values.subarray(Number(valueOffsets[i]), Number(valueOffsets[i + 1])))
    case Type.FixedSizeBinary:
      return bytesText(values.subarray(i * type.byteWidth!, (i + 1) * type.byteWidth!))
    case Type.Decimal:
      return decimalText(bigOf(values, i, type.bitWidth! / 32), type.scale!)
    case Type.Date:
      return type.unit === 0 ? isoDate(Number(values[i])) : isoTime(values[i] as bigint, 'ms')
    case Type.Timestamp:
      return isoTime(values[i] as bigint, UNITS[type.unit!]) + (type.timezone ? 'Z' : '')
    case Type.Time:
      return isoClock(values[i] as bigint, UNITS[type.unit!])
    case Type.Duration:
      return `PT${decimalText(values[i] as bigint, type.unit! * 3).replace(/\.?0+$/, (end) => (end.startsWith('.') ? '' : end))}S`
    case Type.Dictionary: {
      const text = dictionaryTexts(data.dictionary!)[Number(values[i])]
      return text ?? null
    }
    case Type.List:
    case Type.LargeList:
    case Type.FixedSizeList:
    case Type.Struct:
    case Type.Map:
      return jsonAt(data, i)
    default:
      return otherText(data, i)
  }
}

/** A nested value as JSON; numbers keep every digit. */
function jsonAt(data: Data, i: number): string {
  if (!isValid(data, i)) return 'null'
  const type = data.type as unknown as Typed
  switch (type.typeId) {
    case Type.List:
    case Type.LargeList:
    case Type.FixedSizeList:
    case Type.Map: {
      const fixed = type.typeId === Type.FixedSizeList
      const from = fixed ? i * type.listSize! : Number(data.valueOffsets[i])
      const to = fixed ? from + type.listSize! : Number(data.valueOffsets[i + 1])
      const [inner] = data.children
      const parts: string[] = []
      for (let k = from; k < to; k++) {
        if (type.typeId === Type.Map) {
          const key = textAt(inner.children[0], k) ?? ''
          parts.push(`${JSON.stringify(key)}:${jsonAt(inner.children[1], k)}`)
        } else parts.push(jsonAt(inner, k))
      }
      return type.typeId === Type.Map ? `{${parts.join(',')}}` : `[${parts.join(',')}]`
    }
    case Type.Struct:
      return `{${type.children!.map((child, c) => `${JSON.stringify(child.name)}:${jsonAt(data.children[c], i)}`).join(',')}}`
    default: {
      const text = textAt(data, i)
      if (text === null) return 'null'
      const plain =
        type.typeId === Type.Bool ||
        (declaredOf(type) === 'number' && /^-?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i.test(text))
      return plain ? text : JSON.stringify(text)
    }
  }
}

/** Types that are rare in exports: as arrow's own reading has them. */
function otherText(data: Data, i: number): string {
  const type = data.type as unknown as Typed
  if (type.typeId === Type.Utf8View || type.typeId === Type.BinaryView) return viewText(data, i)
  throw notRead(data.type)
}

function notRead(type: DataType): Error {
  return new Error(`columns of type ${String(type)} are not read; leave them out of the export`)
}

/** Text or bytes in the layout of views: short ones in place, others in a buffer of several. */
function viewText(data: Data, i: number): string {
  const views = data.values as Uint8Array
  const at = i * 16
  if (at + 16 > views.length) throw new Error("a column's values are cut off")
  const view = new DataView(views.buffer, views.byteOffset + at, 16)
  const length = view.getInt32(0, true)
  let bytes: Uint8Array
  if (length <= 12) bytes = views.subarray(at + 4, at + 4 + length)
  else {
    const buffer = (data as unknown as { variadicBuffers: Uint8Array[] }).variadicBuffers[
      view.getInt32(8, true)
    ]
    const from = view.getInt32(12, true)
    if (buffer === undefined || from < 0 || from + length > buffer.length)
      throw new Error("a column's values are cut off")
    bytes = buffer.subarray(from, from + length)
  }
  return (data.type as unknown as Typed).typeId === Type.Utf8View ? decoder.decode(bytes) : bytesText(bytes)
}

function bigOf(words: Uint32Array, i: number, stride: number): bigint {
  let value = 0n
  for (let k = stride - 1; k >= 0; k--) value = (value << 32n) | BigInt(words[i * stride + k] >>> 0)
  return BigInt.asIntN(stride * 32, value)
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const part = bits & 1023
  if (exponent === 31) return part ? Number.NaN : sign * Infinity
  return exponent === 0 ? sign * part * 2 ** -24 : sign * (1 + part / 1024) * 2 ** (exponent - 15)
}
