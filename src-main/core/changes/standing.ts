import type { Database } from 'better-sqlite3'
import type { AccountStanding } from '../../common/contract/changes.ts'
import { commonColumns, differences, type AccountRecord } from '../../common/facts/differences.ts'
import { earlierOf, importOfSources, readImports, type Import } from '../../common/facts/imports.ts'

/** The newest import that lists accounts and has something to be compared with. */
export function newestListing(imports: readonly Import[]): { later: Import; earlier: Import } | null {
  const later = imports.findLast((one) => one.lists)
  const earlier = later && earlierOf(imports, later)
  return later && earlier?.lists ? { later, earlier } : null
}

/**
 * Where an account stands in the newest export that lists accounts; null where there is no earlier one to compare it with,
 * or where neither ever listed the account and it was known before.
 */
export function accountStanding(db: Database, id: number): AccountStanding | null {
  const imports = readImports(db)
  const pair = newestListing(imports)
  if (pair === null) return null
  const { later, earlier } = pair
  const numbers = importOfSources(db)
  const records = db
    .prepare(
      `SELECT source_id AS source, registered_at AS registered, attributes FROM account_record
       WHERE account_id = ? AND source_id IN (SELECT id FROM ready_source) ORDER BY id DESC`,
    )
    .all(id) as { source: number; registered: number | null; attributes: string }[]
  const recordIn = (one: Import): AccountRecord | null => {
    const found = records.find(({ source }) => numbers.get(source) === one.job)
    return found ? [found.registered, found.attributes] : null
  }
  const at = { job: later.job, at: later.at, fields: [] }
  const now = recordIn(later)
  if (now === null) {
    const last = imports.findLast((one) => one.job < later.job && one.lists && recordIn(one) !== null)
    return last ? { kind: 'gone', ...at, earlierAt: last.at } : null
  }
  const before = recordIn(earlier)
  if (before !== null) {
    const fields = differences(before, now, commonColumns(earlier, later))
    return { kind: fields.length > 0 ? 'changed' : 'unchanged', ...at, earlierAt: earlier.at, fields }
  }
  const source = db.prepare('SELECT source_id FROM account WHERE id = ?').pluck().get(id) as number
  const isNew = numbers.get(source)! > earlier.job
  return { kind: isNew ? 'new' : 'described', ...at, earlierAt: null }
}
