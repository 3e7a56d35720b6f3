import { readNote, type ReadNote } from '../../../common/mapping/read-notes.ts'
import { HEADER_ROWS, columnNames, findHeader, letters } from './header.ts'
import type { ByteSource, ColumnInfo, ReadOptions, TableInfo } from './reader.ts'
import { MAX_FIELDS } from './row.ts'
import { unreadable } from './trouble.ts'
import type { Workbook } from './xlsx-book.ts'
import { CellText } from './xlsx-cells.ts'
import {
  ERROR,
  ISO_DATE,
  NUMBER,
  SHARED,
  TRUTH,
  digits,
  type SharedStrings,
  type SheetSink,
} from './xlsx-sheet.ts'

const IS_TEXT = 1
const IS_NUMBER = 2
const IS_DATE = 4
const IS_TIME = 8
const IS_TRUTH = 16
const IS_CLOCK = 32

/** Reads a sheet without keeping it: how wide it is, its first rows, what a person should know. */
export class Survey implements SheetSink {
  rows = 0
  enough = false
  private readonly most: number
  private readonly values: CellText
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
    this.values = new CellText(book)
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
    const notes: ReadNote[] = []
    if (headerRow === undefined) {
      const at = findHeader(rows.map((row) => row.cells))
      headerRow = at < 0 ? 0 : rows[at].number
      if (at > 0) notes.push(readNote('header_row', { row: headerRow }))
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
    if (sheet.hidden) notes.push(readNote('hidden_sheet', {}))
    for (const [code, counts] of [
      ['formulas', this.formulas],
      ['formulas_without_result', this.withoutResult],
      ['error_cells', this.errors],
      ['rounded_numbers', this.roundings],
      ['leap_days', this.leapDays],
    ] as const) {
      const count = counts.reduce((sum, one) => sum + (one ?? 0), 0)
      if (count === 0) continue
      const where = Object.keys(counts).map((i) => `'${names[Number(i)] ?? letters(Number(i))}'`)
      const columns = `${where.slice(0, 8).join(', ')}${where.length > 8 ? ', …' : ''}`
      notes.push(readNote(code, { columns, of: where.length, count }))
    }
    if (this.merges > 0) notes.push(readNote('merged_areas', { count: this.merges }))
    if (this.hiddenRows > 0) notes.push(readNote('hidden_rows', { count: this.hiddenRows }))
    if (this.columnsHidden > 0) notes.push(readNote('hidden_columns', { count: this.columnsHidden }))
    if (this.beyond > 0)
      notes.push(readNote('cells_beyond', { count: this.beyond, column: letters(MAX_FIELDS - 1) }))
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
