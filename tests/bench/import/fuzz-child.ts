/**
 * A process that may die: looks at each file it is told of and imports it into a new workspace in memory, by what was guessed or, where
 * nothing was, by taking its first column for accounts. Answers each with what came of it; see fuzz.ts.
 */
import Sqlite from 'better-sqlite3'
import { freePace } from '../../../src-main/common/pace.ts'
import { toErrorShape } from '../../../src-main/common/errors.ts'
import type { Mapping, TableMapping } from '../../../src-main/common/mapping/mapping.ts'
import { importExport } from '../../../src-main/compute/ingest/import.ts'
import { VERBATIM } from '../../../src-main/compute/ingest/tables/choose.ts'
import { lookAt } from '../../../src-main/compute/ingest/tables/look.ts'
import { contextFor } from '../../../src-main/compute/ingest/testing/workspace.ts'
import { migrations } from '../../../src-main/core/db/migrations/index.ts'

export interface FuzzAnswer {
  /** What is wrong, as a person reads it; null: it kept its promises. */
  wrong: string | null
  /** Resident memory behind it, bytes. */
  rss: number
  /** Processor time, ms: what it took whatever else the machine did. */
  cpu: number
  rows: number
  refused: string | null
}

const empty = new Sqlite(':memory:')
for (const { sql } of migrations) empty.exec(sql)
const template = empty.serialize()
empty.close()

process.on('message', (path: string) => {
  const before = process.cpuUsage()
  void attempt(path).then((answer) => {
    const { user, system } = process.cpuUsage(before)
    process.send!({ ...answer, rss: process.memoryUsage.rss(), cpu: (user + system) / 1000 })
  })
})
process.send!({ wrong: null, rss: process.memoryUsage.rss(), cpu: 0, rows: 0, refused: 'ready' })

async function attempt(path: string): Promise<Omit<FuzzAnswer, 'rss' | 'cpu'>> {
  let rows = 0
  try {
    const look = await lookAt({ paths: [path], rows: 50 }, freePace())
    for (const { error } of look.files)
      if (error?.code === 'internal') return { wrong: `looking: ${error.message}`, rows, refused: null }
    const tables = look.files.flatMap((file) => file.tables)
    const given: Mapping = {
      shoalMapping: 1,
      name: 'fuzz',
      identity: look.mapping?.identity ?? VERBATIM,
      tables: tables.flatMap(({ columns, mapping, name }): TableMapping[] => {
        if (mapping && mapping.outputs.length > 0) return [mapping]
        const first = columns[0]
        if (!first) return []
        const cells = { account_id: { column: first.name } }
        return [
          {
            match: { table: name, ...mapping?.match },
            read: mapping?.read ?? {},
            outputs: [{ to: 'accounts', cells, attributes: 'rest', optional: false }],
          } as TableMapping,
        ]
      }),
    }
    if (given.tables.length === 0)
      return { wrong: null, rows, refused: look.files.find(({ error }) => error)?.error?.code ?? 'no table' }
    const db = new Sqlite(template)
    try {
      const result = await importExport(contextFor('/nowhere', db), { paths: [path], given })
      rows = result.rowsIn
      const { stored, listed } = db
        .prepare(
          `SELECT coalesce(sum(rows_stored), 0) AS stored, (SELECT count(*) FROM import_problem) AS listed FROM source`,
        )
        .get() as { stored: number; listed: number }
      if (result.rowsIn !== stored + listed || result.problems !== listed)
        return { wrong: `${result.rowsIn} rows in, ${stored} stored, ${listed} listed`, rows, refused: null }
      const orphans = db.pragma('foreign_key_check') as unknown[]
      if (orphans.length > 0) return { wrong: 'rows name others that are not there', rows, refused: null }
      return { wrong: null, rows, refused: null }
    } finally {
      db.close()
    }
  } catch (error) {
    const { code, message, details } = toErrorShape(error)
    const wrong =
      code === 'internal' || code === 'disk_failed' || code === 'workspace_damaged'
        ? `${code}: ${message} ${typeof details?.['stack'] === 'string' ? details['stack'].split('\n').slice(1, 5).join(' ') : ''}`
        : null
    return { wrong, rows, refused: code }
  }
}
