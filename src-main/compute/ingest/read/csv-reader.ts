import { readNote, type ReadNote } from '../../../common/mapping/read-notes.ts'
import type { Pace } from '../../../common/pace.ts'
import { CsvTokenizer } from './csv.ts'
import { HEADER_ROWS, columnNames, findHeader, letters, mode } from './header.ts'
import type { ByteSource, ReadOptions, Reader, RowBatch } from './reader.ts'
import { MAX_FIELDS, type Row } from './row.ts'
import { openText, settle, utf8Chunks } from './text-source.ts'
import { unreadable } from './trouble.ts'

/** CSV and its relatives: any delimiter, quote and encoding, with or without a header, banner rows above it. */
export const csvReader: Reader = {
  format: 'csv',
  copies: true,
  endings: ['csv', 'tsv', 'tab', 'txt', 'psv', 'dat', 'edges', 'edgelist', 'log'],
  sniff: () => false,

  async tables(source, options, depth, pace, onBytes) {
    const text = await openText(source, options, depth, pace, onBytes)
    const quote = oneByte(source, 'quote', options.quote ?? '"')
    const told = SEPARATOR_LINE.exec(text.head.toString('latin1', 0, 16))
    const body = text.head.subarray(told?.[0].length ?? 0)
    const delimiter = options.delimiter ?? told?.[1] ?? findDelimiter(body, text.whole, quote)
    const head = sample(body, text.whole, oneByte(source, 'delimiter', delimiter), quote)
    if (head.length === 0) {
      throw unreadable(
        source,
        text.whole
          ? 'it holds no records'
          : `its first line does not end within ${text.head.length >> 10} KiB`,
      )
    }
    const notes = [...text.notes]
    const headerRow = options.headerRow ?? headerOf(head)
    const comments = headerRow === 0 ? commentRows(head, /^\s*[#%]/) : 0
    const columns =
      headerRow === 0
        ? lettered(source, head.slice(comments))
        : named(source, head, headerRow, options.headerRow !== undefined, notes)
    const found: ReadOptions = {
      encoding: text.encoding,
      ...(text.lenient && { lenient: true }),
      delimiter,
      quote: options.quote ?? '"',
      headerRow,
      ...(comments > 0 && { comments }),
    }
    if (comments > 0) notes.push(readNote('comments', { count: comments }))
    return [
      { name: '', columns: columns.map((name) => ({ name, declared: null })), rows: null, notes, found },
    ]
  },

  rows: (source, table, options, pace) => csvRows(source, settle(table.found, options), pace),
}

/** What Excel writes and reads above a table to say its delimiter; no record. */
const SEPARATOR_LINE = /^sep=([\t -~])\r?\n/i

async function* csvRows(source: ByteSource, how: ReadOptions, pace: Pace): AsyncGenerator<RowBatch> {
  const tokenizer = new CsvTokenizer({
    delimiter: oneByte(source, 'delimiter', how.delimiter ?? ','),
    quote: oneByte(source, 'quote', how.quote ?? '"'),
    onRow: () => {},
  })
  let skip = how.headerRow === 0 ? (how.comments ?? 0) : (how.headerRow ?? 1)
  let started = false
  // Behind the header the tokenizer calls the importer without anything between: this is the hot path.
  const listen = (onRow: (row: Row) => void): void => {
    tokenizer.onRow =
      skip === 0
        ? onRow
        : (row) => {
            if (skip > 0) skip--
            else onRow(row)
          }
  }
  for await (const { bytes, text } of utf8Chunks(source, how, pace)) {
    const said = started ? null : SEPARATOR_LINE.exec(text.toString('latin1', 0, 16))
    started = true
    yield {
      bytes,
      each(onRow) {
        listen(onRow)
        tokenizer.push(said === null ? text : text.subarray(said[0].length))
      },
    }
  }
  yield {
    bytes: 0,
    each(onRow) {
      listen(onRow)
      tokenizer.end()
    },
  }
}

interface SampleRow {
  cells: string[]
  /** Cells there are, also beyond what `cells` keeps. */
  count: number
  broken: boolean
}

/** The first records. Where the head is not the whole file, its last record may be cut off and is left out. */
function sample(
  head: Buffer,
  whole: boolean,
  delimiter: number,
  quote: number,
  most = HEADER_ROWS,
): SampleRow[] {
  const rows: SampleRow[] = []
  const tokenizer = new CsvTokenizer({
    delimiter,
    quote,
    onRow: (row) => {
      if (rows.length >= most) return
      const broken = row.problem !== null && row.problem !== 'nul_byte'
      const cells: string[] = []
      if (!broken) for (let i = 0; i < Math.min(row.count, MAX_FIELDS); i++) cells.push(row.text(i))
      rows.push({ cells, count: broken ? 0 : row.count, broken })
    },
  })
  for (let at = 0; at < head.length && rows.length < most; at += 16 * 1024) {
    tokenizer.push(head.subarray(at, at + 16 * 1024))
  }
  if (whole && rows.length < most) tokenizer.end()
  return rows
}

/** With what logs of Zeek and of web servers begin the line of names. */
const FIELDS = /^#fields:?$/i

/** 1-based row of the header, 0 where there is none. What begins with % is a comment; with # it may name the columns. */
function headerOf(rows: readonly SampleRow[]): number {
  const said = rows.findIndex(({ cells }) => cells.length > 1 && FIELDS.test(cells[0]))
  if (said >= 0) return said + 1
  const above = commentRows(rows, /^\s*%/)
  const at = findHeader(rows.slice(above).map((row) => row.cells))
  return at < 0 ? 0 : above + at + 1
}

/** Rows of comments above a table, as KONECT and SNAP write them; 0 where all begin so. */
function commentRows(rows: readonly SampleRow[], begins: RegExp): number {
  const first = rows.findIndex(({ cells, broken }) => !broken && !begins.test(cells[0] ?? ''))
  return Math.max(first, 0)
}

function lettered(source: ByteSource, rows: readonly SampleRow[]): string[] {
  const width = Math.max(1, mode(rows.map((row) => row.count)))
  if (width > MAX_FIELDS) throw tooWide(source)
  return Array.from({ length: width }, (_, i) => letters(i))
}

function named(
  source: ByteSource,
  rows: readonly SampleRow[],
  headerRow: number,
  asked: boolean,
  notes: ReadNote[],
): string[] {
  const header = rows[headerRow - 1]
  if (header === undefined) {
    throw unreadable(
      source,
      `its header was said to be row ${headerRow}, which is not among its first ${rows.length} rows`,
    )
  }
  if (header.broken) throw unreadable(source, 'its header line has broken quotes')
  if (header.count > MAX_FIELDS) throw tooWide(source)
  if (headerRow > 1 && !asked) notes.push(readNote('header_row', { row: headerRow }))
  const names = header.cells.map((cell) => cell.replace(/^\ufeff/, ''))
  if (names.length > 1 && FIELDS.test(names[0])) names.shift()
  // Edge lists say their columns in a comment.
  names[0] = names[0].replace(/^#+\s*/, '')
  const width = mode(rows.slice(headerRow).map((row) => row.count))
  if (width > names.length && width <= MAX_FIELDS) {
    notes.push(readNote('header_width', { names: names.length, width }))
    return columnNames(names, width)
  }
  return columnNames(names)
}

function tooWide(source: ByteSource): Error {
  return unreadable(source, `it has more than ${MAX_FIELDS} columns`)
}

const USUAL = [',', ';', '\t', '|']
/** Taken only where none of the usual ones makes a table: they also stand in texts and times. */
const UNUSUAL = ['\x01', '\x1f', '^', '~', ':', ' ']

/**
 * The delimiter that makes the most regular table of the head: most records of one width, the header among them, many
 * columns. ',' where none does.
 */
export function findDelimiter(head: Buffer, whole: boolean, quote: number): string {
  let best = { delimiter: ',', score: 0 }
  for (const delimiters of [USUAL, UNUSUAL]) {
    for (const delimiter of delimiters) {
      const rows = sample(head, whole, delimiter.charCodeAt(0), quote, 200)
      const width = mode(rows.map((row) => row.count))
      if (width < 2) continue
      const regular = rows.filter((row) => row.count === width).length / rows.length
      if (delimiters === UNUSUAL && regular < 0.9) continue
      const at = findHeader(rows.slice(0, HEADER_ROWS).map((row) => row.cells))
      const header = rows[Math.max(0, at)].count
      const score =
        regular * (header === width ? 1 : header > width ? 0.8 : 0.4) * (1 + Math.log2(width) / 10)
      if (score > best.score) best = { delimiter, score }
    }
    if (best.score > 0) break
  }
  return best.delimiter
}

/** The byte of an ASCII character; -1 for '' as a quote. */
function oneByte(source: ByteSource, what: 'delimiter' | 'quote', char: string): number {
  if (char === '' && what === 'quote') return -1
  const named = char === '\\t' ? '\t' : char
  const code = named.charCodeAt(0)
  if (named.length !== 1 || code >= 0x80 || code === 0x0a || code === 0x0d || code === 0) {
    throw unreadable(source, `its ${what} was said to be '${char}'`, 'It must be one ASCII character.')
  }
  return code
}
