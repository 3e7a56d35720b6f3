import type { Database } from 'better-sqlite3'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { csvRow } from '../../common/csv.ts'

const HEADER = ['account_id', 'community']

/**
 * Writes who is in which community of a communities run: account_id as the export wrote it (cells that a spreadsheet
 * would run get an apostrophe, common/csv.ts), community 0.. by falling size. An account in several communities
 * has a row for each; one in none has no row. Sorted by community and account id. The file appears when it is
 * complete. Returns the number of rows.
 */
export async function writeMembership(db: Database, runId: number, file: string): Promise<number> {
  const rows = db
    .prepare(
      `SELECT a.key, m.community_id FROM (
         SELECT account_id, community_id FROM community_member WHERE run_id = $run
         UNION SELECT account_id, community_id FROM community_overlap WHERE run_id = $run) m
       JOIN account a ON a.id = m.account_id ORDER BY m.community_id, a.key`,
    )
    .raw()
    .iterate({ run: runId }) as IterableIterator<[string, number]>
  const part = `${file}.part`
  const out = createWriteStream(part)
  const failed = new Promise<never>((_, reject) => out.once('error', reject))
  failed.catch(() => {}) // seen by the race below, or by `finished`
  let count = 0
  try {
    let text = csvRow(HEADER)
    for (const row of rows) {
      text += csvRow(row)
      count++
      if (text.length < 1 << 16) continue
      if (!out.write(text)) await Promise.race([once(out, 'drain'), failed])
      text = ''
    }
    out.end(text)
    await finished(out)
    await rename(part, file)
  } catch (error) {
    out.destroy()
    await rm(part, { force: true })
    throw error
  }
  return count
}
