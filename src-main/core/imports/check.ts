import Sqlite, { type Database } from 'better-sqlite3'
import { CHECKS, type CheckItem, type CheckReport } from '../../common/contract/check.ts'
import type { checkMethods } from '../../common/contract/check.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { migrations } from '../db/migrations/index.ts'
import { verifyJournal } from '../journal/journal.ts'
import type { Session } from '../workspace/service.ts'

/** Checks a workspace from end to end, as a job; its result is a CheckReport and goes to the journal. */
export function startCheck(ctx: CoreContext, { workspace, jobs }: Session) {
  const { db, path } = workspace
  return jobs.start({
    kind: 'check',
    params: {},
    run: async ({ jobId, signal, onProgress }) => {
      const found = await ctx.compute.call(
        'compute.check',
        { workspace: path, jobId },
        { signal, onProgress },
      )
      const items = [...found.items, checkSchema(db), checkJournal(db)]
      items.sort((a, b) => CHECKS.indexOf(a.code) - CHECKS.indexOf(b.code))
      const report: CheckReport = { ...found, items, ok: items.every(({ faults }) => faults === 0) }
      return { ...report }
    },
  })
}

/** Whether every table, index and view that the migrations make is there, as they make it. */
export function checkSchema(db: Database): CheckItem {
  const fresh = new Sqlite(':memory:')
  try {
    for (const { sql } of migrations) fresh.exec(sql)
    const want = schemaOf(fresh)
    const have = schemaOf(db)
    const samples: string[] = []
    for (const [name, { type, sql }] of want) {
      const found = have.get(name)
      if (!found) samples.push(`${type} ${name} is missing`)
      // A table's text depends on the steps that made it; an index's does not.
      else if (type === 'index' && plain(found.sql) !== plain(sql))
        samples.push(`index ${name} is another one`)
    }
    return { code: 'schema', looked: want.size, faults: samples.length, samples: samples.slice(0, 5) }
  } finally {
    fresh.close()
  }
}

function schemaOf(db: Database): Map<string, { type: string; sql: string }> {
  const rows = db
    .prepare(`SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'`)
    .all() as { type: string; name: string; sql: string }[]
  return new Map(rows.map(({ type, name, sql }) => [name, { type, sql }]))
}

const plain = (sql: string) => sql.replaceAll(/\s+/g, ' ').replace(/ IF NOT EXISTS/i, '')

function checkJournal(db: Database): CheckItem {
  const { ok, entries, firstBadSeq } = verifyJournal(db)
  return {
    code: 'journal',
    looked: entries,
    faults: ok ? 0 : 1,
    samples: ok ? [] : [`entry ${firstBadSeq} does not follow from the one before`],
  }
}

export function checkHandlers(ctx: CoreContext, session: () => Session): Handlers<typeof checkMethods> {
  return { 'workspace.check': () => startCheck(ctx, session()) }
}
