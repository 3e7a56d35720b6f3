import type { Database } from 'better-sqlite3'
import type { ProblemCsv } from '../../../common/contract/problems.ts'
import { csvRow, type Cell } from '../../../common/csv.ts'
import type { RawRecord } from '../raw/codec.ts'
import { createRawReader, DamagedRecords, rawSource, type RawSource } from '../raw/read.ts'

/** Characters of an answer, about. */
const PIECE = 1 << 20
/** What stands behind the columns of the file; the prefix keeps them apart from its own. */
const OURS = [
  'shoal_file',
  'shoal_table',
  'shoal_row',
  'shoal_problem',
  'shoal_column',
  'shoal_message',
  'shoal_text',
]

interface Listed {
  row: number
  column: string | null
  code: string
  message: string
  raw: string | null
}

/**
 * Rejected rows as CSV, a piece at a time so that any number of them can be written: the columns of their files as they
 * were (those of several files beside each other, by name), then file, table, row, problem, column and message, and the
 * row's text where it could not be split into its cells. Cells that a spreadsheet would run are neutralised.
 */
export function problemCsv(
  db: Database,
  input: {
    sourceId?: number | undefined
    code?: string | undefined
    after?: { sourceId: number; row: number } | undefined
  },
): ProblemCsv {
  const { sourceId, code, after } = input
  const given = { sourceId: sourceId ?? null, code: code ?? null }
  const sources = db
    .prepare(
      `SELECT s.id, coalesce(s.path || ' › ' || s.entry, s.path) AS file, s.part FROM source s
       WHERE s.status = 'ready' AND s.problems > 0 AND (@sourceId IS NULL OR s.id = @sourceId)
         AND EXISTS (SELECT 1 FROM import_problem p WHERE p.source_id = s.id AND (@code IS NULL OR p.code = @code))
       ORDER BY s.id`,
    )
    .all(given) as { id: number; file: string; part: string }[]
  const raws = new Map(sources.map(({ id }) => [id, rawSource(db, id)!]))
  const columns = [...new Set([...raws.values()].flatMap((raw) => raw.columns))]
  const page = db.prepare(
    `SELECT row, column_name AS "column", code, message, raw FROM import_problem
     WHERE source_id = ? AND row > ?${code === undefined ? '' : ' AND code = ?'} ORDER BY row LIMIT 500`,
  )
  let text = after ? '' : csvRow([...columns, ...OURS])
  for (const { id, file, part } of sources) {
    if (after && id < after.sourceId) continue
    const source = raws.get(id)!
    const read = createRawReader(db, source)
    const place = placesOf(source, columns)
    let last = after?.sourceId === id ? after.row : -1
    for (;;) {
      const rows = page.all(id, last, ...(code === undefined ? [] : [code])) as Listed[]
      if (rows.length === 0) break
      for (const one of rows) {
        const record = one.row > 0 ? readOr(read, one.row) : null
        const cells: Cell[] = columns.map(() => null)
        record?.cells?.forEach((cell, at) => {
          if (at < place.length) cells[place[at]!] = cell
        })
        const whole = record === null ? one.raw : record.text
        text += csvRow([...cells, file, part, one.row, one.code, one.column, one.message, whole])
        if (text.length >= PIECE) return { text, next: { sourceId: id, row: one.row } }
      }
      last = rows.at(-1)!.row
    }
  }
  return { text, next: null }
}

/** Null where the record is damaged, too: the list must come out all the same, and what else is known of the row is in it. */
function readOr(read: (row: number) => RawRecord | null, row: number): RawRecord | null {
  try {
    return read(row)
  } catch (error) {
    if (error instanceof DamagedRecords) return null
    throw error
  }
}

/** Where each column of a source stands among those of all. */
function placesOf({ columns }: RawSource, all: readonly string[]): number[] {
  const at = new Map(all.map((name, i) => [name, i]))
  return columns.map((name) => at.get(name)!)
}
