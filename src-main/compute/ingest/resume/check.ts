import type { Database } from 'better-sqlite3'
import type { CheckItem, CheckReport } from '../../../common/contract/check.ts'
import type { TableName } from '../../../common/mapping/roles.ts'
import type { ComputeContext } from '../../context.ts'
import { FILE, item } from './check-item.ts'
import { checkRecords } from './check-records.ts'
import { contentHash, type ContentHash } from './content-hash.ts'
import type { FactTable } from './fact-lines.ts'

/** Where facts are kept, by what mappings call them. */
const KEPT_IN: Record<TableName, FactTable> = {
  accounts: 'account_record',
  relations: 'relation',
  links: 'link',
  events: 'event',
  reports: 'report',
  labels: 'label',
}

/**
 * Whether a workspace is whole: SQLite's own checks, every row of every source accounted for and kept as it was, every fact counted,
 * nothing of an unpublished source in sight, search indexes that hold what the tables hold; and the hash of its content. Reads everything and
 * changes nothing.
 *
 * Progress: phases 'check.database', 'check.references', 'check.records' (rows), 'check.content' (rows), 'check.search'. SQLite's own checks
 * are one statement each and hear no cancel: the process is killed then, which harms nothing.
 */
export async function checkWorkspace(
  ctx: Pick<ComputeContext, 'db' | 'progress' | 'checkpoint' | 'now'>,
): Promise<Omit<CheckReport, 'ok'>> {
  const { db } = ctx
  const started = ctx.now()
  const phase = async (name: string) => {
    ctx.progress({ phase: `check.${name}`, done: 0, total: null, unit: 'steps' })
    await ctx.checkpoint()
  }
  await phase('database')
  const items = [readable('database', () => checkDatabase(db))]
  await phase('references')
  items.push(readable('references', () => checkReferences(db)))
  const records = await checkRecords(ctx).catch((error: unknown) => {
    if (!isDamage(error)) throw error
    return unreadable('records', String((error as Error).message))
  })
  const content = await contentHash(ctx).catch((error: unknown) => {
    if (!isDamage(error)) throw error
    return null
  })
  items.push(
    readable('rows', () => checkRows(db)),
    records,
    readable('facts', () => (content ? checkFacts(db, content) : unreadable('facts'))),
    readable('unpublished', () => checkUnpublished(db)),
  )
  await phase('search')
  items.push(readable('search', () => checkSearch(db)))
  return {
    items,
    contentHash: content?.sha256 ?? null,
    accounts: content?.accounts ?? 0,
    entities: content?.entities ?? 0,
    sources: content?.sources ?? 0,
    counts: content?.counts ?? {},
    waiting: db.prepare(`SELECT count(*) FROM source WHERE status = 'importing'`).pluck().get() as number,
    seconds: (ctx.now() - started) / 1000,
  }
}

/** A check that runs into damage has found it. */
function readable(code: CheckItem['code'], check: () => CheckItem): CheckItem {
  try {
    return check()
  } catch (error) {
    if (!isDamage(error)) throw error
    return unreadable(code, String((error as Error).message))
  }
}

const unreadable = (code: CheckItem['code'], why = 'database disk image is malformed') =>
  item(code, 0, [`could not be read: ${why}`])

function isDamage(error: unknown): boolean {
  return /^SQLITE_(?:CORRUPT|IOERR|NOTADB)/.test(String((error as { code?: unknown } | null)?.code))
}

function checkDatabase(db: Database): CheckItem {
  const said = db.prepare('PRAGMA integrity_check').pluck().all() as string[]
  const faults = said.filter((line) => line !== 'ok')
  return item('database', db.pragma('page_count', { simple: true }) as number, faults)
}

function checkReferences(db: Database): CheckItem {
  const orphans = db.pragma('foreign_key_check') as { table: string; rowid: number; parent: string }[]
  const tables = db
    .prepare(`SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'`)
    .pluck()
    .get() as number
  return item(
    'references',
    tables,
    orphans.map(({ table, rowid, parent }) => `${table} ${rowid} names a row of ${parent} that is not there`),
  )
}

interface SourceFigures {
  id: number
  file: string
  rows_in: number
  rows_stored: number
  rows_known: number
  problems: number
  listed: number
}

/** Rows in = rows stored + problems, and every problem is listed. */
function checkRows(db: Database): CheckItem {
  const sources = db
    .prepare(
      `SELECT id, ${FILE} AS file, rows_in, rows_stored, rows_known, problems,
              (SELECT count(*) FROM import_problem p WHERE p.source_id = s.id) AS listed
       FROM source s WHERE status = 'ready' ORDER BY id`,
    )
    .all() as SourceFigures[]
  const faults: string[] = []
  for (const s of sources) {
    if (s.rows_in !== s.rows_stored + s.problems || s.rows_known > s.rows_stored)
      faults.push(`${s.file}: ${s.rows_in} rows in, ${s.rows_stored} stored, ${s.problems} rejected`)
    if (s.listed !== s.problems)
      faults.push(`${s.file}: ${s.problems} rows rejected, ${s.listed} in the problem list`)
  }
  return item(
    'rows',
    sources.reduce((sum, s) => sum + s.rows_in, 0),
    faults,
  )
}

/** As many facts as each source says it stored. */
function checkFacts(db: Database, { bySource, counts }: ContentHash): CheckItem {
  const said = db
    .prepare(
      `SELECT f.source_id AS id, ${FILE} AS file, f.table_name AS "table", f.rows AS facts
       FROM ready_fact f JOIN source s ON s.id = f.source_id ORDER BY f.source_id`,
    )
    .all() as { id: number; file: string; table: TableName; facts: number }[]
  const faults: string[] = []
  const expected = new Map<number, Set<string>>()
  for (const { id, file, table, facts } of said) {
    const kept = KEPT_IN[table]
    const found = bySource.get(id)?.[kept] ?? 0
    expected.set(id, (expected.get(id) ?? new Set()).add(kept))
    if (found !== facts) faults.push(`${file}: ${facts} ${table} said, ${found} stored`)
  }
  for (const [id, found] of bySource) {
    for (const [table, count] of Object.entries(found)) {
      if (table !== 'import_problem' && !expected.get(id)?.has(table))
        faults.push(`source ${id}: ${count} rows of ${table} that it does not speak of`)
    }
  }
  const facts = Object.entries(counts).reduce((sum, [t, n]) => sum + (t === 'import_problem' ? 0 : n), 0)
  return item('facts', facts, faults)
}

/** Facts of sources that were never published; and accounts and entities in use that would not be shown. */
function checkUnpublished(db: Database): CheckItem {
  const faults: string[] = []
  const ready = `(SELECT id FROM ready_source)`
  for (const table of Object.values(KEPT_IN)) {
    const count = db
      .prepare(
        `SELECT count(*) FROM ${table} WHERE source_id IN (SELECT id FROM source WHERE status = 'duplicate')`,
      )
      .pluck()
      .get() as number
    if (count > 0) faults.push(`${count} rows of ${table} belong to a source that is a duplicate`)
  }
  const uses: [what: string, from: string, used: [table: string, column: string][]][] = [
    ['accounts', 'account', [['account_record', 'account_id'], ['relation', 'src_id'], ['relation', 'dst_id'], ['link', 'account_id'], ['event', 'account_id'], ['report', 'account_id'], ['label', 'account_id']]],
    ['entities', 'entity', [['link', 'entity_id'], ['event', 'ip_id'], ['event', 'device_id']]],
  ] // prettier-ignore
  for (const [what, from, used] of uses) {
    const named = used.map(
      ([t, c]) => `EXISTS (SELECT 1 FROM ${t} f WHERE f.${c} = x.id AND f.source_id IN ${ready})`,
    )
    const count = db
      .prepare(`SELECT count(*) FROM ${from} x WHERE x.source_id NOT IN ${ready} AND (${named.join(' OR ')})`)
      .pluck()
      .get() as number
    if (count > 0) faults.push(`${count} ${what} that facts name belong to a source that is not published`)
  }
  return item('unpublished', db.prepare('SELECT count(*) FROM source').pluck().get() as number, faults)
}

/** FTS5's own check; that of reports compares the index with the texts. */
function checkSearch(db: Database): CheckItem {
  const faults: string[] = []
  for (const [index, rank] of [
    ['report_fts', 1],
    ['account_fts', 0],
    ['entity_fts', 0],
  ] as const) {
    // prettier-ignore
    try {
      db.prepare(`INSERT INTO ${index} (${index}, rank) VALUES ('integrity-check', ?)`).run(rank)
    } catch (error) {
      faults.push(`${index}: ${String((error as Error).message)}`)
    }
  }
  return item('search', 3, faults)
}
