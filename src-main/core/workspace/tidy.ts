import type { Database } from 'better-sqlite3'
import type { Progress } from '../../common/pace.ts'
import { interruptOpenWork } from '../jobs/queries.ts'
import { appendJournal } from '../journal/journal.ts'
import type { Tidying } from './opening.ts'
import type { SessionOptions } from './service.ts'

/**
 * Clears away what a killed process left half done: runs and jobs at once, an import's rows and indexes in compute, which takes
 * a minute where the import was large. Cancelled or killed, it harms nothing: the next opening goes on. Throws ShoalError
 * cancelled, disk_full, read_only.
 */
export async function tidyUp(
  db: Database,
  folder: string,
  options: SessionOptions,
  tidying?: Tidying,
): Promise<void> {
  const left = interruptOpenWork(db, options.now())
  if (!left.untidy) return
  const fractionOf = tidyingFraction(db)
  const { swept, kept } = await options.compute.call(
    'compute.sweep',
    { workspace: folder },
    tidying && {
      signal: tidying.signal,
      onProgress: (progress) => tidying.progress(progress, fractionOf(progress)),
    },
  )
  options.log(
    'warn',
    `An import had been interrupted; ${swept} unfinished sources were removed, ${kept} finished ones are kept.`,
  )
  appendJournal(db, {
    actor: options.actor,
    action: 'workspace.sweep',
    payload: { sources: swept, kept },
    now: options.now(),
  })
}

/** Looking for the rows of an unfinished source costs about so much of what putting them into an index does. */
const SWEEP_COST = 0.6

/**
 * Where the progress of a sweep stands in the whole, 0..1: by the rows that it looks through and that each index holds, since an index
 * of a table of millions takes seconds and others none. Null where the phase is another one.
 */
export function tidyingFraction(db: Database): (progress: Progress) => number | null {
  const rows = (table: string) =>
    db.prepare(`SELECT coalesce(max(id), 0) FROM ${table}`).pluck().get() as number
  const unfinished = db
    .prepare(`SELECT 1 FROM source WHERE status = 'importing' AND stored_at IS NULL LIMIT 1`)
    .get()
  const facts = ['account_record', 'relation', 'link', 'event', 'report', 'label']
  const sweep = unfinished === undefined ? 0 : SWEEP_COST * facts.reduce((sum, table) => sum + rows(table), 1)
  /** Cost of everything before each index, by its name. */
  const before = new Map<string, number>()
  let total = sweep
  for (const { name, sql } of indexesAside(db)) {
    before.set(name, total)
    const table = /\bON\s+"?(\w+)"?\s*\(/i.exec(sql)?.[1]
    total += 1 + (table === undefined ? 0 : rows(table))
  }
  return ({ phase, done, total: steps, detail }) => {
    if (phase === 'import.sweep') return steps ? ((done / steps) * sweep) / total : null
    if (phase !== 'import.indexes') return null
    return detail === undefined ? 1 : (before.get(detail) ?? total) / total
  }
}

/** The indexes that are to be made again: compute/ingest/bulk/indexes.ts notes them so. */
function indexesAside(db: Database): { name: string; sql: string }[] {
  const noted = db.prepare(`SELECT value FROM meta WHERE key = 'import.indexes'`).pluck().get() as
    string | undefined
  return noted === undefined ? [] : (JSON.parse(noted) as { name: string; sql: string }[])
}
