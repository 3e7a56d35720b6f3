import type { FoundFile } from '../find/found.ts'
import { CellRow } from '../read/cell-row.ts'
import type { Reader, TableInfo } from '../read/reader.ts'
import type { Row } from '../read/row.ts'

/** Where a column's cells are from: a column of the part, its folders, or nowhere. */
type From = { column: number } | { text: Buffer } | null

/**
 * A reader of one part of a data set that gives its records in the data set's columns: the part's own by name, then what
 * its folders say, empty where neither has any. A record's raw text stays that of the file. `own`: the part as its reader
 * described it.
 */
export function placedReader(
  reader: Reader,
  own: TableInfo,
  columns: TableInfo['columns'],
  file: FoundFile,
): Reader {
  const at = new Map(own.columns.map(({ name }, i) => [name, i]))
  const said = new Map(file.part!.values.map(({ name, value }) => [name, Buffer.from(value)]))
  const from: From[] = columns.map(({ name }) => {
    const column = at.get(name)
    const text = said.get(name)
    return column !== undefined ? { column } : text ? { text } : null
  })
  const same =
    from.length === own.columns.length && from.every((one, i) => one && 'column' in one && one.column === i)
  return {
    ...reader,
    async *rows(source, _table, options, pace) {
      const place = same ? null : placer(from, own.columns.length)
      try {
        for await (const batch of reader.rows(source, own, options, pace)) {
          yield place === null
            ? batch
            : { bytes: batch.bytes, each: (onRow) => batch.each((row) => onRow(place(row))) }
        }
      } finally {
        // Thousands of parts must not be open at once.
        await file.close()
      }
    },
  }
}

function placer(from: readonly From[], width: number): (row: Row) => Row {
  const placed = new CellRow()
  return (row) => {
    const ragged = row.problem === null && row.count !== width
    // Its own count says what is wrong with it, unless that happens to be the data set's.
    if (ragged && row.count !== from.length) return row
    placed.begin(from.length, (most) => row.raw(most))
    if (ragged) {
      placed.fail(
        'bad_record',
        `The row has ${row.count} fields and the header of its file ${width}. Put a field that holds the separator in quotes.`,
      )
    } else if (row.problem !== null) placed.fail(row.problem, row.complaint ?? null)
    else {
      for (let i = 0; i < from.length; i++) {
        const one = from[i]!
        if (one === null) continue
        if ('text' in one) placed.setBytes(i, one.text, 0, one.text.length)
        else if (row.escaped[one.column]) placed.set(i, row.text(one.column))
        else placed.setBytes(i, row.bytes, row.starts[one.column]!, row.ends[one.column]!)
      }
    }
    return placed
  }
}
