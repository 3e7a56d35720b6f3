import { isUtf8 } from 'node:buffer'
import type { FileMetaData, SchemaElement, SchemaTree } from 'hyparquet'
import type { CellRow } from './cell-row.ts'
import { decimalText, floatText, isoClock, isoDate, isoTime, type TimeUnit } from './iso-time.ts'
import { MAX_NESTING, type ColumnInfo } from './reader.ts'

/** How values of a column become cells. Values are as stored: the decoder's own conversions lose digits. */
export interface ParquetColumn {
  name: string
  declared: ColumnInfo['declared']
  /** Name of the top-level column. */
  top: string
  /** Members to go down to from there. */
  keys: string[]
  set(row: CellRow, i: number, value: unknown): void
}

/** What a leaf was declared to be, before `rawSchema` took it away from the decoder. */
export type Declared = Map<SchemaElement, SchemaElement>

/**
 * The directory with types that the decoder would convert taken out: it then hands values as they are stored. `declared`
 * keeps what they were.
 */
export function rawMetadata(metadata: FileMetaData): { metadata: FileMetaData; declared: Declared } {
  const declared: Declared = new Map()
  let inMapKey = false
  const schema = metadata.schema.map((element) => {
    const raw = { ...element }
    declared.set(raw, element)
    const text = element.converted_type === 'UTF8' || element.logical_type?.type === 'STRING'
    // Keys of maps become names of members, which are texts.
    if (element.type !== undefined && !(inMapKey && element.name === 'key' && text)) {
      raw.converted_type = undefined
      raw.logical_type = undefined
    }
    if (element.type === undefined) {
      inMapKey =
        element.converted_type === 'MAP' ||
        element.logical_type?.type === 'MAP' ||
        element.name === 'key_value'
    }
    return raw
  })
  return { metadata: { ...metadata, schema }, declared }
}

/** The columns of a schema: structs become columns of their members, lists and maps are JSON. */
export function columnsOf(tree: SchemaTree, declared: Declared): ParquetColumn[] {
  const columns: ParquetColumn[] = []
  const add = (node: SchemaTree, top: string, keys: string[], path: string, depth: number): void => {
    const repeated = node.element.repetition_type === 'REPEATED'
    if (!repeated && node.children.length > 0 && depth < MAX_NESTING && !isCollection(node, declared)) {
      for (const child of node.children) {
        const name = child.element.name
        add(child, top, [...keys, name], `${path}.${name}`, depth + 1)
      }
      return
    }
    const json = repeated || node.children.length > 0
    columns.push({
      name: path,
      top,
      keys,
      declared: json ? 'json' : declaredOf(declared.get(node.element) ?? node.element),
      set: json
        ? (row, i, value) => row.set(i, jsonText(value, node, declared))
        : leafSetter(declared.get(node.element) ?? node.element),
    })
  }
  for (const child of tree.children) add(child, child.element.name, [], child.element.name, 0)
  return columns
}

function isCollection(node: SchemaTree, declared: Declared): boolean {
  const { converted_type: converted, logical_type: logical } = declared.get(node.element) ?? node.element
  return (
    ['LIST', 'MAP', 'MAP_KEY_VALUE'].includes(converted ?? '') ||
    ['LIST', 'MAP', 'VARIANT'].includes(logical?.type ?? '')
  )
}

function declaredOf(element: SchemaElement): ColumnInfo['declared'] {
  const kind = element.logical_type?.type ?? element.converted_type
  if (element.type === 'BOOLEAN') return 'boolean'
  if (kind === 'STRING' || kind === 'UTF8' || kind === 'ENUM' || kind === 'UUID') return 'text'
  if (kind === 'JSON') return 'json'
  if (kind === 'DATE') return 'date'
  if (kind?.startsWith('TIMESTAMP') || element.type === 'INT96') return 'time'
  if (kind?.startsWith('TIME') || kind === 'INTERVAL' || kind === 'BSON') return null
  if (kind === 'DECIMAL' || kind === 'FLOAT16') return 'number'
  return element.type === 'BYTE_ARRAY' || element.type === 'FIXED_LEN_BYTE_ARRAY' ? null : 'number'
}

function leafSetter(element: SchemaElement): (row: CellRow, i: number, value: unknown) => void {
  const text = leafText(element)
  const isText = ['STRING', 'ENUM', 'JSON'].includes(element.logical_type?.type ?? '')
  const isOldText = ['UTF8', 'ENUM', 'JSON'].includes(element.converted_type ?? '')
  if (isText || isOldText) {
    return (row, i, value) => {
      if (value instanceof Uint8Array && isUtf8(value)) row.setBytes(i, value, 0, value.length)
      else row.set(i, text(value))
    }
  }
  return (row, i, value) => row.set(i, text(value))
}

const ZONE = (element: SchemaElement): string => {
  const logical = element.logical_type
  if (logical?.type === 'TIMESTAMP') return logical.isAdjustedToUTC ? 'Z' : ''
  // The older way to say it always meant UTC.
  return element.converted_type?.startsWith('TIMESTAMP') ? 'Z' : ''
}

const UNITS: Record<string, TimeUnit> = { MILLIS: 'ms', MICROS: 'us', NANOS: 'ns' }

/** How a leaf's stored value is written. */
function leafText(element: SchemaElement): (value: unknown) => string {
  const { type, converted_type: converted, logical_type: logical } = element
  const kind = logical?.type
  if (kind === 'DECIMAL' || converted === 'DECIMAL') {
    const scale = (kind === 'DECIMAL' ? logical!.scale : element.scale) ?? 0
    return (value) => decimalText(value instanceof Uint8Array ? signed(value) : (value as bigint), scale)
  }
  if (kind === 'DATE' || converted === 'DATE') return (value) => isoDate(Number(value))
  if (type === 'INT96') return (value) => isoTime(value as bigint, 'ns')
  const unit =
    logical?.type === 'TIMESTAMP' || logical?.type === 'TIME'
      ? UNITS[logical.unit]
      : converted?.endsWith('_MILLIS')
        ? 'ms'
        : 'us'
  if (kind === 'TIMESTAMP' || converted?.startsWith('TIMESTAMP_')) {
    const zone = ZONE(element)
    return (value) => isoTime(value as bigint, unit) + zone
  }
  if (kind === 'TIME' || converted?.startsWith('TIME_')) return (value) => isoClock(value as bigint, unit)
  if (kind === 'UUID') return uuidText
  if (kind === 'FLOAT16') return (value) => floatText(half(value as Uint8Array))
  if (converted === 'INTERVAL') return intervalText
  const unsigned = converted?.startsWith('UINT_') || (logical?.type === 'INTEGER' && !logical.isSigned)
  if (type === 'INT64') {
    return unsigned ? (value) => String(BigInt.asUintN(64, value as bigint)) : (value) => String(value)
  }
  if (type === 'INT32')
    return unsigned ? (value) => String((value as number) >>> 0) : (value) => String(value)
  if (type === 'FLOAT') return (value) => floatText(value as number)
  if (type === 'BYTE_ARRAY' || type === 'FIXED_LEN_BYTE_ARRAY') return bytesText
  return (value) => String(value)
}

/** Text where the bytes are one, else hexadecimal digits. */
export function bytesText(value: unknown): string {
  if (!(value instanceof Uint8Array)) return String(value)
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.length)
  return isUtf8(bytes) && !hasControls(bytes) ? bytes.toString('utf8') : bytes.toString('hex')
}

function hasControls(bytes: Buffer): boolean {
  for (const byte of bytes) {
    if (byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return true
  }
  return false
}

function signed(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n
  const value = BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`)
  return BigInt.asIntN(bytes.length * 8, value)
}

function uuidText(value: unknown): string {
  if (!(value instanceof Uint8Array) || value.length !== 16) return bytesText(value)
  const hex = Buffer.from(value.buffer, value.byteOffset, 16).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

function half(bytes: Uint8Array): number {
  const bits = bytes[0] | (bytes[1] << 8)
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const part = bits & 1023
  if (exponent === 31) return part ? Number.NaN : sign * Infinity
  return exponent === 0 ? sign * part * 2 ** -24 : sign * (1 + part / 1024) * 2 ** (exponent - 15)
}

/** Months, days and milliseconds as an ISO 8601 duration. */
function intervalText(value: unknown): string {
  if (!(value instanceof Uint8Array) || value.length !== 12) return bytesText(value)
  const view = new DataView(value.buffer, value.byteOffset, 12)
  return `P${view.getUint32(0, true)}M${view.getUint32(4, true)}DT${view.getUint32(8, true) / 1000}S`
}

const PLAIN_NUMBER = /^-?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i

/** A nested value as JSON; numbers keep every digit. */
function jsonText(value: unknown, node: SchemaTree, declared: Declared): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) {
    const inner = elementOf(node, declared)
    return `[${value.map((one) => jsonText(one, inner, declared)).join(',')}]`
  }
  if (typeof value === 'object' && !(value instanceof Uint8Array)) {
    const map = isMap(node, declared) ? node.children[0]?.children[1] : null
    return `{${Object.entries(value)
      .map(([key, one]) => {
        const child = map ?? node.children.find((c) => c.element.name === key) ?? node
        return `${JSON.stringify(key)}:${jsonText(one, child, declared)}`
      })
      .join(',')}}`
  }
  const element = declared.get(node.element) ?? node.element
  const text = leafText(element)(value)
  if (element.type === 'BOOLEAN') return text
  return declaredOf(element) === 'number' && PLAIN_NUMBER.test(text) ? text : JSON.stringify(text)
}

function isMap(node: SchemaTree, declared: Declared): boolean {
  const { converted_type: converted, logical_type: logical } = declared.get(node.element) ?? node.element
  return converted === 'MAP' || converted === 'MAP_KEY_VALUE' || logical?.type === 'MAP'
}

/** What a list's elements are: below the repeated group that the format puts between, where it does. */
function elementOf(node: SchemaTree, declared: Declared): SchemaTree {
  if (!isCollection(node, declared)) return node
  const middle = node.children[0]
  if (middle === undefined) return node
  return middle.children.length === 1 ? middle.children[0] : middle
}
