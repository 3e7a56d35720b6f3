import type { Database } from 'better-sqlite3'
import type { CheckItem } from '../../../common/contract/check.ts'
import type { Progress } from '../../../common/pace.ts'
import { BlockDecoder } from '../raw/codec.ts'
import { unpackBlock, type StoredBlock } from '../raw/read.ts'
import { FILE, item } from './check-item.ts'

/** Blocks that are read together; each is a few hundred KiB at most, but for very long records. */
const PAGE = 16

/**
 * Whether the records of every source's file are kept as they were: each row of the file in one block, all blocks unpack,
 * and each holds as many records as it says. A file's rows count in the source that it was imported as and in those that
 * read its rejected rows again; their records stay with the first. Sources of versions that kept none are left out.
 *
 * Blocks carry a checksum. Progress: phase 'check.records', in rows.
 */
export async function checkRecords(ctx: {
  db: Database
  progress(progress: Progress): void
  checkpoint(): Promise<void>
}): Promise<CheckItem> {
  const { db } = ctx
  const sources = db
    .prepare(
      `SELECT s.id, ${FILE} AS file,
              (SELECT sum(c.rows_in) FROM source c
               WHERE c.id = s.id OR (c.retry_of = s.id AND c.status = 'ready')) AS rows
       FROM source s
       WHERE s.retry_of IS NULL AND s.status IN ('ready', 'importing')
         AND (s.stored_at IS NOT NULL OR EXISTS (SELECT 1 FROM source_block b WHERE b.source_id = s.id))
         AND (s.status = 'ready' OR s.stored_at IS NOT NULL)
       ORDER BY s.id`,
    )
    .all() as { id: number; file: string; rows: number }[]
  const page = db.prepare(
    `SELECT first_row AS first, rows, codec, data FROM source_block WHERE source_id = ? AND first_row > ?
     ORDER BY first_row LIMIT ${PAGE}`,
  )
  const total = sources.reduce((sum, { rows }) => sum + rows, 0)
  const faults: string[] = []
  let looked = 0
  for (const { id, file, rows } of sources) {
    const fault = (first: number, last: number, what: string) =>
      faults.push(`${file}: ${first === last ? `row ${first} is` : `rows ${first} to ${last} are`} ${what}`)
    /** The row that is due. */
    let next = 1
    for (let after = -1; ;) {
      const blocks = page.all(id, after) as StoredBlock[]
      if (blocks.length === 0) break
      for (const block of blocks) {
        const { first } = block
        const last = first + block.rows - 1
        if (first > next) fault(next, first - 1, 'not kept')
        else if (first < next) fault(first, Math.min(last, next - 1), 'kept twice')
        const broken = whatIsBroken(block)
        if (broken !== null) fault(first, last, `damaged: ${broken}`)
        else looked += block.rows
        next = Math.max(next, last + 1)
        after = first
        await ctx.checkpoint()
      }
      ctx.progress({ phase: 'check.records', done: Math.min(looked, total), total, unit: 'rows' })
    }
    if (next <= rows) fault(next, rows, 'not kept')
    else if (next > rows + 1) fault(rows + 1, next - 1, `kept of a file that has ${rows}`)
  }
  return item('records', looked, faults)
}

/** Null: it unpacks, and holds as many records as it says. */
function whatIsBroken(block: StoredBlock): string | null {
  try {
    const decoder = new BlockDecoder(unpackBlock(block))
    let records = 0
    for (; decoder.more; records++) decoder.skip()
    return records === block.rows ? null : `it holds ${records} rows`
  } catch (error) {
    return String((error as Error).message)
  }
}
