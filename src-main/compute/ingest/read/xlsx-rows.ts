import { CellRow } from './cell-row.ts'
import { letters } from './header.ts'
import type { Row } from './row.ts'
import type { Workbook } from './xlsx-book.ts'
import { CellText } from './xlsx-cells.ts'
import { ERROR, SHARED, digits, type SharedStrings, type SheetSink } from './xlsx-sheet.ts'

/** Hands out a sheet's rows below its header as records. */
export class RowSink implements SheetSink {
  give: (row: Row) => void = () => {}
  private readonly book: Workbook
  private readonly strings: SharedStrings
  private readonly width: number
  private readonly headerRow: number
  private readonly values: CellText
  private readonly record = new CellRow()
  private number = 0
  private begun = false
  private filled = false

  constructor(book: Workbook, strings: SharedStrings, width: number, headerRow: number) {
    this.book = book
    this.strings = strings
    this.width = width
    this.headerRow = headerRow
    this.values = new CellText(this.book)
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
