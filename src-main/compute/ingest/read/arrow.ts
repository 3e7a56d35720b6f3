import { zstdDecompressSync } from 'node:zlib'
import { CompressionType, RecordBatchReader, compressionRegistry } from 'apache-arrow'
import type { AsyncRecordBatchFileReader, Data, RecordBatch } from 'apache-arrow'
import type { Pace } from '../../../common/pace.ts'
import { MAX_BODY_BYTES, guardArrow } from './arrow-guard.ts'
import { checkData, columnsOf, isValid, setterOf } from './arrow-values.ts'
import { CellRow } from './cell-row.ts'
import { uniqueName } from './header.ts'
import { lz4Frame } from './lz4.ts'
import type { ByteSource, Reader, RowBatch, TableInfo } from './reader.ts'
import { MAX_FIELDS } from './row.ts'
import { asUnreadable, unreadable } from './trouble.ts'

/**
 * Arrow: its file format, which is Feather version 2, and its stream format, also compressed. One batch is held at a
 * time.
 */
export const arrowReader: Reader = {
  format: 'arrow',
  endings: ['arrow', 'feather', 'ipc', 'arrows'],
  sniff: (head) =>
    head.toString('latin1', 0, 6) === 'ARROW1' || head.toString('latin1', 0, 4) === 'FEA1' || isStream(head),

  async tables(source, _options, depth, pace, onBytes) {
    try {
      const reader = await open(source)
      const columns = namedColumns(reader.schema.fields)
      let rows: number | null = null
      if (depth === 'all') {
        rows = 0
        const size = await source.size()
        let told = 0
        for await (const batch of batches(reader)) {
          rows += batch.numRows
          onBytes?.(Math.max(0, Math.min(size, reader.given()) - told))
          told = Math.min(size, reader.given())
          await pace.checkpoint()
        }
      }
      return [
        {
          name: '',
          columns: columns.map(({ name, declared }) => ({ name, declared })),
          rows,
          notes: [],
          found: {},
        },
      ]
    } catch (error) {
      throw asUnreadable(error, source)
    }
  },

  rows: (source, table, _options, pace) => arrowRows(source, table, pace),
}

/** The stream format: a marker and the length of its first message, a schema. */
function isStream(head: Buffer): boolean {
  if (head.length < 16 || head.readUInt32LE(0) !== 0xffffffff) return false
  const length = head.readInt32LE(4)
  return length > 0 && length < 16 * 1024 * 1024 && length % 8 === 0
}

/** What the buffers of one batch may take, unpacked. */
const MAX_BATCH_BYTES = MAX_BODY_BYTES
/** What is left of it for the batch at hand: codecs are registered once for the process. */
let budget = MAX_BATCH_BYTES

function spend(bytes: Uint8Array): Uint8Array {
  budget -= bytes.length
  return bytes
}

compressionRegistry.set(CompressionType.ZSTD, {
  decode: (data) => {
    const bytes = zstdDecompressSync(data, { maxOutputLength: Math.max(1, budget) })
    // Arrow wants its buffers at multiples of eight bytes.
    return spend(bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes))
  },
})
compressionRegistry.set(CompressionType.LZ4_FRAME, {
  decode: (data) => spend(lz4Frame(data, Math.max(0, budget))),
})

type OpenReader = AsyncIterable<RecordBatch> & {
  schema: { fields: { name: string; type: RecordBatch['schema']['fields'][number]['type'] }[] }
  given(): number
}

async function open(source: ByteSource): Promise<OpenReader> {
  const head = await source.readAt(0, 8)
  if (head.toString('latin1', 0, 4) === 'FEA1') {
    throw unreadable(source, 'it is Feather version 1', 'Write it as Feather version 2 or as Parquet.')
  }
  const size = await source.size()
  await guardArrow(source, size, head.toString('latin1', 0, 6) === 'ARROW1')
  let given = 0
  // What the library takes for a file: it reads in place, and never more than it is asked for.
  const handle = {
    fd: 0,
    stat: async () => ({ size }),
    close: async () => {},
    async read(buffer: Uint8Array, offset: number, length: number, position: number) {
      if (length > MAX_BATCH_BYTES)
        throw new Error('one of its batches is larger than 1 GiB. Export it as Parquet')
      const bytes = await source.readAt(position, length)
      if (bytes.length === 0) throw new Error('it ends in the middle')
      buffer.set(bytes, offset)
      given += bytes.length
      return { bytesRead: bytes.length, buffer }
    },
  }
  budget = MAX_BATCH_BYTES
  // The library only takes what its own file handles would give it.
  const reader = (await RecordBatchReader.from(handle as never)) as AsyncRecordBatchFileReader
  await reader.open()
  if (!reader.schema) throw new Error('it has no schema')
  return Object.assign(reader as unknown as OpenReader, { given: () => given })
}

async function* batches(reader: OpenReader): AsyncGenerator<RecordBatch> {
  budget = MAX_BATCH_BYTES
  for await (const batch of reader) {
    const { data } = batch
    for (const child of data.children) checkData(child, batch.numRows)
    if (data.children.length === 0 && batch.numRows > 0) throw new Error('a batch has rows but no columns')
    yield batch
    budget = MAX_BATCH_BYTES
  }
}

function namedColumns(fields: OpenReader['schema']['fields']) {
  const columns = columnsOf(fields)
  if (columns.length > MAX_FIELDS) throw new Error(`it has more than ${MAX_FIELDS} columns`)
  const taken = new Set<string>()
  return columns.map((column, i) => ({
    ...column,
    name: uniqueName(column.name || `column_${i + 1}`, taken),
  }))
}

async function* arrowRows(source: ByteSource, table: TableInfo, pace: Pace): AsyncGenerator<RowBatch> {
  try {
    const reader = await open(source)
    const wanted = new Map(table.columns.map(({ name }, i) => [name, i]))
    const columns = namedColumns(reader.schema.fields).filter((column) => wanted.has(column.name))
    const row = new CellRow()
    let told = 0
    for await (const batch of batches(reader)) {
      const cells = columns.map(({ name, path }) => {
        const parents: Data[] = []
        let data: Data = batch.data
        for (const step of path) {
          if (data !== batch.data) parents.push(data)
          data = data.children[step]
        }
        return { cell: wanted.get(name)!, data, parents, set: setterOf(data) }
      })
      yield {
        bytes: reader.given() - told,
        each(onRow) {
          for (let i = 0; i < batch.numRows; i++) {
            row.begin(table.columns.length)
            // Whoever reads the batch calls this, so that the errors of values do not pass the `catch` below; nor must theirs.
            try {
              for (const { cell, data, parents, set } of cells) {
                if (!isValid(data, i) || !parents.every((parent) => isValid(parent, i))) continue
                set(row, cell, i)
              }
            } catch (error) {
              throw asUnreadable(error, source)
            }
            onRow(row)
          }
        },
      }
      told = reader.given()
      await pace.checkpoint()
    }
  } catch (error) {
    throw asUnreadable(error, source)
  }
}
