import { readNote, type ReadNote } from '../../../common/mapping/read-notes.ts'
import type { Pace } from '../../../common/pace.ts'
import { CellRow } from './cell-row.ts'
import { JsonShape } from './json-shape.ts'
import type { ByteSource, ReadOptions, Reader, RowBatch, TableInfo } from './reader.ts'
import { MAX_ROW_BYTES, type Row } from './row.ts'
import { openText, settle, textBatches, utf8Chunks } from './text-source.ts'
import { unreadable } from './trouble.ts'

/** One JSON value a line: the usual form of logs and of what APIs give out in bulk. */
export const jsonLinesReader: Reader = {
  format: 'json-lines',
  endings: ['jsonl', 'ndjson', 'jsonlines', 'ldjson'],
  sniff: looksLikeLines,

  async tables(source, options, depth, pace, onBytes) {
    const text = await openText(source, options, depth, pace, depth === 'head' ? onBytes : undefined)
    const found: ReadOptions = { encoding: text.encoding, ...(text.lenient && { lenient: true }) }
    const shape = new JsonShape()
    let rows = 0
    const lines = new Lines((bytes, from, to, tooLong) => {
      rows++
      if (!tooLong) shape.read(bytes, from, to, null)
    })
    if (depth === 'head') {
      lines.push(text.head)
      if (text.whole || rows === 0) lines.end()
    } else {
      for await (const { bytes, text: chunk } of utf8Chunks(source, found, pace)) {
        lines.push(chunk)
        onBytes?.(bytes)
      }
      lines.end()
    }
    if (rows === 0) throw unreadable(source, 'it holds no records')
    return [describe('', shape, depth === 'all' ? rows : null, [...text.notes], found)]
  },

  rows: (source, table, options, pace) => lineRows(source, table, settle(table.found, options), pace),
}

/** A table whose columns `shape` has learned. */
export function describe(
  name: string,
  shape: JsonShape,
  rows: number | null,
  notes: ReadNote[],
  found: ReadOptions,
): TableInfo {
  if (shape.twice > 0) {
    notes.push(readNote('key_twice', { count: shape.twice }))
  }
  return { name, columns: shape.describe(), rows, notes, found }
}

async function* lineRows(
  source: ByteSource,
  table: TableInfo,
  how: ReadOptions,
  pace: Pace,
): AsyncGenerator<RowBatch> {
  const shape = new JsonShape({ cells: table.columns })
  const row = new CellRow()
  let give: (row: Row) => void = () => {}
  const lines = new Lines((bytes, from, to, tooLong) => {
    row.begin(table.columns.length, (most) => bytes.toString('utf8', from, Math.min(to, from + most * 4)))
    if (tooLong) row.fail('row_too_long', `The line is longer than ${MAX_ROW_BYTES >> 20} MiB.`)
    else {
      const complaint = shape.read(bytes, from, to, row)
      if (complaint !== null) {
        row.fail(
          'bad_record',
          `The line is no valid JSON: ${complaint} at byte ${shape.failedAt - from + 1}.`,
        )
      }
    }
    give(row)
  })
  yield* textBatches(source, how, pace, lines, (onRow) => {
    give = onRow
  })
}

type OnLine = (bytes: Buffer, from: number, to: number, tooLong: boolean) => void

/** Cuts bytes into lines that hold something; one that is too long is told once, with what was seen of it. */
class Lines {
  private readonly onLine: OnLine
  private rest: Buffer = Buffer.alloc(0)
  private held = 0
  private dropping = false

  constructor(onLine: OnLine) {
    this.onLine = onLine
  }

  push(chunk: Buffer): void {
    let from = 0
    if (this.held > 0 || this.dropping) {
      const at = chunk.indexOf(LF)
      if (!this.dropping) this.hold(chunk, 0, at < 0 ? chunk.length : at)
      if (at < 0) return
      from = at + 1
      if (!this.dropping) this.tell(this.rest, 0, this.held, false)
      this.held = 0
      this.dropping = false
    }
    for (;;) {
      const at = chunk.indexOf(LF, from)
      if (at < 0) break
      this.tell(chunk, from, at, at - from > MAX_ROW_BYTES)
      from = at + 1
    }
    this.hold(chunk, from, chunk.length)
  }

  end(): void {
    if (this.held > 0) this.tell(this.rest, 0, this.held, false)
    this.held = 0
  }

  private hold(chunk: Buffer, from: number, to: number): void {
    const need = this.held + to - from
    if (need > this.rest.length) {
      const grown = Buffer.allocUnsafe(Math.max(need, this.rest.length * 2, 64 * 1024))
      this.rest.copy(grown, 0, 0, this.held)
      this.rest = grown
    }
    chunk.copy(this.rest, this.held, from, to)
    this.held = need
    if (this.held <= MAX_ROW_BYTES) return
    this.tell(this.rest, 0, this.held, true)
    this.held = 0
    this.dropping = true
    this.rest = Buffer.alloc(0)
  }

  private tell(bytes: Buffer, from: number, to: number, tooLong: boolean): void {
    let start = from
    let end = to
    while (start < end && BLANK[bytes[start]]) start++
    while (end > start && BLANK[bytes[end - 1]]) end--
    if (end > start) this.onLine(bytes, start, end, tooLong)
  }
}

const LF = 0x0a
/** White space, and the record separator of RFC 7464. */
const BLANK = new Uint8Array(256)
for (const byte of [0x20, 0x09, 0x0d, 0x0a, 0x1e]) BLANK[byte] = 1

/** Whether text's first line is a whole JSON object and the second begins one too: one line alone is a document. */
function looksLikeLines(head: Buffer): boolean {
  const lines: [number, number][] = []
  const shape = new JsonShape()
  let first: string | null = 'nothing'
  let count = 0
  const all = new Lines((bytes, from, to) => {
    if (count++ === 0 && bytes[from] === 0x7b) first = shape.read(bytes, from, to, null)
    else lines.push([bytes[from], 0])
  })
  all.push(head)
  if (count === 0) all.end()
  return first === null && lines.length > 0 && lines[0][0] === 0x7b
}
