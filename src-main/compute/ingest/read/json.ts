import { readNote } from '../../../common/mapping/read-notes.ts'
import type { Pace } from '../../../common/pace.ts'
import { CellRow } from './cell-row.ts'
import { JsonDocument, type DocumentSink, type Want } from './json-document.ts'
import { describe } from './json-lines.ts'
import { JsonShape } from './json-shape.ts'
import type { ByteSource, ReadOptions, Reader, RowBatch, TableInfo } from './reader.ts'
import type { Row } from './row.ts'
import { HEAD_BYTES, openText, settle, textBatches, utf8Chunks } from './text-source.ts'
import { unreadable } from './trouble.ts'

/**
 * A JSON document: every array of objects in it is a table, called by its path ('' for the document itself,
 * 'data.users'); so is an object whose members are records, with their keys as the first column ('users.*'). A document
 * that is one object, or several one behind another, is a table of them.
 */
export const jsonReader: Reader = {
  format: 'json',
  endings: ['json', 'geojson', 'har'],
  sniff: (head) => /^\s*[[{]/.test(head.toString('latin1', 0, 4096)),

  async tables(source, options, depth, pace, onBytes) {
    const text = await openText(source, options, depth, pace, depth === 'head' ? onBytes : undefined)
    const found: ReadOptions = { encoding: text.encoding, ...(text.lenient && { lenient: true }) }
    const first = new Survey(null)
    const document = await survey(source, found, first, depth, pace, onBytes)
    if (document.broken !== null && first.records === 0) {
      throw unreadable(source, `it is no valid JSON: ${document.broken}`)
    }
    // What looked like tables was not, or is one only seen as such half way: look again, knowing it.
    const layout = first.layout(document.values)
    let tables = first.tables
    if (layout.again) {
      found.records = [...layout.records]
      const second = new Survey(layout.records)
      await survey(source, found, second, depth, pace)
      tables = second.tables
    }
    const notes = [...text.notes]
    if (first.beyond > 0) {
      notes.push(readNote('many_lists', { most: MAX_TABLES, count: first.beyond }))
    }
    if (document.broken !== null)
      notes.push(readNote('broken_from', { why: document.broken, byte: document.brokenAt }))
    const infos: TableInfo[] = []
    const plain: string[] = []
    for (const [name, { shape, rows, structured }] of tables) {
      if (rows === 0) continue
      if (structured === 0 && tables.size > 1) plain.push(name)
      else infos.push(describe(name, shape, depth === 'all' ? rows : null, [...notes], found))
    }
    if (infos.length === 0) throw unreadable(source, 'it holds no records')
    if (plain.length > 0) {
      infos[0].notes.push(readNote('plain_lists', { names: plain.slice(0, 10).join(', ') }))
    }
    return infos
  },

  rows: (source, table, options, pace) => tableRows(source, table, settle(table.found, options), pace),
}

async function survey(
  source: ByteSource,
  found: ReadOptions,
  sink: Survey,
  depth: 'head' | 'all',
  pace: Pace,
  onBytes?: (bytes: number) => void,
): Promise<JsonDocument> {
  const document = new JsonDocument(sink)
  let read = 0
  for await (const { bytes, text } of utf8Chunks(source, found, pace)) {
    document.push(text)
    onBytes?.(bytes)
    read += bytes
    if (depth === 'head' && read >= HEAD_BYTES && sink.records > 0) return document
    if (document.broken !== null) return document
  }
  document.end()
  return document
}

interface Seen {
  shape: JsonShape
  rows: number
  /** Records that are objects or lists. */
  structured: number
}

/** More tables than these are none; each is another reading of the file. */
const MAX_TABLES = 64

/** Learns a document's tables. `known`: where records are, if that is settled; else every array is looked into. */
class Survey implements DocumentSink {
  readonly tables = new Map<string, Seen>()
  records = 0
  /** Records of tables that are too many. */
  beyond = 0
  private readonly known: ReadonlySet<string> | null
  private readonly keyedPaths = new Set<string>()

  constructor(known: ReadonlySet<string> | null) {
    this.known = known
  }

  want(path: string, array: boolean): Want {
    return wanted(path, array, this.known)
  }

  record(path: string, key: string | null, bytes: Buffer, from: number, to: number): void {
    const name = nameOf(path, key)
    let seen = this.tables.get(name)
    if (seen === undefined) {
      if (this.tables.size >= MAX_TABLES) {
        this.beyond++
        return
      }
      seen = { shape: new JsonShape({ keyed: key !== null }), rows: 0, structured: 0 }
      this.tables.set(name, seen)
    }
    seen.rows++
    this.records++
    if (bytes[from] === 0x7b || bytes[from] === 0x5b) seen.structured++
    seen.shape.read(bytes, from, to, null, key)
  }

  problem(path: string): void {
    this.records++
    const seen = this.tables.get(path) ?? this.tables.get(nameOf(path, ''))
    if (seen === undefined) this.tables.set(path, { shape: new JsonShape(), rows: 1, structured: 1 })
    else seen.rows++
  }

  keyed(path: string): void {
    this.keyedPaths.add(path)
    // Tables found inside its first members are parts of records.
    for (const name of this.tables.keys()) {
      if (isInside(name, path)) this.tables.delete(name)
    }
  }

  /** Where the records are, and whether another reading is needed to have all of them. `values`: of the document. */
  layout(values: number): { again: boolean; records: Set<string> } {
    if (values > 1) return { again: true, records: new Set(['']) }
    const outer = [...this.keyedPaths].filter(
      (path) => ![...this.keyedPaths].some((other) => other !== path && isInside(path, other)),
    )
    const arrays = [...this.tables.entries()].filter(([, seen]) => seen.structured > 0).map(([name]) => name)
    const names = new Set([...arrays, ...outer.map((path) => nameOf(path, ''))])
    if (names.size === 0) {
      // One object with plain values only: a record. A list of plain values has been read by now.
      return this.tables.has('') ? { again: false, records: names } : { again: true, records: new Set(['']) }
    }
    return { again: outer.length > 0, records: names }
  }
}

async function* tableRows(
  source: ByteSource,
  table: TableInfo,
  how: ReadOptions,
  pace: Pace,
): AsyncGenerator<RowBatch> {
  const known = how.records ? new Set(how.records) : null
  const shape = new JsonShape({ cells: table.columns, keyed: table.name.endsWith('*') })
  const row = new CellRow()
  let give: (row: Row) => void = () => {}
  const begin = (bytes: Buffer, from: number, to: number): void =>
    row.begin(table.columns.length, (most) => bytes.toString('utf8', from, Math.min(to, from + most * 4)))
  const document = new JsonDocument({
    want: (path, array) => wanted(path, array, known),
    record(path, key, bytes, from, to, offset) {
      if (nameOf(path, key) !== table.name) return
      begin(bytes, from, to)
      const complaint = shape.read(bytes, from, to, row, key)
      if (complaint !== null) {
        row.fail(
          'bad_record',
          `The record is no valid JSON: ${complaint} at byte ${offset + shape.failedAt + 1}.`,
        )
      }
      give(row)
    },
    problem(path, tooLong, complaint, bytes, from, to) {
      if (path !== table.name && nameOf(path, '') !== table.name) return
      begin(bytes, from, to)
      row.fail(tooLong ? 'row_too_long' : 'bad_record', `The list of records has ${complaint}.`)
      give(row)
    },
  })
  yield* textBatches(source, how, pace, document, (onRow) => {
    give = onRow
  })
}

/** What is wanted at a place to get at the records of these tables; null: of all there may be. */
function wanted(path: string, array: boolean, tables: ReadonlySet<string> | null): Want {
  if (tables === null) return array ? 'records' : 'inside'
  if (tables.has(nameOf(path, array ? null : ''))) return 'records'
  if (path === '' && tables.has('')) return 'itself'
  if (array) return 'nothing'
  for (const name of tables) if (isInside(name, path)) return 'inside'
  return 'nothing'
}

function nameOf(path: string, key: string | null): string {
  if (key === null) return path
  return path === '' ? '*' : `${path}.*`
}

function isInside(name: string, path: string): boolean {
  return path === '' ? name !== '' : name.startsWith(`${path}.`)
}
