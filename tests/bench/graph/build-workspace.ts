/** Synthetic workspaces for build.ts: fixed generators, so that every run reads the same rows. */
import type Sqlite from 'better-sqlite3'
import { join } from 'node:path'
import { Random } from '../../../src-main/compute/communities/random.ts'
import { openStore } from '../../../src-main/compute/store/open.ts'
import { createWorkspaceFolder, openDatabase } from '../../../src-main/core/db/open.ts'

const START = 1_690_000_000_000
const YEAR = 365 * 86_400_000

export type Kind = 'plain' | 'dated' | 'sharing'

/** A workspace with `rows` relations of one type among `accounts`, or as many events on shared addresses and devices. */
export function makeWorkspace(folder: string, kind: Kind, accounts: number, rows: number): string {
  const workspace = createWorkspaceFolder(join(folder, `${kind}.shoal`))
  openDatabase(workspace).close()
  const db = openStore(workspace)
  try {
    db.pragma('synchronous = OFF')
    db.pragma('foreign_keys = OFF')
    db.exec(`INSERT INTO source (id, path, table_name, sha256, rows_stored, status, imported_at)
             VALUES (1, '/bench.csv', 'relations', '${kind}', ${rows}, 'ready', 0)`)
    db.exec(`INSERT INTO term (id, domain, value) VALUES (1, 'relation_type', 'friend'), (2, 'entity_type', 'ip'),
             (3, 'entity_type', 'device'), (4, 'event_kind', 'login')`)
    const account = db.prepare('INSERT INTO account VALUES (?, ?, 1, ?)')
    inChunks(db, accounts, (i) => account.run(i + 1, `a${i}`, i + 1))
    const indexes = db
      .prepare(
        `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name IN ('relation', 'event') AND sql IS NOT NULL`,
      )
      .all() as { name: string; sql: string }[]
    for (const { name } of indexes) db.exec(`DROP INDEX ${name}`)
    if (kind === 'sharing') events(db, accounts, rows)
    else relations(db, accounts, rows, kind === 'dated')
    for (const { sql } of indexes) db.exec(sql)
    db.exec('ANALYZE')
    db.pragma('wal_checkpoint(TRUNCATE)')
  } finally {
    db.close()
  }
  return workspace
}

function relations(db: Sqlite.Database, accounts: number, rows: number, dated: boolean): void {
  const random = new Random(7)
  const below = (n: number) => Math.floor(random.next() * n)
  const insert = db.prepare(
    'INSERT INTO relation (src_id, dst_id, type_id, weight, last_seen, source_id, row) VALUES (?, ?, 1, ?, ?, 1, ?)',
  )
  inChunks(db, rows, (i) =>
    insert.run(
      1 + below(accounts),
      1 + below(accounts),
      dated ? 1 + below(5) : 1,
      dated ? START + below(YEAR) : null,
      i + 1,
    ),
  )
}

function events(db: Sqlite.Database, accounts: number, rows: number): void {
  const random = new Random(7)
  const below = (n: number) => Math.floor(random.next() * n)
  const [ips, devices] = [Math.floor(accounts * 0.6), accounts]
  const entity = db.prepare('INSERT INTO entity VALUES (?, ?, ?, 1, 1)')
  inChunks(db, ips + devices, (i) => entity.run(i + 1, i < ips ? 2 : 3, `e${i}`))
  const insert = db.prepare(
    `INSERT INTO event (account_id, ts, kind_id, ip_id, device_id, source_id, row) VALUES (?, ?, 4, ?, ?, 1, ?)`,
  )
  // Most use one of a few addresses of their own neighbourhood; some addresses are hubs.
  inChunks(db, rows, (i) => {
    const a = below(accounts)
    const ip = below(10) === 0 ? below(200) : (Math.floor(a * 0.6) + below(3)) % ips
    const device = ips + (below(20) === 0 ? (a + below(5)) % devices : a)
    insert.run(a + 1, START + below(YEAR), ip + 1, device + 1, i + 1)
  })
}

function inChunks(db: Sqlite.Database, count: number, insert: (i: number) => void): void {
  const chunk = db.transaction((from: number, to: number) => {
    for (let i = from; i < to; i++) insert(i)
  })
  for (let from = 0; from < count; from += 100_000) chunk(from, Math.min(count, from + 100_000))
}
