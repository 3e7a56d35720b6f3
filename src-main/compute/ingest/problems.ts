import { Rows, type RowSink } from './bulk/rows.ts'
import type { Row, RowProblem } from './read/row.ts'

/** Stable codes of a rejected row; the UI translates by them. */
export type ProblemCode =
  | 'ragged_row'
  | 'bad_quote'
  | 'unterminated_quote'
  | 'row_too_long'
  | 'nul_byte'
  | 'bad_record'
  | 'missing_value'
  | 'bad_time'
  | 'bad_number'
  | 'bad_range'
  | 'duplicate_report'

/** Rows of one file that keep their raw text: a file that is wrong throughout must not be stored twice over. */
export const RAW_ROWS = 10_000

const BROKEN: Record<RowProblem, string> = {
  bad_quote:
    'A quoted field is followed by more text. Put the whole field in quotes and double the quotes inside it.',
  unterminated_quote:
    'A quoted field is never closed. Close the quote, or double it if it is part of the text.',
  row_too_long: 'The row is longer than 16 MiB. Is a quote or a line break missing?',
  bad_record: 'The record is broken. Correct it in the file.',
  nul_byte: 'The row holds a NUL byte, which no text may. Remove it.',
}

/** Writes a file's rejected rows, one `import_problem` each. `flush` it before every transaction's end. */
export class ProblemLog {
  count = 0
  private readonly rows: Rows

  constructor(sink: RowSink, sourceId: number) {
    const columns = { numbers: ['row'], texts: ['column_name', 'code', 'message', 'raw'] }
    this.rows = new Rows(sink, 'import_problem', columns, { source_id: String(sourceId) })
  }

  add(row: Row, rowNumber: number, column: string | null, code: ProblemCode, message: string): void {
    this.count++
    const raw = this.count <= RAW_ROWS ? row.raw().replaceAll('\0', '\u2400') : null
    this.rows.numbers[this.rows.at] = rowNumber
    for (const text of [column, code, message, raw]) this.rows.text(text)
    this.rows.end(this.rows.at + 1)
  }

  flush(): void {
    this.rows.flush()
  }

  /** A row that the tokenizer couldn't make fields of. */
  addBroken(row: Row, rowNumber: number, problem: RowProblem): void {
    this.add(row, rowNumber, null, problem, row.complaint ?? BROKEN[problem])
  }

  addRagged(row: Row, rowNumber: number, width: number): void {
    this.add(
      row,
      rowNumber,
      null,
      'ragged_row',
      `The row has ${row.count} ${row.count === 1 ? 'field' : 'fields'} and the header ${width}. ` +
        (row.count > width
          ? 'Put a field that holds the separator in quotes.'
          : 'Add the missing separators, or close an open quote.'),
    )
  }
}
