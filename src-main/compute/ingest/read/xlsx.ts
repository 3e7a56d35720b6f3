import type { Pace } from '../../../common/pace.ts'
import { CellRow } from './cell-row.ts'
import { HEADER_ROWS, columnNames, findHeader, letters, uniqueName } from './header.ts'
import type { ByteSource, ColumnInfo, ReadOptions, Reader, RowBatch, TableInfo } from './reader.ts'
import { MAX_FIELDS, type Row } from './row.ts'
import { settle } from './text-source.ts'
import { asUnreadable, unreadable } from './trouble.ts'
import { readPart, readWorkbook, type Workbook } from './xlsx-book.ts'
import {
  ERROR,
  ISO_DATE,
  NUMBER,
  SHARED,
  SharedStrings,
  SheetScanner,
  TRUTH,
  digits,
  type SheetSink,
} from './xlsx-sheet.ts'
import { numberText, serialText, undoEscapes } from './xlsx-values.ts'
import { openPackage, type Package } from './xlsx-zip.ts'
import { XmlBytes } from './xml-bytes.ts'

/**
 * Excel workbooks: every sheet that holds something is a table. Dates are ISO 8601 in local time, numbers as Excel shows
 * them, formulas their stored result. Throws for what is encrypted, and for Excel's older formats.
 */
export const xlsxReader: Reader = {
  format: 'xlsx',
  endings: ['xlsx', 'xlsm', 'xltx', 'xltm'],
  sniff: (head) =>
    head.length > 4 &&
    head.readUInt32LE(0) === 0x04034b50 &&
    (head.includes('xl/workbook') || head.includes('[Content_Types].xml') || head.includes('xl/worksheets/')),

  async tables(source, options, depth, pace, onBytes) {
    await refuseOldFormats(source)
    return withBook(source, pace, async (zip, book) => {
      onBytes?.(0)
      const tables: TableInfo[] = []
      const names = new Set<string>()
      for (const sheet of book.sheets) {
        const survey = new Survey(book, depth === 'head' ? HEADER_ROWS : Infinity)
        await readPart(
          zip,
          sheet.part,
          new SheetScanner(survey),
          pace,
          Infinity,
          onBytes,
          () => survey.enough,
        )
        if (survey.rows === 0) continue
        const strings = new SharedStrings(survey.cited())
        if (book.strings !== null && survey.cited().size > 0) {
          const last = Math.max(...survey.cited())
          await readPart(zip, book.strings, strings, pace, Infinity, undefined, () => strings.count > last)
        }
        tables.push(survey.describe(source, sheet, uniqueName(sheet.name, names), strings, options, depth))
      }
      if (tables.length === 0) throw unreadable(source, 'none of its sheets holds anything')
      return tables
    })
  },

  rows: (source, table, options, pace) => sheetRows(source, table, settle(table.found, options), pace),
}

async function withBook<T>(
  source: ByteSource,
  pace: Pace,
  use: (zip: Package, book: Workbook) => Promise<T>,
): Promise<T> {
  const zip = await openPackage(source)
  try {
    return await use(zip, await readWorkbook(zip, pace))
  } catch (error) {
    throw asUnreadable(error, source, 'Open it in Excel or WPS and save it again as .xlsx or CSV.')
  } finally {
    zip.close()
  }
}

/** Encrypted workbooks and .xls are compound files of OLE, not ZIP files. */
async function refuseOldFormats(source: ByteSource): Promise<void> {
  const head = await source.readAt(0, 8)
  if (head.length < 8 || head.readUInt32LE(0) !== 0xe011cfd0) return
  const inside = await source.readAt(0, 1024 * 1024)
  const encrypted = inside.includes(Buffer.from('EncryptedPackage', 'utf16le'))
  throw encrypted
    ? unreadable(
        source,
        'it is encrypted with a password',
        'Open it, remove the password and save it as .xlsx or CSV.',
      )
    : unreadable(source, "it has Excel's older format (.xls)", 'Save it as .xlsx or CSV and import that.')
}

/** Excel's older formats begin so; they get a clear error instead of a guess. */
export function isOldExcel(head: Buffer): boolean {
  return head.length >= 8 && head.readUInt32LE(0) === 0xe011cfd0 && head.readUInt32LE(4) === 0xe11ab1a1
}

async function* sheetRows(
  source: ByteSource,
  table: TableInfo,
  how: ReadOptions,
  pace: Pace,
): AsyncGenerator<RowBatch> {
  const zip = await openPackage(source)
  try {
    const book = await readWorkbook(zip, pace)
    const names = new Set<string>()
    const sheet = await sheetCalled(zip, book, table.name, names, pace)
    if (sheet === null) throw unreadable(source, `it has no sheet '${table.name}'`)
    const strings = new SharedStrings()
    let packed = 0
    if (book.strings !== null) {
      await readPart(zip, book.strings, strings, pace, Infinity, (bytes) => (packed += bytes))
    }
    const sink = new RowSink(book, strings, table.columns.length, how.headerRow ?? 1)
    const xml = new XmlBytes(new SheetScanner(sink))
    for await (const { chunk, packed: bytes } of zip.stream(sheet)) {
      yield {
        bytes: packed + bytes,
        each(onRow) {
          sink.give = onRow
          try {
            xml.push(chunk)
          } catch (error) {
            throw asUnreadable(error, source)
          }
        },
      }
      packed = 0
      await pace.checkpoint()
    }
    xml.end()
  } catch (error) {
    throw asUnreadable(error, source)
  } finally {
    zip.close()
  }
}

/** The part of a sheet by its table's name: names are made unique among those sheets that hold something. */
async function sheetCalled(
  zip: Package,
  book: Workbook,
  name: string,
  names: Set<string>,
  pace: Pace,
): Promise<string | null> {
  const exact = book.sheets.filter((sheet) => sheet.name === name)
  if (exact.length === 1) return exact[0].part
  for (const sheet of book.sheets) {
    const survey = new Survey(book, 1)
    await readPart(zip, sheet.part, new SheetScanner(survey), pace, Infinity, undefined, () => survey.enough)
    if (survey.rows > 0 && uniqueName(sheet.name, names) === name) return sheet.part
  }
  return null
}

/** Turns stored values into text. */
class Values {
  private readonly book: Workbook
  /** What `text` found about the last value. */
  rounded = false
  constructor(book: Workbook) {
    this.book = book
  }

  /** A value that is no shared text; `bytes` [0, length). */
  text(style: number, kind: number, bytes: Buffer, length: number): string {
    this.rounded = false
    if (kind === ERROR) return ''
    const text = bytes.toString('utf8', 0, length)
    if (kind === TRUTH) return text === '1' || text === 'true' ? 'true' : 'false'
    if (kind === ISO_DATE) return text
    if (kind !== NUMBER) return undoEscapes(text)
    const format = this.book.kinds[style] ?? 'number'
    if (format !== 'number') {
      const date = serialText(Number(text), format, this.book.from1904)
      if (date !== null) return date
    }
    const shown = numberText(text)
    this.rounded = shown.rounded
    return shown.text
  }

  /** Whether a value can be taken as it stands: a number of plain digits, or a short decimal. */
  isPlain(style: number, kind: number, bytes: Buffer, length: number): boolean {
    if (kind !== NUMBER || (this.book.kinds[style] ?? 'number') !== 'number') return false
    for (let i = 0, points = 0; i < length; i++) {
      const byte = bytes[i]
      if (byte === 0x2d && i === 0) continue
      if (byte === 0x2e && length <= 16 && ++points === 1) continue
      if (byte < 0x30 || byte > 0x39) return false
    }
    return true
  }
}

class RowSink implements SheetSink {
  give: (row: Row) => void = () => {}
  private readonly book: Workbook
  private readonly strings: SharedStrings
  private readonly width: number
  private readonly headerRow: number
  private readonly values: Values
  private readonly record = new CellRow()
  private number = 0
  private begun = false
  private filled = false

  constructor(book: Workbook, strings: SharedStrings, width: number, headerRow: number) {
    this.book = book
    this.strings = strings
    this.width = width
    this.headerRow = headerRow
    this.values = new Values(this.book)
  }

  row(number: number): void {
    this.number = number
    this.begun = false
  }

  cell(column: number, style: number, kind: number, bytes: Buffer, length: number): void {
    if (this.number <= this.headerRow || column >= this.width) return
    const { record } = this
    if (!this.begun) {
      this.begun = true
      this.filled = false
      record.begin(this.width)
    }
    if (length > 0 && kind !== ERROR) this.filled = true
    if (kind === SHARED) {
      const text = this.strings.at(digits(bytes, 0, length))
      if (text !== null) record.setBytes(column, text.chunk, text.from, text.to)
      else {
        record.fail(
          'bad_record',
          `Cell ${letters(column)}${this.number} cites text ${bytes.toString('latin1', 0, length)}, which the workbook does not have.`,
        )
      }
    } else if (this.values.isPlain(style, kind, bytes, length)) record.setBytes(column, bytes, 0, length)
    else record.set(column, this.values.text(style, kind, bytes, length))
  }

  rowEnd(): void {
    // A row whose cells are all empty is no record, as an empty line of a CSV is none.
    if (!this.begun) return
    this.begun = false
    if (this.filled) this.give(this.record)
  }

  merged(): void {}
  hiddenColumns(): void {}
}

const IS_TEXT = 1
const IS_NUMBER = 2
const IS_DATE = 4
const IS_TIME = 8
const IS_TRUTH = 16
const IS_CLOCK = 32

/** Reads a sheet without keeping it: how wide it is, its first rows, what a person should know. */
class Survey implements SheetSink {
  rows = 0
  enough = false
  private readonly most: number
  private readonly values: Values
  private readonly book: Workbook
  private readonly first: { number: number; cells: (string | number)[] }[] = []
  private number = 0
  private current: (string | number)[] | null = null
  private filled = false
  private width = 0
  private beyond = 0
  private merges = 0
  private hiddenRows = 0
  private hidden = 0
  private columnsHidden = 0
  private readonly formulas: number[] = []
  private readonly withoutResult: number[] = []
  private readonly errors: number[] = []
  private readonly roundings: number[] = []
  private readonly leapDays: number[] = []
  private readonly kinds: number[] = []

  constructor(book: Workbook, most: number) {
    this.book = book
    this.most = most
    this.values = new Values(book)
  }

  row(number: number, hidden: boolean): void {
    this.number = number
    this.filled = false
    this.hidden = hidden ? 1 : 0
    this.current = this.first.length < HEADER_ROWS ? [] : null
  }

  cell(column: number, style: number, kind: number, bytes: Buffer, length: number, formula: boolean): void {
    if (column >= MAX_FIELDS) {
      this.beyond++
      return
    }
    const add = (counts: number[]): void => {
      counts[column] = (counts[column] ?? 0) + 1
    }
    if (formula) add(length === 0 ? this.withoutResult : this.formulas)
    if (kind === ERROR) add(this.errors)
    if (length === 0 || kind === ERROR) return
    let text: string | number = ''
    let is = IS_TEXT
    if (kind === SHARED) text = digits(bytes, 0, length)
    else if (this.values.isPlain(style, kind, bytes, length)) {
      is = IS_NUMBER
      if (this.current !== null) text = bytes.toString('latin1', 0, length)
    } else {
      text = this.values.text(style, kind, bytes, length)
      if (this.values.rounded) add(this.roundings)
      if (kind === NUMBER) {
        const format = this.book.kinds[style] ?? 'number'
        is = format === 'number' ? IS_NUMBER : isoKind(text)
        if (text.startsWith('1900-02-29')) add(this.leapDays)
      } else if (kind === TRUTH) is = IS_TRUTH
      else if (kind === ISO_DATE) is = isoKind(text)
      if (text === '') return
    }
    this.filled = true
    if (column >= this.width) this.width = column + 1
    if (this.current === null) this.kinds[column] = (this.kinds[column] ?? 0) | is
    else {
      this.current[column] = text
      this.firstKinds.push([this.number, column, is])
    }
  }
  private readonly firstKinds: [number, number, number][] = []

  rowEnd(): void {
    if (!this.filled) return
    this.rows++
    this.hiddenRows += this.hidden
    if (this.current !== null) this.first.push({ number: this.number, cells: this.current })
    if (this.rows >= this.most) this.enough = true
  }

  merged(): void {
    this.merges++
  }

  hiddenColumns(count: number): void {
    this.columnsHidden += count
  }

  /** Shared texts that the first rows cite. */
  cited(): Set<number> {
    const cited = new Set<number>()
    for (const { cells } of this.first)
      for (const cell of cells) if (typeof cell === 'number') cited.add(cell)
    return cited
  }

  describe(
    source: ByteSource,
    sheet: { name: string; hidden: boolean },
    name: string,
    strings: SharedStrings,
    options: ReadOptions,
    depth: 'head' | 'all',
  ): TableInfo {
    const rows = this.first.map(({ number, cells }) => ({ number, cells: this.texts(cells, strings) }))
    let headerRow = options.headerRow
    const notes: string[] = []
    if (headerRow === undefined) {
      const at = findHeader(rows.map((row) => row.cells))
      headerRow = at < 0 ? 0 : rows[at].number
      if (at > 0) notes.push(`The header is row ${headerRow}; what stands above it was skipped.`)
    }
    const header = rows.find((row) => row.number === headerRow)
    if (headerRow > 0 && header === undefined) {
      throw unreadable(
        source,
        `the header of sheet '${name}' was said to be row ${headerRow}, which is empty or not among its first ${rows.length} rows`,
      )
    }
    const names = header
      ? columnNames(header.cells, this.width)
      : Array.from({ length: this.width }, (_, i) => letters(i))
    for (const [number, column, is] of this.firstKinds) {
      if (number > headerRow) this.kinds[column] = (this.kinds[column] ?? 0) | is
    }
    if (sheet.hidden) notes.push('The sheet is hidden.')
    const columnNotes = (counts: number[], note: (where: string, total: number) => string): void => {
      const total = counts.reduce((sum, count) => sum + (count ?? 0), 0)
      if (total === 0) return
      const where = Object.keys(counts).map((i) => `'${names[Number(i)] ?? letters(Number(i))}'`)
      notes.push(
        note(
          `${where.length === 1 ? 'Column' : 'Columns'} ${where.slice(0, 8).join(', ')}${where.length > 8 ? ', …' : ''}`,
          total,
        ),
      )
    }
    columnNotes(
      this.formulas,
      (where, n) => `${where}: ${n} cells are formulas; their stored results were read.`,
    )
    columnNotes(
      this.withoutResult,
      (where, n) =>
        `${where}: ${n} formulas have no stored result and are empty. Open the file in Excel and save it again to have them.`,
    )
    columnNotes(this.errors, (where, n) => `${where}: ${n} cells hold errors such as #N/A and are empty.`)
    columnNotes(
      this.roundings,
      (where, n) =>
        `${where}: ${n} numbers have more than 15 digits; Excel had rounded them before the file was saved. Ids among them are wrong.`,
    )
    columnNotes(
      this.leapDays,
      (where, n) => `${where}: ${n} dates are 1900-02-29, a day that only Excel knows.`,
    )
    if (this.merges > 0)
      notes.push(`${this.merges} merged areas: the first cell of each holds its value, the others are empty.`)
    if (this.hiddenRows > 0) notes.push(`${this.hiddenRows} hidden rows were read too.`)
    if (this.columnsHidden > 0) notes.push(`${this.columnsHidden} hidden columns were read too.`)
    if (this.beyond > 0)
      notes.push(`${this.beyond} cells lie beyond column ${letters(MAX_FIELDS - 1)} and were not read.`)
    const above = rows.filter((row) => row.number <= headerRow).length
    return {
      name,
      columns: names.map((column, i) => ({ name: column, declared: declaredOf(this.kinds[i] ?? 0) })),
      rows: depth === 'all' ? this.rows - above : null,
      notes,
      found: { headerRow },
    }
  }

  private texts(cells: (string | number)[], strings: SharedStrings): string[] {
    return Array.from({ length: cells.length }, (_, i) => {
      const cell = cells[i]
      if (typeof cell !== 'number') return cell ?? ''
      const text = strings.at(cell)
      return text === null ? '' : text.chunk.toString('utf8', text.from, text.to)
    })
  }
}

function isoKind(text: string): number {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return IS_DATE
  if (text.includes('T')) return IS_TIME
  return text.includes(':') ? IS_CLOCK : IS_NUMBER
}

function declaredOf(kinds: number): ColumnInfo['declared'] {
  if (kinds === IS_TEXT) return 'text'
  if (kinds === IS_NUMBER) return 'number'
  if (kinds === IS_DATE) return 'date'
  if (kinds === IS_TIME || kinds === (IS_TIME | IS_DATE)) return 'time'
  if (kinds === IS_TRUTH) return 'boolean'
  return null
}
