import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { parquetMetadataAsync, parquetScan, parquetSchema } from 'hyparquet'
import type { AsyncBuffer, ColumnMetaData, DecodedArray, FileMetaData, RowGroup, SchemaTree } from 'hyparquet'
import { decompressLz4, decompressSnappy } from 'hyparquet-compressors'
import type { Pace } from '../../../common/pace.ts'
import { CellRow } from './cell-row.ts'
import { uniqueName } from './header.ts'
import { lz4Block } from './lz4.ts'
import { MAX_PAGE_BYTES, guardChunk } from './parquet-guard.ts'
import { columnsOf, rawMetadata, type ParquetColumn } from './parquet-types.ts'
import type { ByteSource, Reader, RowBatch, TableInfo } from './reader.ts'
import { MAX_FIELDS } from './row.ts'
import { asUnreadable, unreadable } from './trouble.ts'

/**
 * Parquet: read by windows of rows within row groups, so that a group's size does not become memory. Values are written
 * as stored: 64-bit integers and decimals keep every digit, times their resolution, with Z where the file says UTC.
 */
export const parquetReader: Reader = {
  format: 'parquet',
  endings: ['parquet', 'parq', 'pq'],
  sniff: (head) => head.length >= 4 && /^PAR[1E]$/.test(head.toString('latin1', 0, 4)),

  async tables(source, _options, depth, pace, onBytes) {
    try {
      const file = await open(source)
      if (depth === 'all') {
        for (const group of file.metadata.row_groups) {
          for (const leaf of file.leaves) await guarded(file, group, leaf, pace, onBytes)
        }
      }
      const table: TableInfo = {
        name: '',
        columns: file.columns.map(({ name, declared }) => ({ name, declared })),
        rows: Number(file.metadata.num_rows),
        notes: [],
        found: {},
      }
      return [table]
    } catch (error) {
      throw asUnreadable(error, source)
    }
  },

  rows: (source, table, _options, pace) => windows(source, table, pace),
}

interface Leaf {
  top: string
  path: string
  maxDefinition: number
  maxRepetition: number
  boolean: boolean
}

interface Parquet {
  source: ByteSource
  metadata: FileMetaData
  columns: ParquetColumn[]
  leaves: Leaf[]
  buffer: HeldBuffer
}

const MAX_DIRECTORY_BYTES = 256 * 1024 * 1024

async function open(source: ByteSource): Promise<Parquet> {
  const size = await source.size()
  const head = await source.readAt(0, 4)
  if (head.toString('latin1') === 'PARE')
    throw unreadable(source, 'it is encrypted', 'Export it without encryption.')
  const end = await source.readAt(Math.max(0, size - 8), 8)
  if (size < 12 || end.length < 8 || end.toString('latin1', 4) !== 'PAR1') {
    throw new Error('it does not end as Parquet files do')
  }
  const directory = end.readUInt32LE(0)
  if (directory > MAX_DIRECTORY_BYTES || directory > size - 8)
    throw new Error('its directory has a wrong size')
  const buffer = new HeldBuffer(source, size)
  const { metadata, declared } = rawMetadata(await parquetMetadataAsync(buffer, { geoparquet: false }))
  const tree = parquetSchema(metadata)
  const names = tree.children.map((child) => child.element.name)
  if (new Set(names).size < names.length) throw new Error('two of its columns have the same name')
  const columns = columnsOf(tree, declared)
  if (columns.length > MAX_FIELDS) throw new Error(`it has more than ${MAX_FIELDS} columns`)
  const taken = new Set<string>()
  for (const column of columns) column.name = uniqueName(column.name, taken)
  const leaves = leavesOf(tree)
  checkDirectory(metadata, leaves, size)
  return { source, metadata, columns, leaves, buffer }
}

function leavesOf(tree: SchemaTree): Leaf[] {
  const leaves: Leaf[] = []
  const walk = (node: SchemaTree, top: string, definition: number, repetition: number): void => {
    const kind = node.element.repetition_type
    const maxDefinition = definition + (kind === 'REQUIRED' ? 0 : 1)
    const maxRepetition = repetition + (kind === 'REPEATED' ? 1 : 0)
    if (node.children.length === 0) {
      const boolean = node.element.type === 'BOOLEAN'
      leaves.push({ top, path: node.path.join('.'), maxDefinition, maxRepetition, boolean })
    }
    for (const child of node.children) walk(child, top, maxDefinition, maxRepetition)
  }
  for (const child of tree.children) walk(child, child.element.name, 0, 0)
  return leaves
}

/** Holds the directory's counts and places against each other, which the decoder believes. */
function checkDirectory(metadata: FileMetaData, leaves: readonly Leaf[], size: number): void {
  let rows = 0
  for (const group of metadata.row_groups) {
    const count = Number(group.num_rows)
    if (!(count >= 0)) throw new Error('a row group has a wrong number of rows')
    rows += count
    const paths = new Map(group.columns.map((chunk) => [chunk.meta_data?.path_in_schema.join('.'), chunk]))
    for (const leaf of leaves) {
      const chunk = paths.get(leaf.path)
      const meta = chunk?.meta_data
      if (chunk === undefined || meta === undefined)
        throw new Error(`column '${leaf.path}' is missing in a row group`)
      if (chunk.file_path) throw new Error('its columns are in other files')
      const values = Number(meta.num_values)
      if (leaf.maxRepetition === 0 ? values !== count : values < count) {
        throw new Error(`column '${leaf.path}' has a wrong number of values`)
      }
      const { start, end } = placeOf(meta)
      if (!(start >= 4 && end >= start && end <= size))
        throw new Error(`column '${leaf.path}' lies outside the file`)
      if (!(meta.codec in CODECS) && meta.codec !== 'UNCOMPRESSED') {
        throw new Error(`its compression ${String(meta.codec)} is not known`)
      }
    }
  }
  if (rows !== Number(metadata.num_rows))
    throw new Error('its row groups have another number of rows than it says')
}

function placeOf(meta: ColumnMetaData): { start: number; end: number } {
  const start = Number(meta.dictionary_page_offset || meta.data_page_offset)
  return { start, end: start + Number(meta.total_compressed_size) }
}

/** Reads a leaf's chunk and looks it over. Its unpacked pages are kept for the decoder until the next one is looked at. */
async function guarded(
  file: Parquet,
  group: RowGroup,
  leaf: Leaf,
  pace: Pace,
  onBytes: (bytes: number) => void = () => {},
): Promise<void> {
  const meta = group.columns.find(
    (chunk) => chunk.meta_data?.path_in_schema.join('.') === leaf.path,
  )!.meta_data!
  const { start, end } = placeOf(meta)
  const bytes = await file.buffer.hold(start, end)
  pages.clear()
  guardChunk(bytes, {
    values: Number(meta.num_values),
    maxDefinition: leaf.maxDefinition,
    maxRepetition: leaf.maxRepetition,
    boolean: leaf.boolean,
    decompress: (input, length) => {
      if (meta.codec === 'UNCOMPRESSED') return input
      const page = CODECS[meta.codec as keyof typeof CODECS](input, length)
      // Only flat columns are read one chunk at a time, so that a place in it names a page.
      if (leaf.maxRepetition === 0 && leaf.path === leaf.top)
        pages.set(`${input.byteOffset}:${input.length}`, page)
      return page
    },
  })
  onBytes(end - start)
  await pace.checkpoint()
}

/** Pages of the chunk that was looked over last, unpacked, by their place in it. */
const pages = new Map<string, Uint8Array>()

function sized(unpack: (input: Uint8Array, length: number) => Uint8Array) {
  return (input: Uint8Array, length: number): Uint8Array => {
    if (!(length >= 0 && length <= MAX_PAGE_BYTES)) throw new Error('a page is larger than any writer makes')
    if (length === 0) return new Uint8Array(0)
    const page = unpack(input, length)
    if (page.length !== length) throw new Error('a page does not unpack to its size')
    return page
  }
}

const limit = (length: number) => ({ maxOutputLength: Math.max(1, length) })

const CODECS = {
  SNAPPY: sized(decompressSnappy),
  GZIP: sized((input, length) => gunzipSync(input, limit(length))),
  BROTLI: sized((input, length) => brotliDecompressSync(input, limit(length))),
  ZSTD: sized((input, length) => zstdDecompressSync(input, limit(length))),
  LZ4: sized(decompressLz4),
  LZ4_RAW: sized((input, length) => {
    const page = new Uint8Array(length)
    return page.subarray(0, lz4Block(input, page))
  }),
}

/** Uncompressed bytes of the columns that are decoded together. */
const WINDOW_BYTES = 32 * 1024 * 1024
const WINDOW_ROWS = 64 * 1024

async function* windows(source: ByteSource, table: TableInfo, pace: Pace): AsyncGenerator<RowBatch> {
  try {
    const file = await open(source)
    const { metadata, columns } = file
    const wanted = new Map(table.columns.map(({ name }, i) => [name, i]))
    const used = columns
      .map((column) => ({ ...column, cell: wanted.get(column.name) ?? -1 }))
      .filter((column) => column.cell >= 0)
    const tops = [...new Set(used.map((column) => column.top))]
    const row = new CellRow()
    const compressors = Object.fromEntries(
      Object.entries(CODECS).map(([name, unpack]) => [
        name,
        (input: Uint8Array, length: number) =>
          pages.get(`${input.byteOffset}:${input.length}`) ?? unpack(input, length),
      ]),
    )
    const scan = await parquetScan({
      file: file.buffer,
      metadata,
      compressors,
      utf8: false,
      useOffsetIndex: false,
      geoparquet: false,
      parsers: { timestampFromNanoseconds: (nanos) => nanos },
    })
    let groupStart = 0
    for (const group of metadata.row_groups) {
      const groupRows = Number(group.num_rows)
      const size = Number(group.total_byte_size) || 1
      const step = Math.max(1, Math.min(WINDOW_ROWS, Math.floor((WINDOW_BYTES * groupRows) / size)))
      const packed = group.columns.reduce(
        (sum, chunk) => sum + Number(chunk.meta_data?.total_compressed_size ?? 0),
        0,
      )
      for (let from = 0; from < groupRows; from += step) {
        const to = Math.min(groupRows, from + step)
        const data = new Map<string, DecodedArray>()
        for (const top of tops) {
          if (from === 0) {
            for (const leaf of file.leaves) if (leaf.top === top) await guarded(file, group, leaf, pace)
          }
          const values = await scan.readColumn({
            column: top,
            rowStart: groupStart + from,
            rowEnd: groupStart + to,
          })
          if (values.length !== to - from) throw new Error(`column '${top}' has a wrong number of rows`)
          data.set(top, values)
          pages.clear()
          await pace.checkpoint()
        }
        file.buffer.release()
        const cells = used.map((column) => ({ ...column, values: data.get(column.top)! }))
        yield {
          bytes: (packed * (to - from)) / groupRows,
          each(onRow) {
            for (let r = 0; r < to - from; r++) {
              row.begin(table.columns.length)
              for (const { values, keys, cell, set } of cells) {
                let value: unknown = values[r]
                for (let k = 0; k < keys.length && value !== null && value !== undefined; k++) {
                  value = (value as Record<string, unknown>)[keys[k]]
                }
                if (value !== null && value !== undefined) set(row, cell, value)
              }
              onRow(row)
            }
          },
        }
      }
      groupStart += groupRows
    }
  } catch (error) {
    throw asUnreadable(error, source)
  } finally {
    pages.clear()
  }
}

/** A source as the decoder wants it; what was looked over last is not read again. */
class HeldBuffer implements AsyncBuffer {
  readonly byteLength: number
  private readonly source: ByteSource
  private held: ArrayBuffer | null = null
  private heldFrom = 0

  constructor(source: ByteSource, size: number) {
    this.source = source
    this.byteLength = size
  }

  async hold(start: number, end: number): Promise<Uint8Array> {
    this.held = null
    this.held = await this.slice(start, end)
    this.heldFrom = start
    return new Uint8Array(this.held)
  }

  release(): void {
    this.held = null
  }

  async slice(start: number, end = this.byteLength): Promise<ArrayBuffer> {
    if (this.held !== null && start === this.heldFrom && end === start + this.held.byteLength)
      return this.held
    const bytes = await this.source.readAt(start, end - start)
    if (bytes.length !== end - start) throw new Error('it ends in the middle')
    const { buffer, byteOffset, length } = bytes
    if (byteOffset === 0 && buffer.byteLength === length && buffer instanceof ArrayBuffer) return buffer
    return new Uint8Array(bytes).buffer
  }
}
