import type { Database } from 'better-sqlite3'
import { createHash, type Hash } from 'node:crypto'
import type { Progress } from '../../../common/pace.ts'
import { FACT_LINES, type FactLines } from './fact-lines.ts'

/** What a workspace's observations are, whoever stored them and in whichever order. */
export interface ContentHash {
  /** SHA-256, hex. */
  sha256: string
  accounts: number
  entities: number
  /** Ready sources. */
  sources: number
  /** Ready facts and problems by table, and what of each table a source brought. */
  counts: Record<string, number>
  bySource: Map<number, Record<string, number>>
}

/** Rows that are read at once: a few MB with long reports. */
const PAGE = 4_000
/** Text that is gathered before it is hashed. */
const GATHER = 32 * 1024

/**
 * SHA-256 over everything that ready sources say: accounts, entities, and each fact and problem with its row, by natural keys. Internal
 * ids, times of import, paths and jobs are left out, so that the same files give the same hash in every workspace, in
 * whatever order they were stored and however often the import was interrupted; any other cell gives another one.
 *
 * How: each (source, table) is hashed by itself in the order of (row, text); the hash of the whole is that over the
 * sorted list of what each source is and these hashes, behind the sorted accounts and entities. Facts are read once, in the order of their
 * ids, which is that of their rows wherever one import wrote them; a source where it is not is sorted by SQLite. Memory
 * does not grow with the facts.
 *
 * Progress: phase 'check.content', in rows. Throws ShoalError cancelled.
 */
export async function contentHash(ctx: {
  db: Database
  progress(progress: Progress): void
  checkpoint(): Promise<void>
}): Promise<ContentHash> {
  const { db } = ctx
  const sources = readSources(db)
  const bySource = new Map<number, Record<string, number>>(sources.map(({ id }) => [id, {}]))
  const counts: Record<string, number> = {}
  const total = FACT_LINES.reduce((sum, { table }) => sum + maxId(db, table), 0)
  let done = 0
  const moved = async (rows: number) => {
    done += rows
    ctx.progress({ phase: 'check.content', done: Math.min(done, total), total, unit: 'rows' })
    await ctx.checkpoint()
  }

  const parts = new Map<number, string[]>(sources.map(({ id }) => [id, []]))
  for (const lines of FACT_LINES) {
    const streams = new Map<number, OrderedHash>()
    const page = db.prepare(lines.page).raw()
    const max = maxId(db, lines.table)
    for (let from = 0; from < max; from += PAGE) {
      for (const values of page.all(from, from + PAGE) as unknown[][]) {
        const sourceId = values[0] as number
        const counted = bySource.get(sourceId)
        if (counted === undefined) continue // of no ready source: nobody sees it
        counted[lines.table] = (counted[lines.table] ?? 0) + 1
        counts[lines.table] = (counts[lines.table] ?? 0) + 1
        let stream = streams.get(sourceId)
        if (stream === undefined) streams.set(sourceId, (stream = new OrderedHash()))
        stream.add(values[1] as number, lineOf(values))
      }
      await moved(Math.min(PAGE, max - from))
    }
    for (const [id, stream] of streams) {
      const hash = stream.disordered ? await sortedHash(db, lines, id, ctx.checkpoint) : stream.digest()
      parts.get(id)!.push(`${lines.table} ${hash}`)
    }
  }

  const whole = new LineHash()
  const accounts = await addAll(
    whole,
    db,
    `SELECT 'account', key FROM ready_account ORDER BY key`,
    ctx.checkpoint,
  )
  const entities = await addAll(
    whole,
    db,
    `SELECT 'entity', t.value, e.key FROM term t JOIN entity e ON e.type_id = t.id
     WHERE t.domain = 'entity_type' AND e.source_id IN (SELECT id FROM ready_source) ORDER BY t.value, e.key`,
    ctx.checkpoint,
  )
  const described = sources.map(({ id, identity }) => JSON.stringify([...identity, ...parts.get(id)!]))
  for (const line of described.sort()) whole.add(line)
  return { sha256: whole.digest(), accounts, entities, sources: sources.length, counts, bySource }
}

function readSources(db: Database): { id: number; identity: (string | number | null)[] }[] {
  const rows = db
    .prepare(
      `SELECT id, sha256, entry, part, table_name, rows_in, rows_stored, rows_known, problems,
              (SELECT json_group_array(f.table_name || ' ' || f.rows ORDER BY f.table_name) FROM source_fact f WHERE f.source_id = s.id)
       FROM source s WHERE status = 'ready' ORDER BY id`,
    )
    .raw()
    .all() as (string | number | null)[][]
  return rows.map(([id, ...identity]) => ({ id: id as number, identity }))
}

/** A fact as text, without whose it is: JSON of its row and its cells. */
function lineOf(values: unknown[]): string {
  values[0] = 0
  return JSON.stringify(values)
}

async function addAll(
  hash: LineHash,
  db: Database,
  sql: string,
  checkpoint: () => Promise<void>,
): Promise<number> {
  let count = 0
  for (const row of db.prepare(sql).raw().iterate() as Iterable<unknown[]>) {
    hash.add(JSON.stringify(row))
    if (++count % PAGE === 0) await checkpoint()
  }
  return count
}

/** The same as the stream of a source whose rows lie in order. */
async function sortedHash(
  db: Database,
  lines: FactLines,
  sourceId: number,
  checkpoint: () => Promise<void>,
): Promise<string> {
  const hash = new OrderedHash()
  let n = 0
  // Sorting in memory would grow with the facts.
  const temp = db.pragma('temp_store', { simple: true }) as number
  db.pragma('temp_store = FILE')
  try {
    for (const values of db.prepare(lines.sorted).raw().iterate(sourceId) as Iterable<unknown[]>) {
      hash.add(values[1] as number, lineOf(values))
      if (++n % PAGE === 0) await checkpoint()
    }
  } finally {
    db.pragma(`temp_store = ${temp}`)
  }
  return hash.digest()
}

/** SHA-256 over lines, gathered so that hashing is not paid by the line. */
class LineHash {
  private readonly hash: Hash = createHash('sha256')
  private gathered = ''

  add(line: string): void {
    this.gathered += `${line}\n`
    if (this.gathered.length >= GATHER) this.flush()
  }
  digest(): string {
    this.flush()
    return this.hash.digest('hex')
  }
  private flush(): void {
    this.hash.update(this.gathered, 'utf8')
    this.gathered = ''
  }
}

/** Lines by rising row; those of one row by their text, since one row may become several facts of a table. */
class OrderedHash {
  /** A row came behind a later one: the hash means nothing. */
  disordered = false
  private readonly hash = new LineHash()
  private row = -1
  private same: string[] = []

  add(row: number, line: string): void {
    if (row !== this.row) {
      if (row < this.row) this.disordered = true
      this.row = row
      this.flush()
    }
    this.same.push(line)
  }
  digest(): string {
    this.flush()
    return this.hash.digest()
  }
  private flush(): void {
    if (this.same.length > 1) this.same.sort()
    for (const line of this.same) this.hash.add(line)
    this.same.length = 0
  }
}

function maxId(db: Database, table: string): number {
  return db.prepare(`SELECT coalesce(max(id), 0) FROM ${table}`).pluck().get() as number
}
