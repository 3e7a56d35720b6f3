/**
 * Makes a workspace for the benches in Chromium: simulated accounts, imported and analyzed by the CLI as a person would,
 * with more events than the simulation writes.
 *
 *   node tests/bench/explorer/workspace.ts DIR [--accounts 1000000] [--events 20000000] [--seed 3]
 *
 * The simulation writes about ten events an account. The others are copies of its rows (registrations left out), each
 * moved by up to a fortnight: same account, kind, place and outcome, so that ties between accounts stay what they are and
 * only the timeline grows. What is there already (DIR-export, DIR itself, its events) is not made again.
 */
import Sqlite from 'better-sqlite3'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const CLI = resolve(import.meta.dirname, '../../../src-main/hosts/cli/main.ts')
const FORTNIGHT_S = 14 * 86_400

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    accounts: { type: 'string', default: '1000000' },
    events: { type: 'string', default: '20000000' },
    seed: { type: 'string', default: '3' },
  },
})
const dir = positionals[0]
if (!dir) {
  process.stderr.write('Say where the workspace shall stand: node tests/bench/explorer/workspace.ts DIR\n')
  process.exit(2)
}
const workspace = resolve(dir)

function step(name: string, work: () => void): void {
  const from = performance.now()
  work()
  process.stdout.write(`${name}: ${((performance.now() - from) / 1000).toFixed(1)} s\n`)
}
function shoal(...args: string[]): void {
  const done = spawnSync(process.execPath, [CLI, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  if (done.status !== 0) throw new Error(`shoal ${args[0]} ended with ${done.status}`)
}

const source = `${workspace}-export`
if (!existsSync(workspace)) {
  if (!existsSync(source))
    step('simulate', () => shoal('simulate', source, '--accounts', values.accounts, '--seed', values.seed))
  step('import', () => shoal('import', workspace, source))
}

const db = new Sqlite(join(workspace, 'workspace.sqlite'))
const one = (sql: string) => db.prepare(sql).pluck().get() as number
const wanted = Number(values.events)
const there = one('SELECT count(*) FROM event')
if (there < wanted) {
  step(`${wanted - there} more events`, () => {
    db.pragma('synchronous = OFF')
    db.pragma('foreign_keys = OFF')
    db.pragma('cache_size = -1000000')
    const indexes = db
      .prepare(
        `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'event' AND sql IS NOT NULL`,
      )
      .all() as { name: string; sql: string }[]
    const first = one('SELECT max(id) FROM event')
    const last = one('SELECT max(ts) FROM event')
    const columns =
      'tz_offset, kind_id, context_id, ip_id, device_id, country_id, city_id, outcome_id, attributes, source_id, row'
    for (const { name } of indexes) db.exec(`DROP INDEX ${name}`)
    for (let round = 1, left = wanted - there; left > 0; round++) {
      // Whole seconds, spread evenly by a multiplication; what would lie after the newest event lies before instead.
      const by = `1000 * (1 + ((id * ${2654435761 + 2 * round}) >> 9) % ${FORTNIGHT_S})`
      left -= db
        .prepare(
          `INSERT INTO event (account_id, ts, ${columns})
           SELECT account_id, CASE WHEN ts + ${by} > ${last} THEN ts - ${by} ELSE ts + ${by} END, ${columns}
           FROM event WHERE id <= ${first}
             AND kind_id NOT IN (SELECT id FROM term WHERE domain = 'event_kind' AND value = 'register') LIMIT ?`,
        )
        .run(left).changes
    }
    for (const { sql } of indexes) db.exec(sql)
    db.prepare(
      `UPDATE source SET rows_stored = rows_stored + ? WHERE table_name = 'events' AND status = 'ready'`,
    ).run(wanted - there)
    db.pragma('wal_checkpoint(TRUNCATE)')
  })
}
const analyzed = one(`SELECT count(*) FROM run WHERE kind = 'layout' AND status = 'done'`) > 0
db.close()
if (!analyzed) step('analyze', () => shoal('analyze', workspace))
