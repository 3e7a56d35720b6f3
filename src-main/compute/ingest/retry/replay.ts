import type { TableMapping } from '../../../common/mapping/mapping.ts'
import { CellRow } from '../read/cell-row.ts'
import { CsvTokenizer } from '../read/csv.ts'
import type { Row } from '../read/row.ts'
import type { RejectedRow } from './rows.ts'

/**
 * Rejected rows as readers hand them out, so that they are stored as any other. CSV rows that could not be split into the
 * right cells are split again, where the mapping says how files are read; their text is kept for that.
 */
export function createReplay(format: string, read: TableMapping['read']): (rejected: RejectedRow) => Row {
  const split = format === 'csv' && (read.delimiter !== undefined || read.quote !== undefined) ? read : null
  const row = new CellRow()
  return ({ record, raw, message }) => {
    const { text } = record
    if (split && text !== null) {
      const cells = splitRecord(text, split)
      if (cells) return fill(row, cells, text)
    }
    if (record.cells) return fill(row, record.cells, text ?? raw, record.count)
    row.begin(0, text ?? raw ?? '')
    row.fail(record.problem ?? 'bad_record', message)
    return row
  }
}

function fill(row: CellRow, cells: readonly string[], text: string | null, count = cells.length): CellRow {
  row.begin(cells.length, text)
  for (let i = 0; i < cells.length; i++) row.set(i, cells[i])
  // Cells beyond those that are kept count all the same.
  row.count = count
  return row
}

/** The cells of a record's text; null where it is not one record. */
function splitRecord(text: string, { delimiter = ',', quote = '"' }: TableMapping['read']): string[] | null {
  const found: (string[] | null)[] = []
  const tokenizer = new CsvTokenizer({
    delimiter: delimiter.charCodeAt(0),
    quote: quote === '' ? -1 : quote.charCodeAt(0),
    onRow: (row) => {
      const broken = row.problem !== null && row.problem !== 'nul_byte'
      const kept = Math.min(row.count, row.starts.length)
      found.push(broken ? null : Array.from({ length: kept }, (_, i) => row.text(i)))
    },
  })
  tokenizer.push(Buffer.from(text, 'utf8'))
  tokenizer.end()
  return found.length === 1 ? found[0]! : null
}
