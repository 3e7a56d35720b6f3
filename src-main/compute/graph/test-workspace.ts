import Sqlite from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPace, type Progress } from '../../common/pace.ts'
import { migrations } from '../../core/db/migrations/index.ts'
import type { ComputeContext } from '../context.ts'
import { DATABASE_FILE } from '../store/open.ts'

export interface TestWorkspace {
  readonly ctx: ComputeContext
  readonly db: Sqlite.Database
  readonly progress: Progress[]
  abort(): void
  /** Ids are given in order from 1. */
  accounts(...keys: string[]): void
  relation(src: number, dst: number, options?: Fact & { type?: string; weight?: number }): void
  link(account: number, type: string, key: string, options?: Fact): void
  event(account: number, ts: number, options?: { ip?: string; device?: string; source?: number }): void
  report(account: number, text: string, ts?: number): void
  profile(account: number, attributes: Record<string, string>): void
  label(account: number, label: string, ts?: number): void
  judge(account: number, verdict: string, retracted?: boolean): void
  /** Removes all facts and results, and makes the facts' hash another one. */
  clear(): void
  close(): void
}

export interface Fact {
  first?: number
  last?: number
  source?: number
}

/** An empty migrated workspace in a temporary folder: source 1 is ready, source 2 still importing. Tests only. */
export function testWorkspace(now = 1_700_000_000_000): TestWorkspace {
  const workspace = mkdtempSync(join(tmpdir(), 'shoal-graph-'))
  const db = new Sqlite(join(workspace, DATABASE_FILE))
  db.pragma('foreign_keys = ON')
  db.pragma('synchronous = OFF')
  for (const { sql } of migrations) db.exec(sql)
  db.exec(`INSERT INTO source (id, path, table_name, sha256, rows_stored, status, imported_at)
           VALUES (1, '/facts.csv', 'relations', 'aa', 1, 'ready', 0),
                  (2, '/new.csv', 'relations', NULL, 0, 'importing', 0)`)
  const abort = new AbortController()
  const progress: Progress[] = []
  const ctx: ComputeContext = {
    ...createPace(abort.signal, (p) => progress.push(p)),
    workspace,
    db,
    modelsDir: '/nowhere',
    appVersion: '0.0.0-test',
    jobId: null,
    now: () => now,
    log: () => {},
  }
  const term = (domain: string, value: string): number => {
    db.prepare('INSERT OR IGNORE INTO term (domain, value) VALUES (?, ?)').run(domain, value)
    return db
      .prepare('SELECT id FROM term WHERE domain = ? AND value = ?')
      .pluck()
      .get(domain, value) as number
  }
  const entity = (type: string, key: string): number => {
    const typeId = term('entity_type', type)
    db.prepare('INSERT OR IGNORE INTO entity (type_id, key, source_id, row) VALUES (?, ?, 1, 1)').run(
      typeId,
      key,
    )
    return db
      .prepare('SELECT id FROM entity WHERE type_id = ? AND key = ?')
      .pluck()
      .get(typeId, key) as number
  }
  let row = 0
  let facts = 0
  return {
    ctx,
    db,
    progress,
    abort: () => abort.abort(),
    accounts(...keys) {
      const insert = db.prepare('INSERT INTO account (key, source_id, row) VALUES (?, 1, ?)')
      for (const key of keys) insert.run(key, ++row)
    },
    relation(src, dst, { type = 'friend', weight = 1, first, last, source = 1 } = {}) {
      db.prepare(
        `INSERT INTO relation (src_id, dst_id, type_id, weight, first_seen, last_seen, source_id, row)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(src, dst, term('relation_type', type), weight, first ?? null, last ?? null, source, ++row)
    },
    link(account, type, key, { first, last, source = 1 } = {}) {
      db.prepare(
        `INSERT INTO link (account_id, entity_id, first_seen, last_seen, source_id, row)
         VALUES (?, ?, ?, ?, ?, ?)`,
      ).run(account, entity(type, key), first ?? null, last ?? null, source, ++row)
    },
    event(account, ts, { ip, device, source = 1 } = {}) {
      db.prepare(
        `INSERT INTO event (account_id, ts, kind_id, ip_id, device_id, source_id, row)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        account,
        ts,
        term('event_kind', 'login'),
        ip === undefined ? null : entity('ip', ip),
        device === undefined ? null : entity('device', device),
        source,
        ++row,
      )
    },
    report(account, text, ts) {
      db.prepare(
        `INSERT INTO report (key, account_id, ts, text, source_id, row) VALUES (?, ?, ?, ?, 1, ?)`,
      ).run(`r${++row}`, account, ts ?? null, text, row)
    },
    profile(account, attributes) {
      db.prepare(
        'INSERT INTO account_record (account_id, attributes, source_id, row) VALUES (?, ?, 1, ?)',
      ).run(account, JSON.stringify(attributes), ++row)
    },
    label(account, label, ts) {
      db.prepare('INSERT INTO label (account_id, label, ts, source_id, row) VALUES (?, ?, ?, 1, ?)').run(
        account,
        label,
        ts ?? null,
        ++row,
      )
    },
    judge(account, verdict, retracted = false) {
      db.prepare(
        `INSERT INTO judgement (target_kind, target, verdict, created_at, created_by, retracted_at)
         VALUES ('account', ?, ?, 0, 'me', ?)`,
      ).run(account, verdict, retracted ? 1 : null)
    },
    clear() {
      const tables = ['community_member', 'community', 'judgement', 'label', 'report', 'account_record']
      for (const table of [...tables, 'event', 'link', 'relation', 'entity', 'account', 'term'])
        db.exec(`DELETE FROM ${table}`)
      db.exec('UPDATE run SET parent_run_id = NULL; DELETE FROM run')
      db.prepare('UPDATE source SET sha256 = ? WHERE id = 1').run(`facts ${++facts}`)
    },
    close() {
      db.close()
      rmSync(workspace, { recursive: true, force: true })
    },
  }
}
