import { ShoalError } from '../../../common/errors.ts'
import type { RetryResult } from '../../../common/contract/problems.ts'
import { importOfSources } from '../../../common/facts/imports.ts'
import type { Mapping } from '../../../common/mapping/mapping.ts'
import type { TableName } from '../../../common/mapping/roles.ts'
import { findSuperseded, markSuperseded, type Superseded } from '../../changes/supersede.ts'
import type { ComputeContext } from '../../context.ts'
import { DirectSink } from '../bulk/rows.ts'
import { Dictionary } from '../dictionary.ts'
import { Known, type KnownTable } from '../known/known.ts'
import { asImportError } from '../messages.ts'
import { bindTable, type BoundTable } from '../plan/compile.ts'
import { ProblemLog } from '../problems.ts'
import { RowStore } from '../row-store.ts'
import { FLOOR_KEY, sweepInterrupted, writeFloor, type Floor } from '../sweep.ts'
import { loadReports } from '../writers.ts'
import { labelOf, retriedSource, tableFor, type RetriedSource } from './plan.ts'
import { createReplay } from './replay.ts'
import { openRejected, type Rejected } from './rows.ts'

/** Rows of a transaction, which is never open across an await. */
const ROWS = 20_000

/**
 * Reads a source's rejected rows again by another mapping: from the records that are kept with the workspace, not from
 * the file. They become a source of their own (`retry_of`), with the file's path, hash and row numbers; those that can't
 * be stored this time either are its problems and can be tried once more. All of it becomes visible in one
 * transaction, in which the rows leave the source they were rejected from, so that each row of the file counts once. Where
 * no row can be stored, nothing changes.
 *
 * Progress: phase 'import.retry', in rows. Throws ShoalError not_found, invalid_input, import_missing_column, disk_full,
 * read_only, busy (an interrupted import waits), cancelled; the workspace is then as before.
 */
export async function retryRows(
  ctx: ComputeContext,
  input: Rejected & { mapping: Mapping },
): Promise<RetryResult> {
  const { db } = ctx
  const started = ctx.now()
  const source = retriedSource(db, input.sourceId)
  const foreignKeys = db.pragma('foreign_keys', { simple: true })
  // Facts are stored many at a time, and whom they name maybe a moment after them; both before the transaction ends.
  db.pragma('foreign_keys = OFF')
  const walPages = db.pragma('wal_autocheckpoint', { simple: true })
  // Fewer, larger copies of the log into the database.
  db.pragma('wal_autocheckpoint = 16384')
  try {
    const rejected = await openRejected(db, input, ctx)
    if (rejected.total === 0) {
      throw new ShoalError('not_found', `No such row of ${labelOf(source)} is in the problem list.`, {
        sourceId: input.sourceId,
      })
    }
    const { columns } = rejected
    const table = tableFor(source, input.mapping, columns)
    const label = labelOf(source)
    const sha256 = source.sha256 ?? ''
    const bound = bindTable(table, columns, input.mapping.identity, { label, sha256 })
    if ((await sweepInterrupted(ctx)).kept > 0) {
      throw new ShoalError(
        'busy',
        'An import was interrupted and waits to be resumed or discarded. Do that first. Nothing was changed.',
      )
    }
    const { childId, floor } = db.transaction(() => ({
      floor: writeFloor(db, `retry ${source.id}`),
      childId: insertChild(ctx, source, JSON.stringify({ ...table, columns }), table.outputs[0]!.to),
    }))()
    try {
      const stored = await store(ctx, rejected, createReplay(source.format, table.read), bound, {
        childId,
        known: knownBefore(ctx, source.root, bound, floor),
      })
      const kinds = db
        .prepare(
          `SELECT code, count(*) AS count FROM import_problem WHERE source_id = ? GROUP BY code ORDER BY 2 DESC, 1`,
        )
        .all(childId) as RetryResult['kinds']
      const published = stored.rowsStored > 0
      if (published) {
        publish(
          ctx,
          input,
          childId,
          stored,
          await findSuperseded(ctx, [childId], (name, id) => stored.again(name, id)),
        )
      } else await sweepInterrupted(ctx, 'nothing')
      const { again: _, rowsKnown: __, ...counts } = stored
      return { sourceId: published ? childId : null, ...counts, kinds, seconds: (ctx.now() - started) / 1000 }
    } catch (error) {
      await sweepInterrupted(ctx, 'nothing').catch((sweepError: unknown) => {
        ctx.log('warn', `What this retry wrote is removed when the workspace opens: ${String(sweepError)}`)
      })
      throw error
    }
  } catch (error) {
    throw asImportError(error, ctx.workspace)
  } finally {
    db.pragma(`foreign_keys = ${foreignKeys ? 'ON' : 'OFF'}`)
    db.pragma(`wal_autocheckpoint = ${Number(walPages)}`)
  }
}

type KnownFacts = Partial<Record<KnownTable, Known | null>>
interface Stored extends Pick<RetryResult, 'rowsIn' | 'rowsStored' | 'problems' | 'facts'> {
  rowsKnown: number
  /** Whether these rows state a fact of an earlier import word for word. */
  again(table: KnownTable, id: number): boolean
}

const KNOWN_OF: Partial<Record<TableName, KnownTable>> = {
  relations: 'relation',
  links: 'link',
  events: 'event',
  labels: 'label',
}

/** Facts of other imports that these rows may bring again; a row never counts as known by its own file. */
function knownBefore({ db }: ComputeContext, root: number, bound: BoundTable, floor: Floor): KnownFacts {
  const imports = importOfSources(db)
  const mine = imports.get(root)
  const ready = db.prepare('SELECT id FROM ready_source').pluck().all() as number[]
  const except = ready.filter((id) => imports.get(id) === mine)
  if (except.length === ready.length) return {}
  const known: KnownFacts = {}
  for (const { to } of bound.outputs) {
    const table = KNOWN_OF[to]
    if (!table || table in known) continue
    known[table] = Known.of(db, table, { floor: floor[table], accounts: floor.account, aside: false, except })
  }
  return known
}

async function store(
  ctx: ComputeContext,
  rejected: Awaited<ReturnType<typeof openRejected>>,
  replay: ReturnType<typeof createReplay>,
  bound: BoundTable,
  { childId, known }: { childId: number; known: KnownFacts },
): Promise<Stored> {
  const { db } = ctx
  const { total, columns } = rejected
  const sink = new DirectSink(db)
  const problems = new ProblemLog(sink, childId)
  const dictionary = new Dictionary(db, sink)
  const rows = new RowStore({
    db,
    sink,
    bound,
    sourceId: childId,
    dictionary,
    reports: loadReports(db),
    known,
  })
  const stored: Stored = {
    rowsIn: 0,
    rowsStored: 0,
    rowsKnown: 0,
    problems: 0,
    facts: {},
    again: (table, id) => known[table]?.again(id) ?? false,
  }
  for (const page of rejected.pages(ROWS)) {
    db.transaction(() => {
      for (const one of page) {
        const row = replay(one)
        stored.rowsIn++
        if (row.problem !== null) problems.addBroken(row, one.row, row.problem)
        else if (row.count !== columns.length) problems.addRagged(row, one.row, columns.length)
        else {
          const fault = rows.add(row, one.row)
          if (fault === null) stored.rowsStored++
          else problems.add(row, one.row, fault.column, fault.code, fault.message)
        }
      }
      problems.flush()
      rows.flush()
    })()
    ctx.progress({ phase: 'import.retry', done: stored.rowsIn, total, unit: 'rows' })
    await ctx.checkpoint()
  }
  stored.problems = problems.count
  stored.facts = rows.facts()
  stored.rowsKnown = rows.known
  return stored
}

function insertChild(ctx: ComputeContext, source: RetriedSource, mapping: string, table: string): number {
  const { lastInsertRowid } = ctx.db
    .prepare(
      `INSERT INTO source (job_id, path, entry, part, format, table_name, sha256, bytes, encoding, mapping, status,
                           imported_at, modified_at, retry_of)
       VALUES (@jobId, @path, @entry, @part, @format, @table, @sha256, @bytes, @encoding, @mapping, 'importing',
               @now, @modifiedAt, @root)`,
    )
    .run({
      jobId: ctx.jobId,
      path: source.path,
      entry: source.entry,
      part: source.part,
      format: source.format,
      table,
      sha256: source.sha256,
      bytes: source.bytes,
      encoding: source.encoding,
      mapping,
      now: ctx.now(),
      modifiedAt: source.modifiedAt,
      root: source.root,
    })
  return Number(lastInsertRowid)
}

/** One transaction that moves the rows over and makes them visible, after counting that none is lost. */
function publish(
  ctx: ComputeContext,
  { sourceId, code }: Rejected,
  childId: number,
  stored: Stored,
  superseded: Superseded,
): void {
  const { db } = ctx
  db.transaction(() => {
    const listed = db.prepare(`SELECT count(*) FROM import_problem WHERE source_id = ?`).pluck()
    const where = `source_id = ? AND row > 0${code === undefined ? '' : ' AND code = ?'}`
    const { changes } = db
      .prepare(`DELETE FROM import_problem WHERE ${where}`)
      .run(...(code === undefined ? [sourceId] : [sourceId, code]))
    const { rowsIn, rowsStored, rowsKnown, problems, facts } = stored
    if (changes !== rowsIn || rowsIn !== rowsStored + problems || listed.get(childId) !== problems) {
      throw new ShoalError(
        'internal',
        `Rows don't add up: ${changes} in the problem list, ${rowsIn} read again, ${rowsStored} stored, ${problems} ` +
          'rejected. Nothing was changed.',
      )
    }
    const moved = db
      .prepare(`UPDATE source SET rows_in = rows_in - ?, problems = problems - ? WHERE id = ?`)
      .run(changes, changes, sourceId)
    if (moved.changes !== 1) throw new ShoalError('not_found', `There is no source ${sourceId}.`)
    db.prepare(
      `UPDATE source SET status = 'ready', stored_at = ?, rows_in = ?, rows_stored = ?, rows_known = ?, problems = ?
       WHERE id = ?`,
    ).run(ctx.now(), rowsIn, rowsStored, rowsKnown, problems, childId)
    const fact = db.prepare(`INSERT INTO source_fact (source_id, table_name, rows) VALUES (?, ?, ?)`)
    for (const [table, rows] of Object.entries(facts)) fact.run(childId, table, rows)
    markSuperseded(db, superseded)
    db.prepare(`DELETE FROM meta WHERE key = ?`).run(FLOOR_KEY)
  })()
}
