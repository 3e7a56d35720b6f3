import type { Database } from 'better-sqlite3'
import { ShoalError } from '../../../common/errors.ts'
import type { Pace } from '../../../common/pace.ts'
import type { RawRecord } from '../raw/codec.ts'
import { originalRows } from '../raw/original.ts'
import { createRawReader, rawSource } from '../raw/read.ts'

/** Which rejected rows: of a source, and of one kind where that is said. */
export interface Rejected {
  sourceId: number
  code?: string | undefined
}

/** A rejected row: its record, and what was said of it when it was rejected. */
export interface RejectedRow {
  row: number
  column: string | null
  code: string
  message: string
  /** As the problem list keeps it, at most RAW_CHARS. */
  raw: string | null
  record: RawRecord
}

/** Rows that are handed out together. */
const PAGE = 10_000

/** Opens a source's rejected rows to be read page by page. Throws ShoalError not_found, invalid_input. */
export async function openRejected(
  db: Database,
  { sourceId, code }: Rejected,
  pace: Pace,
): Promise<{ columns: string[]; total: number; pages(size?: number): Generator<RejectedRow[]> }> {
  const source = rawSource(db, sourceId)
  const file = db.prepare(`SELECT path, status FROM source WHERE id = ?`).get(sourceId) as
    { path: string; status: string } | undefined
  if (!source || file?.status !== 'ready')
    throw new ShoalError('not_found', `There is no source ${sourceId}.`, { sourceId })
  const where = `source_id = ? AND row > 0${code === undefined ? '' : ' AND code = ?'}`
  const given = code === undefined ? [sourceId] : [sourceId, code]
  const total = db
    .prepare(`SELECT count(*) FROM import_problem WHERE ${where}`)
    .pluck()
    .get(...given) as number
  const page = db.prepare(
    `SELECT row, column_name AS "column", code, message, raw FROM import_problem
     WHERE ${where} AND row > ? ORDER BY row LIMIT ?`,
  )
  let { columns } = source
  let read = createRawReader(db, source)
  if (!source.kept && total > 0) {
    const rows = db
      .prepare(`SELECT row FROM import_problem WHERE ${where}`)
      .pluck()
      .all(...given) as number[]
    const found = await originalRows(db, sourceId, rows, pace)
    if (typeof found === 'string') {
      throw new ShoalError(
        'not_found',
        `The cells of these rows were not kept: ${file.path} was imported by an early version of Shoal, and ` +
          `${LOST[found]}. Import the file again with another mapping.`,
        { file: file.path, lost: found },
      )
    }
    columns = found.columns
    read = (row) => found.records.get(row) ?? null
  }
  return {
    columns,
    total,
    *pages(size = PAGE) {
      let last = 0
      for (;;) {
        const rows = page.all(...given, last, size) as Omit<RejectedRow, 'record'>[]
        if (rows.length === 0) return
        last = rows.at(-1)!.row
        yield rows.map((one) => ({ ...one, record: read(one.row) ?? unkept(one.raw) }))
      }
    },
  }
}

const LOST = {
  gone: 'it is not there any more',
  changed: 'it is another one by now',
  unreadable: 'it can not be read any more',
}

/** All that is left of a row whose record is not there. */
function unkept(raw: string | null): RawRecord {
  return { cells: null, count: 0, text: raw, problem: 'bad_record' }
}
